"""A table of text cells in numbered rows, before its columns are interpreted."""

from collections.abc import Sequence
from dataclasses import dataclass

# Far more than a directory needs. A larger file is the wrong file, or an attempt to exhaust the
# server.
MOST_ROWS = 10_000
MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not blank, each with its number in the spreadsheet. `sheet` is None for a
    CSV file.
    """

    sheet: str | None
    rows: Sequence[tuple[int, Sequence[str]]]


def letter(index: int) -> str:
    """The letters of the column with this index: 0 is A, 26 is AA."""
    above, here = divmod(index, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + here)
