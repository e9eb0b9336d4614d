"""The menu of four entries, each with its pages."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass

from flask import request, url_for

from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class Page:
    """A page of an entry: its endpoint, its label, and the scope that it needs."""

    endpoint: str
    label: str
    scope: str = ""

    @property
    def address(self) -> str:
        """Its address."""
        return url_for(f"admin.{self.endpoint}")

    @property
    def is_current(self) -> bool:
        """Whether the request is for it."""
        return request.endpoint == f"admin.{self.endpoint}"


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of the menu, with the pages that a person may see; `badge` is a number beside it."""

    label: str
    pages: tuple[Page, ...]
    is_current: bool
    badge: int | None


# The pages of each entry, and the first steps of the paths below /admin that belong to it; what is
# in no list is about records.
_ENTRIES = (
    (Message("To do"), (Page("todo", Message("To do")),), ("todo", "proposals")),
    (Message("Centres"), (Page("centres", Message("Centres")),), ()),
    (
        Message("Changes"),
        (
            Page("changes", Message("History"), "read_history"),
            Page("upload", Message("Import"), "edit"),
        ),
        ("changes", "upload"),
    ),
    (
        Message("Settings"),
        (
            Page("people", Message("People"), "approve"),
            Page("sources", Message("Sources")),
            Page("links", Message("Links"), "edit"),
        ),
        ("people", "sources", "links", "passkeys"),
    ),
)
_ELSEWHERE = frozenset(step for _, _, steps in _ENTRIES for step in steps)


def menu(
    scopes: Collection[str], to_do: int | None, links: Callable[[], Sequence[object]]
) -> Iterator[Entry]:
    """Yield the entries for a person with these scopes; `to_do` is the number beside the first.
    The page of links for centres is there if there are any, which takes a look at all records.
    """
    step = request.path.removeprefix("/admin").strip("/").partition("/")[0]
    for label, every, steps in _ENTRIES:
        is_current = step in steps if steps else step not in _ELSEWHERE
        pages = tuple(
            page
            for page in every
            if (not page.scope or page.scope in scopes)
            and (page.endpoint != "links" or (is_current and links()))
        )
        if pages:
            yield Entry(label, pages, is_current, to_do if steps[:1] == ("todo",) else None)
