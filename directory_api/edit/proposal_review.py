"""Review of proposals: list, approve, reject."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from directory_api.change.change import COLLECTIONS, PROPOSAL, Change, Contents, applied, document
from directory_api.change.cited_sources import added_sources
from directory_api.change.directory import named_sources
from directory_api.change.guards import ALL_ALLOWED, Allowed, new_numbers, untyped
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import (
    Proposal,
    open_proposals,
    what_can_be_undone,
)
from directory_api.change.rebase import CHANGED_SINCE
from directory_api.change.sentences import member_name
from directory_api.change.warnings import numbers_in_use, records_with
from directory_api.edit.check import NOT_CONFIRMED
from directory_api.edit.draft import ChangeRequest
from directory_api.edit.writer import IdempotencyKey, Writer
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline
from directory_api.record.texts import text_in
from directory_api.record.token import Actor
from directory_api.store.state import StoreState
from directory_api.text.errors import (
    ConfirmationRequired,
    Fault,
    PermissionDenied,
    ProposalNotFound,
    ProposalOutdated,
    ProposalOwn,
)
from directory_api.text.message import Joined, Message


class Proposals:
    """Proposals that wait for review, and changes in force that a second person is to look at. A
    method with an id raises ProposalNotFound if no open proposal has it.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def waiting(self) -> tuple[tuple[Proposal, bool], ...]:
        """Return the open proposals, the most urgent first (see `open_proposals`), and whether
        the record of each has changed since. New sources are left out that others bring with them
        (`new_sources`).
        """
        state = self._writer.store.records()
        every = open_proposals(state.contents, self._writer.clock())
        offers = _offers(every)
        brought = {
            (by.id, key) for each in every for key, (by, _) in _brought(each, offers).items()
        }
        proposals = [
            each
            for each in every
            if not _adds(each) or any((each.id, key) not in brought for key in _adds(each))
        ]
        return tuple((p, p.outdated(state.contents)) for p in _warned(proposals, state.contents))

    def get(self, identity: str) -> tuple[Proposal, bool]:
        """Return one proposal, and whether its record has changed since."""
        state = self._writer.store.records()
        (proposal,) = _warned([self._open(state, identity)], state.contents)
        return proposal, proposal.outdated(state.contents)

    def new_sources(self, identity: str) -> tuple[Record, ...]:
        """Return the sources that wait and that the record of a proposal cites: they are approved
        with it.
        """
        state = self._writer.store.records()
        every = open_proposals(state.contents, self._writer.clock())
        return _new_sources(state, self._open(state, identity), _offers(every))

    def every_new_source(self) -> Mapping[str, tuple[Record, ...]]:
        """Return `new_sources` of every open proposal that has some, by its id."""
        state = self._writer.store.records()
        every = open_proposals(state.contents, self._writer.clock())
        offers = _offers(every)
        found = {each.id: _new_sources(state, each, offers) for each in every} if offers else {}
        return {identity: sources for identity, sources in found.items() if sources}

    def approve(
        self,
        actor: Actor,
        identity: str,
        *,
        typed: Iterable[str] = (),
        idempotency_key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Apply a proposal; of a change in force, only record that the actor has looked at it.
        `typed` is the number of a helpline that is changed or removed, once more.

        Raises ProposalOwn, ProposalOutdated, ConfirmationRequired, RecordsInvalid,
        IdempotencyKeyReused.
        """
        allowed = Allowed.of(typed, removals=True)

        def request_for(state: StoreState) -> ChangeRequest:
            proposal = self._open(state, identity)
            if actor.is_person(proposal.actor, proposal.author):
                raise ProposalOwn(
                    Message(
                        "You proposed this change yourself. Another maintainer must review and "
                        "approve it."
                    )
                )
            if not proposal.is_in_force and proposal.outdated(state.contents):
                raise ProposalOutdated(
                    Message(
                        "The record has changed since this was proposed. Reject the proposal, and "
                        "propose the change again."
                    )
                )
            if needed := [*untyped([proposal.change], allowed)]:
                raise ConfirmationRequired(NOT_CONFIRMED, needed)
            if proposal.is_in_force:
                return ChangeRequest(document(state.contents), others=_closing(state, proposal))
            whole = document(applied(state.contents, [proposal.now(state.contents)]))
            every = open_proposals(state.contents, self._writer.clock())
            if new := _new_sources(state, proposal, _offers(every)):
                whole = {**whole, "sources": [*whole["sources"], *new]}
            done = [proposal]
            for each in every:
                own = _adds(each).values()
                is_done = own and all(_is_in(whole["sources"], source) for source in own)
                if is_done and each.id != identity:
                    done.append(each)
            closing = tuple(change for each in done for change in _closing(state, each))
            return ChangeRequest(
                whole,
                others=closing,
                has_parts=True,
                author=proposal.author,
                reason=proposal.reason,
            )

        return self._writer.write(
            actor,
            "",
            request_for,
            approved_by=actor.name,
            # Its author has confirmed it, and so has this person.
            allowed=ALL_ALLOWED,
            idempotency_key=idempotency_key,
        )

    def reject(
        self,
        actor: Actor,
        identity: str,
        reason: str,
        *,
        idempotency_key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Reject a proposal, with the new sources that no other one needs; its history stays. A
        change in force is undone. Members that have other values now stay, with a warning, and so
        does the entry; if all of them have, it is refused.

        The author of a proposal may withdraw it without the scope approve, but does not undo a
        change in force alone: the author can restore the record as it was. Raises
        PermissionDenied, ProposalOwn, ProposalOutdated, RecordsInvalid, IdempotencyKeyReused.
        """

        def request_for(state: StoreState) -> ChangeRequest:
            proposal = self._open(state, identity)
            own = actor.is_person(proposal.actor, proposal.author)
            if not own and "approve" not in actor.scopes:
                raise PermissionDenied(
                    Message(
                        "To reject the proposal of another person, you need a token with the scope "
                        "approve."
                    )
                )
            if own and proposal.is_in_force:
                raise ProposalOwn(
                    Message(
                        "You made this change yourself, so another maintainer must look at it. To "
                        "undo it, restore an earlier revision from the history of the record."
                    )
                )
            if proposal.is_in_force:
                # Two persons have seen it: who made it, and who undoes it.
                return replace(_undo(state, proposal), approved_by=actor.name)
            every = open_proposals(state.contents, self._writer.clock())
            done = (proposal, *_needed_by_no_other(proposal, every))
            closing = tuple(change for each in done for change in _closing(state, each))
            return ChangeRequest(document(state.contents), others=closing)

        return self._writer.write(
            actor,
            reason,
            request_for,
            # What was there before comes back.
            allowed=ALL_ALLOWED,
            idempotency_key=idempotency_key,
        )

    def _open(self, state: StoreState, identity: str) -> Proposal:
        for proposal in open_proposals(state.contents, self._writer.clock()):
            if proposal.id == identity:
                return proposal
        raise ProposalNotFound(
            Message(
                "No proposal with this id is waiting: it was approved or rejected, it expired, or "
                "it never existed."
            )
        )


def _warned(proposals: Sequence[Proposal], contents: Contents) -> list[Proposal]:
    """Return the proposals, each with a warning for each new number that another record has now:
    that may change, too, so that the two are never the same.
    """
    numbers = {number for each in proposals for number in new_numbers(each.change)}
    others = records_with(numbers, contents) if numbers else []
    return [
        replace(each, warnings=(*each.warnings, *_numbers_of_others(each, others)))
        for each in proposals
    ]


def _numbers_of_others(proposal: Proposal, others: Iterable[Centre | Helpline]) -> Iterator[str]:
    change = proposal.change
    added = new_numbers(change)
    for other in others:
        if other.id == change.id:
            continue
        for shown in numbers_in_use(other):
            if shown.number in added:
                yield Message(
                    "{number} is the number of {name} ({id}) now. Has a column moved?",
                    number=shown.number,
                    name=other.name if isinstance(other, Centre) else text_in(other.name),
                    id=other.id,
                )


def _undo(state: StoreState, proposal: Proposal) -> ChangeRequest:
    """Return the request that undoes what can be undone of a change in force. Raises
    ProposalOutdated.
    """
    undone, stay = what_can_be_undone(proposal.change, state.contents)
    if undone is None:
        raise ProposalOutdated(
            Message(
                "Nothing was undone: the record has other values now. If they are right, record "
                "that you have looked at the change. If they are wrong, undo the later changes "
                "first, or restore an earlier revision from the history of the record."
            )
        )
    contents = document(applied(state.contents, [undone]))
    if not stay:
        return ChangeRequest(contents, others=_closing(state, proposal), keeps_sources=True)
    warning = Fault(
        Message(
            "Only a part was undone. These have changed again since, and stay as they are: "
            "{fields}. Undo the later changes first, or restore an earlier revision.",
            fields=Joined.of(map(member_name, stay)),
        ),
        code=CHANGED_SINCE,
    )
    return ChangeRequest(contents, warnings=(warning,), keeps_sources=True)


# A source by the person who proposed it, and its id: who approves the record of another person must
# not bring a source of their own with it.
_Key = tuple[str, str]
# The new sources that wait, the oldest first, each with its own proposal.
_Offers = Mapping[_Key, Sequence[tuple[Proposal, Record]]]


def _adds(proposal: Proposal) -> dict[_Key, Record]:
    """Return the sources that a proposal adds, if it does nothing else."""
    if proposal.is_in_force:
        return {}
    return {(proposal.actor, each["id"]): each for each in added_sources(proposal.change)}


def _cites(proposal: Proposal) -> set[_Key]:
    """Return the sources that a record cites, if the proposal is approved."""
    if proposal.change.kind not in COLLECTIONS or proposal.is_in_force:
        return set()
    cited = named_sources(proposal.change.after or {})
    return {(proposal.actor, source) for _, source in cited}


def _offers(every: Iterable[Proposal]) -> _Offers:
    found: dict[_Key, list[tuple[Proposal, Record]]] = {}
    for each in sorted(every, key=lambda each: each.revision):
        for key, source in _adds(each).items():
            found.setdefault(key, []).append((each, source))
    return found


def _brought(proposal: Proposal, offers: _Offers) -> dict[_Key, tuple[Proposal, Record]]:
    """Return the sources that a proposal of a record brings with it, each with its own proposal:
    the last one until that of the record was made. A later one with the same id may be another
    page, which the person who approves the record has not seen.
    """
    cited = {key: offers.get(key, ()) for key in _cites(proposal)}
    until = {
        key: [each for each in offered if each[0].revision <= proposal.revision]
        for key, offered in cited.items()
    }
    return {key: offered[-1] for key, offered in until.items() if offered}


def _new_sources(state: StoreState, proposal: Proposal, offers: _Offers) -> tuple[Record, ...]:
    known = state.contents["directory"]["directory"].get("sources", ())
    brought = (source for _, source in _brought(proposal, offers).values())
    return tuple(each for each in brought if not _is_in(known, each))


def _is_in(sources: Iterable[Record], source: Record) -> bool:
    """Return whether a source is one of these, though it may have been read on another day."""
    return any({**each, "accessed": ""} == {**source, "accessed": ""} for each in sources)


def _needed_by_no_other(proposal: Proposal, every: Iterable[Proposal]) -> list[Proposal]:
    """Return the proposals of new sources that are needed only with this proposal of a record."""
    kept = [each for each in every if each.id != proposal.id]
    offers = _offers(kept)
    needed = {by.id for each in kept for by, _ in _brought(each, offers).values()}
    own = {by.id: by for by, _ in _brought(proposal, offers).values()}
    return [by for identity, by in own.items() if identity not in needed]


def _closing(state: StoreState, proposal: Proposal) -> tuple[Change, ...]:
    return (Change(PROPOSAL, proposal.id, state.contents[PROPOSAL][proposal.id], None),)
