"""Reads records from JSON Lines: one JSON object on each line, with its kind in the member `type`.

The kinds are those of a spreadsheet (centre, helpline, source), and `directory` for the publisher
and the licence. The file is read line by line, so that it may be of any size; the records are raw,
as for every other file, and each names the line of its faults.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO

from directory_api.change.directory import RECORD_BYTES
from directory_api.files.raw_records import (
    COLLECTIONS,
    HEADER,
    Incoming,
    RawRecord,
    RecordStream,
    open_binary,
)
from directory_api.text import strict_json
from directory_api.text.errors import Fault, FileUnreadable, InputInvalid
from directory_api.text.message import Joined, Message

ENDINGS = (".jsonl", ".ndjson")
TYPE = "type"
_BLANK = b"\xef\xbb\xbf \t\r\n"


def is_record_lines(path: Path) -> bool:
    """Return whether a file is JSON Lines, by its name or its first line. Raises FileUnreadable."""
    if path.suffix.casefold() in ENDINGS:
        return True
    with open_binary(path) as file:
        line = file.readline(RECORD_BYTES).strip(_BLANK)
    try:
        return line.startswith(b"{") and TYPE in strict_json.parse(line)
    except InputInvalid:
        return False


def read_lines(file: Incoming) -> RecordStream:
    """Read a file line by line. Raises FileUnreadable while the records are read."""
    empty = FileUnreadable(
        Message("{file}: the file has no record. Each line must have one.", file=file.name)
    )
    return RecordStream(_records(file), empty=empty)


def _records(file: Incoming) -> Iterator[RawRecord | Fault]:
    with file.open() as opened:
        for number, line in enumerate(_lines(opened), start=1):
            file.progress(len(line))
            if line.strip(_BLANK):
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


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; of one that is too long, only as much as shows it."""
    while line := file.readline(RECORD_BYTES + 1):
        yield line
        while len(line) > RECORD_BYTES and not line.endswith(b"\n"):
            line = file.readline(RECORD_BYTES + 1)
