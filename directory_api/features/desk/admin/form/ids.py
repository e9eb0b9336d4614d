"""Ids that are made from names, for records and sources."""

from collections.abc import Callable, Iterator

from directory_api.text.normalize import fold

# Of 60 characters that an id may have; the rest is for a number.
_LONGEST = 56


def free_id(name: str, is_free: Callable[[str], bool]) -> str:
    """Return an id for a name, with a number if it is not free; empty if the name has no letter or
    digit of ASCII.
    """
    ascii_words = fold(name).encode("ascii", "ignore").decode().split()
    slug = "-".join(ascii_words)[:_LONGEST].strip("-")
    if not slug:
        return ""
    return next(each for each in _numbered(slug) if is_free(each))


def _numbered(slug: str) -> Iterator[str]:
    yield slug
    number = 2
    while True:
        yield f"{slug}-{number}"
        number += 1
