"""Spreadsheets (CSV and .xlsx) as rows of cells."""

from collections.abc import Callable
from pathlib import Path

from directory_api.files.raw_records import FileReader, RawFile, RecordStream

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIGNATURE = b"PK\x03\x04"
# The container format of old .xls files and of workbooks with a password (MS-CFB).
OLD_SIGNATURE = b"\xd0\xcf\x11\xe0"
WORKBOOKS = (SIGNATURE, OLD_SIGNATURE)


def provide_readers() -> tuple[FileReader, ...]:
    """Return the readers of CSV and of workbooks."""
    return (
        FileReader(CSV, "the CSV", _read, _stream),
        FileReader(XLSX, "the workbook", _read, signatures=WORKBOOKS),
    )


def _read(raw: bytes, name: str) -> RawFile:
    # Imported here: most servers never read a spreadsheet.
    from directory_api.features.sheets.reader import read_table

    table = read_table(raw, name)
    return RawFile(table.parts, table.located, table.warnings)


def _stream(path: Path, progress: Callable[[int], None]) -> RecordStream:
    # Imported here, as above.
    from directory_api.features.sheets.reader import stream_csv

    return stream_csv(path, progress)
