"""Tables at a terminal, plain lines in a pipe."""

import io
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from directory_api.bootstrap import open_directory
from directory_api.cli import Commands, main, server
from directory_api.cli.output import busy, print_table
from directory_api.cli.sections import OTHERS, SECTIONS
from directory_api.config import Settings
from tests.support.added_postcodes import add_postcodes
from tests.support.command_line import RunCommand, at_a_terminal, command, other_phone, records
from tests.support.servers import environment, free_port, run_process

LONG = "a reason that is longer than a narrow window and has [brackets] and :warning: in it"


@pytest.fixture
def changed(run_command: RunCommand, tmp_path: Path) -> dict[str, str]:
    """The environment of a store with a change of a long reason."""
    assert run_command("import", records(tmp_path, other_phone), "--reason", LONG).exit_code == 0
    return environment(tmp_path / "cli.db")


@pytest.mark.needs("desk")
def test_in_a_pipe_a_row_is_a_line_without_colour_or_an_end_cut_off(
    changed: dict[str, str],
) -> None:
    """Cells between TABs, whole however narrow the window is said to be."""
    piped = run_process(
        ["directory_api", "history", "pag-asa"], {**changed, "COLUMNS": "20", "FORCE_COLOR": "1"}
    )
    header, newest, _first = piped.stdout.splitlines()
    assert header.split("\t")[-2:] == ["Change", "Reason"]
    assert newest.split("\t")[-1] == LONG
    assert "\x1b" not in piped.stdout


@pytest.mark.needs("desk")
@pytest.mark.parametrize("columns", [70, 400])
def test_at_a_terminal_it_is_a_table_that_folds_and_loses_nothing(
    changed: dict[str, str], columns: int
) -> None:
    """No TAB, no box, no end cut off; what does not fit goes on below, within the width."""
    code, shown = at_a_terminal("history", "pag-asa", environ=changed, columns=columns)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown)
    assert code == 0
    assert "\t" not in plain
    assert "…" not in plain
    assert not re.search("[─│┃━]", plain)
    assert max(map(len, plain.splitlines())) <= columns
    # Folded, the words of a cell stand one below the other, among those of its neighbours.
    assert LONG in plain if columns == 400 else set(LONG.split()) <= set(plain.split())


@pytest.mark.needs("desk")
def test_at_a_terminal_something_turns_while_a_file_is_read(
    changed: dict[str, str], tmp_path: Path
) -> None:
    """The sign of work goes to standard error and is wiped away; the sentences stay."""
    code, shown = at_a_terminal(
        "import", str(tmp_path / "centres.json"), environ=changed, columns=80
    )
    assert code == 0
    assert "Importing" in shown
    assert "Revision 2, no change.\n" in shown


def test_a_spinner_is_shown_at_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a pipe nothing is written."""
    monkeypatch.setenv("TERM", "xterm")
    for is_terminal in (True, False):
        written = io.StringIO()
        monkeypatch.setattr(written, "isatty", lambda shown=is_terminal: shown)
        monkeypatch.setattr(sys, "stderr", written)
        with busy("Comparing"):
            pass
        assert ("Comparing" in written.getvalue()) is is_terminal


def test_a_record_of_any_time_cannot_break_a_line_or_steer_a_terminal(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Control characters and line breaks of a cell become spaces."""
    print_table(("a", "b"), [("x\ty\nz", "\x1b[2J\x9b1m\u2028é")])
    assert capsys.readouterr().out == "a\tb\nx y z\t [2J 1m é\n"


def test_a_server_starts_without_what_only_commands_need() -> None:
    """Importing the commands loads no table, calendar, spreadsheet, geocoding or phone library."""
    heavy = (
        "rich",
        "icalendar",
        "python_calamine",
        "phonenumbers",
        "langcodes",
        "sqlite_utils",
        "geopy",
        "requests",
    )
    script = (
        f"import sys, directory_api.cli; print([name for name in {heavy} if name in sys.modules])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert ended.stdout == "[]\n"


def test_the_help_lists_each_command_once_with_those_who_need_it() -> None:
    """A command of an extension that names no section comes last."""
    assert [sum(each in section for section in SECTIONS) for each in main.commands.values()] == [
        1 for _ in main.commands
    ]
    group = Commands(commands={"kml": click.Command("kml"), "serve": main.commands["serve"]})
    shown = CliRunner().invoke(group, ["--help"]).stdout
    assert shown.index(SECTIONS[0].title) < shown.index("\n  serve") < shown.index(OTHERS)
    assert shown.index(OTHERS) < shown.index("\n  kml")


def test_the_help_of_every_command_says_what_it_does_in_a_line() -> None:
    """Somebody new reads the list without an end cut off, and each option is explained."""
    shown = command("--help")
    assert shown.exit_code == 0
    assert "..." not in shown.stdout.partition(SECTIONS[0].title)[2]
    for name, one in main.commands.items():
        below = one.commands.values() if isinstance(one, click.Group) else [one]
        for found in below:
            assert found.help, name
            assert all(
                option.help for option in found.params if isinstance(option, click.Option)
            ), name


@pytest.mark.parametrize(
    ("country", "path"), [("BE", "/v1/nearest?postcode=1000"), ("ZZ", "/v1/centres")]
)
def test_the_server_says_what_to_try(
    run_command: RunCommand,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    country: str,
    path: str,
) -> None:
    """A postcode of its country, or the list of a country whose postcodes have no rule."""
    directory = open_directory(Settings.from_environment())
    directory.open()
    add_postcodes(directory.writer, "ZZ", ("11", "Place", 49.6, 6.1))
    monkeypatch.setenv("DIRECTORY_COUNTRY", country)
    monkeypatch.setattr(server, "_serve_until_stopped", lambda *_: None)
    port = free_port()
    result = run_command("serve", "--port", port)
    assert f"Try: curl 'http://127.0.0.1:{port}{path}'  (Ctrl+C stops)\n" in result.stdout
