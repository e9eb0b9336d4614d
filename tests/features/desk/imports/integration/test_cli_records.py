"""Files of records: validate, diff, import, export."""

import csv
import io
import json
import os
import sqlite3
import stat
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import open_directory
from directory_api.cli.output import MOST_PRINTED
from directory_api.config import Settings
from directory_api.features.desk.imports.exporter import exporter_of
from directory_api.text.errors import NotReady
from tests.support.command_line import (
    OTHER,
    THIRD,
    RunCommand,
    fails,
    other_phone,
    records,
    rows,
    sign_in,
    two_approvers,
)
from tests.support.frozen import CENTRES
from tests.support.records import made_up_centre
from tests.support.servers import environment, run_process
from tests.support.sqlite_stores import sqlite_store

NEEDS = ("formats",)

CHANGED = "pag-asa (PAG-ASA): phone changed: +32 2 511 64 64 → +32 2 511 64 65"
_SOURCES = "sources of phones dropped with the old value: agii, fedasilinfo, flyer, lesmarolles"
# That the sources go is said where a file is compared with the records.
IN_FORCE = f"{CHANGED}; {_SOURCES}"
SHIPPED = CENTRES


def _move(data: dict[str, Any]) -> None:
    other_phone(data)
    data["centres"][0]["location"]["lat"] += 0.01


def _as_csv(run_command: RunCommand, folder: Path, change: dict[str, str] | None = None) -> Path:
    """The store as CSV, with some words of it replaced, as a spreadsheet saves it."""
    text = run_command("export", "--format", "csv").stdout
    for old, new in (change or {}).items():
        assert text.count(old) == 1
        text = text.replace(old, new)
    path = folder / "centres.csv"
    path.write_text(text, encoding="utf-8", newline="")
    return path


