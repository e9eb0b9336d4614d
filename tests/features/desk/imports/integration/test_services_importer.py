"""Whole directories from JSON files: checked, compared, imported completely and never by
mistake.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.desk.imports.importer import Importer
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.errors import (
    FileUnreadable,
    RecordsInvalid,
    StoreUnavailable,
)
from tests.support.added_postcodes import add_postcodes
from tests.support.records import made_up_centre, shipped_records, write_records
from tests.support.write_side import ANNA, WriteSide, incoming, json_bytes, open_write_side


def _file(change: Callable[[dict[str, Any]], object] = lambda _: None) -> Incoming:
    """The shipped records with a change."""
    records = shipped_records()
    change(records)
    return incoming(json_bytes(records))


def _rename_first(records: dict[str, Any]) -> None:
    records["centres"][0]["name"] = "PAG-ASA vzw"


def test_only_what_differs_gets_history(write_side: WriteSide) -> None:
    """One centre renamed, one helpline's note changed, one new centre: three changes of one
    revision.
    """

    def change(records: dict[str, Any]) -> None:
        _rename_first(records)
        records["helplines"][1]["note"] = {"en": "At night."}
        records["centres"].append(made_up_centre(1))

    outcome = write_side.importer.bring_in(ANNA, _file(change), "the new file")
    assert [(done.kind, done.id, done.action) for done in outcome.applied] == [
        ("helpline", "de-112", "changed"),
        ("centre", "made-up-001", "added"),
        ("centre", "pag-asa", "changed"),
    ]
    entries = write_side.store.history(most=4)
    assert [entry.revision for entry in entries] == [2, 2, 2, 1]
    assert {(entry.stamp.author, entry.stamp.reason) for entry in entries[:3]} == {
        ("anna", "the new file")
    }
    assert len(write_side.editor.history("centre", "payoke")) == 1


@pytest.mark.parametrize("before", [b"", b"\xef\xbb\xbf", b"\n \t\r\n", b"\xef\xbb\xbf\n"])
def test_the_same_file_twice_writes_once(write_side: WriteSide, before: bytes) -> None:
    """With or without a byte order mark or blank lines before it, the second import changes
    nothing.
    """
    file = incoming(before + _file(_rename_first).raw)
    assert write_side.importer.bring_in(ANNA, file, "new").revision == 2
    rows = write_side.everything()
    again = write_side.importer.bring_in(ANNA, file, "new")
    assert (again.revision, again.changes) == (2, ())
    assert write_side.everything() == rows


def test_every_fault_of_a_file_is_told_at_once_and_nothing_is_taken(write_side: WriteSide) -> None:
    """Faults of several records beside a good change; check and import tell the same."""

    def change(records: dict[str, Any]) -> None:
        _rename_first(records)
        records["centres"][1]["email"] = "nobody"
        records["centres"][2]["website"] = "http://x"
        records["helplines"][0]["countries"] = "BE"

    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, _file(change), "new")
    with pytest.raises(RecordsInvalid) as checked:
        write_side.importer.check(_file(change))
    assert {"/centres/1/email", "/centres/2/website", "/helplines/0/countries"} <= {
        fault.pointer for fault in refused.value.faults
    }
    assert refused.value.faults == checked.value.faults
    assert write_side.everything() == before


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"{", "new.json: This is not valid JSON at line 1"),
        (b'{"a": 1, "a": 2}', "same name twice"),
        (b"[" * 99, "new.json: "),
        (b'{"a": NaN}', "NaN"),
        (b'{"a": "\xff"}', "not UTF-8"),
    ],
)
def test_what_is_no_json_is_told_with_the_files_name(
    write_side: WriteSide, raw: bytes, says: str
) -> None:
    """Which file, what is wrong and where; nothing of its contents."""
    with pytest.raises(FileUnreadable, match=r"^new\.json: ") as refused:
        write_side.importer.bring_in(ANNA, incoming(raw), "new")
    assert says in str(refused.value)


@pytest.mark.parametrize(
    "document",
    [
        [],
        {},
        [{"centres": []}],
        {"centres": None},
        {"centres": 5},
        {"centres": "abc"},
        {"centres": {"id": 1}},
        {"centres": [5, None, "a", []]},
        {"centres": [{"id": []}, {"id": {}}, {"id": None}, {}]},
    ],
)
def test_json_that_is_no_directory_is_refused_with_faults(
    write_side: WriteSide, document: Any
) -> None:
    """Whatever shape it has, it is RecordsInvalid, and the store stays as it was."""
    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, incoming(json_bytes(document)), "new")
    assert refused.value.faults
    assert write_side.everything() == before


def test_a_file_that_is_missing_is_told(tmp_path: Path) -> None:
    """Its name and why it cannot be read."""
    with pytest.raises(FileUnreadable, match=r"gone\.json: cannot be read"):
        Incoming.of(tmp_path / "gone.json")


def test_a_files_own_path_stands_in_its_messages(write_side: WriteSide, tmp_path: Path) -> None:
    """Read from the disk, a file is called as it was asked for."""
    path = tmp_path / "bad.json"
    path.write_bytes(b"{")
    with pytest.raises(FileUnreadable, match=f"^{re.escape(str(path))}: "):
        write_side.importer.check(Incoming.of(path))


def test_two_files_are_compared_without_a_store(tmp_path: Path) -> None:
    """The changes from one file to the other, and back; no database is created."""
    write_side = open_write_side(tmp_path / "none" / "directory.db")
    changes = write_side.importer.compare(_file(), _file(_rename_first))
    assert [(change.kind, change.id, change.action) for change in changes] == [
        ("centre", "pag-asa", "changed")
    ]
    (back,) = write_side.importer.compare(_file(_rename_first), _file())
    assert (back.before, back.after) == (changes[0].after, changes[0].before)
    assert not (tmp_path / "none").exists()


def test_a_file_is_compared_with_what_is_kept(write_side: WriteSide) -> None:
    """The plan is what the import then does, and comparing writes nothing."""
    write_side.patch("payoke", name="Payoke vzw")
    before = write_side.everything()
    plan = write_side.importer.compare(None, _file(_rename_first))
    assert [change.id for change in plan] == ["pag-asa", "payoke"]
    assert write_side.everything() == before
    assert write_side.importer.bring_in(ANNA, _file(_rename_first), "new").applied == plan


def test_comparing_with_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Without a database there is nothing to compare a file with: StoreUnavailable."""
    with pytest.raises(StoreUnavailable):
        open_write_side(tmp_path / "none" / "directory.db").importer.compare(None, _file())


