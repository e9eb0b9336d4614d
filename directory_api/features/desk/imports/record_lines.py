"""Reads records from JSON Lines: one JSON object on each line, with its kind in the member `type`.

The kinds are those of a spreadsheet (centre, helpline, source), and `directory` for the publisher
and the licence. The records are raw, as of every other file, and each names the line of its faults.
"""

import io
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from directory_api.change.directory import RECORD_BYTES
from directory_api.features.desk.sheets.raw_records import (
    COLLECTIONS,
    HEADER,
    Incoming,
    RawRecord,
    RecordFile,
    collected,
)
from directory_api.text import strict_json
from directory_api.text.errors import Fault, FileUnreadable, InputInvalid
from directory_api.text.message import Joined, Message

ENDINGS = (".jsonl", ".ndjson")
TYPE = "type"
# What can be before the first record: a byte order mark, and white space.
BLANK = b"\xef\xbb\xbf \t\r\n"


def is_record_lines(file: Incoming) -> bool:
    """Return whether a file is JSON Lines, by its name or its first line."""
    if file.name.casefold().endswith(ENDINGS):
        return True
    line = file.raw[:RECORD_BYTES].partition(b"\n")[0].strip(BLANK)
    try:
        return line.startswith(b"{") and TYPE in strict_json.parse(line)
    except InputInvalid:
        return False


def read_lines(file: Incoming) -> RecordFile:
    """Read a file. Raises FileUnreadable, RecordsInvalid as `collected` does."""
    empty = FileUnreadable(
        Message("{file}: the file has no record. Each line must have one.", file=file.name)
    )
    return collected(_records(file), empty)


def _records(file: Incoming) -> Iterator[RawRecord | Fault]:
    for number, line in enumerate(io.BytesIO(file.raw), start=1):
        if line.strip(BLANK):
            yield _record(number, line)


def _record(number: int, line: bytes) -> RawRecord | Fault:
    try:
        record = strict_json.parse(line.rstrip(b"\r\n"), limit=RECORD_BYTES)
    except InputInvalid as error:
        # Only commands read such files, in English.
        return Fault(error.detail.replace("at line 1, column", "at column"), line=number)
    kind = record.pop(TYPE, None) if isinstance(record, dict) else None
    if isinstance(kind, str) and (kind == HEADER or kind in COLLECTIONS):
        return RawRecord(kind, record, partial(_on_line, number))
    detail = Message(
        "A line is an object whose member {member} is one of: {kinds}.",
        member=TYPE,
        kinds=Joined((HEADER, *COLLECTIONS)),
    )
    return Fault(detail, line=number, pointer=f"/{TYPE}")


def _on_line(number: int, fault: Fault) -> Fault:
    return replace(fault, line=number)
