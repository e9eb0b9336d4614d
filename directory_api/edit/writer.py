"""The writer, the only path for changes of records: read, change, check, write."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Self

from directory_api.change.change import Change, Stamp
from directory_api.change.guards import NOTHING_ALLOWED, Allowed
from directory_api.change.outcome import Outcome
from directory_api.change.public_history import is_seen
from directory_api.edit.check import NOT_CONFIRMED, changes_to_write, check
from directory_api.edit.draft import ChangeContext, ChangeRequest, Draft, drafted
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.record.published import publisher
from directory_api.record.token import Actor
from directory_api.store.digests import checksum
from directory_api.store.sql.store import Store
from directory_api.store.state import RECEIPT_LIFE, Receipt, StoreState
from directory_api.text.errors import (
    ClientError,
    ConfirmationRequired,
    IdempotencyKeyReused,
    StoreConflict,
)
from directory_api.text.message import Message

# An attempt fails only if another process has written between our read and our write.
ATTEMPTS = 50
# A change takes 20 ms in a small directory and half a second among 10,000 centres.
TURN_SECONDS = 5.0
_BUSY = Message("other people are changing the directory at the same time; try again in a moment")


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """An Idempotency-Key: a SHA-256 of the sender and the key, and a SHA-256 of the request."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, key: Sequence[str], request: Sequence[str]) -> Self:
        """Return the key of a request, from the parts of each."""
        return cls(checksum(*key), checksum(*request))


class Writer:
    """Writes to the store. Raises StoreUnavailable, NotReady before the first load, and the errors
    that each method lists.

    `review_required` returns whether changes that the public can read must wait for a second
    person.
    """

    def __init__(
        self,
        store: Store,
        live: LiveSnapshot,
        clock: Callable[[], datetime],
        review_required: Callable[[], bool],
    ) -> None:
        self.store = store
        self.live = live
        self.clock = clock
        self._review_required = review_required
        # One writer of this process at a time: concurrent writers would only conflict and read
        # again.
        self._turn = threading.Lock()

    def write(
        self,
        actor: Actor,
        reason: str,
        request_for: Callable[[StoreState], ChangeRequest],
        *,
        approved_by: str | None = None,
        allowed: Allowed = NOTHING_ALLOWED,
        idempotency_key: IdempotencyKey | None = None,
        dry_run: bool = False,
    ) -> Outcome:
        """Apply what `request_for` returns for the stored records, in one transaction, or nothing
        of it.

        Changes that need review wait, unless `approved_by` names the reviewer. `allowed` is what
        the actor has allowed. `request_for` is called again if another process has written in the
        meantime. Raises RecordsInvalid, ConfirmationRequired, IdempotencyKeyReused, StoreConflict,
        and whatever `request_for` raises.
        """

        def draft_of(state: StoreState) -> Draft:
            request = request_for(state)
            author, why = request.author or actor.name, request.reason or reason
            stamp = Stamp(author, self.clock(), why, request.approved_by or approved_by)
            # Nothing waits in an empty store, of which nothing is public yet, nor what has been
            # approved.
            is_new = not state.revision
            is_reviewed = not (is_new or stamp.approved_by) and self._review_required()
            # The removal of one record is what was asked for.
            is_allowed = replace(allowed, removals=allowed.removals or request.is_of_one)
            gazetteer = request.gazetteer or self.live.snapshot.gazetteer
            context = ChangeContext(actor, stamp, is_allowed, is_reviewed)
            return drafted(state, request, context, gazetteer)

        with self._my_turn():
            for _ in range(ATTEMPTS):
                # Those of the postcodes in force, which affect what counts as a public change.
                state = self.live.store_state(to_change=True)
                if repeated := self._repeated(idempotency_key):
                    return repeated
                try:
                    draft = draft_of(state)
                    outcome = check(draft)
                    changes = changes_to_write(draft, outcome)
                except ClientError:
                    # The same request may have been carried out since: its id is taken then.
                    if repeated := self._repeated(idempotency_key):
                        return repeated
                    raise
                if dry_run or not changes:
                    return replace(outcome, revision=state.revision)
                if needed := draft.missing_confirmations():
                    raise ConfirmationRequired(NOT_CONFIRMED, needed)
                try:
                    self._append(draft, outcome, changes, idempotency_key)
                except StoreConflict:
                    continue
                # In a command, too: it writes the last good snapshot, which must not keep what was
                # changed.
                self.live.refresh()
                return outcome
        raise StoreConflict(_BUSY)

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Wait for other writers of this process. Raises StoreConflict after TURN_SECONDS: a file
        may take longer, and a waiting writer holds a thread that visitors need.
        """
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise StoreConflict(_BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def _append(
        self,
        draft: Draft,
        outcome: Outcome,
        changes: Sequence[Change],
        key: IdempotencyKey | None,
    ) -> None:
        stamp, publish = draft.context.stamp, publisher(draft.gazetteer)
        changed = {change.id for change in outcome.applied if change.kind == "table"}
        tables = draft.request.tables
        self.store.append(
            changes,
            stamp,
            expected=draft.before.revision,
            version=draft.before.version,
            unseen={change.key for change in outcome.applied if not is_seen(change, publish)},
            tables={country: places for country, places in tables.items() if country in changed},
            receipt=Receipt(key.key, key.fingerprint, stamp.at, outcome.to_record())
            if key
            else None,
        )

    def _repeated(self, key: IdempotencyKey | None) -> Outcome | None:
        receipt = self.store.receipt(key.key) if key else None
        if receipt is None or key is None or self.clock() - receipt.at > RECEIPT_LIFE:
            return None
        if receipt.fingerprint != key.fingerprint:
            raise IdempotencyKeyReused(
                Message(
                    "This Idempotency-Key was sent with another request. Use a new key for each "
                    "change."
                )
            )
        return Outcome.from_record(receipt.outcome)
