"""How much a file may have, and how many of its faults are listed."""

import csv
from pathlib import Path

from directory_api.change.directory import MOST_FAULTS_OF_DOCUMENT, MOST_RECORDS
from directory_api.features.desk import columns
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.errors import RecordsInvalid
from directory_api.text.translations import languages
from tests.support.line_files import lines_of, outcome_of
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import WriteSide, create_write_side, incoming, json_bytes


def test_the_first_faults_are_listed_and_all_are_counted(tmp_path: Path) -> None:
    """Of the lines, of the records and between them."""
    write_side = create_write_side(tmp_path / "a.db")
    bad = [{**made_up_centre(number), "kind": "x"} for number in range(MOST_FAULTS_OF_DOCUMENT)]
    lost = [{**made_up_centre(number), "sources": {"name": ["x"]}} for number in range(2000, 2050)]
    file = lines_of(tmp_path, {"centres": [*bad, *lost]})
    refused = outcome_of(write_side, Incoming(file.raw + b"[]\n", file.name, file.path))
    assert isinstance(refused, RecordsInvalid)
    assert len(refused.faults) == MOST_FAULTS_OF_DOCUMENT
    assert [fault.line for fault in refused.faults[:2]] == [len(bad) + len(lost) + 1, 1]
    assert refused.detail == (
        f"There are {len(bad) + len(lost) + 1} errors in the records. "
        f"The first {MOST_FAULTS_OF_DOCUMENT} are listed."
    )


def test_a_record_has_a_hundred_faults_at_most(tmp_path: Path) -> None:
    """The next record is read, too."""
    unknown = dict.fromkeys(map(str, range(50)), 1)
    bad = {**made_up_centre(1), "id": "bad", "phones": [unknown] * 50}
    other = {**made_up_centre(2), "kind": "x"}
    refused = outcome_of(
        create_write_side(tmp_path / "a.db"), lines_of(tmp_path, {"centres": [bad, other]})
    )
    assert isinstance(refused, RecordsInvalid)
    assert [fault.line for fault in refused.faults] == [1] * 100 + [2]


def test_a_file_of_a_thousand_wrong_lines_is_not_read_to_its_end(tmp_path: Path) -> None:
    """It is not the one that was meant."""
    path = tmp_path / "new.jsonl"
    path.write_bytes(b"[]\n" * 3 * MOST_FAULTS_OF_DOCUMENT)
    refused = outcome_of(create_write_side(tmp_path / "a.db"), Incoming.of(path))
    assert isinstance(refused, RecordsInvalid)
    assert refused.detail == f"There are {MOST_FAULTS_OF_DOCUMENT} errors in the records."


def test_more_records_than_a_directory_can_have_are_refused(
    write_side: WriteSide, tmp_path: Path
) -> None:
    """With the place of the first of them, and what to do, before any is checked."""
    centres = [{"id": "a"}] * (MOST_RECORDS + 1)
    for file, place in (
        (lines_of(tmp_path, {"centres": centres}), "line 10001"),
        (incoming(json_bytes({**shipped_records(), "centres": centres})), "/centres"),
        (incoming(b"id\n" + b"a\n" * len(centres)), "row 10002"),
    ):
        refused = outcome_of(write_side, file)
        assert isinstance(refused, RecordsInvalid)
        (fault,) = refused.faults
        assert str(fault).startswith(f"{place}: There are more than 10,000 records of this kind")


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
