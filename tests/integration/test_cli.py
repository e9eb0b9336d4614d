"""The maintainer's commands: what they print, how they end."""

import os
import pwd
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from directory_api import __version__
from directory_api.bootstrap import open_directory
from directory_api.cli import main
from directory_api.config import Settings, shipped
from directory_api.services.seed import SYSTEM
from tests.support.command_line import THIRD, RunCommand, fails, other_phone, records, rows
from tests.support.servers import free_port
from tests.support.write_side import open_write_side


@pytest.mark.parametrize(
    ("place", "first"),
    [
        ("1000", "PAG-ASA"),
        ("B-4000", "Sürya"),
        ("51.2,4.4", "Payoke"),
        ("1000, Brussel", "PAG-ASA"),
        ("51.2 , 4.4", "Payoke"),
    ],
)
def test_nearest_names_the_closest_centre_first_after_the_helplines(
    run_command: RunCommand, place: str, first: str
) -> None:
    """A postcode or a coordinate gives helplines, then centres, the closest first."""
    result = run_command("nearest", place)
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("112:")
    assert lines[5].split()[2] == first


def test_nearest_takes_a_latitude_south_of_the_equator(run_command: RunCommand) -> None:
    """A minus sign is a latitude, not an option, and a place outside the coverage is said to be."""
    result = run_command("nearest", "-33.9,18.4")
    assert result.exit_code == 0
    assert "outside the countries" in result.stdout


def test_nearest_says_when_the_order_is_not_certain(run_command: RunCommand) -> None:
    """A coarse coordinate between two centres is said not to decide between them."""
    result = run_command("nearest", "51.0,4")
    assert result.exit_code == 0
    assert "may be the closest" in result.stdout


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("9999", "no such postcode"),
        ("91.0,4", "at most 90 degrees"),
        ("4.5,181", "at most 180 degrees"),
        ("51,2", "decimal points"),
        ("1.,4", "decimal degrees"),
    ],
)
def test_nearest_refuses_a_wrong_place_in_plain_lines(
    run_command: RunCommand, place: str, says: str
) -> None:
    """A wrong place ends with what to do, a non-zero exit and no traceback."""
    result = run_command("nearest", place)
    assert result.exit_code != 0
    assert says in result.stderr
    assert "Traceback" not in result.stderr
    assert place not in result.stderr


def test_nearest_offers_the_postcodes_of_a_name(run_command: RunCommand) -> None:
    """Who types a district is told its postcodes, and of no address that only HTTP has."""
    told = run_command("nearest", "Deurne").stderr.splitlines()
    assert told == [
        "Error: This does not have the form of a postcode of Belgium, such as 1000. "
        "If it is the name of a place, choose its postcode.",
        "Did you mean 2100 Deurne (Antwerpen)?",
        "Did you mean 3290 Deurne (Diest)?",
    ]


def test_nearest_takes_a_country(run_command: RunCommand) -> None:
    """A country without postcodes is refused with the ones there are."""
    result = run_command("nearest", "1000", "--country", "es")
    assert result.exit_code == 1
    assert "country=BE" in result.stderr


def test_show_prints_every_member_of_a_centre(run_command: RunCommand) -> None:
    """`show` prints the record down to its last value."""
    result = run_command("show", "pag-asa")
    assert result.exit_code == 0
    for value in (
        "Cellebroersstraat 16b",
        "+3225116464",
        "Mo-Fr 09:00-17:00; PH off",
        "lesmarolles",
    ):
        assert value in result.stdout


def test_show_refuses_an_unknown_id(run_command: RunCommand) -> None:
    """An unknown id ends with one clear line."""
    result = run_command("show", "nobody")
    assert result.exit_code == 1
    assert "No centre has this id" in result.stderr


def test_validate_accepts_the_shipped_records_and_warns_of_what_is_odd(
    run_command: RunCommand,
) -> None:
    """The shipped file has no fault; Sürya's two domains are worth a look."""
    result = run_command("validate")
    assert result.exit_code == 0
    assert "3 centres, 4 helplines, no errors." in result.stdout
    assert "asblsurya.be" in result.stderr


