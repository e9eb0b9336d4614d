"""Whole directories from JSON files: checked, compared, imported completely and never by
mistake.
"""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.domain.errors import (
    FileUnreadable,
    IdempotencyKeyReused,
    RecordsInvalid,
    StoreUnavailable,
)
from directory_api.domain.text.strict_json import IMPORT_BYTES
from directory_api.domain.validation.directory import contents_of, read_records
from directory_api.formats.as_centres_json import as_file, as_lines
from directory_api.formats.as_csv import as_csv
from directory_api.services import importer
from directory_api.services.importer import Importer, Incoming
from directory_api.storage.spreadsheets import reader
from directory_api.storage.spreadsheets.table import MOST_ROWS
from tests.support.records import made_up_centre, shipped_records, write_records
from tests.support.whole_store import read_whole
from tests.support.write_side import (
    ANNA,
    WriteSide,
    create_write_side,
    incoming,
    once,
    open_write_side,
)


@pytest.fixture
def write_side(tmp_path: Path) -> WriteSide:
    """The three shipped centres, without review."""
    return create_write_side(tmp_path / "directory.db")


def _bytes(records: Any) -> bytes:
    return json.dumps(records).encode()


def _file(change: Callable[[dict[str, Any]], object] = lambda _: None) -> Incoming:
    """The shipped records with a change."""
    records = shipped_records()
    change(records)
    return incoming(_bytes(records))


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
    assert [(done.kind, done.id, done.action) for done in outcome.done] == [
        ("helpline", "be-101", "changed"),
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


def test_an_export_brought_in_again_is_no_change(write_side: WriteSide) -> None:
    """The canonical file of what is kept differs in nothing, also after edits."""
    write_side.patch("payoke", name="Payoke vzw", email=None)
    write_side.editor.create(write_side.edit("made-up-001"), made_up_centre(1))
    file = incoming(as_file(read_whole(write_side.store).contents))
    assert not list(write_side.importer.compare(None, file))
    assert write_side.importer.bring_in(ANNA, file, "back").changes == ()


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
        (b"{" + b" " * 6_000_000 + b"}", "longer than"),
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
        write_side.importer.bring_in(ANNA, incoming(_bytes(document)), "new")
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


# Removals


@pytest.mark.parametrize(("left", "refused"), [(3, False), (2, False), (1, True), (0, True)])
def test_more_than_a_third_may_not_go_by_mistake(
    write_side: WriteSide, left: int, refused: bool
) -> None:
    """One of three centres may be removed; more only if that is confirmed. A refused import removes
    none.
    """
    file = _file(lambda records: records.update(centres=records["centres"][:left]))
    before = write_side.everything()
    if refused:
        with pytest.raises(RecordsInvalid, match="1 error ") as error:
            write_side.importer.bring_in(ANNA, file, "fewer")
        (fault,) = error.value.faults
        assert (fault.pointer, "--allow-removals" in fault.detail) == ("/centres", True)
        assert write_side.everything() == before
    outcome = write_side.importer.bring_in(ANNA, file, "fewer, and meant", allow_removals=True)
    assert len(outcome.done) == 3 - left
    assert not list(write_side.importer.compare(None, file))


def test_too_many_removals_are_told_beside_the_other_faults(write_side: WriteSide) -> None:
    """Who mends the faults should not learn of the removals only then."""

    def change(records: dict[str, Any]) -> None:
        records["centres"] = [{**records["centres"][0], "email": "nobody"}]

    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, _file(change), "fewer")
    assert [fault.pointer for fault in refused.value.faults] == ["/centres", "/centres/0/email"]


# Compare, check


def test_two_files_are_compared_without_a_store(tmp_path: Path) -> None:
    """The changes from one file to the other, and back; no database is created."""
    write_side = open_write_side(tmp_path / "none" / "directory.db")
    changes = list(write_side.importer.compare(_file(), _file(_rename_first)))
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
    plan = tuple(write_side.importer.compare(None, _file(_rename_first)))
    assert [change.id for change in plan] == ["pag-asa", "payoke"]
    assert write_side.everything() == before
    assert write_side.importer.bring_in(ANNA, _file(_rename_first), "new").done == plan


def test_comparing_with_a_store_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Without a database there is nothing to compare a file with: StoreUnavailable."""
    with pytest.raises(StoreUnavailable):
        next(open_write_side(tmp_path / "none" / "directory.db").importer.compare(None, _file()))


@pytest.mark.parametrize("side", ["old", "new"])
def test_only_good_files_are_compared(write_side: WriteSide, side: str) -> None:
    """A fault on either side is told as by a check."""
    bad = incoming(b"{}")
    with pytest.raises(RecordsInvalid):
        next(write_side.importer.compare(*((bad, _file()) if side == "old" else (_file(), bad))))


def test_checking_needs_no_store_and_makes_none(data: Path, tmp_path: Path) -> None:
    """The shipped file is valid; its one warning is about Sürya's two domains, with its place."""
    write_side = open_write_side(tmp_path / "none" / "directory.db")
    checked = write_side.importer.check(Incoming.of(data / "centres.json"))
    assert [warning.pointer for warning in checked.warnings] == ["/centres/2/email"]
    assert "(surya)" in checked.warnings[0].detail
    assert (checked.count, len(checked.contents["helpline"])) == (3, 4)
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


