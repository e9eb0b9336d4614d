"""Workbooks that are made for maintainers, and read again."""

import csv
import io
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.change.change import Contents
from directory_api.change.confirmation import UNCONFIRMED
from directory_api.features.desk.catalogues import texts_in
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.features.desk.sheets.reader import read_csv, read_workbook
from directory_api.features.desk.sheets.table import letter
from directory_api.features.desk.sheets.workbook import SHORT, workbook
from directory_api.record.schemas import CentreSchema
from directory_api.text.errors import Fault
from directory_api.text.message import IN_ENGLISH, Texts
from directory_api.text.translations import COMPLETE
from tests.support.record_strategies import CENTRES, HELPLINES, SOURCE_RECORDS
from tests.support.records import made_up_centre, shipped_records
from tests.support.spreadsheets import PLURALS
from tests.support.texts import texts

SHIPPED = shipped_records()


def _workbook(
    centres: Sequence[Mapping[str, Any]] = SHIPPED["centres"],
    helplines: Sequence[Mapping[str, Any]] = SHIPPED["helplines"],
    sources: Sequence[Mapping[str, Any]] = SHIPPED["sources"],
    *,
    has_all: bool = False,
    said_in: Texts = IN_ENGLISH,
) -> bytes:
    contents: Contents = {
        "centre": {centre["id"]: centre for centre in centres},
        "helpline": {line["id"]: line for line in helplines},
        "directory": {"directory": {"sources": [*sources]}},
    }
    return workbook(contents, said_in, has_all=has_all)


def _opened(raw: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(raw))


def _read(raw: bytes, stored: Sequence[Mapping[str, Any]] = ()) -> dict[str, dict[str, Any]]:
    """The records of a workbook by id, with what it has no columns for from those stored."""
    by_id = {record["id"]: record for record in stored}
    read = {}
    file = read_workbook(Incoming(raw, "x.xlsx"))
    assert file.faults == ()
    for record in chain.from_iterable(file.records.values()):
        identity = record.raw["id"]
        completed = record.completed if identity in by_id else None
        read[identity] = (completed(by_id[identity]) if completed else record).raw
    return read


@pytest.mark.parametrize("has_all", [False, True])
def test_the_shipped_records_come_back_from_a_workbook(has_all: bool) -> None:
    """Unchanged, whether it has all columns or only those that change most."""
    kinds = PLURALS.values() if has_all else ["centres"]
    records = [record for plural in kinds for record in SHIPPED[plural]]
    read = _read(_workbook(has_all=has_all), records)
    assert read == {record["id"]: record for record in records}


@settings(max_examples=25, deadline=None)
@given(CENTRES, HELPLINES, SOURCE_RECORDS, st.booleans())
def test_any_record_comes_back_from_a_workbook(
    centre: dict[str, Any], line: dict[str, Any], source: dict[str, Any], has_all: bool
) -> None:
    """Texts that look like formulas, numbers or dates, and everything without a column."""
    centre = CentreSchema.read(centre)
    records = [centre, line, source] if has_all else [centre]
    read = _read(_workbook([centre], [line], [source], has_all=has_all), records)
    assert read == {record["id"]: record for record in records}


def test_a_workbook_without_a_column_of_time_zones_keeps_the_stored_one() -> None:
    """Also where it is not that of the country."""
    record = {**SHIPPED["centres"][0], "timezone": "UTC"}
    assert _read(_workbook([record]), [record])[record["id"]]["timezone"] == "UTC"


def test_equal_records_give_equal_bytes() -> None:
    """The file has no time of its own."""
    assert _workbook(has_all=True) == _workbook(has_all=True)


def test_the_short_workbook_has_twenty_columns_of_centres_alone() -> None:
    """Labels for people, above the hidden names of the columns; the town in its usual language."""
    book = _opened(_workbook())
    assert book.sheetnames == ["centres", "Help", "Lists"]
    sheet = book["centres"]
    labels, names = ([cell.value for cell in row] for row in sheet.iter_rows(max_row=2))
    assert (len(names), names) == (20, [name.format("en") for name in SHORT])
    assert labels[:3] == ["Id", "Name", "Status"]
    assert labels[8] == "Phone 1 – Number"
    assert sheet.row_dimensions[2].hidden
    assert sheet.freeze_panes == "C3"
    assert book["Lists"].sheet_state == "hidden"


def test_numbers_and_postcodes_are_text_and_only_ids_are_locked() -> None:
    """So that no 0 and no + disappears, and a new row can be written."""
    sheet = _opened(_workbook())["centres"]
    assert sheet.protection.sheet
    groups = [*sheet.column_dimensions.values()]
    for index, name in enumerate(SHORT):
        column = next(each for each in groups if (each.min or 0) <= index + 1 <= (each.max or 0))
        cell = sheet.cell(3, index + 1)
        assert column.number_format == ("yyyy-mm-dd" if name == "closed_until" else "@"), name
        assert not column.protection.locked, name
        if cell.value is not None:
            assert (cell.number_format, cell.protection.locked) == ("@", name == "id"), name


