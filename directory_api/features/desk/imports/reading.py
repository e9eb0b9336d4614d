"""Reads a file of records, whatever its form is: JSON, JSON Lines, CSV or a workbook."""

from functools import partial
from typing import Any

from directory_api.change.directory import MOST_RECORDS, read_records
from directory_api.features.desk.imports.record_lines import BLANK, is_record_lines, read_lines
from directory_api.features.desk.sheets import WORKBOOKS
from directory_api.features.desk.sheets.raw_records import (
    COLLECTIONS,
    Incoming,
    RawRecord,
    RecordFile,
    in_document,
)
from directory_api.text import strict_json
from directory_api.text.errors import FileUnreadable, InputInvalid
from directory_api.text.message import Message

_START_BYTES = 1024
_JSON = (b"{", b"[")


def read_file(file: Incoming) -> RecordFile:
    """Return the records of a file. Raises FileUnreadable, RecordsInvalid."""
    if len(file.raw) > file.limit:
        raise FileUnreadable(
            Message(
                "{file}: the file is larger than {most} MB. Check whether it is the right file.",
                file=file.name,
                most=file.limit // 1024**2,
            )
        )
    if file.path and is_record_lines(file):
        return read_lines(file)
    if file.raw[:_START_BYTES].lstrip(BLANK).startswith(_JSON):
        return _read_document(file)
    # Imported here: most servers never read a spreadsheet.
    from directory_api.features.desk.sheets.reader import read_csv, read_workbook

    return (read_workbook if file.raw.startswith(WORKBOOKS) else read_csv)(file)


def _read_document(file: Incoming) -> RecordFile:
    try:
        raw = strict_json.parse(file.raw, limit=file.limit)
    except InputInvalid as error:
        raise FileUnreadable(
            Message("{file}: {problem}", file=file.name, problem=error.detail)
        ) from None
    if not isinstance(raw, dict):
        read_records(raw)  # raises the error
    records = {
        collection: [
            RawRecord(kind, record, partial(in_document, kind, index))
            for index, record in enumerate(raw[collection])
        ]
        for kind, collection in COLLECTIONS.items()
        if _is_list_of_records(raw.get(collection))
    }
    return RecordFile(records, members=raw, is_whole=True)


def _is_list_of_records(listed: Any) -> bool:
    """Return whether it is one; the check of the document refuses any other."""
    return (
        isinstance(listed, list)
        and len(listed) <= MOST_RECORDS
        and all(isinstance(record, dict) for record in listed)
    )
