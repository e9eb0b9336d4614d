"""What an edit or an import does, before it is written: what comes into force, and what waits for
review.

The changes may be more than the memory holds: they are iterated several times, and only those that
wait and the first of the others are kept.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations
from typing import Protocol

from directory_api.change.change import Change, Contents, Record, Stamp, applied, document
from directory_api.change.directory import MOST_RECORDS, faults_between_records
from directory_api.change.guards import Confirmation, Guard
from directory_api.change.outcome import Outcome
from directory_api.change.public_history import is_seen
from directory_api.features.review.proposal import PROPOSAL_LIFE, Proposal, waiting
from directory_api.features.review.review import needs_review
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
from directory_api.record.published import publisher
from directory_api.record.token import Actor
from directory_api.text.errors import ConfirmationNeeded, Fault, RecordsInvalid

# The most open proposals of one person: as many as one import may add. Each further import or edit
# reads them all.
MOST_PROPOSALS = MOST_RECORDS
NOT_CONFIRMED = "Nothing was changed: this must be confirmed first."
# Internal kinds, which an outcome does not report as done.
_BOOKKEEPING = ("proposal", "loaded", "adopted")


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

    def after(self, for_review: Iterable[Change]) -> Contents:
        """Return the records after the changes except those for review, or of all centres at least
        those on whose sources and countries a check between records depends.
        """


@dataclass(frozen=True, slots=True)
class Differences:
    """A Difference in memory. If `before` is an excerpt, `beside` yields the other centres."""

    before: Contents
    all: tuple[Change, ...]
    beside: Callable[[], Iterable[Record]] = tuple
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

    def after(self, for_review: Iterable[Change]) -> Contents:
        """Return the records after the changes except those for review."""
        return applied(self.before, without(self.all, for_review))


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
    """What decides about changes: who makes them, what that person has confirmed, and whether any
    of them waits for review.

    An outcome lists `most_listed` changes, and counts the others.
    """

    gazetteer: Gazetteer
    stamp: Stamp
    proposer: Actor
    is_reviewed: bool
    confirmed: Confirmation
    most_listed: int = sys.maxsize
    # Whether a change that needs review takes effect at once all the same, and is looked at later.
    is_at_once: Callable[[Change], bool] = lambda _change: False


def make_plan(
    stored: Stored,
    difference: Difference,
    rules: Rules,
    *,
    locate: Callable[[Fault], Fault],
    others: tuple[Change, ...] = (),
    tables: Mapping[str, tuple[Place, ...]] | None = None,
) -> Plan:
    """Return what the difference does; its outcome has only the warnings about helplines and about
    many centres yet.
    `others` are changes of kinds that need no review, and `locate` gives a fault, whose pointer has
    the id of a record, its place in the caller's input.

    Raises ConfirmationNeeded if an administrator must allow the changes, RecordsInvalid if
    proposals for them could never be approved, or are too many.
    """
    guard = Guard(rules.confirmed)
    for_review: list[Change] = []
    to_check: list[Change] = []
    first: list[Change] = []
    actions: Counter[str] = Counter()
    hidden: set[tuple[str, str]] = set()
    publish = publisher(rules.gazetteer)
    for change in difference.changes():
        guard.add(change)
        if rules.is_reviewed and needs_review(change, rules.stamp):
            is_at_once = rules.is_at_once(change)
            (to_check if is_at_once else for_review).append(change)
            if len(for_review) + len(to_check) > MOST_RECORDS:
                raise _too_many_proposals()
            if not is_at_once:
                continue
        if len(first) < rules.most_listed:
            first.append(change)
        actions[change.action] += 1
        if not is_seen(change, publish):
            hidden.add((change.kind, change.id))
    needed = tuple(map(locate, guard.untyped))
    faults = [*map(locate, guard.faults(difference.changes, difference.centres_before))]
    if faults:
        raise ConfirmationNeeded(NOT_CONFIRMED, (*faults, *needed))
    about_many = [*guard.about_many(difference.changes, difference.centres_before)]
    if for_review:
        _check_dependencies(difference.after(for_review), for_review)
    waits = by_record(for_review)
    proposals, added, closed = _proposed(
        stored.contents,
        stored.revision,
        [*((change, False) for change in for_review), *((change, True) for change in to_check)],
        lambda change: waits.get((change.kind, change.id)) != change and difference.has(change),
        rules.proposer,
        rules.stamp,
        tuple(warning.detail for warning in about_many),
    )
    by_request = {change.id for change in others if change.kind == "proposal"}
    rest = (*others, *added)
    is_empty = not (actions or rest)

    def changes() -> Iterator[Change]:
        yield from without(difference.changes(), for_review)
        yield from rest
        yield from (change for change in closed if change.id not in by_request)

    done = (*first, *(change for change in others if change.kind not in _BOOKKEEPING))
    more = actions - Counter(change.action for change in first)
    return Plan(
        stored,
        rules.stamp,
        changes,
        is_empty,
        Outcome(
            stored.revision + 1,
            done,
            tuple(proposal for proposal in proposals if not proposal.is_in_force),
            tuple(map(locate, (*guard.warnings, *about_many))),
            more=more,
            to_check=tuple(proposal for proposal in proposals if proposal.is_in_force),
        ),
        frozenset(hidden),
        needed,
        tables or {},
    )


def by_record(changes: Iterable[Change]) -> Mapping[tuple[str, str], Change]:
    """Return changes, of which each is of another record, by kind and id."""
    return {(change.kind, change.id): change for change in changes}


def without(changes: Iterable[Change], others: Iterable[Change]) -> Iterator[Change]:
    """Yield the changes of records that are not among the others."""
    keys = {(change.kind, change.id) for change in others}
    return (change for change in changes if (change.kind, change.id) not in keys)


def _too_many_proposals() -> RecordsInvalid:
    detail = (
        f"More than {MOST_RECORDS:,} changes would wait for review one by one. Let another "
        "maintainer check the file, and name them with --approved-by."
    )
    return RecordsInvalid.of([Fault(detail)], "the records")


def _too_many_of_one() -> RecordsInvalid:
    detail = (
        f"More than {MOST_PROPOSALS:,} of your changes would wait for review. Ask another "
        "maintainer to approve or reject those that wait, then try again."
    )
    return RecordsInvalid.of([Fault(detail)], "the records")


def _check_dependencies(before: Contents, for_review: Sequence[Change]) -> None:
    """Raise RecordsInvalid if separate proposals for these changes could never be approved.

    They can if the records are consistent after each kind of records, in some order of the kinds.
    """
    kinds = dict.fromkeys(change.kind for change in for_review)
    faults: Sequence[Fault] = ()
    for order in permutations(kinds):
        contents = before
        for kind in order:
            faults = tuple(faults_between_records(document(contents)))
            if faults:
                break
            contents = applied(contents, (each for each in for_review if each.kind == kind))
        if not faults:
            break
    if faults:
        raise RecordsInvalid(
            "Some of these changes must wait for a review, and the others depend on them. "
            "First import what is new, such as a source; then import what is changed or "
            "removed.",
            faults,
        )


def _proposed(
    contents: Contents,
    revision: int,
    to_review: Iterable[tuple[Change, bool]],
    is_ready: Callable[[Change], bool],
    proposer: Actor,
    stamp: Stamp,
    about_centres: tuple[str, ...],
) -> tuple[tuple[Proposal, ...], list[Change], list[Change]]:
    """Return the proposals for changes that need review, each given with whether it is in force,
    the changes that add those that are not open yet, and the changes that close others.

    A proposal is closed if its change `is_ready`, which means that it is applied now, or if it has
    expired. Those for centres get the warnings `about_centres`.

    Raises RecordsInvalid if too many of one person would be open.
    """
    open_proposals = waiting(contents, stamp.at)
    open_by_record: dict[tuple[str, str], list[Proposal]] = {}
    for proposal in open_proposals:
        open_by_record.setdefault((proposal.change.kind, proposal.change.id), []).append(proposal)
    proposals = tuple(
        _same_or_new(
            Proposal(
                f"{revision + 1}-{number}",
                change,
                proposer.id,
                proposer.name,
                stamp.at,
                stamp.reason,
                stamp.at + PROPOSAL_LIFE,
                is_in_force,
                about_centres if change.kind == "centre" else (),
            ),
            open_by_record.get((change.kind, change.id), ()),
        )
        for number, (change, is_in_force) in enumerate(to_review, start=1)
    )
    stored = contents.get("proposal", {})
    added = [
        Change("proposal", proposal.id, None, proposal.to_record())
        for proposal in proposals
        if proposal.id not in stored
    ]
    still_open = {
        proposal.id
        for proposal in open_proposals
        if proposal.is_in_force or not is_ready(proposal.change)
    }
    own = sum(
        each.id in still_open and proposer.is_person(each.actor, each.author)
        for each in open_proposals
    )
    waits = [each for each in proposals if each.id not in stored and not each.is_in_force]
    if waits and own + len(waits) > MOST_PROPOSALS:
        raise _too_many_of_one()
    closed = [
        Change("proposal", identity, record, None)
        for identity, record in stored.items()
        if identity not in still_open
    ]
    return proposals, added, closed


def _same_or_new(new: Proposal, open_proposals: Iterable[Proposal]) -> Proposal:
    """Return the open proposal with the equal change, if there is one: importing a file twice
    proposes once. One that is in force is another: it took effect at another time.
    """
    equal = (
        each
        for each in open_proposals
        if each.change == new.change and not (each.is_in_force or new.is_in_force)
    )
    return next(equal, new)
