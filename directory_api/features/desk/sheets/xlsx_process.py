"""Reads an .xlsx workbook (ECMA-376) from standard input, and writes its rows to standard output.

`xlsx_reader` runs this file as a program of its own, with limits of memory and time: a small file
can make python-calamine need any amount of both (docs/adr/0005-python-calamine-reads-workbooks.md).
It imports nothing of the application. Its arguments are the process id of its parent, the folder
that has python-calamine, and the most seconds. For each sheet it writes a line of JSON with the
sheet's name, the cells without a value and the number of bytes of its rows; then a line of JSON for
each row that is not blank, with its number and its cells. With any other status than 0 the workbook
is to be refused.
"""

import ctypes
import io
import json
import os
import posixpath
import resource
import signal
import sys
import zipfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

# Of address space. 10,000 complete centres take less than 256 MB of it, and a container for the
# server has 512 MB (deploy/kubernetes/directory.yaml).
MEMORY_BYTES = 320 * 1024**2
SECONDS = 20
# 10,000 complete centres are 23 MB. Many cells can share one text, and each gets its own copy.
ANSWER_BYTES = 48 * 1024**2
# Sheets with records. Each of them can be for another kind, country or town.
MOST_SHEETS = 100
# A sheet of Excel has as many columns, to XFD.
MOST_COLUMNS = 16_384
# Cells without a value that are listed.
MOST_LISTED = 1_000

_PR_SET_PDEATHSIG = 1  # linux/prctl.h


def main(parent: int, calamine_folder: str, seconds: int) -> None:
    """Read the workbook. Raises any exception if it cannot be read."""
    _limit(parent, seconds)
    raw = sys.stdin.buffer.read()
    sys.path.append(calamine_folder)
    sys.stdout.buffer.write(b"".join(_within_answer(_sheets(raw))))
    sys.stdout.buffer.flush()


def _limit(parent: int, seconds: int) -> None:
    """Let this process end with its parent, at the limits, and without writing its memory."""
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    signal.alarm(seconds)  # of the clock; its default action ends the process
    if sys.platform == "linux":
        with suppress(OSError):  # an operator may have forbidden it
            # If the machine has too little memory, the kernel ends this process first.
            Path("/proc/self/oom_score_adj").write_text("1000")
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it ended before the call above
        sys.exit(1)


def _within_answer(lines: Iterator[bytes]) -> Iterator[bytes]:
    written = 0
    for line in lines:
        written += len(line)
        if written > ANSWER_BYTES:
            raise OverflowError
        yield line


def _sheets(raw: bytes) -> Iterator[bytes]:
    import python_calamine as calamine  # within the limits

    left = MOST_LISTED
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as archive,
        calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw)) as workbook,
    ):
        parts = _parts(archive)
        sheets = [
            (index, sheet.name)
            for index, sheet in enumerate(workbook.sheets_metadata)
            if sheet.typ == calamine.SheetTypeEnum.WorkSheet
        ]
        if len(sheets) > MOST_SHEETS:
            raise OverflowError
        for index, name in sheets:
            without_value = [*islice(_without_value(archive, parts[name]), left)]
            left -= len(without_value)
            values = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
            rows = b"".join(_within_answer(_rows(values)))
            yield _line([name, without_value, len(rows)])
            yield rows


def _rows(values: list[list[Any]]) -> Iterator[bytes]:
    for number, row in enumerate(values, start=1):
        while row and row[-1] == "":
            row.pop()
        if len(row) > MOST_COLUMNS:
            raise OverflowError
        if row:
            yield _line([number, row])


def _line(value: Any) -> bytes:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_text)
    return text.encode() + b"\n"


def _text(value: Any) -> str:
    """A value that JSON does not have: a date without its time, or the time of day."""
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value)


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return the part of each sheet, by the sheet's name."""
    # Files that are made to exhaust a parser end this process at its limits.
    related = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
    book = ElementTree.fromstring(archive.read("xl/workbook.xml"))  # noqa: S314
    targets = {
        each.get("Id"): posixpath.normpath(posixpath.join("/xl", each.get("Target", "")))[1:]
        for each in related
    }
    return {
        sheet.get("name", ""): targets[identity]
        for sheet in book.iter()
        if _local(sheet) == "sheet"
        for key, identity in sheet.items()
        if key.endswith("}id")
    }


def _without_value(archive: zipfile.ZipFile, part: str) -> Iterator[tuple[str, bool]]:
    """Yield the address of each cell whose formula has no result, and whether it is an error.
    calamine reads both as empty cells.
    """
    with archive.open(part) as content:
        for _, element in ElementTree.iterparse(content):  # noqa: S314
            tag = _local(element)
            if tag == "row":
                element.clear()
            elif tag == "c":
                kind = element.get("t")
                texts = {_local(child): child.text for child in element}
                # The result of a formula may be an empty text.
                if kind == "e" or ("f" in texts and not texts.get("v") and kind != "str"):
                    yield element.get("r", ""), kind == "e"


def _local(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
