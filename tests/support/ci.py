"""Whether the tests run in CI, which tries everything. Elsewhere some tests try a part of it."""

import os
from collections.abc import Sequence
from typing import TypeVar

_Case = TypeVar("_Case")

IN_CI = bool(os.environ.get("CI"))
# Elsewhere one of so many cases or examples is tried.
_ONE_OF = 4


def some(cases: Sequence[_Case], one_of: int = _ONE_OF) -> Sequence[_Case]:
    """Return the cases of one kind, such as all postcodes, that are tried: the first of every so
    many. A short list therefore begins with its most important case.
    """
    return cases if IN_CI else cases[::one_of]


def tried(count: int) -> int:
    """Return how many of so many generated cases are tried."""
    return count if IN_CI else count // _ONE_OF
