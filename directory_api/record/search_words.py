"""The words by which a centre is found, and those that a query asks for."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import chain, islice, takewhile

from directory_api.record.records import Centre
from directory_api.text.normalize import fold
from directory_api.text.translations import labels

# A telephone number as people write it; fewer digits may be a postcode or a street number.
_SHORTEST_NUMBER = 6
_NUMBER = re.compile(rf"[+(]?(?:[0-9][ ./()-]*){{{_SHORTEST_NUMBER},}}", re.ASCII)


def words_of(centre: Centre) -> str:
    """Return the folded words of a centre, each after a space: names, place, description, and the
    ends of its telephone numbers; but not the labels of its services and audiences, which are most
    of them and follow from its codes (see `codes_named`).
    """
    address = centre.address
    names = (centre.id, centre.name, *centre.name_translations.values())
    texts = (
        *names,
        *centre.description.values(),
        address.street or "",
        *address.street_translations.values(),
        address.postcode or "",
        *address.locality.values(),
    )
    words = chain(
        fold(" ".join(texts)).split(),
        # PAG-ASA is also written pagasa.
        (fold(name).replace(" ", "") for name in names),
        chain.from_iterable(_ends(phone.number) for phone in centre.phones),
    )
    return " ".join(("", *dict.fromkeys(words)))


def terms_of(query: str) -> list[tuple[str, ...]]:
    """Return what a query asks for: of each tuple one prefix has to begin a word.

    A long number is one word: a telephone number, without what is dialled before it, or another
    one, as it is.
    """
    return [
        *((word,) for word in fold(_NUMBER.sub(" ", query)).split()),
        *((_dialled(number[0]), _digits(number[0])) for number in _NUMBER.finditer(query)),
    ]


def codes_named(prefix: str) -> Iterator[tuple[str, str]]:
    """Yield the services and audiences, as pairs of `service` or `audience` and a code, of which
    the code or a label has a word that begins with a prefix.
    """
    words = _label_words()
    following = islice(words, bisect_left(words, (prefix, "", "")), None)
    beginning = takewhile(lambda each: each[0].startswith(prefix), following)
    return ((kind, code) for _, kind, code in beginning)


def _dialled(number: str) -> str:
    """Return the digits of a telephone number without the zeros of 02 or 0032, and of +32 (0)2."""
    return _digits(number.replace("(0)", "")).lstrip("0") or _digits(number)


def _digits(number: str) -> str:
    return re.sub(r"[^0-9]", "", number)


def _ends(number: str) -> Iterator[str]:
    """Yield the ends of a telephone number in E.164, so that it is found without its country."""
    digits = _dialled(number)
    for start in range(max(1, len(digits) - _SHORTEST_NUMBER + 1)):
        yield digits[start:]


@cache
def _label_words() -> list[tuple[str, str, str]]:
    """Return the words of each service and audience, sorted, with what they are words of: those of
    the code, and of its labels in the languages that have all texts.
    """
    return sorted(
        (word, kind, code)
        for kind in ("service", "audience")
        for code, names in labels(kind).items()
        for word in {*fold(" ".join((code, *names.values()))).split()}
    )
