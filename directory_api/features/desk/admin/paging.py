"""Long lists, a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request

_Row = TypeVar("_Row")
_Shown = TypeVar("_Shown")

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class Part(Generic[_Row]):
    """A page of a long list, whose number is in the parameter with the name of the list."""

    name: str
    rows: Sequence[_Row]
    total: int
    page: int
    pages: int

    @classmethod
    def requested(cls, name: str, rows: Sequence[_Row]) -> "Part[_Row]":
        """Return the page that the request asks for, the first one without a number."""
        pages = -(-len(rows) // PER_PAGE) or 1
        page = min(max(1, request.args.get(name, 1, int)), pages)
        return cls(name, rows[(page - 1) * PER_PAGE : page * PER_PAGE], len(rows), page, pages)

    def with_rows(self, row: Callable[[_Row], _Shown]) -> "Part[_Shown]":
        """Return the same with what is shown of each row."""
        return Part(self.name, [*map(row, self.rows)], self.total, self.page, self.pages)
