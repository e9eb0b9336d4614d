"""The gate of the write pipeline: which changes take effect at once, and which wait.

A feature provides it by the hook `gate`. Without one nothing can wait. Then changes take effect at
once, except in a store in which they ever had to wait for a second person: there every change is
refused, because one person alone could otherwise bring a wrong number into effect.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from directory_api.change.change import HELD, Change, HistoryEntry, Record, Stamp
from directory_api.change.outcome import HeldChange
from directory_api.edit.difference import Difference, Stored
from directory_api.feature import use_each
from directory_api.record.token import Actor
from directory_api.store.sql.store import Store
from directory_api.text.errors import ReviewMissing
from directory_api.text.message import Message

# Returns whether changes that the public can read must wait for a second person.
Required = Callable[[], bool]
# Returns the history of the record of a change, newest first.
Past = Callable[[Change], Sequence[HistoryEntry]]

_MISSING = Message(
    "Nothing was changed. In this directory, changes wait until a second maintainer approves them, "
    "but this installation lacks the feature “review”, which lets them wait. The operator must "
    "install a version with this feature. Then repeat the change."
)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where changes come from: who makes them, when and why, and who has approved them already.

    With `is_of_one` one record is changed, which a person has chosen. `past` is given if the
    changes bring records back to what they were.
    """

    stamp: Stamp
    proposer: Actor
    is_of_one: bool = False
    past: Past | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a gate makes of the changes of one request.

    The changes in `waiting` do not take effect; those in `to_check` do, and a second person looks
    at them later. `added` and `closed` are the changes of the gate's own records (of the kind
    HELD).
    """

    waiting: tuple[HeldChange, ...] = ()
    to_check: tuple[HeldChange, ...] = ()
    added: tuple[Change, ...] = ()
    closed: tuple[Change, ...] = ()


class Passage(Protocol):
    """The changes of one request at the gate, which is given one after the other."""

    def passes(self, change: Change) -> bool:
        """Return whether a change takes effect at once.

        Raises RecordsInvalid if more changes would wait than a person can look at, and
        ReviewMissing.
        """

    def held(self, difference: Difference, about_centres: tuple[str, ...]) -> Held:
        """Return what becomes of all the changes, once each was given. `about_centres` are
        sentences for the person who decides about a change of a centre.

        Raises RecordsInvalid if what waits could never be approved, or is too much for one person.
        """


class Gate(Protocol):
    """Decides which changes take effect at once, and keeps the others."""

    def passage(self, stored: Stored, origin: Origin) -> Passage:
        """Return the passage for changes of what is stored."""

    def read(self, records: Mapping[str, Record]) -> tuple[HeldChange, ...]:
        """Read what `HeldChange.to_record` returned, by id. Raises ReviewMissing if this gate has
        not made it.
        """


def gate_of(store: Store, required: Required) -> Gate:
    """Return the gate that a feature provides, or the one without review."""
    gates = use_each(lambda feature: feature.gate(required))
    return gates[0] if gates else WithoutReview(store, required)


class WithoutReview:
    """The gate of the core: nothing waits.

    It raises ReviewMissing for every change of a record that maintainers write if changes must
    wait now, or if one ever had to: the history of a store has every change that waited.
    """

    def __init__(self, store: Store, required: Required) -> None:
        self._store = store
        self._required = required

    def passage(self, stored: Stored, _origin: Origin) -> Passage:
        """Return the passage, which lets everything through or nothing."""
        # Nothing is public yet in an empty store; its first records never wait.
        return _Open(is_closed=stored.revision > 0 and self._was_required())

    def read(self, records: Mapping[str, Record]) -> tuple[HeldChange, ...]:
        """Return no changes. Raises ReviewMissing if there are records."""
        if records:
            raise ReviewMissing(_MISSING)
        return ()

    def _was_required(self) -> bool:
        # Of more than one entry of the history, a missing one is noticed; it might be the one.
        return self._required() or bool(self._store.history(HELD, most=2))


@dataclass(frozen=True, slots=True)
class _Open:
    is_closed: bool

    def passes(self, change: Change) -> bool:
        """Return that the change takes effect, or raise ReviewMissing."""
        if self.is_closed:
            raise ReviewMissing(_MISSING)
        return True

    def held(self, _difference: Difference, _about_centres: tuple[str, ...]) -> Held:
        """Return that nothing waits."""
        return Held()
