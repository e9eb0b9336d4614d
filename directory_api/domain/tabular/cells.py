"""One value <-> the text of one cell, as spreadsheets and forms hold it."""

import re
import unicodedata

# A spreadsheet takes a text that begins so for a formula, and would run what a stranger wrote (OWASP, "CSV Injection").
# The apostrophe is among them so that taking the guard off is exact for every text.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")
# Shown as nothing, so what follows them is what the eye takes for the beginning (ZERO WIDTH NON-JOINER and JOINER).
_JOINERS = "\u200c\u200d"
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}([.,][0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_WORDS = {"yes": True, "true": True, "no": False, "false": False}
BETWEEN = "; "


def guarded(text: str) -> str:
    """A text with an apostrophe in front where a spreadsheet would take it for a formula."""
    return f"'{text}" if _needs_guard(text) else text


def unguarded(cell: str) -> str:
    """The text that `guarded` was given; an apostrophe that guards nothing (`'t Huis`) stays."""
    return cell[1:] if cell.startswith("'") and _needs_guard(cell[1:]) else cell


def _needs_guard(text: str) -> bool:
    """Also where a sign has its full width (U+FF1D is an =), as East Asian keyboards write it and Excel reads it."""
    return unicodedata.normalize("NFKC", text.lstrip(_JOINERS)[:1]).startswith(_GUARDED)


def number(value: float) -> str:
    """The shortest text that reads back as the same number, without a fraction of zero: `50.8428`, `4`."""
    return repr(float(value)).removesuffix(".0")


def read_number(text: str) -> float | str:
    """The number that a text is, also with a decimal comma; a text that is none stays as it is."""
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else text


def flag(value: bool) -> str:
    """`yes` or `no`."""
    return "yes" if value else "no"


def read_flag(text: str) -> bool | str:
    """What `yes`, `no` and a spreadsheet's TRUE and FALSE say; a text that is none of them stays as it is."""
    return _WORDS.get(text.casefold(), text)


def words(text: str) -> list[str]:
    """The words of a cell that holds several, between semicolons."""
    return [word.strip() for word in text.split(";") if word.strip()]
