"""Spreadsheets: CSV and .xlsx as rows of cells, and workbooks with lists to choose from."""

from collections.abc import Callable, Iterator
from functools import partial

from directory_api.answer.format import FileFormat
from directory_api.change.change import Contents, Record
from directory_api.files.raw_records import FileReader, Incoming, RecordStream
from directory_api.text.message import Texts

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIGNATURE = b"PK\x03\x04"
# The container format of old .xls files and of workbooks with a password (MS-CFB).
OLD_SIGNATURE = b"\xd0\xcf\x11\xe0"
WORKBOOKS = (SIGNATURE, OLD_SIGNATURE)
# The sheets of our own workbooks that have no records, in small letters.
WITHOUT_RECORDS = ("help", "lists")


def readers() -> tuple[FileReader, ...]:
    """Return the readers of CSV and of workbooks."""
    return (
        FileReader(CSV, "the CSV", _read_csv),
        FileReader(XLSX, "the workbook", _read_workbook, signatures=WORKBOOKS),
    )


def file_formats() -> tuple[FileFormat, ...]:
    """Return workbooks with the columns that change most, and with all columns."""
    return (
        FileFormat("xlsx", "for Excel, with 20 columns", worded=_workbook),
        FileFormat(
            "xlsx-all", "for Excel, with all columns", worded=partial(_workbook, has_all=True)
        ),
    )


def _workbook(
    contents: Contents,
    centres: Callable[[], Iterator[Record]],
    texts: Texts,
    *,
    has_all: bool = False,
) -> Iterator[bytes]:
    # Imported here: most servers never write a workbook.
    from directory_api.features.desk.sheets.workbook import workbook

    yield workbook(contents, centres, texts, has_all=has_all)


def _read_csv(file: Incoming) -> RecordStream:
    # Imported here: most servers never read a spreadsheet.
    from directory_api.features.desk.sheets.reader import read_csv

    return read_csv(file)


def _read_workbook(file: Incoming) -> RecordStream:
    # Imported here, as above.
    from directory_api.features.desk.sheets.reader import read_workbook

    return read_workbook(file)