def test_ten_faults_are_ten_lines_and_the_store_stays_as_it_was(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A file with ten faults reports ten, exits 1, and changes nothing."""

    def spoil(data: dict[str, Any]) -> None:
        for centre in data["centres"]:
            centre["email"] = "nobody"
            centre["status"] = "ajar"
            centre["phones"][0]["number"] = "+321"
        data["extra"] = 1

    assert run_command("load").exit_code == 0
    path = records(tmp_path, spoil)
    for command in ("validate", "import"):
        result = run_command(command, path)
        assert result.exit_code == 1
        assert "There are 10 errors in the records." in result.stderr
        # A changed number also no longer agrees with its printed form; that is the same three
        # phones.
        assert len([line for line in result.stderr.splitlines() if line.startswith("/")]) == 10
    assert run_command("load").stdout.startswith("Revision 1, no change.")


def test_load_says_what_changed_and_a_second_load_changes_nothing(
    run_without_store: RunCommand, tmp_path: Path
) -> None:
    """Loading names each change once; again, there is none."""
    first = run_without_store("load")
    assert first.stdout.startswith(
        f"Created a new directory at {tmp_path}/cli.db with the shipped data.\n"
    )
    assert "done: pag-asa (PAG-ASA): added" in first.stdout
    assert (
        run_without_store("load").stdout
        == f"Revision 1, no change.\nDirectory: {tmp_path}/cli.db\n"
    )
    assert run_without_store("load", "--quiet").output == ""


def test_load_leaves_edits_alone_and_says_how_to_bring_file_and_store_together(
    run_without_store: RunCommand, tmp_path: Path
) -> None:
    """If file and store have both changed, the store stays, and the three commands that help are
    named.
    """
    _load_another_number(tmp_path / "cli.db", tmp_path / "data")
    assert run_without_store("import", records(tmp_path, other_phone)).exit_code == 0
    for result in (run_without_store("load"), run_without_store("load", "--quiet")):
        assert result.exit_code == 0
        told = re.findall(r"directory-api (.+centres.json)", result.stderr)
        assert told == [
            f"{words} {shipped('data')}/centres.json"
            for words in ("diff", "import", "export --output")
        ]
    assert "no change" in run_without_store("load").stdout
    # The two are the same again, and it is quiet.
    assert run_without_store("import", shipped("data") / "centres.json").exit_code == 0
    assert run_without_store("load").stderr == ""


def _load_another_number(database: Path, data: Path) -> None:
    """As if the product had come with another number at first."""
    shutil.copytree(shipped("data"), data)
    records(data, lambda found: other_phone(found, THIRD))
    open_write_side(database, data=data).shipped.load(SYSTEM, reason="test")


def test_a_load_that_changes_what_people_call_is_never_quiet(
    run_without_store: RunCommand, tmp_path: Path
) -> None:
    """Whoever restarts a server sees which number has changed with the product."""
    _load_another_number(tmp_path / "cli.db", tmp_path / "data")
    result = run_without_store("load", "--quiet")
    assert result.exit_code == 0
    assert "phone changed" in result.stdout


def test_load_brings_a_first_start_and_never_takes_a_file_of_ones_own(
    run_without_store: RunCommand, tmp_path: Path
) -> None:
    """`load FILE` is refused before anything is written."""
    fails(
        run_without_store("load", records(tmp_path, other_phone)),
        2,
        "unexpected extra argument",
    )
    assert not (tmp_path / "cli.db").exists()


def test_a_missing_or_broken_file_is_one_line(run_command: RunCommand, tmp_path: Path) -> None:
    """A file that is not there, or not JSON, ends with one line that names it."""
    broken = tmp_path / "broken.json"
    broken.write_text('{"centres": [', encoding="utf-8")
    for path, says in ((tmp_path / "none.json", "No such file"), (broken, "line 1, column 14")):
        result = run_command("validate", path)
        assert result.exit_code == 1
        assert result.stderr.count("\n") == 1
        assert says in result.stderr
        assert path.name in result.stderr


def test_postcodes_import_reports_what_was_left_out_and_why(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A GeoNames file of another country adds its postcodes; omitted rows are counted by reason."""
    row = "NL\t{}\tAmsterdam\tNoord-Holland\t07\t\t\t\t\t{}\t4.89\t6"
    lines = [
        row.format("1011", "52.37"),
        row.format("1012", "52.37"),
        row.format("1013", "x"),
        "NL\t1",
    ]
    file = tmp_path / "NL.txt"
    file.write_text("\n".join(lines), encoding="utf-8")
    result = run_command("postcodes", "import", file, "--country", "nl")
    assert result.exit_code == 0
    assert "4 rows read, 2 postcodes of NL imported." in result.stdout
    assert "1 rows skipped: no usable coordinate" in result.stdout
    assert "1 rows skipped: not 12 columns" in result.stdout
    assert "no change" in run_command("postcodes", "import", file, "--country", "NL").stdout
    assert "Payoke" in run_command("nearest", "1012 AB", "--country", "NL").stdout


def test_postcodes_import_names_the_centres_that_lose_their_place(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A hidden centre is placed by its postcode; without it, no search from a place finds it."""
    hide = {"address_visibility": "hidden"}
    file = records(tmp_path, lambda data: data["centres"][0].update(hide))
    assert run_command("import", file, "--approved-by", "bert").exit_code == 0
    table = tmp_path / "BE.txt"
    table.write_text("\t".join(["BE", "9000", "Gent", *([""] * 6), "51.05", "3.72", "6"]) + "\n")
    lost = run_command("postcodes", "import", table, "--country", "BE")
    assert lost.exit_code == 0
    assert "does not have their postcode: pag-asa. Correct" in lost.stderr
    assert "No search" not in run_command("postcodes", "import", table, "--country", "BE").stderr


@pytest.mark.parametrize("country", ["N", "NLD", "1!"])
def test_postcodes_import_refuses_what_is_no_country(
    run_command: RunCommand, tmp_path: Path, country: str
) -> None:
    """A country is two letters."""
    assert run_command("postcodes", "import", tmp_path / "x", "--country", country).exit_code == 2


def test_postcodes_import_of_a_missing_file_is_one_line(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A missing file ends with a line that names it."""
    result = run_command("postcodes", "import", tmp_path / "none.txt", "--country", "NL")
    assert result.exit_code == 1
    assert "none.txt: cannot be read" in result.stderr


def test_openapi_prints_the_committed_file(run_command: RunCommand) -> None:
    """What the code makes is what is committed."""
    assert run_command("openapi").stdout == shipped("openapi.yaml").read_text(encoding="utf-8")


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
    "freshness",
    "proposals list",
    "proposals show 1-1",
    "proposals approve 1-1",
    "proposals reject 1-1 --reason why",
    "token create bob --scope edit",
    "token list",
    "token revoke x",
    "geocode Keizerslaan 4",
    "mcp",
    "publish {folder}/site",
    "postcodes import {folder}/NL.txt --country NL",
    "check",
    "repair",
    "backup {folder}/b.db",
)
# Read no store, or those that their arguments name.
WITHOUT_STORE = ("validate", "openapi", "serve", "load", "init", "restore-backup", "copy")


def test_each_command_is_tried_in_a_wrong_folder() -> None:
    """A new command that reads a store belongs into the list."""
    tried = {words.split()[0] for words in ELSEWHERE}
    assert tried | set(WITHOUT_STORE) == set(main.commands)


@pytest.mark.parametrize("words", ELSEWHERE)
def test_in_a_wrong_folder_a_command_creates_nothing_and_says_what_to_do(
    run_without_store: RunCommand, tmp_path: Path, words: str
) -> None:
    """A directory that nobody meant would answer with the shipped numbers, however old."""
    result = run_without_store(*words.format(data=shipped("data"), folder=tmp_path).split())
    code = (
        2 if words.split(maxsplit=1)[0] in ("diff", "freshness", "check", "repair", "backup") else 1
    )
    fails(
        result,
        code,
        f"Error: There is no directory at {tmp_path}/cli.db.",
        "DIRECTORY_DATABASE_URL",
        "load`",
    )
    assert list(tmp_path.iterdir()) == []


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
        ("postcodes", "import", tmp_path / "NL.txt", "--country", "NL"),
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


def test_a_centre_on_another_continent_is_not_loaded(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A latitude with a misplaced decimal point is a fault with the distance, and nothing is
    loaded.
    """
    path = records(tmp_path, lambda data: data["centres"][0]["location"].update(lat=5.08428))
    result = run_command("import", path)
    assert result.exit_code == 1
    assert "km from the middle of its postcode. Check lat and lon." in result.stderr


def test_square_brackets_in_a_name_are_printed_as_they_are(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A name with brackets is no markup."""
    assert (
        run_command(
            "import",
            records(tmp_path, lambda data: data["centres"][0].update(name="PAG [nl] [/x]")),
        ).exit_code
        == 0
    )
    assert "PAG [nl] [/x]" in run_command("nearest", "1000").stdout
    assert "PAG [nl] [/x]" in run_command("show", "pag-asa").stdout


def test_serve_ends_where_it_cannot_create_a_directory(
    run_without_store: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A start that would serve the helplines only, and nothing ever after, is a wrong setting."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("DIRECTORY_DATABASE_URL", f"sqlite:///{tmp_path}/file/directory.db")
    fails(
        run_without_store("serve", "--port", str(free_port())),
        1,
        "the database cannot be made",
    )


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
    assert shown.stdout.strip().endswith(__version__)


def test_a_directory_without_any_load_is_filled_by_the_first_command(tmp_path: Path) -> None:
    """An empty store gets the shipped data, once."""
    directory = open_directory(
        Settings(database_url=f"sqlite:///{tmp_path}/new/place/directory.db")
    )
    directory.prepare()
    directory.prepare()
    assert directory.finder.about().revision == 1
