"""How a country writes its postcodes, read off its table."""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

# In a postcode; other signs are between its parts.
_CLASSES = (("[0-9]", re.compile("[0-9]")), ("[A-Z]", re.compile("[A-Z]")))
_ANY = "[0-9A-Z]"
_CODE = re.compile("[0-9A-Z](?:[0-9A-Z -]*[0-9A-Z])?")


def shape_of(codes: Sequence[str]) -> str:
    """Return a regular expression, in capitals, for all of some postcodes and those written alike.

    Codes of the same length make one alternative: at each place a digit, a letter, or either. A
    space or hyphen at a place may be left out. Raises ValueError for none, or for signs that no
    postcode has.
    """
    written = [code.upper() for code in codes]
    if not written or not all(map(_CODE.fullmatch, written)):
        raise ValueError("a postcode has letters and digits, with a space or a hyphen between them")
    by_length: dict[int, list[str]] = {}
    for code in written:
        by_length.setdefault(len(re.sub("[ -]", "", code)), []).append(code)
    alternatives = [_alternative(alike) for _, alike in sorted(by_length.items())]
    return f"(?P<key>{'|'.join(alternatives)})"


def _alternative(codes: Sequence[str]) -> str:
    """Return the expression for codes with the same number of letters and digits."""
    breaks = {
        match.start() - number
        for code in codes
        for number, match in enumerate(re.finditer("[ -]", code))
    }
    places = zip(*(re.sub("[ -]", "", code) for code in codes), strict=True)
    parts: list[str] = []
    for place, signs in enumerate(places):
        if place in breaks:
            parts.append("[ -]?")
        parts.append(_class_of(signs))
    runs = ((part, len([*same])) for part, same in groupby(parts))
    return "".join(part if count == 1 else f"{part}{{{count}}}" for part, count in runs)


def _class_of(signs: Iterable[str]) -> str:
    found = [*signs]
    return next((name for name, pattern in _CLASSES if all(map(pattern.match, found))), _ANY)
