"""Spreadsheets (CSV and .xlsx) as rows of cells."""

from directory_api.files.raw_records import FileReader, Incoming, RecordStream

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SIGNATURE = b"PK\x03\x04"
# The container format of old .xls files and of workbooks with a password (MS-CFB).
OLD_SIGNATURE = b"\xd0\xcf\x11\xe0"
WORKBOOKS = (SIGNATURE, OLD_SIGNATURE)


def provide_readers() -> tuple[FileReader, ...]:
    """Return the readers of CSV and of workbooks."""
    return (
        FileReader(CSV, "the CSV", _read_csv),
        FileReader(XLSX, "the workbook", _read_workbook, signatures=WORKBOOKS),
    )


def _read_csv(file: Incoming) -> RecordStream:
    # Imported here: most servers never read a spreadsheet.
    from directory_api.features.sheets.reader import read_csv

    return read_csv(file)


def _read_workbook(file: Incoming) -> RecordStream:
    # Imported here, as above.
    from directory_api.features.sheets.reader import read_workbook

    return read_workbook(file)
