"""The text of one value in a cell of a spreadsheet or form."""

import unicodedata

# A spreadsheet evaluates a text that begins with one of these as a formula (OWASP, "CSV
# Injection"). The apostrophe is included so that `unguarded` restores every text exactly.
_GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")
# Invisible characters (ZERO WIDTH NON-JOINER and JOINER): the visible beginning of a text follows
# them.
_JOINERS = "\u200c\u200d"
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


def shortest(value: float) -> str:
    """Return the shortest text that parses to the same number, without `.0`: `50.8428`, `4`."""
    return repr(float(value)).removesuffix(".0")


def yes_or_no(value: bool) -> str:
    """Return `yes` or `no`."""
    return "yes" if value else "no"
