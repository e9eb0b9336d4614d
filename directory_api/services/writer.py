"""The write pipeline, the only path for changes of records: read, compare, check, review, append.

Changes from files, spreadsheets, the API and the browser all pass through `Writer.write`.
"""

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from directory_api.domain import quality
from directory_api.domain.changes import summary
from directory_api.domain.changes.change import (
    COLLECTIONS,
    Change,
    Contents,
    Stamp,
    applied,
    contents_of,
    diff,
    document,
)
from directory_api.domain.changes.proposal import LIFE, Outcome, Proposal, waiting
from directory_api.domain.errors import Fault, IdempotencyKeyReused, RecordsInvalid, StoreConflict
from directory_api.domain.geo.postcode import Place
from directory_api.domain.model.token import Actor
from directory_api.domain.validation.schemas import Records, faults_between_records, read_records
from directory_api.search.gazetteer import Gazetteer
from directory_api.search.redaction import unseen
from directory_api.services.editions import LiveSnapshot
from directory_api.storage.base import RECEIPT_LIFE, Receipt, Store, StoreState

Clock = Callable[[], datetime]
# An attempt fails only if another process has written between our read and our write.
ATTEMPTS = 50
# Internal kinds, which an outcome does not report as done.
_BOOKKEEPING = ("proposal", "loaded")


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """The requested state of the directory: a raw document, and other changes in `beside`.

    `locate` maps a fault in the document to its place in the caller's input.
    """

    document: Any
    beside: Contents = field(default_factory=dict)
    tables: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    gazetteer: Gazetteer | None = None
    locate: Callable[[Fault], Fault] = lambda fault: fault
    # Found before the records are checked: faults, and warnings.
    faults: tuple[Fault, ...] = ()
    noted: tuple[Fault, ...] = ()
    # For the approval of a proposal: its author and the author's reason.
    author: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """An Idempotency-Key: a SHA-256 of the sender and the key, and a SHA-256 of the request."""

    key: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class _Plan:
    todo: tuple[Change, ...]
    outcome: Outcome
    unseen: frozenset[tuple[str, str]]
    tables: Mapping[str, tuple[Place, ...]]