def test_export_gives_the_shipped_file_byte_for_byte(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A fresh store and the file in git are in step, printed or written."""
    assert run_command("export").stdout_bytes == SHIPPED.read_bytes()
    file = tmp_path / "out.json"
    assert run_command("export", "--output", file).stdout == f"Written: {file}\n"
    assert file.read_bytes() == SHIPPED.read_bytes()


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "xlsx", "xlsx-all"])
def test_what_is_exported_is_no_change_when_it_is_imported(
    run_command: RunCommand, tmp_path: Path, form: str
) -> None:
    """Exporting and importing the same store changes nothing, and diff reports no difference."""
    assert run_command("import", records(tmp_path, _move)).exit_code == 0
    file = tmp_path / f"out.{form}"
    assert run_command("export", "--format", form, "--output", file).exit_code == 0
    assert (run_command("diff", file).exit_code, run_command("diff", file).stdout) == (
        0,
        "No change.\n",
    )
    assert (
        run_command("import", file).stdout
        == f"Revision 2, no change.\nDirectory: {tmp_path}/cli.db\n"
    )


def test_a_file_for_the_public_has_the_published_centres_only(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A hidden address is not on the map, a centre that is closed for good neither."""

    def change(data: dict[str, Any]) -> None:
        data["centres"][0]["address_visibility"] = "hidden"
        data["centres"][1]["status"] = "closed"

    assert run_command("import", records(tmp_path, change)).exit_code == 0
    printed = run_command("export", "--format", "geojson").stdout
    assert [feature["id"] for feature in json.loads(printed)["features"]] == ["pag-asa", "surya"]
    assert "Cellebroersstraat" not in printed
    assert "Cellebroersstraat" in run_command("export").stdout
    file = tmp_path / "directory.sqlite"
    assert run_command("export", "--format", "sqlite", "--output", file).stderr == ""
    database = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    assert [*database.execute("SELECT id, street IS NULL FROM centres")] == [
        ("pag-asa", True),
        ("surya", False),
    ]
    database.close()


def test_export_says_why_a_file_cannot_be_written(run_command: RunCommand, tmp_path: Path) -> None:
    """A folder that is not there and a device are refused by name."""
    fails(
        run_command("export", "--output", tmp_path / "no" / "out.json"),
        1,
        "out.json: cannot be written (No such file",
    )
    fails(run_command("export", "--output", "/dev/null"), 1, "/dev/null: is no ordinary file")


def test_diff_tells_the_store_from_a_file_in_sentences(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """Changes are lines that a maintainer would write, exit 1, and nothing is written."""
    told = IN_FORCE.replace("phone changed", "point moved 1.1 km; phone changed")
    for _ in range(2):
        result = run_command("diff", records(tmp_path, _move))
        assert (result.exit_code, result.stdout) == (1, f"{told}\n")


def test_diff_of_two_files_needs_no_store(run_without_store: RunCommand, tmp_path: Path) -> None:
    """Two files are compared without a database, in both directions."""
    new = records(tmp_path, other_phone, "new.json")
    changed = run_without_store("diff", SHIPPED, new)
    assert (changed.exit_code, changed.stdout) == (1, f"{CHANGED}\n")
    back = "pag-asa (PAG-ASA): phone changed: +32 2 511 64 65 → +32 2 511 64 64"
    assert run_without_store("diff", new, SHIPPED).stdout == f"{back}\n"
    unchanged = run_without_store("diff", new, new)
    assert (unchanged.exit_code, unchanged.stdout) == (0, "No change.\n")
    assert not (tmp_path / "cli.db").exists()


def test_diff_ends_with_2_when_it_cannot_tell(
    run_command: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Faults, a missing file, a wrong setting, a damaged store, too many files: 2; 1 means changes
    only.
    """
    bad = records(tmp_path, lambda data: data["centres"][0].update(email="nobody"), "bad.json")
    fails(run_command("diff", bad), 2, "/centres/0/email: ")
    fails(run_command("diff", SHIPPED, bad), 2, "/centres/0/email: ")
    fails(run_command("diff", tmp_path / "none.json"), 2, "none.json: cannot be read")
    fails(run_command("diff", bad, bad, bad), 2, "or two files")
    (tmp_path / "cli.db").write_bytes(b"this is no database" * 100)
    fails(run_command("diff", SHIPPED), 2, "the database cannot be used")
    monkeypatch.setenv("DIRECTORY_COUNTRY", "Belgium")
    fails(run_command("diff", SHIPPED), 2, "DIRECTORY_COUNTRY")


def test_import_tells_its_plan_in_the_sentences_of_diff_and_is_idempotent(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A dry run writes nothing; then the same changes are in effect; again it is no change."""
    file = records(tmp_path, other_phone)
    dry = run_command("import", file, "--dry-run")
    assert (
        dry.stdout == f"would change: {IN_FORCE}\nNothing was changed; compared with revision 1.\n"
    )
    assert run_command("diff", file).exit_code == 1
    assert run_command("import", file).stdout.startswith(
        f"done: {IN_FORCE}\nRevision 2, 1 change in effect.\n"
    )
    assert (
        run_command("import", file).stdout
        == f"Revision 2, no change.\nDirectory: {tmp_path}/cli.db\n"
    )
    assert OTHER in run_command("show", "pag-asa").stdout


def test_removing_most_of_the_directory_has_to_be_meant(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A file that lacks more than a third is refused, and says which option lets it pass."""
    file = records(tmp_path, lambda data: data.update(centres=data["centres"][:1]))
    fails(run_command("import", file), 1, "2 of 3 centres would be removed", "--allow-removals")
    allowed = run_command("import", file, "--allow-removals")
    assert "done: payoke (Payoke): removed\n" in allowed.stdout
    assert "2 changes in effect" in allowed.stdout


def test_a_fault_of_a_table_is_named_by_its_row_and_column(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A wrong cell is found without counting."""
    file = _as_csv(run_command, tmp_path, {"+3225116464": "+321"})
    for words, code in ((("validate", file), 1), (("diff", file), 2), (("import", file), 1)):
        fails(run_command(*words), code, "row 2, column phones.1.number")
    table = csv.reader(io.StringIO(file.read_text(encoding="utf-8-sig")))
    assert next(table)[0] == "type"


def test_validate_takes_a_table_without_a_store(run_command: RunCommand, tmp_path: Path) -> None:
    """A CSV can be checked on a machine that has no database."""
    file = _as_csv(run_command, tmp_path)
    (tmp_path / "cli.db").unlink()
    assert "3 centres, 24 helplines, no errors." in run_command("validate", file).stdout
    assert not (tmp_path / "cli.db").exists()


def test_with_two_approvers_an_import_waits_unless_somebody_has_looked(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """Changes that need review wait, with an id; `--approved-by` imports them, and the history has
    it.
    """
    two_approvers(run_command)
    file = records(tmp_path, other_phone)
    assert run_command("import", file, "--dry-run").stdout.startswith(
        f"would need review: {IN_FORCE}\n"
    )
    for _ in range(2):  # importing it again proposes nothing new
        waits = run_command("import", file)
        assert waits.stdout.startswith(f"proposal 2-1: {IN_FORCE}\n")
        assert "/admin/todo" in waits.stderr
    assert "no changes in effect, 1 waiting for review" in waits.stdout
    assert run_command("export").stdout_bytes == SHIPPED.read_bytes()
    through = run_command(
        "import",
        records(tmp_path, lambda data: other_phone(data, THIRD)),
        "--approved-by",
        "a colleague",
    )
    assert "1 change in effect." in through.stdout
    assert rows(run_command("history", "pag-asa"))[0][3] == "a colleague"


def test_nobody_approves_an_import_alone(
    run_without_store: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One's own name is refused, and so is a name that hides signs."""
    sign_in(monkeypatch, "somebody")
    file = records(tmp_path, other_phone)
    fails(
        run_without_store("import", file, "--approved-by", "somebody"),
        2,
        "the name of another person",
    )
    fails(run_without_store("import", file, "--approved-by", "some\nbody"), 2, "Line breaks")
    fails(
        run_without_store("import", file, "--reason", "x" * 301),
        2,
        "at most 300 characters",
    )
    assert not (tmp_path / "cli.db").exists()


@pytest.mark.parametrize("name", ["history", "show", "import", "diff"])
def test_what_is_no_text_is_refused_in_a_line(run_without_store: RunCommand, name: str) -> None:
    """Bytes that are no UTF-8 on the command line end without traceback."""
    result = run_without_store(name, "\udcff")
    fails(result, result.exit_code, "Error: ")
    assert result.exit_code in (1, 2)


def test_what_is_no_text_is_refused_by_a_process_too(tmp_path: Path) -> None:
    """Python gives it the bytes as it gives them to `run_without_store`."""
    ended = run_process(["directory_api", "show", "\udcff"], environment(tmp_path / "cli.db"))
    assert ended.returncode in (1, 2)
    assert "Error: " in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize("form", ["json", "jsonl", "csv", "xlsx", "xlsx-all"])
def test_only_its_owner_can_read_an_export_with_hidden_addresses(
    run_command: RunCommand, tmp_path: Path, form: str
) -> None:
    """Whatever the umask is, and whatever the permissions of a replaced file were."""
    file = tmp_path / f"out.{form}"
    before = os.umask(0o022)
    try:
        for _ in range(2):
            assert run_command("export", "--format", form, "--output", file).exit_code == 0
            assert stat.S_IMODE(file.stat().st_mode) == 0o600
            file.chmod(0o644)
    finally:
        os.umask(before)


def test_an_exporter_without_a_directory_says_that_nothing_is_loaded(tmp_path: Path) -> None:
    """Before the first load there is nothing to write."""
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/new.db"))
    sqlite_store(tmp_path / "new.db").create()
    with pytest.raises(NotReady):
        exporter_of(directory).export("json")


def test_export_warns_of_hidden_addresses(run_command: RunCommand, tmp_path: Path) -> None:
    """What holds a secret address says so beside it; what does not, does not."""
    assert run_command("export").stderr == ""

    def hide(data: dict[str, Any]) -> None:
        data["centres"][0]["address_visibility"] = "hidden"

    assert run_command("import", records(tmp_path, hide)).exit_code == 0
    for form in ("json", "csv"):
        assert "hidden addresses of 1 centre;" in run_command("export", "--format", form).stderr
    assert run_command("export", "--format", "geojson").stderr == ""


def test_the_first_changes_and_warnings_are_printed_and_all_are_counted(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """Of a file that adds many centres without a phone."""
    more = MOST_PRINTED + 50
    added = [{**made_up_centre(number), "phones": []} for number in range(more)]
    file = records(tmp_path, lambda data: data["centres"].extend(added))
    told = run_command("import", file)
    assert told.stdout.count("done: ") == MOST_PRINTED
    assert "and 50 more changes: 50 added\n" in told.stdout
    assert f"Revision 2, {more} changes in effect." in told.stdout
    checked = run_command("validate", file)
    for result in (told, checked):
        assert result.stderr.count("warning: ") == MOST_PRINTED + 1
        assert " more warnings\n" in result.stderr
