"""The gate of the write pipeline: which changes take effect at once, and which it stores as
proposals until a second person approves them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import permutations

from directory_api.change.change import (
    HELD,
    Change,
    Contents,
    HistoryEntry,
    Stamp,
    applied,
    document,
)
from directory_api.change.directory import MOST_RECORDS, faults_between_records
from directory_api.change.proposal import PROPOSAL_LIFE, Proposal, waiting
from directory_api.change.review import hides, is_known_good, needs_review, reveals
from directory_api.edit.difference import Difference, Stored, by_record
from directory_api.record.token import Actor
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.message import Message
from directory_api.text.named import Number

# The most open proposals of one person: as many as one import may add. Each further import or edit
# reads them all.
MOST_PROPOSALS = MOST_RECORDS


# Returns whether changes that the public can read must wait for a second person.
Required = Callable[[], bool]
# Returns the history of the record of a change, newest first.
Past = Callable[[Change], Sequence[HistoryEntry]]


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

    waiting: tuple[Proposal, ...] = ()
    to_check: tuple[Proposal, ...] = ()
    added: tuple[Change, ...] = ()
    closed: tuple[Change, ...] = ()


class Gate:
    """Decides which changes take effect at once. `required` returns whether changes need review
    now.
    """

    def __init__(self, required: Required) -> None:
        self._required = required

    def passage(self, stored: Stored, origin: Origin) -> "Passage":
        """Return the passage for changes of what is stored. Nothing waits for review in an empty
        store, of which nothing is public yet, nor what has been approved.
        """
        is_reviewed = stored.revision > 0 and not origin.stamp.approved_by and self._required()
        return Passage(stored, origin, is_reviewed=is_reviewed)


class Passage:
    """The changes of one request at the gate."""

    def __init__(self, stored: Stored, origin: Origin, *, is_reviewed: bool) -> None:
        self._stored = stored
        self._origin = origin
        self._is_reviewed = is_reviewed
        self._for_review: list[Change] = []
        self._to_check: list[Change] = []

    def passes(self, change: Change) -> bool:
        """Return whether a change takes effect at once. Raises RecordsInvalid if more than
        MOST_RECORDS need review.
        """
        if not (self._is_reviewed and needs_review(change, self._origin.stamp)):
            return True
        is_at_once = self._is_at_once(change)
        (self._to_check if is_at_once else self._for_review).append(change)
        if len(self._for_review) + len(self._to_check) > MOST_RECORDS:
            raise _too_many_proposals()
        return is_at_once

    def held(self, difference: Difference, about_centres: tuple[str, ...]) -> Held:
        """Return the proposals for the changes that need review. Raises RecordsInvalid if they
        could never be approved, or if too many of one person would be open.
        """
        if self._for_review:
            _check_dependencies(difference.after(self._for_review), self._for_review)
        waits = by_record(self._for_review)
        proposals, added, closed = _proposed(
            self._stored,
            [
                *((change, False) for change in self._for_review),
                *((change, True) for change in self._to_check),
            ],
            lambda change: waits.get((change.kind, change.id)) != change and difference.has(change),
            self._origin,
            about_centres,
        )
        return Held(
            tuple(proposal for proposal in proposals if not proposal.is_in_force),
            tuple(proposal for proposal in proposals if proposal.is_in_force),
            tuple(added),
            tuple(closed),
        )

    def _is_at_once(self, change: Change) -> bool:
        """Return whether a change that needs review takes effect at once all the same. As by an
        import, nothing is only hidden in several records at once.
        """
        past = self._origin.past
        return not reveals(change) and (
            (self._origin.is_of_one and hides(change))
            or (past is not None and is_known_good(change, past(change)))
        )


def _too_many_proposals() -> RecordsInvalid:
    detail = Message(
        "More than {most} changes would wait for review one by one. Let another maintainer check "
        "the file, and ask the operator to import it with the name of both.",
        most=Number(MOST_RECORDS),
    )
    return RecordsInvalid.of([Fault(detail)], Message("the records"))


def _too_many_of_one() -> RecordsInvalid:
    detail = Message(
        "More than {most} of your changes would wait for review. Ask another maintainer to "
        "approve or reject those that wait, then try again.",
        most=Number(MOST_PROPOSALS),
    )
    return RecordsInvalid.of([Fault(detail)], Message("the records"))


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
            Message(
                "Some of these changes must wait for a review, and the others depend on them. "
                "First import what is new, such as a source; then import what is changed or "
                "removed."
            ),
            faults,
        )


def _proposed(
    state: Stored,
    to_review: Iterable[tuple[Change, bool]],
    is_ready: Callable[[Change], bool],
    origin: Origin,
    about_centres: tuple[str, ...],
) -> tuple[tuple[Proposal, ...], list[Change], list[Change]]:
    """Return the proposals for changes that need review, each given with whether it is in force,
    the changes that add those that are not open yet, and the changes that close others.

    A proposal is closed if its change `is_ready`, which means that it is applied now, or if it has
    expired. Those for centres get the warnings `about_centres`.

    Raises RecordsInvalid if too many of one person would be open.
    """
    contents, proposer, stamp = state.contents, origin.proposer, origin.stamp
    open_proposals = waiting(contents, stamp.at)
    open_by_record: dict[tuple[str, str], list[Proposal]] = {}
    for proposal in open_proposals:
        open_by_record.setdefault((proposal.change.kind, proposal.change.id), []).append(proposal)
    proposals = tuple(
        _same_or_new(
            Proposal(
                f"{state.revision + 1}-{number}",
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
    stored = contents.get(HELD, {})
    added = [
        Change(HELD, proposal.id, None, proposal.to_record())
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
        Change(HELD, identity, record, None)
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
