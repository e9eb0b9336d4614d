"""What an edit or an import does, before it is written: what takes effect, and what waits for a
second person.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from directory_api.change.change import COLLECTIONS, Change, Record, Stamp
from directory_api.change.guards import Confirmation, Guard
from directory_api.change.named_addresses import NamedAddresses
from directory_api.change.outcome import Outcome
from directory_api.change.public_history import is_seen
from directory_api.edit.difference import Difference, Stored, without
from directory_api.edit.gate import Gate, Origin
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
from directory_api.record.published import publisher
from directory_api.text.errors import ConfirmationNeeded, Fault, RecordsInvalid
from directory_api.text.message import Message

NOT_CONFIRMED = Message("Nothing was changed: this must be confirmed first.")
# The kinds of `others` that an outcome reports as done; the rest are bookkeeping.
_REPORTED = frozenset({"boundary", "table"})


@dataclass(frozen=True, slots=True)
class Plan:
    """What is written to a store, with its outcome. `changes` can be called several times."""

    stored: Stored
    stamp: Stamp
    changes: Callable[[], Iterator[Change]]
    is_empty: bool
    outcome: Outcome
    # By kind and id, what only maintainers can see.
    unseen: frozenset[tuple[str, str]]
    # Without which it can be looked at, but not written.
    needed: tuple[Fault, ...] = ()
    tables: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rules:
    """What decides about changes: where they come from, what their author has confirmed, and the
    gate that makes some of them wait.
    """

    gazetteer: Gazetteer
    origin: Origin
    confirmed: Confirmation
    gate: Gate


def make_plan(
    stored: Stored,
    difference: Difference,
    rules: Rules,
    *,
    locate: Callable[[Fault], Fault],
    others: tuple[Change, ...] = (),
    tables: Mapping[str, tuple[Place, ...]] | None = None,
) -> Plan:
    """Return what the difference does; its outcome has only the warnings about helplines, about
    many centres and about texts that name an address that is not public yet.
    `others` are changes of kinds that need no review, and `locate` gives a fault, whose pointer has
    the id of a record, its place in the caller's input.

    Raises RecordsInvalid if a new text names an address that is not public, ConfirmationNeeded if
    an administrator must allow the changes, and what the gate raises: RecordsInvalid if changes
    that wait could never be approved, or are too many.
    """
    guard = Guard(rules.confirmed)
    passage = rules.gate.passage(stored, rules.origin)
    in_force: list[Change] = []
    hidden: set[tuple[str, str]] = set()
    publish = publisher(rules.gazetteer)
    for change in difference.changes():
        guard.add(change)
        if not passage.passes(change):
            continue
        in_force.append(change)
        if not is_seen(change, publish):
            hidden.add((change.kind, change.id))
    about_addresses = _about_addresses(stored, difference, publish, locate)
    needed = tuple(map(locate, guard.untyped))
    faults = [*map(locate, guard.faults(difference.changes, difference.centres_before))]
    if faults:
        raise ConfirmationNeeded(NOT_CONFIRMED, (*faults, *needed))
    about_many = [*guard.about_many(difference.changes, difference.centres_before)]
    held = passage.held(difference, tuple(warning.detail for warning in about_many))
    waiting = [each.change for each in held.waiting]
    rest = (*others, *held.added)
    # The request may close some of them itself.
    closed = tuple(without(held.closed, others))
    is_empty = not (in_force or rest)

    def changes() -> Iterator[Change]:
        yield from without(difference.changes(), waiting)
        yield from rest
        yield from closed

    done = (*in_force, *(change for change in others if change.kind in _REPORTED))
    return Plan(
        stored,
        rules.origin.stamp,
        changes,
        is_empty,
        Outcome(
            stored.revision + 1,
            done,
            held.waiting,
            (*map(locate, (*guard.warnings, *about_many)), *about_addresses),
            to_check=held.to_check,
        ),
        frozenset(hidden),
        needed,
        tables or {},
    )


def _about_addresses(
    stored: Stored,
    difference: Difference,
    publish: Callable[[str, Record], Record],
    locate: Callable[[Fault], Fault],
) -> tuple[Fault, ...]:
    """Return the warnings about texts that name an address that is not public.

    Raises RecordsInvalid if that is certain of a new text, unless all are new: the first data of a
    store may be a copy of one in which the address was hidden later.
    """

    def public() -> Iterator[tuple[str, Record]]:
        for kind in ("directory", *COLLECTIONS):
            records = stored.contents.get(kind, {}).values()
            for record in difference.centres_before() if kind == "centre" else records:
                yield kind, publish(kind, record)

    named = NamedAddresses(difference.changes, difference.hidden_before, public, publish)
    new = [(locate(fault), is_certain) for fault, is_certain in named.new_texts()]
    if refused := [fault for fault, is_certain in new if is_certain and stored.revision]:
        raise RecordsInvalid.of(refused, Message("the records"))
    return (*map(locate, named.now_hidden()), *(fault for fault, _ in new))
