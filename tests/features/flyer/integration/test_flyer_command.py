"""directory-api flyer."""

import os
from pathlib import Path

import pytest

from tests.support.command_line import RunCommand, fails
from tests.support.programs import require


@pytest.fixture(autouse=True)
def no_chromium(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Most of these tests print nothing."""
    (tmp_path / "bin").mkdir()
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))


def test_without_chromium_it_writes_html_and_says_what_to_do(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The HTML prints from any browser."""
    monkeypatch.setenv("DIRECTORY_PUBLIC_URL", "https://help.example.org")
    out = tmp_path / "out"
    result = run_command("flyer", "--lang", "ro,ar", "--size", "a4,card", "--out", out)
    assert result.exit_code == 0
    names = sorted(path.name for path in out.iterdir())
    assert names == [
        *("flyer-a4-ar.html", "flyer-a4-ro.html"),
        *("flyer-card-ar.html", "flyer-card-ro.html"),
    ]
    assert "<svg" in (out / "flyer-a4-ro.html").read_text()
    assert "there is no Chromium on this machine" in result.output


def test_with_chromium_it_writes_pdf(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name of a neutral flyer is neutral, too."""
    monkeypatch.setenv("PATH", os.defpath)
    require("chromium")
    result = run_command(
        *("flyer", "--lang", "fr", "--neutral", "--centre", "surya", "--out", tmp_path / "out")
    )
    assert result.exit_code == 0, result.output
    assert "no room" not in result.output
    assert (tmp_path / "out/flyer-a4-neutral-fr.pdf").read_bytes().startswith(b"%PDF-")


@pytest.mark.parametrize("url", ["", "http://localhost:8000"])
def test_without_a_public_address_it_says_what_to_set(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    """No flyer leads to an address that only this machine has."""
    monkeypatch.setenv("DIRECTORY_PUBLIC_URL", url)
    result = run_command("flyer", "--lang", "en", "--out", tmp_path / "out")
    assert "Set DIRECTORY_PUBLIC_URL" in result.output
    html = (tmp_path / "out/flyer-a4-en.html").read_text()
    assert "<svg" not in html
    assert "localhost" not in html


def test_a_chromium_that_ends_is_told(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a traceback."""
    program = tmp_path / "bin" / "chromium"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    result = run_command("flyer", "--lang", "en", "--out", tmp_path / "out")
    fails(result, 1, "Chromium has ended")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--lang", "xx"), 2, "xx is not one of en, nl"),
        (("--size", "a4,a3"), 2, "a3 is not one of a4, a5, card, tear-off"),
        (("--centre", "nowhere"), 1, "There is no centre nowhere"),
    ],
)
def test_what_it_does_not_know_is_refused(
    run_command: RunCommand, tmp_path: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    """Before anything is written."""
    fails(run_command("flyer", *words, "--out", tmp_path / "out"), code, says)
    assert not (tmp_path / "out").exists()
