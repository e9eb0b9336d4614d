"""Records imported from JSON Lines, and the sizes of files that an import takes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.answer.as_centres_json import as_lines
from directory_api.change.directory import contents_of, read_records
from directory_api.features.desk.sheets import raw_records
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.errors import FileUnreadable, RecordsInvalid
from directory_api.text.strict_json import IMPORT_BYTES
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import ANNA, WriteSide, json_bytes


def _lines(folder: Path, change: Callable[[dict[str, Any]], object] = lambda _: None) -> Incoming:
    """What is shipped, as JSON Lines, with a change of every record."""
    path = folder / "new.jsonl"
    records = [json.loads(line) for line in as_lines(contents_of(read_records(shipped_records())))]
    for record in records:
        change(record)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return Incoming.of(path)


def test_json_lines_replace_the_kinds_that_they_contain(own: WriteSide, tmp_path: Path) -> None:
    """Publisher, helplines and sources stay if the file has only centres."""
    path = tmp_path / "new.jsonl"
    path.write_text(json.dumps({"type": "centre", **made_up_centre(2)}), encoding="utf-8")
    outcome = own.importer.bring_in(ANNA, Incoming.of(path), "new")
    assert [(change.id, change.action) for change in outcome.changes] == [
        ("made-up-001", "removed"),
        ("made-up-002", "added"),
    ]


def test_each_fault_of_json_lines_names_its_line(write_side: WriteSide, tmp_path: Path) -> None:
    """All faults at once, of a member and of a missing source;
    nothing is changed.
    """

    def spoil(record: dict[str, Any]) -> None:
        if record.get("id") == "pag-asa":
            record["phones"][0]["number"] = "112"
            record["sources"]["name"] = ["nowhere"]

    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, _lines(tmp_path, spoil), "new")
    number = 1 + len(shipped_records()["sources"]) + len(shipped_records()["helplines"]) + 1
    places = [str(fault).partition(":")[0] for fault in refused.value.faults]
    assert places == [f"line {number}, /phones/0/number", f"line {number}, /sources/name/0"]
    assert write_side.everything() == before


def test_a_file_at_the_terminal_may_be_larger_than_one_that_is_sent(
    write_side: WriteSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """5 MB and 64 MB, whatever its form is."""
    path = tmp_path / "new.json"
    path.write_bytes(json_bytes(shipped_records()).ljust(IMPORT_BYTES + 1))
    write_side.importer.check(Incoming.of(path))
    for start in (b"{", b"id,name\n", b"PK\x03\x04"):
        with pytest.raises(FileUnreadable, match="larger than 5 MB"):
            write_side.importer.check(Incoming(start.ljust(IMPORT_BYTES + 1), "new"))
    monkeypatch.setattr(raw_records, "LOCAL_BYTES", IMPORT_BYTES)
    with pytest.raises(FileUnreadable, match="larger than 5 MB"):
        write_side.importer.check(Incoming.of(path))
