"""Conversion between one value and the text of a cell in a spreadsheet or form."""

import re
import unicodedata

# A spreadsheet evaluates a text that begins with one of these as a formula (OWASP, "CSV
# Injection"). The apostrophe is included so that `unguarded` restores every text exactly.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")
# Invisible characters (ZERO WIDTH NON-JOINER and JOINER): the visible beginning of a text follows
# them.
_JOINERS = "\u200c\u200d"
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}([.,][0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_WORDS = {"yes": True, "true": True, "no": False, "false": False}
BETWEEN = "; "


def guarded(text: str) -> str:
    """Return the text, with an apostrophe in front if a spreadsheet would read it as a formula."""
    return f"'{text}" if _needs_guard(text) else text


def unguarded(cell: str) -> str:
    """Reverse `guarded`; an apostrophe that is part of the text (`'t Huis`) stays."""
    return cell[1:] if cell.startswith("'") and _needs_guard(cell[1:]) else cell


def _needs_guard(text: str) -> bool:
    """Whether the text begins with a guarded character, including full-width forms.

    Excel reads U+FF1D, which East Asian keyboards produce, as an equals sign.
    """
    return unicodedata.normalize("NFKC", text.lstrip(_JOINERS)[:1]).startswith(_GUARDED)


def number(value: float) -> str:
    """Return the shortest text that parses to the same number, without `.0`: `50.8428`, `4`."""
    return repr(float(value)).removesuffix(".0")


def read_number(text: str) -> float | str:
    """Return the number in a text (a decimal comma is allowed), or the text if it is not one."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else text


def flag(value: bool) -> str:
    """Return `yes` or `no`."""
    return "yes" if value else "no"


def read_flag(text: str) -> bool | str:
    """Parse `yes`, `no` and a spreadsheet's TRUE and FALSE; return any other text unchanged."""
    return _WORDS.get(text.casefold(), text)


def words(text: str) -> list[str]:
    """Split a cell with several words at its semicolons."""
    return [word.strip() for word in text.split(";") if word.strip()]