@pytest.mark.parametrize("side", ["old", "new"])
def test_only_good_files_are_compared(write_side: WriteSide, side: str) -> None:
    """A fault on either side is told as by a check."""
    bad = incoming(b"{}")
    with pytest.raises(RecordsInvalid):
        write_side.importer.compare(*((bad, _file()) if side == "old" else (_file(), bad)))


def test_checking_needs_no_store_and_makes_none(data: Path, tmp_path: Path) -> None:
    """The shipped file is valid, and has no warning that is not acknowledged."""
    write_side = open_write_side(tmp_path / "none" / "directory.db")
    checked = write_side.importer.check(Incoming.of(data / "centres.json"))
    assert checked.warnings == ()
    assert (len(checked.records.centres), len(checked.records.helplines)) == (3, 24)
    assert list(tmp_path.iterdir()) == []


def test_a_check_knows_the_shipped_postcodes(write_side: WriteSide, tmp_path: Path) -> None:
    """A centre far from its postcode is a fault, one outside its area a warning, each with its
    place.
    """
    far = made_up_centre(1, location={"lat": 49.6, "lon": 5.8, "precision": "street"})
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.check(
            Incoming.of(write_records(tmp_path / "a.json", [made_up_centre(0), far]))
        )
    assert [fault.pointer for fault in refused.value.faults] == ["/centres/1/location"]
    off = made_up_centre(1, location={"lat": 50.95, "lon": 4.35, "precision": "street"})
    checked = write_side.importer.check(
        Incoming.of(write_records(tmp_path / "b.json", [made_up_centre(0), off]))
    )
    assert "/centres/1/location" in {warning.pointer for warning in checked.warnings}


def test_a_check_knows_the_imported_postcodes(write_side: WriteSide, tmp_path: Path) -> None:
    """A centre in a country whose postcodes were imported is not warned of."""
    centre = made_up_centre(
        1,
        address={"postcode": "1111", "locality": {"en": "Luxembourg"}, "country": "LU"},
        location={"lat": 49.6, "lon": 6.1, "precision": "street"},
    )
    file = Incoming.of(write_records(tmp_path / "a.json", [centre]))
    code = "unknown_postcode"
    assert code in {warning.code for warning in write_side.importer.check(file).warnings}
    write_side.live.refresh()
    add_postcodes(write_side.writer, "LU", ("1111", "Lux", 49.6, 6.1))
    assert code not in {warning.code for warning in write_side.importer.check(file).warnings}


def test_an_importer_needs_the_shipped_folder_for_checks_only(
    write_side: WriteSide, tmp_path: Path
) -> None:
    """A missing folder is named when a file is checked; stored records can be replaced
    without it.
    """
    importer = Importer(write_side.writer, tmp_path / "gone")
    with pytest.raises(FileUnreadable, match="gone"):
        importer.check(_file())
    assert importer.bring_in(ANNA, _file(_rename_first), "new").revision == 2
