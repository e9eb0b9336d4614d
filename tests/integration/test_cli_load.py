"""The commands that check and load records: `validate`, `load` and `import`."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.edit.seed import SYSTEM
from tests.support.command_line import THIRD, RunCommand, fails, other_phone, records
from tests.support.frozen import CENTRES, DATA
from tests.support.write_side import open_write_side


@pytest.mark.needs("desk")
def test_validate_accepts_the_shipped_records_without_a_warning(run_command: RunCommand) -> None:
    """What was checked is acknowledged: Sürya's two domains, and that calls to the police of the
    Netherlands, when it is not urgent, are paid. A warning is something to check.
    """
    result = run_command("validate")
    assert result.exit_code == 0
    assert "3 centres, 24 helplines, no errors." in result.stdout
    assert result.stderr == ""


@pytest.mark.needs("pages", "desk")
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
    """Loading names each change once; loading again changes nothing."""
    first = run_without_store("load")
    assert first.stdout.startswith(
        f"Created a new directory at {tmp_path}/cli.db with the data in {DATA}.\n"
    )
    assert "done: pag-asa (PAG-ASA): added" in first.stdout
    assert (
        run_without_store("load").stdout
        == f"Revision 1, no change.\nDirectory: {tmp_path}/cli.db\n"
    )
    assert run_without_store("load", "--quiet").output == ""


@pytest.mark.needs("desk")
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
        assert told == [f"{words} {CENTRES}" for words in ("diff", "import", "export --output")]
    assert "no change" in run_without_store("load").stdout
    # The two are the same again, and it is quiet.
    assert run_without_store("import", CENTRES).exit_code == 0
    assert run_without_store("load").stderr == ""


def _load_another_number(database: Path, data: Path) -> None:
    """As if the product had come with another number at first."""
    shutil.copytree(DATA, data)
    records(data, lambda found: other_phone(found, THIRD))
    open_write_side(database, data=data).seed_data.load(SYSTEM, reason="test")


def test_a_load_that_changes_what_people_call_is_never_quiet(
    run_without_store: RunCommand, tmp_path: Path
) -> None:
    """The operator who restarts a server sees which number has changed with the product."""
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


@pytest.mark.needs("desk")
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


@pytest.mark.needs("desk")
def test_a_centre_on_another_continent_is_not_loaded(
    run_command: RunCommand, tmp_path: Path
) -> None:
    """A latitude with a misplaced decimal point is a fault with the distance, and nothing is
    loaded.
    """
    path = records(tmp_path, lambda data: data["centres"][0]["location"].update(lat=5.08428))
    result = run_command("import", path)
    assert result.exit_code == 1
    assert "km from the middle of its postcode. Check latitude and longitude." in result.stderr


def test_a_directory_without_any_load_is_filled_by_the_first_command(tmp_path: Path) -> None:
    """An empty store gets the shipped data, once."""
    directory = open_directory(
        Settings(database_url=f"sqlite:///{tmp_path}/new/place/directory.db")
    )
    directory.prepare()
    directory.prepare()
    assert directory.live.snapshot.revision == 1


def test_init_creates_and_says_where(
    run_without_store: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once; a second time nothing is changed."""
    monkeypatch.delenv("DIRECTORY_DATA")
    path = tmp_path / "cli.db"
    first, second = run_without_store("init"), run_without_store("init")
    assert first.stdout == f"Created a new directory at {path} with the shipped data.\n"
    assert second.stdout == f"There is a directory at {path} already; nothing was changed.\n"


def test_a_directory_of_ones_own_folder_is_not_called_shipped(
    run_without_store: RunCommand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command names the folder."""
    data = shutil.copytree(DATA, tmp_path / "our-data")
    monkeypatch.setenv("DIRECTORY_DATA", str(data))
    path = tmp_path / "cli.db"
    created = run_without_store("load")
    assert created.stdout.startswith(f"Created a new directory at {path} with the data in {data}.")
    assert "shipped" not in run_without_store("history").stdout
