"""The result of a write: what is in force, and what waits for a second person."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from types import MappingProxyType
from typing import Any, Protocol, Self

from directory_api.change.change import Change, Record
from directory_api.text.errors import Fault


class HeldChange(Protocol):
    """A change for a second person: it waits, or with `is_in_force` it took effect at once and is
    only looked at. A gate (edit/gate.py) makes them.

    `actor` is the id that identifies the person who made it; `author` is the name to display. Times
    are in UTC. `warnings` are sentences for the person who decides.
    """

    @property
    def id(self) -> str:
        """The id, by which a person decides about it."""

    @property
    def change(self) -> Change:
        """The change."""

    @property
    def actor(self) -> str:
        """Who made it, as an id."""

    @property
    def author(self) -> str:
        """Who made it, as a name."""

    @property
    def at(self) -> datetime:
        """When it was made."""

    @property
    def reason(self) -> str:
        """Why it was made."""

    @property
    def expires(self) -> datetime:
        """When it expires, if it is not in force."""

    @property
    def is_in_force(self) -> bool:
        """Whether it took effect at once."""

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the person who decides should know."""

    def to_record(self) -> dict[str, Any]:
        """Return the record for the store."""


# Reads what `HeldChange.to_record` returned, by id.
ReadHeld = Callable[[Mapping[str, Record]], tuple[HeldChange, ...]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of an edit.

    `to_check` are the changes in `done` that a second person still looks at. `revision` is the
    one now in force; for a dry run, the one that the records were compared with.
    The result of a large import lists the first changes and warnings: `more` counts the other
    changes in force by their action, and `more_warnings` the other warnings.
    """

    revision: int
    done: tuple[Change, ...] = ()
    waiting: tuple[HeldChange, ...] = ()
    warnings: tuple[Fault, ...] = ()
    more: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    more_warnings: int = 0
    to_check: tuple[HeldChange, ...] = ()

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes, whether in force or waiting for review."""
        return (*self.done, *(held.change for held in self.waiting))

    @classmethod
    def from_record(cls, record: Mapping[str, Any], read: ReadHeld) -> Self:
        """Read what to_record returned."""
        return cls(
            revision=record["revision"],
            done=tuple(Change(**change) for change in record["done"]),
            waiting=read(record["waiting"]),
            warnings=tuple(Fault(**fault) for fault in record["warnings"]),
            to_check=read(record.get("to_check", {})),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the record for the store, so that a repeated request gets the same answer."""
        return {
            "revision": self.revision,
            "done": [asdict(change) for change in self.done],
            "waiting": {held.id: held.to_record() for held in self.waiting},
            "warnings": [asdict(fault) for fault in self.warnings],
            "to_check": {held.id: held.to_record() for held in self.to_check},
        }