def test_an_import_with_the_same_key_is_one(write_side: WriteSide) -> None:
    """Repeated, it has the same result, also after an edit; with another file it is
    IdempotencyKeyReused.
    """
    first = write_side.importer.bring_in(
        ANNA, _file(_rename_first), "new", idempotency_key=once("k", "f1")
    )
    write_side.patch("pag-asa", name="Pagasa")
    assert (
        write_side.importer.bring_in(
            ANNA, _file(_rename_first), "new", idempotency_key=once("k", "f1")
        )
        == first
    )
    assert write_side.record("pag-asa")["name"] == "Pagasa"
    with pytest.raises(IdempotencyKeyReused):
        write_side.importer.bring_in(ANNA, _file(), "new", idempotency_key=once("k", "f2"))


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


# Tables


def _table(write_side: WriteSide, change: Callable[[str], str] = str) -> Incoming:
    """What is kept as a table, with a change of its text."""
    text = as_csv(write_side.store.records().contents).decode("utf-8-sig")
    return incoming(change(text).encode(), "new.csv")


def _centres(*lines: str) -> Incoming:
    """A small table of centres, in the encoding of an old spreadsheet."""
    header = "id;name;kind;status;address.postal_code;address.locality.nl;address.country;"
    header += "address_visibility;location.lat;location.lon;location.precision;sources.name"
    return incoming("\r\n".join([header, *lines]).encode("windows-1252"), "small.csv")


_ROW = "{id};Énée {id};specialised-centre;active;1000;Brussel;BE;public;50.84;4.35;street;{source}"
_TWO = (_ROW.format(id="a", source="flyer"), _ROW.format(id="b", source="kept"))


@pytest.fixture
def own(tmp_path: Path) -> WriteSide:
    """One made-up centre, and a source that the shipped data does not have."""
    write_side = create_write_side(tmp_path / "own.db", [made_up_centre(1)])
    records = shipped_records() | {"centres": [made_up_centre(1)]}
    records["sources"].append({"id": "kept", "title": "Only this directory has it"})
    write_side.importer.bring_in(ANNA, incoming(_bytes(records)), "a source")
    return write_side


def test_a_table_of_what_is_kept_is_no_change(write_side: WriteSide) -> None:
    """Written as CSV and brought in again, nothing differs, and nothing is written."""
    before = write_side.everything()
    assert not list(write_side.importer.compare(None, _table(write_side)))
    assert write_side.importer.bring_in(ANNA, _table(write_side), "back").changes == ()
    assert write_side.everything() == before


def test_a_cell_that_differs_is_one_change(write_side: WriteSide) -> None:
    """A name changed in the table changes the record, with the same history entry as from other
    files.
    """
    file = _table(write_side, lambda text: text.replace("PAG-ASA", "PAG-ASA vzw", 1))
    (change,) = write_side.importer.bring_in(ANNA, file, "the table").done
    assert (change.id, write_side.record("pag-asa")["name"]) == ("pag-asa", "PAG-ASA vzw")
    assert write_side.editor.history("centre", "pag-asa")[0].stamp.reason == "the table"


def test_a_table_replaces_the_kinds_that_it_holds_only(own: WriteSide) -> None:
    """A table of centres alone keeps helplines, sources and publisher, and may name any stored
    source.
    """
    before = own.store.records().contents
    outcome = own.importer.bring_in(ANNA, _centres(*_TWO), "a table")
    assert [(change.action, change.id) for change in outcome.done] == [
        ("added", "a"),
        ("added", "b"),
        ("removed", "made-up-001"),
    ]
    after = own.store.records().contents
    assert {kind: after[kind] for kind in ("helpline", "directory")} == {
        kind: before[kind] for kind in ("helpline", "directory")
    }
    assert own.record("a")["name"] == "Énée a"


def test_what_is_odd_about_a_table_is_told_also_when_it_is_repeated(own: WriteSide) -> None:
    """The guessed encoding is a warning of the check, of the import, and of its replay with the
    same key.
    """
    checked = own.importer.check(_centres(*_TWO))
    outcome = own.importer.bring_in(ANNA, _centres(*_TWO), "a table", idempotency_key=once("k"))
    again = own.importer.bring_in(ANNA, _centres(*_TWO), "a table", idempotency_key=once("k"))
    for warnings in (checked.warnings, outcome.warnings):
        assert "windows-1252" in warnings[0].detail
    assert again == outcome


