"""Reads text tables as spreadsheets save them, with comma, semicolon or TAB, in several
encodings.
"""

import codecs
import csv
import io
from collections.abc import Iterator

from directory_api.features.desk.sheets.table import NumberedRow, Table, table_of
from directory_api.text.errors import Fault, FileUnreadable
from directory_api.text.message import Message

_DELIMITERS = (",", ";", "\t")
_BY_MARK = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_GUESSED = Fault(
    Message(
        "The file is not UTF-8, so it was read as windows-1252, as Excel saves a plain CSV. "
        "Check the letters with accents, or save the file as “CSV UTF-8”."
    ),
    code="guessed_encoding",
)


def read_delimited(raw: bytes, name: str) -> tuple[Table | None, tuple[Fault, ...]]:
    """Return the table, and a warning if the encoding was guessed.

    Raises FileUnreadable, also when the rows are read.
    """
    encoding, warnings = _encoding(raw, name)
    delimiter = max(
        _DELIMITERS, key=lambda delimiter: len(_first_row(_text(raw, encoding), delimiter))
    )
    return table_of(None, _numbered(_text(raw, encoding), delimiter, name)), warnings


def _numbered(text: io.TextIOWrapper, delimiter: str, name: str) -> Iterator[NumberedRow]:
    number = 0
    try:
        for number, row in enumerate(csv.reader(text, delimiter=delimiter, strict=True), start=1):
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


def _encoding(raw: bytes, name: str) -> tuple[str, tuple[Fault, ...]]:
    marked = next((encoding for mark, encoding in _BY_MARK if raw.startswith(mark)), None)
    byte = _first_wrong_byte(raw, marked or "UTF-8")
    if byte is None:
        return marked or "UTF-8", ()
    if marked:
        raise FileUnreadable(
            Message(
                "{file}: the file begins as {encoding}, but is not {encoding} at byte {byte}. Save "
                "it again as “CSV UTF-8”.",
                file=name,
                encoding=marked,
                byte=byte,
            )
        )
    if _first_wrong_byte(raw, "windows-1252") is None:
        return "windows-1252", (_GUESSED,)
    raise FileUnreadable(
        Message(
            "{file}: this is neither an Excel workbook nor a table as text. Save it as .xlsx or "
            "“CSV UTF-8”.",
            file=name,
        )
    )


def _first_wrong_byte(raw: bytes, encoding: str) -> int | None:
    """Return the place of the first byte that is not of the encoding, or None."""
    try:
        raw.decode(encoding)
    except UnicodeDecodeError as error:
        return error.start
    return None


def _text(raw: bytes, encoding: str) -> io.TextIOWrapper:
    # UTF-8 without its mark; UTF-16 needs its mark, and removes it.
    without_mark = "utf-8-sig" if encoding == "UTF-8" else encoding
    return io.TextIOWrapper(io.BytesIO(raw), without_mark, newline="")


def _first_row(text: io.TextIOWrapper, delimiter: str) -> list[str]:
    """Return the first row that is not blank, split by a delimiter; the one with most cells is
    right, and a comma if none splits it.
    """
    try:
        rows = csv.reader(text, delimiter=delimiter)
        return next((row for row in rows if any(map(str.strip, row))), [])
    except csv.Error:
        return []
