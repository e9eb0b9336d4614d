"""Review of proposals: list, approve, reject."""

from directory_api.domain.changes.change import Contents, applied, document
from directory_api.domain.changes.proposal import Outcome, Proposal, waiting
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
        kept = self._writer.store.records()
        return tuple(
            (p, p.outdated(kept.contents)) for p in waiting(kept.contents, self._writer.clock())
        )

    def get(self, identity: str) -> tuple[Proposal, bool]:
        """Return one proposal, and whether its record has changed since."""
        kept = self._writer.store.records()
        proposal = self._open(kept, identity)
        return proposal, proposal.outdated(kept.contents)

    def approve(
        self, actor: Actor, identity: str, *, once: IdempotencyKey | None = None
    ) -> Outcome:
        """Apply a proposal. Raises ProposalOwn, ProposalOutdated, RecordsInvalid, IdempotencyKeyReused."""

        def draft(kept: StoreState) -> ChangeRequest:
            proposal = self._open(kept, identity)
            if proposal.actor == actor.id:
                raise ProposalOwn(
                    "You proposed this change yourself; somebody else has to look at it and approve it."
                )
            if proposal.outdated(kept.contents):
                raise ProposalOutdated(
                    "The record has changed since this was proposed. Reject the proposal and propose the change anew."
                )
            return ChangeRequest(
                document(applied(kept.contents, [proposal.now(kept.contents)])),
                beside=_without(kept, proposal),
                author=proposal.author,
                reason=proposal.reason,
            )

        return self._writer.write(actor, "", draft, approved_by=actor.name, once=once)

    def reject(
        self, actor: Actor, identity: str, reason: str, *, once: IdempotencyKey | None = None
    ) -> Outcome:
        """Reject a proposal; its history stays. The author of a proposal may withdraw it without
        the scope approve. Raises PermissionDenied, IdempotencyKeyReused.
        """

        def draft(kept: StoreState) -> ChangeRequest:
            proposal = self._open(kept, identity)
            if proposal.actor != actor.id and not actor.may("approve"):
                raise PermissionDenied(
                    "To reject what somebody else proposed, a token needs the scope approve."
                )
            return ChangeRequest(document(kept.contents), beside=_without(kept, proposal))

        return self._writer.write(actor, reason, draft, once=once)

    def _open(self, kept: StoreState, identity: str) -> Proposal:
        for proposal in waiting(kept.contents, self._writer.clock()):
            if proposal.id == identity:
                return proposal
        raise _unknown()


def _without(kept: StoreState, proposal: Proposal) -> Contents:
    """The proposals without this one."""
    return {
        "proposal": {
            key: record for key, record in kept.contents["proposal"].items() if key != proposal.id
        }
    }


def _unknown() -> ProposalNotFound:
    return ProposalNotFound(
        "No proposal waits under this id: it was approved, rejected, is over, or never was."
    )
