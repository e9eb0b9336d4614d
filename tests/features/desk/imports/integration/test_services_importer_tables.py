"""Records imported from tables, as spreadsheet programs write them."""

import csv
import io
from collections.abc import Callable
from pathlib import Path

import pytest

from directory_api.change.guards import ALL_ALLOWED, Allowed
from directory_api.features.desk.sheets.as_csv import as_csv
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.errors import ConfirmationRequired, RecordsInvalid
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import (
    ANNA,
    WriteSide,
    incoming,
    json_bytes,
    once,
    open_write_side,
)


def _table(write_side: WriteSide, change: Callable[[str], str] = str) -> Incoming:
    """What is kept as a table, with a change of its text."""
    text = as_csv(write_side.store.records().contents).decode("utf-8-sig")
    return incoming(change(text).encode(), "new.csv")


def _centres(*lines: str) -> Incoming:
    """A small table of centres, in the encoding of an old spreadsheet."""
    header = "id;name;kind;status;address.postcode;address.locality.nl;address.country;"
    header += "address_visibility;location.lat;location.lon;location.precision;sources.name"
    return incoming("\r\n".join([header, *lines]).encode("windows-1252"), "small.csv")


_ROW = "{id};Énée {id};specialised_centre;active;1000;Brussel;BE;public;50.84;4.35;street;{source}"
_TWO = (_ROW.format(id="a", source="flyer"), _ROW.format(id="b", source="kept"))


def test_a_table_of_what_is_kept_is_no_change(write_side: WriteSide) -> None:
    """Written as CSV and brought in again, nothing differs, and nothing is written."""
    before = write_side.everything()
    assert not write_side.importer.compare(None, _table(write_side))
    assert write_side.importer.bring_in(ANNA, _table(write_side), "back").changes == ()
    assert write_side.everything() == before


def test_a_cell_that_differs_is_one_change(write_side: WriteSide) -> None:
    """A name changed in the table changes the record, with the same history entry as from other
    files.
    """
    file = _table(write_side, lambda text: text.replace("PAG-ASA", "PAG-ASA vzw", 1))
    (change,) = write_side.importer.bring_in(ANNA, file, "the table").applied
    assert (change.id, write_side.record("pag-asa")["name"]) == ("pag-asa", "PAG-ASA vzw")
    assert write_side.editor.history("centre", "pag-asa")[0].stamp.reason == "the table"


def test_a_table_replaces_the_kinds_that_it_holds_only(own: WriteSide) -> None:
    """A table of centres alone keeps helplines, sources and publisher, and may name any stored
    source.
    """
    before = own.store.records().contents
    outcome = own.importer.bring_in(ANNA, _centres(*_TWO), "a table")
    assert [(change.action, change.id) for change in outcome.applied] == [
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
        write_side.importer.bring_in(ANNA, _centres(*bad), "a table", allowed=ALL_ALLOWED)
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
    with pytest.raises(ConfirmationRequired) as refused:
        write_side.importer.bring_in(ANNA, _centres(_TWO[0]), "fewer")
    assert refused.value.faults[0].code == "centres_removed"
    assert (
        len(
            write_side.importer.bring_in(
                ANNA, _centres(_TWO[0]), "meant", allowed=ALL_ALLOWED
            ).applied
        )
        == 4
    )


def test_a_table_is_checked_against_what_is_kept_or_else_against_what_is_shipped(
    own: WriteSide, tmp_path: Path
) -> None:
    """A source that only the store has is valid where there is a store with records, and not
    elsewhere.
    """
    assert len(own.importer.check(_centres(*_TWO)).records.centres) == 2
    elsewhere = open_write_side(tmp_path / "elsewhere.db")
    with pytest.raises(RecordsInvalid) as without:
        elsewhere.importer.check(_centres(*_TWO))
    elsewhere.store.create()
    with pytest.raises(RecordsInvalid) as empty:
        elsewhere.importer.check(_centres(*_TWO))
    assert [fault.row for fault in without.value.faults] == [3]
    assert empty.value.faults == without.value.faults


def _without(start: str) -> Callable[[str], str]:
    """Delete the columns whose names begin so."""

    def change(text: str) -> str:
        header, *rows = csv.reader(io.StringIO(text))
        left = [at for at, name in enumerate(header) if not name.startswith(start)]
        table = io.StringIO()
        csv.writer(table).writerows([row[at] for at in left] for row in (header, *rows))
        return table.getvalue()

    return change


@pytest.mark.parametrize("start", ["phones.", "description.nl", "sources.", "address.", "verified"])
def test_columns_that_were_deleted_leave_what_is_stored(write_side: WriteSide, start: str) -> None:
    """No phone disappears with its column, from centres or helplines."""
    before = write_side.everything()
    assert not write_side.importer.compare(None, _table(write_side, _without(start)))
    assert not write_side.importer.bring_in(
        ANNA, _table(write_side, _without(start)), "fewer"
    ).changes
    assert write_side.everything() == before


def test_a_row_that_ends_early_empties_the_fields_whose_columns_the_table_has(
    write_side: WriteSide,
) -> None:
    """A spreadsheet program leaves out the last empty cells of a row."""

    def change(text: str) -> str:
        header, *rows = csv.reader(io.StringIO(text))
        at = header.index("email")
        header.append(header.pop(at))
        table = io.StringIO()
        moved = ([*row[:at], *row[at + 1 :]] for row in rows)
        csv.writer(table).writerows([header, *moved])
        return table.getvalue()

    everywhere = Allowed(removals=True)
    file = _table(write_side, change)
    done = write_side.importer.bring_in(ANNA, file, "no e-mail", allowed=everywhere).applied
    assert len(done) == 3
    assert all("email" not in write_side.record(each.id) for each in done)


def test_what_is_left_out_of_a_file_stays_as_it_is(write_side: WriteSide) -> None:
    """A changed record, one that the file lacks, and one that it adds."""
    records = shipped_records()
    records["centres"][0]["name"] = "By file"
    records["centres"][1]["name"] = "Not by file"
    del records["centres"][2]
    records["centres"].append(made_up_centre(1))
    left_out = [("centre", "payoke"), ("centre", "surya"), ("centre", "made-up-001")]
    outcome = write_side.importer.bring_in(
        ANNA, incoming(json_bytes(records)), "a part", left_out=left_out
    )
    assert [change.id for change in outcome.applied] == ["pag-asa"]


def test_a_record_that_needs_one_that_is_left_out_is_refused(write_side: WriteSide) -> None:
    """A centre cites a source that the same file adds."""
    records = shipped_records()
    records["sources"].append({"id": "added", "title": "Added"})
    records["centres"][0]["sources"]["name"] = ["added"]
    file = incoming(json_bytes(records))
    with pytest.raises(RecordsInvalid) as refused:
        write_side.importer.bring_in(ANNA, file, "a part", left_out=[("directory", "directory")])
    assert "source" in refused.value.faults[0].detail.lower()
