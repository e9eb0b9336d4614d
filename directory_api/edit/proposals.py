"""The changes that wait for a second person, as a feature keeps them."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from directory_api.change.outcome import HeldChange, Outcome
from directory_api.edit.writer import IdempotencyKey, Writer
from directory_api.feature import use_each
from directory_api.record.token import Actor


class Proposals(Protocol):
    """The changes that wait for a second person."""

    def waiting(self) -> Sequence[tuple[HeldChange, bool]]:
        """Return them, the most urgent first, and whether the record of each has changed since."""

    def get(self, identity: str) -> tuple[HeldChange, bool]:
        """Return one of them. Raises ProposalNotFound."""

    def approve(
        self,
        actor: Actor,
        identity: str,
        *,
        typed: Iterable[str] = (),
        idempotency_key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Apply it, or record that the actor has looked at it."""

    def reject(
        self,
        actor: Actor,
        identity: str,
        reason: str,
        *,
        idempotency_key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Reject, withdraw or undo it."""


def proposals_of(writer: Writer) -> Proposals | None:
    """Return what a feature keeps; None if none lets changes wait."""
    return next(iter(use_each(lambda feature: feature.proposals(writer))), None)
