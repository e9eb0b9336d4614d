"""How much is tried. A machine of a developer and CI try the same; the nightly run, which sets
TESTS_EVERY_CASE, tries every case and random ones.
"""

import os
from collections.abc import Sequence
from typing import TypeVar

_Case = TypeVar("_Case")

IN_CI = bool(os.environ.get("CI"))
EVERY_CASE = bool(os.environ.get("TESTS_EVERY_CASE"))
# Else one of so many cases or examples is tried.
_ONE_OF = 4


def some(cases: Sequence[_Case], one_of: int = _ONE_OF) -> Sequence[_Case]:
    """Return the cases of one kind, such as all postcodes, that are tried: the first of every so
    many. A short list therefore begins with its most important case.
    """
    return cases if EVERY_CASE else cases[::one_of]


def tried(count: int) -> int:
    """Return how many of so many generated cases are tried."""
    return count if EVERY_CASE else count // _ONE_OF
