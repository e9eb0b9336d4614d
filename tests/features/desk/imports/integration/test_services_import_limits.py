"""What an import of a stream refuses and how much it lists: faults, changes and warnings."""

import csv
import sqlite3
from pathlib import Path

import pytest

from directory_api.change.directory import MOST_LISTED
from directory_api.features.desk.imports import file_records
from directory_api.files.raw_records import Incoming
from directory_api.record import columns
from directory_api.text.errors import RecordsInvalid, StoreUnavailable
from directory_api.text.translations import languages
from tests.support.line_files import lines_of, outcome_of
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import ANNA, create_write_side


def test_a_second_record_with_an_id_is_named(tmp_path: Path) -> None:
    """The line of each record after the first one with it; nothing is changed."""
    write_side = create_write_side(tmp_path / "a.db")
    file = lines_of(
        tmp_path, {"centres": [made_up_centre(1), made_up_centre(2), made_up_centre(1)]}
    )
    refused = outcome_of(write_side, file)
    assert isinstance(refused, RecordsInvalid)
    assert "line 3, /id: Another record has the same id. Choose another one. (made-up-001)" in [
        str(fault) for fault in refused.faults
    ]
    assert write_side.store.revision() == 1


def test_the_first_faults_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    """Of the lines, of the records and between them."""
    write_side = create_write_side(tmp_path / "a.db")
    bad = [{**made_up_centre(number), "kind": "x"} for number in range(MOST_LISTED)]
    lost = [{**made_up_centre(number), "sources": {"name": ["x"]}} for number in range(200, 350)]
    refused = outcome_of(write_side, lines_of(tmp_path, {"centres": [*bad, *lost]}))
    assert isinstance(refused, RecordsInvalid)
    assert len(refused.faults) == MOST_LISTED
    assert refused.faults[-1].line == MOST_LISTED
    total = len(bad) + len(lost)
    assert refused.detail == (
        f"There are {total} errors in the records. The first {MOST_LISTED} are listed."
    )


def test_a_record_has_twenty_faults_at_most(tmp_path: Path) -> None:
    """The next record is read, too."""
    bad = {**dict.fromkeys(made_up_centre(1), 1), "id": "bad", "phones": [{}] * 100}
    other = {**made_up_centre(2), "kind": "x"}
    refused = outcome_of(
        create_write_side(tmp_path / "a.db"), lines_of(tmp_path, {"centres": [bad, other]})
    )
    assert isinstance(refused, RecordsInvalid)
    assert [fault.line for fault in refused.faults] == [1] * 20 + [2]


def test_a_file_with_thousands_of_faults_is_not_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the faults so far are told, none that the rest of the file could show to be none."""
    monkeypatch.setattr(file_records, "MOST_FOUND", 30)
    bad = [{**made_up_centre(number), "kind": "x"} for number in range(40)]
    records = shipped_records()
    file = lines_of(tmp_path, {**records, "centres": bad}, centres_first=True)
    refused = outcome_of(create_write_side(tmp_path / "a.db"), file)
    assert isinstance(refused, RecordsInvalid)
    assert refused.detail == "There are 30 errors in the records."
    assert {fault.pointer for fault in refused.faults} == {"/kind"}


def test_the_first_changes_and_warnings_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    """An outcome does not grow with the file."""
    write_side = create_write_side(tmp_path / "a.db")
    write_side.live.refresh()
    more = 150
    centres = [
        *shipped_records()["centres"],
        *({**made_up_centre(number), "phones": []} for number in range(more)),
    ]
    outcome = write_side.importer.bring_in(ANNA, lines_of(tmp_path, {"centres": centres}), "many")
    assert len(outcome.done) == len(outcome.warnings) == MOST_LISTED
    assert outcome.more == {"added": more - MOST_LISTED}
    assert outcome.more_warnings > 0
    assert write_side.store.revision() == outcome.revision == 2
    assert len(write_side.store.records().contents["centre"]) == len(centres)
    assert write_side.live.snapshot.revision == 2


def test_too_many_sources_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are one record of the store, and in memory."""
    monkeypatch.setattr(file_records, "MOST_RECORDS", 3)
    refused = outcome_of(
        create_write_side(tmp_path / "a.db"), lines_of(tmp_path, shipped_records())
    )
    assert isinstance(refused, RecordsInvalid)
    assert "at most 3 are allowed" in str(refused.faults)


def test_a_record_that_is_too_large_is_a_fault(tmp_path: Path) -> None:
    """As in a document. A line of JSON of this size is not read at all."""
    texts = {language.tag: "😀" * 1000 for language in languages()}
    cells = columns.flatten("centre", made_up_centre(1, description=texts))
    path = tmp_path / "new.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, ["type", *cells])
        writer.writeheader()
        writer.writerow({"type": "centre", **cells})
    refused = outcome_of(create_write_side(tmp_path / "a.db"), Incoming.of(path))
    assert isinstance(refused, RecordsInvalid)
    assert (
        "row 2: The record is larger than 64 KB. Its largest field is “description”. Shorten it. "
        "(made-up-001)" in [str(fault) for fault in refused.faults]
    )


def test_a_disk_without_room_for_the_temporary_database_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the setting that names its folder; nothing is changed."""

    def full(*_: object, **__: object) -> sqlite3.Connection:
        raise sqlite3.OperationalError("database or disk is full")

    write_side = create_write_side(tmp_path / "a.db")
    file = lines_of(tmp_path, shipped_records())
    monkeypatch.setattr(sqlite3, "connect", full)
    with pytest.raises(StoreUnavailable, match="TMPDIR names its folder"):
        write_side.importer.bring_in(ANNA, file, "a file")


def test_a_line_that_is_no_record_is_a_fault_beside_those_of_the_records(tmp_path: Path) -> None:
    """All faults of the file at once."""
    file = lines_of(tmp_path, {"centres": [{**made_up_centre(1), "kind": "x"}]})
    with (tmp_path / "new.jsonl").open("a", encoding="utf-8") as lines:
        lines.write("[]\n")
    refused = outcome_of(create_write_side(tmp_path / "a.db"), file)
    assert isinstance(refused, RecordsInvalid)
    assert [fault.line for fault in refused.faults] == [1, 2]


def test_the_first_warnings_of_a_check_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    """Centres that are equal in the store have warnings, too."""
    centres = [{**made_up_centre(number), "phones": []} for number in range(MOST_LISTED + 5)]
    file = lines_of(tmp_path, {"centres": centres})
    write_side = create_write_side(tmp_path / "a.db", centres)
    checked = write_side.importer.check(file)
    assert (checked.count, len(checked.warnings)) == (len(centres), MOST_LISTED)
    assert checked.more_warnings >= 5
    assert not list(write_side.importer.compare(None, file))
