"""The name of the country in which a place is searched, as people write it after the place."""

import re
from functools import cache

from directory_api.countries.known import known
from directory_api.text.normalize import fold

_WORD = re.compile(r"[^\W_]+")


@cache
def _names(country: str) -> frozenset[str]:
    return frozenset(map(fold, known()[country].names)) if country in known() else frozenset()


def without_country(text: str, country: str) -> str:
    """Return a normalised text without the name of a country (ISO 3166-1) at its end, in one of the
    languages in which it is known: `Gent` for `Gent, België`. A name alone stays.
    """
    names = _names(country)
    for word in [*_WORD.finditer(text)][1:]:
        if fold(text[word.start() :]) in names:
            return text[: word.start()].rstrip(" ,(/-")
    return text