class Writer:
    """Writes to the store. Raises StoreUnavailable, NotReady before the first load, and the errors
    that each method lists.
    """

    def __init__(
        self, store: Store, current: LiveSnapshot, clock: Clock, second_look: Callable[[], bool]
    ) -> None:
        self.store = store
        self.current = current
        self.clock = clock
        self._second_look = second_look
        # One writer of this process at a time: concurrent writers would only conflict and read
        # again.
        self._turn = threading.Lock()

    def write(
        self,
        actor: Actor,
        reason: str,
        draft: Callable[[StoreState], ChangeRequest],
        *,
        approved_by: str | None = None,
        once: IdempotencyKey | None = None,
        dry_run: bool = False,
        hold: bool = True,
    ) -> Outcome:
        """Apply the draft that `draft` makes from the stored state, in one transaction, or nothing
        of it.

        Changes that need review are stored as proposals, unless `approved_by` names the reviewer or
        `hold` is False. `draft` is called again if another process has written in the meantime.
        Raises RecordsInvalid with every fault, IdempotencyKeyReused, and whatever `draft` raises.
        """
        with self._turn:
            for _ in range(ATTEMPTS):
                kept = self.store.records()
                repeated = self._repeated(once)
                if repeated:
                    return repeated
                wanted = draft(kept)
                stamp = Stamp(
                    wanted.author or actor.name, self.clock(), wanted.reason or reason, approved_by
                )
                planned = self._planned(kept, wanted, stamp, actor if hold else None)
                if dry_run or not planned.todo:
                    return replace(planned.outcome, revision=kept.revision)
                try:
                    return self._append(kept, planned, stamp, once)
                except StoreConflict:
                    continue
        raise StoreConflict("others keep changing the directory; try again in a moment")

    def _planned(
        self, kept: StoreState, draft: ChangeRequest, stamp: Stamp, proposer: Actor | None
    ) -> _Plan:
        gazetteer = draft.gazetteer or self._gazetteer()
        records = checked(draft, gazetteer)
        changes = diff(kept.contents, contents_of(records))
        held = self._held(kept.contents, changes) if proposer and not stamp.approved_by else ()
        waits = {(change.kind, change.id) for change in held}
        ready = [change for change in changes if (change.kind, change.id) not in waits]
        known = waiting(kept.contents, stamp.at)
        proposals = [
            _proposal(change, proposer, stamp, f"{kept.revision + 1}-{number}", known)
            for number, change in enumerate(held, start=1)
        ]
        added = [Change("proposal", p.id, None, p.to_record()) for p in proposals if p not in known]
        beside = diff(kept.contents, draft.beside)
        ended = {change.id for change in beside if change.kind == "proposal"}
        # A proposal is closed if its change is now applied directly by an authorised actor, or if
        # it has expired.
        still = {p.id for p in known if p.change not in ready}
        settled = [
            Change("proposal", identity, record, None)
            for identity, record in kept.contents.get("proposal", {}).items()
            if identity not in still | ended
        ]
        touched = {change.id for change in changes if change.kind == "centre"}
        odd = warnings(records, draft, gazetteer, stamp.at.date())
        stale = [
            draft.locate(_by_index(fault, records))
            for fault in map(quality.unconfirmed, changes)
            if fault
        ]
        outcome = Outcome(
            revision=kept.revision + 1,
            done=tuple(change for change in (*ready, *beside) if change.kind not in _BOOKKEEPING),
            waiting=tuple(proposals),
            # Unchanged records had their warnings earlier.
            warnings=(
                *draft.noted,
                *(warning for centre, warning in odd if centre in touched),
                *stale,
            ),
        )
        todo = (*ready, *beside, *added)
        return _Plan(
            (*todo, *settled) if todo else (), outcome, unseen(ready, gazetteer), draft.tables
        )

    def _append(
        self, kept: StoreState, planned: _Plan, stamp: Stamp, once: IdempotencyKey | None
    ) -> Outcome:
        outcome = planned.outcome
        receipt = (
            Receipt(once.key, once.fingerprint, stamp.at, outcome.to_record()) if once else None
        )
        changed = {change.id for change in planned.todo if change.kind == "table"}
        tables = {
            country: places for country, places in planned.tables.items() if country in changed
        }
        self.store.append(
            planned.todo,
            stamp,
            expected=kept.revision,
            unseen=planned.unseen,
            tables=tables,
            receipt=receipt,
        )
        self.current.refresh()
        return outcome

    def _repeated(self, once: IdempotencyKey | None) -> Outcome | None:
        receipt = self.store.receipt(once.key) if once else None
        if receipt is None or once is None or self.clock() - receipt.at > RECEIPT_LIFE:
            return None
        if receipt.fingerprint != once.fingerprint:
            raise IdempotencyKeyReused(
                "This Idempotency-Key was sent with another request. Take a new key for each change."
            )
        return Outcome.from_record(receipt.outcome)

    def _gazetteer(self) -> Gazetteer:
        # Refresh first: another process may have imported new postcodes, which affect what counts
        # as a public change.
        self.current.refresh()
        return self.current.snapshot.gazetteer

    def _held(self, before: Contents, changes: tuple[Change, ...]) -> tuple[Change, ...]:
        """The changes that have to wait for review."""
        if not self._second_look():
            return ()
        held = tuple(
            change
            for change in changes
            if change.kind in COLLECTIONS and summary.needs_second_look(change)
        )
        waits = {(change.kind, change.id) for change in held}
        ready = [change for change in changes if (change.kind, change.id) not in waits]
        found = list(faults_between_records(document(applied(before, ready)))) if held else []
        if found:
            # Separate proposals could never be approved: the first one alone would make the records
            # inconsistent.
            raise RecordsInvalid(
                "Some of these changes have to wait for a second look, and the others make no sense before them. "
                "Bring in first what is new, such as a source, and what is changed or removed after that.",
                found,
            )
        return held


def checked(draft: ChangeRequest, gazetteer: Gazetteer) -> Records:
    """Return the records of a draft. Raises RecordsInvalid with every fault, each with its place in
    the caller's input.
    """
    found = list(draft.faults)
    records = None
    try:
        records = read_records(draft.document)
    except RecordsInvalid as error:
        found.extend(map(draft.locate, error.faults))
    if records is not None:
        off = quality.faults(records.centres, gazetteer.find, gazetteer.sizes)
        found.extend(draft.locate(_by_index(fault, records)) for fault in off)
        if not found:
            return records
    raise RecordsInvalid(f"{len(found)} fault{'s' * (len(found) > 1)} in the records.", found)


def warnings(
    records: Records, draft: ChangeRequest, gazetteer: Gazetteer, today: date
) -> Iterator[tuple[str, Fault]]:
    """Yield warnings for the maintainer, each with the id of its centre."""
    for warning in quality.warnings(records.centres, gazetteer.find, today):
        yield _centre_of(warning), draft.locate(_by_index(warning, records))


def _centre_of(fault: Fault) -> str:
    return (fault.pointer or "").split("/")[2]


def _by_index(fault: Fault, records: Records) -> Fault:
    """Quality rules refer to a centre by its id; the document refers to it by its index."""
    identity = _centre_of(fault)
    index = records.places[identity]
    rest = (fault.pointer or "").removeprefix(f"/centres/{identity}")
    return replace(fault, pointer=f"/centres/{index}{rest}", detail=f"{fault.detail} ({identity})")


def _proposal(
    change: Change, proposer: Actor | None, stamp: Stamp, identity: str, known: Iterable[Proposal]
) -> Proposal:
    """Return a new proposal, or the open one with the same change: importing a file twice proposes
    once.
    """
    assert proposer is not None  # nothing is held without a proposer
    same = (proposal for proposal in known if proposal.change == change)
    new = Proposal(
        identity, change, proposer.id, proposer.name, stamp.at, stamp.reason, stamp.at + LIFE
    )
    return next(same, new)
