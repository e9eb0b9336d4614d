"""Records imported from tables, as spreadsheet programs write them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from directory_api.change.guards import CONFIRMED
from directory_api.features.formats.as_csv import as_csv
from directory_api.files.raw_records import Incoming
from directory_api.text.errors import ConfirmationNeeded, RecordsInvalid
from tests.support.write_side import ANNA, WriteSide, incoming, once, open_write_side

NEEDS = ("formats", "sheets")


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
        write_side.importer.bring_in(ANNA, _centres(*bad), "a table", confirmed=CONFIRMED)
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
    with pytest.raises(ConfirmationNeeded) as refused:
        write_side.importer.bring_in(ANNA, _centres(_TWO[0]), "fewer")
    assert refused.value.faults[0].code == "centres-removed"
    assert (
        len(
            write_side.importer.bring_in(ANNA, _centres(_TWO[0]), "meant", confirmed=CONFIRMED).done
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
