"""Every fault of a table is reported at once, with its sheet, row and column."""

import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from directory_api.change.directory import read_records
from directory_api.features.desk.sheets import reader
from directory_api.features.desk.sheets.table import letter
from directory_api.text.errors import Fault, RecordsInvalid
from tests.support.records import shipped_records
from tests.support.spreadsheets import PLURALS, ReadTable, grid_of, read_table, workbook


def _faults(raw: bytes, name: str = "x.csv") -> list[str]:
    with pytest.raises(RecordsInvalid) as refused:
        read_table(raw, name)
    return [str(fault) for fault in refused.value.faults]


def _shipped_sheets() -> ReadTable:
    records = shipped_records()
    return read_table(
        workbook({name: grid_of(kind, records[name]) for kind, name in PLURALS.items()}), "x.xlsx"
    )


def test_a_fault_of_the_schema_is_located_in_its_cell() -> None:
    """A wrong number has sheet, row, header and letter; programs get the pointer."""
    records = shipped_records()
    grid = grid_of("centre", records["centres"])
    column = grid[0].index("phones.1.number")
    grid[2][column] = "+3200000000"
    del records["centres"][1]["phones"][0]["display"]
    grid[2][grid[0].index("phones.1.display")] = ""
    sheets = read_table(workbook({"Centres": grid}), "x.xlsx")
    with pytest.raises(RecordsInvalid) as refused:
        read_records({**records, **sheets.parts})
    (fault,) = map(sheets.located, refused.value.faults)
    assert (fault.sheet, fault.row, fault.column) == (
        "Centres",
        3,
        f"phones.1.number ({letter(column)})",
    )
    assert fault.pointer == "/centres/1/phones/0/number"
    assert str(fault).startswith(
        f"sheet Centres, row 3, column phones.1.number ({letter(column)}): No such number"
    )


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/centres/0/id", ("centres", 2, "id (A)")),
        ("/centres/2", ("centres", 4, None)),
        ("/sources/8/title", ("sources", 10, "title (B)")),
        ("/helplines/3/number", ("helplines", 5, "number (C)")),
        ("/centres/1/verified", ("centres", 3, None)),
        ("/centres/1/sources/verified/0", ("centres", 3, "sources.verified")),
        ("/helplines", (None, None, None)),
        ("/centres/nobody/id", (None, None, None)),
        ("/publisher", (None, None, None)),
        ("/", (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_a_fault_is_located_as_far_as_it_has_a_place(
    pointer: str | None, place: tuple[object, ...]
) -> None:
    """A record has a row, a member a column; a column that the sheet lacks has no letter."""
    found = _shipped_sheets().located(Fault("x", pointer=pointer))
    if pointer == "/centres/1/verified":
        assert (found.column or "").startswith("verified.on (")
        place = (*place[:2], found.column)
    assert (found.sheet, found.row, found.column) == place
    assert (found.detail, found.pointer) == ("x", pointer)


def test_every_fault_of_a_table_is_told_at_once() -> None:
    """Unknown column and type, duplicate header, long row, missing header, NUL: each once, with its
    place.
    """
    raw = b"\n".join(
        [
            b"type,id,phnes.1.number,id,,empty",
            b"centre,a,+32,,,",
            b"centre,b,+33,,,",
            b"shop,c,,,,",
            b",d,,,,",
            b"Centres,e,,,loose,",
            b"source,f,1,,,,more,,,",
            b"helpline,g\0,,,",
        ]
    )
    loose = (
        "The cell has no header. Name its column, or put quotation marks around a cell with commas."
    )
    unknown = "A {} has no such column. Did you mean phones.1.number?"
    assert sorted(_faults(raw)) == sorted(
        [
            "row 1, column id (D): The same column is at B, too. Keep one of them.",
            f"row 2, column phnes.1.number (C): {unknown.format('centre')}",
            "row 4, column type (A): Write one of: centre, helpline, source.",
            "row 5, column type (A): Write one of: centre, helpline, source.",
            f"row 6, column E: {loose}",
            f"row 7, column G: {loose}",
            "row 7, column phnes.1.number (C): A source has no such column. "
            "An exported table has all columns.",
            "row 8, column B: The cell has a NUL byte: the file is damaged, or is not a table as "
            "text.",
        ]
    )


def test_a_strange_header_is_shown_short_and_plain() -> None:
    """What a terminal would obey and what fills the screen is not repeated."""
    (fault,) = _faults(b"id,x\x1b[2J" + b"y" * 5000 + b"\na,1\n")
    assert fault.startswith("row 2, column x\N{REPLACEMENT CHARACTER}[2Jyyy")
    assert len(fault) < 200


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"pag-asa,PAG-ASA\npayoke,Payoke\n", "row 1: The first row has no column of a centre"),
        (b"\n\n  \nfirst\na\n", "row 4: The first row has no column of a centre"),
        (b'"type,id,name"\n"centre,a,A"\n', "row 1: The first row has no column of a centre"),
        (b"id," * 1000 + b"id\na\n", "row 1: There are more than 1,000 columns"),
        (b"id\n" + b"a\n" * 10_001, "row 10002: There are more than 10,000 records"),
    ],
)
def test_a_table_that_is_no_table_of_records_is_one_fault(raw: bytes, says: str) -> None:
    """Without a header, too wide or too long: one fault with its row."""
    found = _faults(raw)
    assert found[0].startswith(says) or found[-1].startswith(says)
    assert len([fault for fault in found if "The same column" not in fault]) == 1


def test_more_cells_than_a_directory_can_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file of 5 MB with a letter in each cell would take a gigabyte of memory."""
    monkeypatch.setattr(reader, "MOST_CELLS", 4)
    assert _faults(b"id,name\na,A\nb,\nc,\nd,D\n") == [
        "row 5: There are more than 4 filled cells. Check whether it is the right file."
    ]


def test_faults_of_all_sheets_are_told_together() -> None:
    """A sheet of notes and a misspelt column in another sheet are two faults, each with its
    sheet.
    """
    book = workbook({"Notes": [["to do"], ["call"]], "Sources": [["id", "titel"], ["a", "A"]]})
    assert _faults(book, "x.xlsx") == [
        "sheet Notes, row 1: The first row has no column of a centre, such as id and name. "
        "It must name the columns, one in each cell.",
        "sheet Sources, row 2, column titel (B): A source has no such column. Did you mean title?",
    ]


def test_a_cell_without_a_result_is_a_fault_and_not_an_empty_cell() -> None:
    """A formula error, or a formula without a result, must not be read as a removed value."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Other"
    sheet = book.create_sheet("Centres")
    for row in (["id", "name", "email"], ["a", "=1+1", "b"]):
        sheet.append(row)
    sheet["C2"].value = "#REF!"
    sheet["C2"].data_type = "e"
    raw = io.BytesIO()
    book.save(raw)
    assert _faults(raw.getvalue(), "x.xlsx") == [
        "sheet Centres, row 2, column B: The cell has a formula without a result. "
        "Open the file in a spreadsheet program and save it.",
        "sheet Centres, row 2, column C: The formula in this cell gives an error. "
        "Correct it and save the file again.",
    ]


@given(st.integers(0, 16_383))
def test_letters_are_those_of_spreadsheets(index: int) -> None:
    """A column is called as openpyxl calls it, to the last one of Excel."""
    assert letter(index) == get_column_letter(index + 1)
