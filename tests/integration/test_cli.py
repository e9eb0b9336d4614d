"""All commands together: settings, the store, names in the history, and the start of a server."""

import json
import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from directory_api import __version__
from directory_api.cli import main
from directory_api.feature import SHIPPED
from tests.support.command_line import RunCommand, fails, other_phone, records, rows
from tests.support.frozen import DATA


@pytest.mark.needs("flyer")
def test_the_features_are_listed_with_their_state() -> None:
    """What DIRECTORY_WITHOUT names is left out; a name that no feature has is warned of."""
    shown = subprocess.run(
        [sys.executable, "-m", "directory_api", "features", "--json"],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "DIRECTORY_WITHOUT": "flyer,flier"},
    )
    listed = {each["name"]: each for each in json.loads(shown.stdout)}
    assert {*listed} >= {*SHIPPED}
    assert listed.pop("flyer")["state"] == "left out (in DIRECTORY_WITHOUT)"
    assert {listed[name]["state"] for name in SHIPPED if name in listed} == {"in use"}
    assert all(listed[name]["summary"] for name in SHIPPED if name in listed)
    assert "name flier in DIRECTORY_WITHOUT is left out" in shown.stderr


def test_wrong_settings_are_a_line_each(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every wrong variable is named, with what it should be."""
    monkeypatch.setenv("DIRECTORY_RATE_LIMT", "1")
    monkeypatch.setenv("DIRECTORY_COUNTRY", "Belgium")
    result = run_command("nearest", "1000")
    assert result.exit_code == 1
    assert "did you mean DIRECTORY_RATE_LIMIT?" in result.stderr
    assert "DIRECTORY_COUNTRY: write an ISO 3166-1 code" in result.stderr


def test_an_unusable_store_is_one_line(run_command: RunCommand, tmp_path: Path) -> None:
    """A file that is no database ends with one line, without traceback."""
    (tmp_path / "cli.db").write_bytes(
        b"not a database at all, but long enough to be looked at" * 20
    )
    result = run_command("nearest", "1000")
    assert result.exit_code == 1
    assert (
        result.stderr == "Error: the database cannot be used: the file is not a SQLite database.\n"
    )


@pytest.mark.parametrize("variable", ["LOGNAME", "USER", "LNAME", "USERNAME", "SUDO_USER"])
def test_no_environment_variable_signs_as_somebody_else(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    """The history names the user that the operating system runs the command as."""
    monkeypatch.setenv(variable, "bob")
    assert run_command("verify", "surya", "--how", "called").exit_code == 0
    assert rows(run_command("history", "surya"))[0][2] == pwd.getpwuid(os.getuid()).pw_name


# All but serve and load; with words that each would do something with.
ELSEWHERE = (
    "nearest 1000",
    "show pag-asa",
    "diff {data}/centres.json",
    "import {data}/centres.json",
    "export",
    "history",
    "restore pag-asa 1",
    "verify pag-asa --how called",
    "token create bob --scope edit",
    "token list",
    "token revoke x",
    "token rotate bob",
    "publish {folder}/site",
    "country postcodes NL {folder}/NL.txt",
    "check",
    "backup {folder}/b.db",
    "check --backup {folder}",
    "upgrade {folder}/b.db",
    "passkey bob",
    "notify",
    "notify list",
)
# Read no store, or those that their arguments name; `serve` and `mcp` answer without one, and
# `doctor` says that there is none.
WITHOUT_STORE = (
    *("validate", "serve", "mcp", "load", "init", "restore-backup", "adopt"),
    *("doctor", "features"),
)


# Their exit code 1 says something else.
TWO = ("diff", "check", "backup", "upgrade")


def test_each_command_is_tried_in_a_wrong_folder() -> None:
    """A new command that reads a store belongs into the list."""
    tried = {words.split()[0] for words in ELSEWHERE}
    assert set(main.commands) <= tried | set(WITHOUT_STORE)


@pytest.mark.parametrize(
    "words", [words for words in ELSEWHERE if words.split()[0] in main.commands]
)
def test_in_a_wrong_folder_a_command_creates_nothing_and_says_what_to_do(
    run_without_store: RunCommand, tmp_path: Path, words: str
) -> None:
    """A directory created by mistake would answer with the shipped numbers, however old."""
    result = run_without_store(*words.format(data=DATA, folder=tmp_path).split())
    code = 2 if words.split(maxsplit=1)[0] in TWO else 1
    fails(
        result,
        code,
        f"Error: There is no directory at {tmp_path}/cli.db.",
        "DIRECTORY_DATABASE_URL",
        "load`",
    )
    assert list(tmp_path.iterdir()) == []


@pytest.mark.needs("desk", "country_folders")
def test_what_writes_names_the_directory(run_command: RunCommand, tmp_path: Path) -> None:
    """Who works in a wrong folder sees it in the answer."""
    (tmp_path / "NL.txt").write_text(
        "NL\t1011\tAmsterdam\tN\t07\t\t\t\t\t52.37\t4.89\t6", encoding="utf-8"
    )
    for words in (
        ("load",),
        ("import", records(tmp_path, other_phone)),
        ("restore", "pag-asa", 1),
        ("verify", "pag-asa", "--how", "called"),
        ("country", "postcodes", "NL", tmp_path / "NL.txt"),
    ):
        assert f"Directory: {tmp_path}/cli.db\n" in run_command(*words).stdout
    made = run_command("token", "create", "one", "--scope", "edit")
    assert f"Directory: {tmp_path}/cli.db\n" in made.stderr
    assert len(made.stdout.split()) == 1  # the secret alone


def test_a_user_without_a_name_can_load(
    run_command: RunCommand, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a container that runs under a bare number the history says which."""
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert run_command("verify", "surya", "--how", "called").exit_code == 0
    assert rows(run_command("history", "surya"))[0][2] == "uid 54321"


def test_serve_on_a_taken_port_says_so(run_command: RunCommand) -> None:
    """A port that is in use ends with a line that says which option helps."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = run_command("serve", "--port", taken.getsockname()[1])
    assert result.exit_code == 1
    assert "try --port" in result.stderr


def test_serve_on_a_host_that_is_not_ours_says_so(run_command: RunCommand) -> None:
    """An address of another machine (TEST-NET-1, RFC 5737) cannot be listened on."""
    result = run_command("serve", "--host", "192.0.2.1")
    assert result.exit_code == 1
    assert "cannot listen on 192.0.2.1 port 8000" in result.stderr


def test_the_module_is_the_command() -> None:
    """`python -m directory_api --version` prints the version."""
    shown = subprocess.run(
        [sys.executable, "-m", "directory_api", "--version"],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ,
    )
    assert shown.stdout == f"directory-api {__version__}\n"
