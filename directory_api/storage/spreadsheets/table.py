"""A table as a spreadsheet shows it: text cells in numbered rows, before anybody knows what they mean."""

from collections.abc import Sequence
from dataclasses import dataclass

# Far more than a directory needs; a file with more is another file, or one that somebody made to tire the server.
MOST_ROWS = 10_000
MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Table:
    """The rows that are not blank, each with its number in the spreadsheet; `sheet` is None in a CSV file."""

    sheet: str | None
    rows: Sequence[tuple[int, Sequence[str]]]


def letter(index: int) -> str:
    """What a spreadsheet calls the column with this index: 0 is A, 26 is AA."""
    above, here = divmod(index, 26)
    return (letter(above - 1) if above else "") + chr(ord("A") + here)
