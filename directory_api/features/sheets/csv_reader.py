"""Reads text tables as spreadsheets save them, with comma, semicolon or TAB, in several
encodings. A file is read row by row, so that it may be of any size.
"""

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO

from directory_api.features.sheets.table import MOST_COLUMNS, NumberedRow, Table, table_of
from directory_api.text.errors import Fault, FileUnreadable
from directory_api.text.message import Message

# Returns the file from its beginning.
Open = Callable[[], BinaryIO]

_DELIMITERS = (",", ";", "\t")
_BY_MARK = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_LONGEST_MARK = 3
_CHUNK_BYTES = 1024 * 1024
_LEFT_OUT = "…"
_GUESSED = Fault(
    Message(
        "The file is not UTF-8, so it was read as windows-1252, as Excel saves a plain CSV. "
        "Check the letters with accents, or save the file as “CSV UTF-8”."
    ),
    code="guessed-encoding",
)


def read_delimited(
    open_file: Open, name: str, progress: Callable[[int], None] = lambda _bytes: None
) -> tuple[Table | None, tuple[Fault, ...]]:
    """Return the table, and a warning if the encoding was guessed. The whole file is read once to
    find its encoding, and once more with the rows: then `progress` is called with the number of
    bytes read since its last call.

    Raises FileUnreadable, also when the rows are read.
    """
    encoding, warnings = _encoding(open_file, name)
    delimiter = max(
        _DELIMITERS, key=lambda delimiter: len(_first_row(_text(open_file(), encoding), delimiter))
    )
    rows = _numbered(open_file(), encoding, delimiter, name, progress)
    return table_of(None, rows), warnings


def _numbered(
    file: BinaryIO, encoding: str, delimiter: str, name: str, progress: Callable[[int], None]
) -> Iterator[NumberedRow]:
    number = place = 0
    try:
        with _text(file, encoding) as text:
            lines = _within_columns(text, delimiter)
            for row in csv.reader(lines, delimiter=delimiter, strict=True):
                number += 1
                if (present := file.tell()) != place:
                    progress(present - place)
                    place = present
                yield number, row
    except csv.Error:
        if number:
            detail = Message(
                "{file}: after row {row} the quotation marks do not match, or a cell is longer "
                "than 128 KB. Open the file in a spreadsheet program and save it again.",
                file=name,
                row=number,
            )
        else:
            detail = Message(
                "{file}: in the first row the quotation marks do not match, or a cell is longer "
                "than 128 KB. Open the file in a spreadsheet program and save it again.",
                file=name,
            )
        raise FileUnreadable(detail) from None


def _encoding(open_file: Open, name: str) -> tuple[str, tuple[Fault, ...]]:
    with open_file() as file:
        start = file.read(_LONGEST_MARK)
    marked = next((encoding for mark, encoding in _BY_MARK if start.startswith(mark)), None)
    fault = _first_wrong_byte(open_file, marked or "UTF-8")
    if fault is None:
        return marked or "UTF-8", ()
    if marked:
        raise FileUnreadable(
            Message(
                "{file}: the file begins as {encoding}, but is not {encoding} at byte {byte}. Save "
                "it again as “CSV UTF-8”.",
                file=name,
                encoding=marked,
                byte=fault,
            )
        )
    if _first_wrong_byte(open_file, "windows-1252") is None:
        return "windows-1252", (_GUESSED,)
    raise FileUnreadable(
        Message(
            "{file}: this is neither an Excel workbook nor a table as text. Save it as .xlsx or "
            "“CSV UTF-8”.",
            file=name,
        )
    )


def _first_wrong_byte(open_file: Open, encoding: str) -> int | None:
    """Return the place of the first byte that is not of the encoding, or None."""
    decoder = codecs.getincrementaldecoder(encoding)()
    place = 0
    with open_file() as file:
        for chunk in chain(iter(partial(file.read, _CHUNK_BYTES), b""), [b""]):
            pending = len(decoder.getstate()[0])
            try:
                decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                return place - pending + error.start
            place += len(chunk)
    return None


def _text(file: BinaryIO, encoding: str) -> io.TextIOWrapper:
    # UTF-8 without its mark; UTF-16 needs its mark, and removes it.
    without_mark = "utf-8-sig" if encoding == "UTF-8" else encoding
    return io.TextIOWrapper(file, without_mark, newline="")


def _first_row(text: io.TextIOWrapper, delimiter: str) -> list[str]:
    """Return the first row that is not blank, split by a delimiter; the one with most cells is
    right, and a comma if none splits it.
    """
    with text:
        try:
            rows = csv.reader(_within_columns(text, delimiter), delimiter=delimiter)
            return next((row for row in rows if any(map(str.strip, row))), [])
        except csv.Error:
            return []


def _within_columns(lines: Iterable[str], delimiter: str) -> Iterator[str]:
    """Yield each line, without the cells of a row that are more than one beyond what a table may
    have: a line of 2.4 MB may be as many cells, which would take a gigabyte of memory.

    The last cell has a mark if one that is left out has any text, so that this is an error.
    """
    # Of the row so far, which may have several lines: its cells, and whether one is still quoted.
    cells, is_quoted = 0, False
    for line in lines:
        end = len(line)
        if '"' in line or is_quoted or line.count(delimiter) > MOST_COLUMNS:
            start = -1 if is_quoted else 0  # of the cell, or of what continues it after a quote
            for mark in re.finditer(f'["{delimiter}]', line):
                if mark[0] == delimiter and not is_quoted:
                    cells, start = cells + 1, mark.end()
                elif mark[0] == '"' and is_quoted:
                    is_quoted, start = False, mark.end()
                elif mark[0] == '"':
                    is_quoted = mark.start() == start  # otherwise it is a letter of the cell
                if cells > MOST_COLUMNS:
                    end, is_quoted = mark.start(), False
                    break
        is_whole = end == len(line)
        has_text = not is_whole and line[end:].translate({ord(delimiter): None}).strip()
        yield line if is_whole else f"{line[:end]}{_LEFT_OUT if has_text else ''}\n"
        if not is_quoted:
            cells = 0
