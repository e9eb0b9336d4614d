"""The changes that a request makes to a store, before it is decided which of them take effect."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from directory_api.change.change import Change, Contents, Record, applied
from directory_api.record.hidden_address import hides_its_address


class Stored(Protocol):
    """The store at the revision that the changes are based on; `contents` has at least the kinds of
    SMALL_KINDS.
    """

    @property
    def revision(self) -> int:
        """The revision."""

    @property
    def version(self) -> str:
        """Its version (see `Store.version`)."""

    @property
    def contents(self) -> Contents:
        """The records, by kind and id."""


class Difference(Protocol):
    """The changes of records between a store and what it is to be."""

    def changes(self) -> Iterator[Change]:
        """Yield them, by kind and id; each call yields the same."""

    def has(self, change: Change) -> bool:
        """Return whether a change is one of them."""

    def centres_before(self) -> Iterator[Record]:
        """Yield the centres before the changes."""

    def hidden_before(self) -> Iterator[Record]:
        """Yield the centres before the changes whose address is not public, with the address."""

    def after(self, for_review: Iterable[Change]) -> Contents:
        """Return the records after the changes except those for review, or of all centres at least
        those on whose sources and countries a check between records depends.
        """


@dataclass(frozen=True, slots=True)
class Differences:
    """A Difference in memory. If `before` is an excerpt, `beside` yields the public form of the
    other centres, and `hidden_beside` those of them whose address is not public, with it.
    """

    before: Contents
    all: tuple[Change, ...]
    beside: Callable[[], Iterable[Record]] = tuple
    hidden_beside: Callable[[], Iterable[Record]] = tuple
    _by_record: Mapping[tuple[str, str], Change] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_record", by_record(self.all))

    def changes(self) -> Iterator[Change]:
        """Yield the changes."""
        return iter(self.all)

    def has(self, change: Change) -> bool:
        """Return whether a change is one of them."""
        return self._by_record.get((change.kind, change.id)) == change

    def centres_before(self) -> Iterator[Record]:
        """Yield the centres before the changes."""
        yield from self.before.get("centre", {}).values()
        yield from self.beside()

    def hidden_before(self) -> Iterator[Record]:
        """Yield the centres before the changes whose address is not public, with the address."""
        yield from filter(hides_its_address, self.before.get("centre", {}).values())
        yield from self.hidden_beside()

    def after(self, for_review: Iterable[Change]) -> Contents:
        """Return the records after the changes except those for review."""
        return applied(self.before, without(self.all, for_review))


def by_record(changes: Iterable[Change]) -> Mapping[tuple[str, str], Change]:
    """Return changes, of which each is of another record, by kind and id."""
    return {(change.kind, change.id): change for change in changes}


def without(changes: Iterable[Change], others: Iterable[Change]) -> Iterator[Change]:
    """Yield the changes of records that are not among the others."""
    keys = {(change.kind, change.id) for change in others}
    return (change for change in changes if (change.kind, change.id) not in keys)
