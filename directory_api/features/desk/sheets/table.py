"""A table of text cells in numbered rows, before its columns are interpreted."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

# Far more than a directory needs. A wider table is the wrong file, or an attempt to exhaust the
# server.
MOST_COLUMNS = 1_000
# 10,000 complete centres have 570,000. A cell of one letter can need 450 bytes of memory.
MOST_CELLS = 1_000_000


# A row with its number in the spreadsheet.
NumberedRow = tuple[int, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Table:
    """The first row that is not blank, and all such rows after it, which can be read once. `sheet`
    is None for a CSV file.
    """

    sheet: str | None
    header: NumberedRow
    rows: Iterable[NumberedRow]


def table_of(sheet: str | None, rows: Iterator[NumberedRow]) -> Table | None:
    """Return the table of these rows without the blank ones; None if there is no other."""
    filled = ((number, _cut(cells)) for number, cells in rows if any(map(str.strip, cells)))
    return next((Table(sheet, header, filled) for header in filled), None)


def _cut(cells: Sequence[str]) -> Sequence[str]:
    """Return the cells. Of those after the most columns only the first one with text is left, as
    the last cell: each of a million would be a fault of its own.
    """
    beyond = next(filter(str.strip, cells[MOST_COLUMNS:]), None)
    return cells[:MOST_COLUMNS] if beyond is None else [*cells[:MOST_COLUMNS], beyond]


def letter(index: int) -> str:
    """The letters of the column with this index: 0 is A, 26 is AA."""
    above, here = divmod(index, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + here)
