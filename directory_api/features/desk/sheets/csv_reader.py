"""Reads text tables as spreadsheets save them, with comma, semicolon or TAB, in several
encodings. A file is read row by row, so that it may be of any size.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import BinaryIO

from directory_api.features.desk.sheets.table import NumberedRow, Table, table_of
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
            for row in csv.reader(text, delimiter=delimiter, strict=True):
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
            rows = csv.reader(text, delimiter=delimiter)
            return next((row for row in rows if any(map(str.strip, row))), [])
        except csv.Error:
            return []
