"""Reads records from JSON Lines: one JSON object on each line, with its kind in the member `type`.

The kinds are those of a spreadsheet (centre, helpline, source), and `directory` for the publisher
and the licence. The file is read line by line, so that it may be of any size; the records are raw,
as for every other file, and `RecordLines.located` adds the line of each fault.
"""

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from directory_api.domain.errors import Fault, FileUnreadable, InputInvalid, RecordsInvalid
from directory_api.domain.text import strict_json
from directory_api.domain.validation.limits import MOST_FAULTS, RECORD_BYTES

ENDINGS = (".jsonl", ".ndjson")
TYPE = "type"
HEADER = "directory"
COLLECTIONS: Mapping[str, str] = {
    "source": "sources",
    "helpline": "helplines",
    "centre": "centres",
}
_BLANK = b"\xef\xbb\xbf \t\r\n"


@dataclass(frozen=True, slots=True)
class RecordLines:
    """The members of the directory's document that a file has, and the lines that they are on."""

    parts: Mapping[str, Any]
    # By member of the document; by index for those that are lists of records.
    numbers: Mapping[str, "array[int]"]

    def located(self, fault: Fault) -> Fault:
        """Return a fault of the document with its line and its pointer into the record. A fault of
        the whole file, or of what the file does not have, is returned unchanged.
        """
        member, *steps = (fault.pointer or "/").removeprefix("/").split("/")
        numbers = self.numbers.get(member)
        if not numbers:
            return fault
        if member not in COLLECTIONS.values():
            return replace(fault, line=numbers[0])
        if not steps or not steps[0].isdecimal():
            return fault
        return replace(fault, line=numbers[int(steps[0])], pointer="/" + "/".join(steps[1:]))


def is_record_lines(path: Path) -> bool:
    """Return whether a file is JSON Lines, by its name or its first line. Raises FileUnreadable."""
    if path.suffix.casefold() in ENDINGS:
        return True
    with _opened(path) as file:
        line = file.readline(RECORD_BYTES).strip(_BLANK)
    try:
        return line.startswith(b"{") and TYPE in strict_json.parse(line)
    except InputInvalid:
        return False


def read_record_lines(path: Path, progress: Callable[[int], None]) -> RecordLines:
    """Read a file. `progress` is called with the number of bytes read since its last call.

    Raises FileUnreadable, or RecordsInvalid with the first MOST_FAULTS faults of the lines.
    """
    reader = _Reader()
    with _opened(path) as file:
        for number, line in enumerate(_lines(file), start=1):
            progress(len(line))
            reader.read(number, line)
            if len(reader.faults) >= MOST_FAULTS:
                break
    if reader.faults:
        raise RecordsInvalid.of(reader.faults, str(path))
    if not reader.parts:
        raise FileUnreadable(f"{path}: the file has no record. Each line must have one.")
    return RecordLines(reader.parts, reader.numbers)


class _Reader:
    def __init__(self) -> None:
        self.parts: dict[str, Any] = {}
        self.numbers: dict[str, array[int]] = {}
        self.faults: list[Fault] = []

    def read(self, number: int, line: bytes) -> None:
        """Add the record of a line, or a fault."""
        if not line.strip(_BLANK):
            return
        try:
            record = strict_json.parse(line.rstrip(b"\r\n"), limit=RECORD_BYTES)
        except InputInvalid as error:
            detail = error.detail.replace("at line 1, column", "at column")
            self.faults.append(Fault(detail, line=number))
            return
        kind = record.pop(TYPE, None) if isinstance(record, dict) else None
        if kind == HEADER:
            self._add_header(number, record)
        elif isinstance(kind, str) and kind in COLLECTIONS:
            collection = COLLECTIONS[kind]
            self.parts.setdefault(collection, []).append(record)
            self.numbers.setdefault(collection, array("Q")).append(number)
        else:
            kinds = ", ".join((HEADER, *COLLECTIONS))
            detail = f"A line is an object whose member {TYPE} is one of: {kinds}."
            self.faults.append(Fault(detail, line=number, pointer=f"/{TYPE}"))

    def _add_header(self, number: int, record: dict[str, Any]) -> None:
        for name, value in record.items():
            if name in self.parts or name in COLLECTIONS.values():
                detail = (
                    f"Only one line of the type {HEADER} may have this field, and sources, "
                    "helplines and centres have lines of their own."
                )
                self.faults.append(Fault(detail, line=number, pointer=f"/{name}"))
            else:
                self.parts[name] = value
                self.numbers[name] = array("Q", [number])


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb")
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be read ({error.strerror})") from None


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """Yield the lines; of one that is too long, only as much as shows it."""
    while line := file.readline(RECORD_BYTES + 1):
        yield line
        while len(line) > RECORD_BYTES and not line.endswith(b"\n"):
            line = file.readline(RECORD_BYTES + 1)
