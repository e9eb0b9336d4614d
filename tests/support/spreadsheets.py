"""Spreadsheets made for tests, and the sentence with which an unreadable one is refused."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import openpyxl
import pytest

from directory_api.features.desk import columns as tabular_columns
from directory_api.features.desk.sheets import WORKBOOKS
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.features.desk.sheets.reader import read_csv, read_workbook
from directory_api.text.errors import Fault, FileUnreadable, RecordsInvalid

PLURALS = {"centre": "centres", "helpline": "helplines", "source": "sources"}


def workbook(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these sheets; text stays text, as in a cell that people fill in."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(at, column).value = value
                if isinstance(value, str):
                    sheet.cell(at, column).data_type = "s"
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def grid_of(kind: str, records: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The records as a person has them in a sheet."""
    columns = tabular_columns.column_names(kind, records)
    rows = [tabular_columns.flatten(kind, record) for record in records]
    return [columns, *([row.get(column, "") for column in columns] for row in rows)]


@dataclass(frozen=True, slots=True)
class ReadTable:
    """The records of a table, by the member of the document that lists them, where they are, and
    warnings.
    """

    parts: Mapping[str, Any]
    located: Callable[[Fault], Fault]
    warnings: tuple[Fault, ...]


def read_table(raw: bytes, name: str) -> ReadTable:
    """Read a table that was sent. Raises FileUnreadable, and RecordsInvalid with its own faults."""
    file = (read_workbook if raw.startswith(WORKBOOKS) else read_csv)(Incoming(raw, name))
    if file.faults:
        raise RecordsInvalid.of(file.faults, name)
    parts = {name: [record.raw for record in records] for name, records in file.records.items()}
    return ReadTable(parts, file.document({}).locate, file.warnings)


def unreadable(raw: bytes, name: str = "x") -> str:
    """Return why a file is refused as a whole."""
    with pytest.raises(FileUnreadable) as refused:
        read_table(raw, name)
    assert refused.value.detail.startswith(f"{name}: ")
    assert refused.value.detail.endswith(".")
    return refused.value.detail