def test_every_fault_of_a_table_has_its_row_and_column(write_side: WriteSide) -> None:
    """Two rows have faults, each with its cell; check and import report the same, and nothing is
    written.
    """
    bad = (
        _TWO[0].replace("50.84", "95"),
        _TWO[0].replace("a;", "c;", 1).replace("active", "perhaps"),
    )
    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, _centres(*bad), "a table", allow_removals=True)
    with pytest.raises(RecordsInvalid) as checked:
        write_side.importer.check(_centres(*bad))
    assert [(fault.row, fault.column) for fault in refused.value.faults] == [
        (2, "location.lat (I)"),
        (3, "status (D)"),
    ]
    assert refused.value.faults == checked.value.faults
    assert write_side.everything() == before


def test_a_table_far_from_its_postcode_is_told_at_its_cell(write_side: WriteSide) -> None:
    """What only shows beside the postcodes has its row and column, too."""
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.check(
            _centres(_TWO[0], _ROW.format(id="b", source="flyer").replace("50.84", "49.6"))
        )
    (fault,) = refused.value.faults
    assert (fault.row, (fault.column or "").split(".")[0]) == (3, "location")


def test_more_than_a_third_may_not_go_by_a_table_either(write_side: WriteSide) -> None:
    """A table with one other centre would remove all three: refused, unless it is meant."""
    with pytest.raises(RecordsInvalid, match="1 error ") as refused:
        write_side.importer.bring_in(ANNA, _centres(_TWO[0]), "fewer")
    assert "--allow-removals" in refused.value.faults[0].detail
    assert (
        len(
            write_side.importer.bring_in(ANNA, _centres(_TWO[0]), "meant", allow_removals=True).done
        )
        == 4
    )


def test_a_table_is_checked_against_what_is_kept_or_else_against_what_is_shipped(
    own: WriteSide, tmp_path: Path
) -> None:
    """A source that only the store has is valid where there is a store with records, and not
    elsewhere.
    """
    assert own.importer.check(_centres(*_TWO)).count == 2
    elsewhere = open_write_side(tmp_path / "elsewhere.db")
    with pytest.raises(RecordsInvalid) as without:
        elsewhere.importer.check(_centres(*_TWO))
    elsewhere.store.create()
    with pytest.raises(RecordsInvalid) as empty:
        elsewhere.importer.check(_centres(*_TWO))
    assert [fault.row for fault in without.value.faults] == [3]
    assert empty.value.faults == without.value.faults


# JSON Lines, and other large local files


def _lines(folder: Path, change: Callable[[dict[str, Any]], object] = lambda _: None) -> Incoming:
    """What is shipped, as JSON Lines, with a change of every record."""
    path = folder / "new.jsonl"
    records = [json.loads(line) for line in as_lines(contents_of(read_records(shipped_records())))]
    for record in records:
        change(record)
    path.write_text("".join(json.dumps(record) + "\n" for record in records), encoding="utf-8")
    return Incoming.of(path)


def test_json_lines_of_what_is_kept_are_no_change(write_side: WriteSide, tmp_path: Path) -> None:
    """Each record of the document has a line."""
    assert write_side.importer.bring_in(ANNA, _lines(tmp_path), "new").changes == ()


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


def test_a_large_json_file_is_told_to_be_lines(
    write_side: WriteSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JSON is parsed as a whole, so its size is limited; a larger one than over HTTP is read."""
    path = tmp_path / "new.json"
    path.write_bytes(_bytes(shipped_records()).ljust(IMPORT_BYTES + 1))
    write_side.importer.check(Incoming.of(path))
    with pytest.raises(FileUnreadable, match="longer than 5120 KB"):
        write_side.importer.check(Incoming(path.read_bytes(), "new.json"))
    monkeypatch.setattr(importer, "LOCAL_JSON_BYTES", IMPORT_BYTES)
    with pytest.raises(FileUnreadable, match=r"at most 5 MB.*JSON Lines"):
        write_side.importer.check(Incoming.of(path))


def test_a_large_table_is_read_from_the_terminal_only(
    write_side: WriteSide, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More rows than a request may have; a workbook is limited everywhere."""
    most = MOST_ROWS // 10  # reading 10,000 rows takes more than a second
    monkeypatch.setattr(reader, "MOST_ROWS", most)
    header = "id,name"
    path = tmp_path / "new.csv"
    path.write_text("\n".join([header, *["a,b"] * (most + 1)]), encoding="utf-8")
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.check(Incoming(path.read_bytes(), "new.csv"))
    assert "more than 1,000 rows" in str(refused.value.faults[0])
    with pytest.raises(RecordsInvalid) as at_the_terminal:
        write_side.importer.check(Incoming.of(path))
    # Five members are missing in each row, and all rows but the first have its id.
    assert f"There are {6 * (most + 1) - 1} errors" in at_the_terminal.value.detail
    with pytest.raises(FileUnreadable, match="larger than 5 MB"):
        reader.read_table(b"PK\x03\x04".ljust(IMPORT_BYTES + 1), "new.xlsx")