def test_what_looks_like_a_formula_is_text() -> None:
    """A spreadsheet program calculates none."""
    raw = _workbook([made_up_centre(1, name="=1+1", description={"en": "@SUM(A1)"})], has_all=True)
    cells = [cell for row in _opened(raw)["centres"].iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert {"=1+1", "@SUM(A1)"} <= {cell.value for cell in cells}


def test_lists_offer_the_words_of_the_vocabularies() -> None:
    """A wrong status is refused by the spreadsheet; services may be several words."""
    book = _opened(_workbook())
    rules = {str(rule.sqref): rule for rule in book["centres"].data_validations.dataValidation}

    def rule_of(name: str) -> Any:
        column = letter(SHORT.index(name))
        return next(rule for place, rule in rules.items() if place.startswith(f"{column}3:"))

    def offered(name: str) -> list[Any]:
        sheet, _, cells = rule_of(name).formula1.partition("!")
        assert sheet == "Lists"
        return [row[0].value for row in book["Lists"][cells.replace("$", "")]]

    assert offered("status") == ["active", "temporarily_closed", "closed"]
    assert offered("phones.1.kind") == ["main", "duty", "mobile", "fax"]
    assert "ro (Romanian)" in offered("languages.1.code")
    assert "legal" in offered("services")
    refuses = {name: rule_of(name).showErrorMessage for name in ("status", "services")}
    assert refuses == {"status": True, "services": False}
    assert "Mon-Fri 9-12, 13-17" in (rule_of("opening_hours").prompt or "")


def test_the_help_says_what_each_column_is() -> None:
    """With an example, and what each word of a list means."""
    rows = list(_opened(_workbook())["Help"].iter_rows(values_only=True))
    help_of = {row[1]: row for row in rows}
    assert "closed: Permanently closed" in str(help_of["Status"][4])
    assert "legal: Legal help" in str(help_of["Services"][4])
    assert help_of["Phone 1 – Number"][3] == "+442079460123"


def test_labels_and_help_are_in_the_language_of_the_reader() -> None:
    """The names of the columns below them stay."""
    dutch = texts("nl", {"Phone": "Telefoon", "Number": "Nummer", "Column": "Kolom"})
    book = _opened(_workbook(said_in=dutch))
    labels, names = ([cell.value for cell in row] for row in book["centres"].iter_rows(max_row=2))
    assert (labels[8], names[8]) == ("Telefoon 1 – Nummer", "phones.1.number")
    assert "Stad (Nederlands)" not in labels
    assert names[6] == "address.locality.nl"
    assert "Kolom" in [cell.value for row in book["Help"].iter_rows() for cell in row]
    assert _read(_workbook(said_in=dutch), SHIPPED["centres"])["surya"] == SHIPPED["centres"][2]


@pytest.mark.parametrize("tag", COMPLETE)
def test_a_workbook_comes_back_in_each_language(tag: str) -> None:
    """Also where a label is the name of a column, as “Type” is in French."""
    records = [record for plural in PLURALS.values() for record in SHIPPED[plural]]
    read = _read(_workbook(has_all=True, said_in=texts_in(tag)), records)
    assert read == {record["id"]: record for record in records}


def _edited(raw: bytes, **cells: str) -> bytes:
    """A workbook with other values in cells of its first sheet."""
    book = _opened(raw)
    for place, value in cells.items():
        book["centres"][place] = value
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_a_language_is_read_with_and_without_its_name() -> None:
    """As it is offered, and as people type it."""
    raw = _edited(_workbook(), P3="ro (Romanian)", Q3="tr")
    spoken = _read(raw, SHIPPED["centres"])["pag-asa"]["languages"]
    assert [each["code"] for each in spoken] == ["ro", "tr", "en"]


def test_a_fault_names_the_label_of_its_column() -> None:
    """As the person sees it above the cell, with the letter."""
    (first, *_) = read_workbook(Incoming(_workbook(), "x.xlsx")).records["centres"]
    fault = first.locate(Fault("Wrong.", pointer="/phones/0/number"))
    assert (fault.sheet, fault.row, fault.column) == ("centres", 3, "Phone 1 – Number (I)")
    elsewhere = first.locate(Fault("Wrong.", pointer="/timezone"))
    assert elsewhere.detail.startswith("Wrong. This file does not have the column")
    # No cell confirms a record again.
    unconfirmed = first.locate(Fault("Confirm.", pointer="/verified/on", code=UNCONFIRMED))
    assert unconfirmed.detail == "Confirm."


def test_the_sheet_of_centres_saved_as_csv_is_read() -> None:
    """With its labels, and the names of the columns below them."""
    table = io.StringIO()
    rows = _opened(_workbook())["centres"].iter_rows(values_only=True)
    csv.writer(table, delimiter=";").writerows(rows)
    raw = table.getvalue().encode()
    centres = read_csv(Incoming(raw, "x.csv")).records["centres"]
    assert [each.raw["id"] for each in centres] == [each["id"] for each in SHIPPED["centres"]]
