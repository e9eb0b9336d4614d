"""Reads text tables as spreadsheets save them, with comma, semicolon or TAB, in several
encodings.
"""

import codecs
import csv
import io
from itertools import islice

from directory_api.domain.errors import Fault, FileUnreadable
from directory_api.storage.spreadsheets.table import MOST_ROWS, Table

_DELIMITERS = (",", ";", "\t")
_BY_MARK = (
    (codecs.BOM_UTF8, "UTF-8"),
    (codecs.BOM_UTF16_LE, "UTF-16"),
    (codecs.BOM_UTF16_BE, "UTF-16"),
)
_GUESSED = Fault(
    "The file is not UTF-8, so it was read as windows-1252, as Excel saves a plain CSV. "
    "Check the letters with accents, or save the file as “CSV UTF-8”."
)


def read_delimited(
    raw: bytes, name: str, most_rows: int = MOST_ROWS
) -> tuple[Table, tuple[Fault, ...]]:
    """Return the table, and a warning if the encoding was guessed. Raises FileUnreadable.

    Reads the header, at most `most_rows` rows, and one more row to detect that there are too many.
    """
    text, warnings = _text(raw, name)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    numbered = (
        (number, row) for number, row in enumerate(reader, start=1) if any(map(str.strip, row))
    )
    rows: list[tuple[int, list[str]]] = []
    try:
        rows.extend(islice(numbered, most_rows + 2))
    except csv.Error:
        after = f"after row {rows[-1][0]}" if rows else "in the first row"
        detail = "the quotation marks do not match, or a cell is longer than 128 KB"
        raise FileUnreadable(
            f"{name}: {after} {detail}. Open the file in a spreadsheet program and save it again."
        ) from None
    return Table(None, rows), warnings


def _text(raw: bytes, name: str) -> tuple[str, tuple[Fault, ...]]:
    encoding = next((name for mark, name in _BY_MARK if raw.startswith(mark)), None)
    try:
        return raw.decode(encoding or "UTF-8").removeprefix("\ufeff"), ()
    except UnicodeDecodeError as error:
        if encoding:
            detail = f"the file begins as {encoding}, but is not {encoding} at byte {error.start}"
            raise FileUnreadable(f"{name}: {detail}. Save it again as “CSV UTF-8”.") from None
    try:
        return raw.decode("windows-1252"), (_GUESSED,)
    except UnicodeDecodeError:
        raise FileUnreadable(
            f"{name}: this is neither an Excel workbook nor a table as text. "
            "Save it as .xlsx or “CSV UTF-8”."
        ) from None


def _delimiter(text: str) -> str:
    """The delimiter that splits the header into most cells; a comma if none splits it."""
    return max(_DELIMITERS, key=lambda delimiter: len(_first_row(text, delimiter)))


def _first_row(text: str, delimiter: str) -> list[str]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return next((row for row in rows if any(map(str.strip, row))), [])
    except csv.Error:
        return []
