"""Review of proposals: list, approve, reject."""

from directory_api.domain.changes.change import (
    Contents,
    Outcome,
    Proposal,
    applied,
    document,
    waiting,
)
from directory_api.domain.errors import (
    PermissionDenied,
    ProposalNotFound,
    ProposalOutdated,
    ProposalOwn,
)
from directory_api.domain.model.token import Actor
from directory_api.services.writer import ChangeRequest, IdempotencyKey, Writer
from directory_api.storage.base import StoreState


class Proposals:
    """Proposals that wait for review. A method with an id raises ProposalNotFound if no open
    proposal has it.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def waiting(self) -> tuple[tuple[Proposal, bool], ...]:
        """Return the open proposals, oldest first, and whether the record of each has changed
        since.
        """
        proposals = waiting(self._state().contents, self._writer.clock())
        state = self._state(*proposals)
        return tuple((p, p.outdated(state.contents)) for p in proposals)

    def get(self, identity: str) -> tuple[Proposal, bool]:
        """Return one proposal, and whether its record has changed since."""
        proposal = self._open(self._state(), identity)
        return proposal, proposal.outdated(self._state(proposal).contents)

    def approve(
        self, actor: Actor, identity: str, *, idempotency_key: IdempotencyKey | None = None
    ) -> Outcome:
        """Apply a proposal. Raises ProposalOwn, ProposalOutdated, RecordsInvalid,
        IdempotencyKeyReused.
        """

        def request_for(state: StoreState) -> ChangeRequest:
            proposal = self._open(state, identity)
            if actor.is_person(proposal.actor, proposal.author):
                raise ProposalOwn(
                    "You proposed this change yourself. Another maintainer must review and "
                    "approve it."
                )
            if proposal.outdated(state.contents):
                raise ProposalOutdated(
                    "The record has changed since this was proposed. Reject the proposal, and "
                    "propose the change again."
                )
            return ChangeRequest(
                document(applied(state.contents, [proposal.now(state.contents)])),
                others=_without(state, proposal),
                author=proposal.author,
                reason=proposal.reason,
            )

        return self._writer.write(
            actor,
            "",
            request_for,
            # A repeated request gets its outcome, although its proposal is closed.
            about=[
                (proposal.change.kind, proposal.change.id)
                for proposal in waiting(self._state().contents, self._writer.clock())
                if proposal.id == identity
            ],
            approved_by=actor.name,
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
        """Reject a proposal; its history stays. The author of a proposal may withdraw it without
        the scope approve. Raises PermissionDenied, IdempotencyKeyReused.
        """

        def request_for(state: StoreState) -> ChangeRequest:
            proposal = self._open(state, identity)
            own = actor.is_person(proposal.actor, proposal.author)
            if not own and "approve" not in actor.scopes:
                raise PermissionDenied(
                    "To reject the proposal of another person, you need a token with the scope "
                    "approve."
                )
            return ChangeRequest(document(state.contents), others=_without(state, proposal))

        return self._writer.write(
            actor, reason, request_for, about=[], idempotency_key=idempotency_key
        )

    def _state(self, *proposals: Proposal) -> StoreState:
        """Return an excerpt of the store with the records that these proposals change."""
        return self._writer.store.excerpt(
            [(proposal.change.kind, proposal.change.id) for proposal in proposals]
        )

    def _open(self, state: StoreState, identity: str) -> Proposal:
        for proposal in waiting(state.contents, self._writer.clock()):
            if proposal.id == identity:
                return proposal
        raise _unknown()


def _without(state: StoreState, proposal: Proposal) -> Contents:
    """The proposals without this one."""
    return {
        "proposal": {
            key: record for key, record in state.contents["proposal"].items() if key != proposal.id
        }
    }


def _unknown() -> ProposalNotFound:
    return ProposalNotFound(
        "No proposal with this id is waiting: it was approved or rejected, it expired, or it never "
        "existed."
    )
