"""Workbooks as people fill them in: sheets of each kind, and cells as they are shown."""

import datetime as dt
import io

import openpyxl
import pytest

from directory_api.features.desk import columns as tabular_columns
from directory_api.record import cells
from directory_api.text.errors import Fault
from tests.support.records import shipped_records
from tests.support.spreadsheets import PLURALS, grid_of, read_table, workbook


def test_the_shipped_directory_comes_back_from_a_workbook() -> None:
    """Three sheets, one for each kind, give the shipped records again."""
    records = shipped_records()
    book = workbook(
        {plural.title(): grid_of(kind, records[plural]) for kind, plural in PLURALS.items()}
    )
    assert read_table(book, "x.xlsx").parts == {
        plural: records[plural] for plural in PLURALS.values()
    }


def test_an_exported_table_pasted_into_a_workbook_comes_back() -> None:
    """Guarded cells of our CSV lose their guard in a workbook, too."""
    records = shipped_records()
    columns = list(
        dict.fromkeys(
            name
            for kind in tabular_columns.ROW_KINDS
            for name in tabular_columns.column_names(kind, records[PLURALS[kind]])
        )
    )
    rows = [
        [
            kind,
            *(
                cells.guarded(tabular_columns.flatten(kind, record).get(column, ""))
                for column in columns
            ),
        ]
        for kind in tabular_columns.ROW_KINDS
        for record in records[PLURALS[kind]]
    ]
    book = workbook({"export": [["Type", *columns], *rows]})
    assert read_table(book, "x.xlsx").parts == {
        plural: records[plural] for plural in PLURALS.values()
    }


def test_cells_of_a_workbook_are_read_as_they_are_shown() -> None:
    """Integers, dates, yes and no, and text are as in a CSV; a time is left for the schema to
    refuse.
    """
    header = [
        "id",
        "address.postcode",
        "phones.1.number",
        "location.lat",
        "languages.1.interpreter",
        "verified.on",
    ]
    when = dt.datetime.combine(dt.date(2026, 11, 2), dt.time(10, 30))
    rows: list[list[object]] = [
        [*header],
        ["a", 1000.0, 3225116464.0, 50.8428, True, dt.date(2026, 11, 2)],
        ["b", "01000", "+3225116464", -4, False, when],
        ["c", 0, None, 1e-7, "no", dt.time(9, 30)],
    ]
    sheets = read_table(workbook({"Blad1": rows}), "x.xlsx")
    assert sheets.parts["centres"] == [
        {
            "id": "a",
            "address": {"postcode": "1000"},
            "phones": [{"number": "3225116464"}],
            "location": {"lat": 50.8428},
            "languages": [{"interpreter": True}],
            "verified": {"on": "2026-11-02"},
        },
        {
            "id": "b",
            "address": {"postcode": "01000"},
            "phones": [{"number": "+3225116464"}],
            "location": {"lat": -4.0},
            "languages": [{"interpreter": False}],
            "verified": {"on": "2026-11-02"},
        },
        {
            "id": "c",
            "address": {"postcode": "0"},
            "location": {"lat": 1e-7},
            "languages": [{"interpreter": False}],
            "verified": {"on": "09:30:00"},
        },
    ]


@pytest.mark.parametrize(
    ("sheet", "column", "collection"),
    [
        ("Centres", "id", "centres"),
        ("centre", "id", "centres"),
        ("HELPLINES", "id", "helplines"),
        (" helpline ", "id", "helplines"),
        ("Sources", "id", "sources"),
        ("Sheet1", "id", "centres"),
    ],
)
def test_a_sheets_name_says_what_its_rows_are(sheet: str, column: str, collection: str) -> None:
    """In any case, singular or plural; another name means centres."""
    assert read_table(workbook({sheet: [[column], ["a"]]}), "x.xlsx").parts == {
        collection: [{"id": "a"}]
    }


def test_sheets_are_put_together_and_empty_ones_left_out() -> None:
    """Rows of one kind in two sheets are one list; each fault names its sheet and its row
    number.
    """
    book = openpyxl.load_workbook(
        io.BytesIO(
            workbook(
                {
                    "Notes": [],
                    "North": [[], ["id"], [], ["a"]],
                    "South": [["type", "id"], ["centre", "b"]],
                }
            )
        )
    )
    book.create_chartsheet("Chart")
    raw = io.BytesIO()
    book.save(raw)
    sheets = read_table(raw.getvalue(), "x.xlsx")
    assert sheets.parts == {"centres": [{"id": "a"}, {"id": "b"}]}
    places = [sheets.located(Fault("x", pointer=f"/centres/{index}/id")) for index in (0, 1)]
    assert [(fault.sheet, fault.row, fault.column) for fault in places] == [
        ("North", 4, "id (A)"),
        ("South", 2, "id (B)"),
    ]
