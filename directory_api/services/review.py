"""What waits for review: the proposals of an edit or an import."""

from collections.abc import Callable, Iterable, Sequence
from itertools import permutations

from directory_api.domain.changes.change import (
    PROPOSAL_LIFE,
    Change,
    Contents,
    Proposal,
    Stamp,
    applied,
    document,
    waiting,
)
from directory_api.domain.errors import Fault, RecordsInvalid
from directory_api.domain.model.token import Actor
from directory_api.domain.validation.schemas import faults_between_records


def check_dependencies(before: Contents, for_review: Sequence[Change]) -> None:
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


def proposed(
    contents: Contents,
    revision: int,
    for_review: Iterable[Change],
    is_ready: Callable[[Change], bool],
    proposer: Actor,
    stamp: Stamp,
) -> tuple[tuple[Proposal, ...], list[Change], list[Change]]:
    """Return the proposals for changes that need review, the changes that add those that are not
    open yet, and the changes that close others.

    A proposal is closed if its change `is_ready`, which means that an authorised actor applies it
    now, or if it has expired.
    """
    open_proposals = waiting(contents, stamp.at)
    by_record: dict[tuple[str, str], list[Proposal]] = {}
    for proposal in open_proposals:
        by_record.setdefault((proposal.change.kind, proposal.change.id), []).append(proposal)
    proposals = tuple(
        _proposal(
            change,
            proposer,
            stamp,
            f"{revision + 1}-{number}",
            by_record.get((change.kind, change.id), ()),
        )
        for number, change in enumerate(for_review, start=1)
    )
    stored = contents.get("proposal", {})
    added = [
        Change("proposal", proposal.id, None, proposal.to_record())
        for proposal in proposals
        if proposal.id not in stored
    ]
    still_open = {proposal.id for proposal in open_proposals if not is_ready(proposal.change)}
    closed = [
        Change("proposal", identity, record, None)
        for identity, record in stored.items()
        if identity not in still_open
    ]
    return proposals, added, closed


def _proposal(
    change: Change,
    proposer: Actor,
    stamp: Stamp,
    identity: str,
    open_proposals: Iterable[Proposal],
) -> Proposal:
    """Return a new proposal, or the open one with the equal change: importing a file twice proposes
    once.
    """
    equal = (proposal for proposal in open_proposals if proposal.change == change)
    new = Proposal(
        identity,
        change,
        proposer.id,
        proposer.name,
        stamp.at,
        stamp.reason,
        stamp.at + PROPOSAL_LIFE,
    )
    return next(equal, new)
