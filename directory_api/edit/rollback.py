"""Undoes what one revision changed, such as an import, and restores all records of a revision."""

from collections.abc import Sequence

from directory_api.change.change import (
    COLLECTIONS,
    MAINTAINED,
    Change,
    HistoryEntry,
    applied,
    document,
)
from directory_api.change.cited_sources import added_sources
from directory_api.change.directory import named_sources
from directory_api.change.guards import NOTHING_ALLOWED, Allowed, name_of
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import open_proposals
from directory_api.change.rebase import CHANGED_SINCE, brought_up_to_date, is_outdated
from directory_api.edit.draft import ChangeRequest
from directory_api.edit.earlier_sources import sources_at
from directory_api.edit.lazy_history import MOST_ENTRIES, LazyHistory
from directory_api.edit.writer import IdempotencyKey, Writer
from directory_api.record.record_value import Record
from directory_api.record.token import Actor
from directory_api.store.state import StoreState
from directory_api.text.errors import Fault, RevisionNotFound, StaleRecord
from directory_api.text.message import Message


class Rollback:
    """Brings back what records were at an earlier revision, all of them in one transaction.

    A state that is known to be good takes effect at once, and is looked at afterwards; any other
    waits for review. What must be confirmed is the same as for an import of several records, or
    for an edit of one. Every method raises RevisionNotFound, RecordsInvalid, ConfirmationRequired,
    StoreConflict, StoreUnavailable.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def undo(
        self,
        actor: Actor,
        revision: int,
        reason: str,
        *,
        allowed: Allowed = NOTHING_ALLOWED,
        dry_run: bool = False,
        expected_version: str | None = None,
        idempotency_key: IdempotencyKey | None = None,
    ) -> Outcome:
        """Undo what a revision changed. What was changed again later stays as it is, with a warning
        for each such record. A source that it added goes, unless a record cites it, or would by a
        change that waits; one that a record cites again comes back.

        Raises StaleRecord if the store's revision and link are not `expected_version`, and
        IdempotencyKeyReused.
        """
        entries = self._entries(range(revision, revision + 1))
        if not entries:
            raise RevisionNotFound(
                Message("No record was changed at that revision. The history lists the revisions.")
            )
        opposites = [each.change.opposite for each in entries if not added_sources(each.change)]
        sources = [source for each in entries for source in added_sources(each.change)]
        earlier = sources_at(
            self._writer.store, revision - 1, (each.after for each in opposites if each.after)
        )

        def request_for(state: StoreState) -> ChangeRequest:
            present = state.links.version(state.revision)
            if expected_version not in (None, present):
                raise StaleRecord(
                    Message(
                        "The directory has changed since this was shown. Look at the change again."
                    )
                )
            changes, warnings = [], []
            for opposite in opposites:
                change = brought_up_to_date(opposite, state.contents)
                if not is_outdated(opposite, state.contents):
                    changes.append(change)
                elif state.contents.get(change.kind, {}).get(change.id) != change.after:
                    warnings.append(_stays(change))
            return self._request(state, changes, tuple(warnings), sources, earlier)

        return self._writer.write(
            actor,
            reason,
            request_for,
            allowed=allowed,
            idempotency_key=idempotency_key,
            dry_run=dry_run,
        )

    def restore_all(
        self,
        actor: Actor,
        revision: int,
        reason: str,
        *,
        allowed: Allowed = NOTHING_ALLOWED,
        dry_run: bool = False,
    ) -> Outcome:
        """Restore every centre, every helpline and the header as they were at a revision."""
        store = self._writer.store
        now = store.revision()
        if not 1 <= revision <= now:
            raise RevisionNotFound(
                Message(
                    "There is no revision {revision} yet. The history lists the revisions.",
                    revision=revision,
                )
            )
        # The first change of each record since then begins with what it was at the revision.
        entries = reversed(self._entries(range(revision + 1, now + 1)))
        first: dict[tuple[str, str], Change] = {}
        for entry in entries:
            first.setdefault(entry.change.key, entry.change)

        def request_for(state: StoreState) -> ChangeRequest:
            return self._request(
                state,
                [
                    Change(kind, identity, state.contents.get(kind, {}).get(identity), each.before)
                    for (kind, identity), each in first.items()
                ],
            )

        return self._writer.write(
            actor,
            reason,
            request_for,
            allowed=allowed,
            dry_run=dry_run,
        )

    def _entries(self, revisions: range) -> tuple[HistoryEntry, ...]:
        """Return the changes of records that maintainers write, newest first."""
        entries = self._writer.store.history(most=MOST_ENTRIES, revisions=revisions)
        return tuple(entry for entry in entries if entry.change.kind in MAINTAINED)

    def _request(
        self,
        state: StoreState,
        changes: Sequence[Change],
        warnings: tuple[Fault, ...] = (),
        sources: Sequence[Record] = (),
        earlier: Sequence[Record] = (),
    ) -> ChangeRequest:
        whole = document(contents := applied(state.contents, changes))
        if sources or earlier:
            waiting = open_proposals(state.contents, self._writer.clock())
            records = (
                *(record for kind in COLLECTIONS for record in contents.get(kind, {}).values()),
                *(each.change.after for each in waiting if not each.is_in_force),
            )
            cited = {source for each in records if each for _, source in named_sources(each)}
            gone = [each for each in sources if each["id"] not in cited]
            stay = [each for each in whole["sources"] if each not in gone]
            known = {each["id"] for each in stay}
            back = [each for each in earlier if each["id"] in cited - known]
            whole = {**whole, "sources": [*stay, *back]}
        return ChangeRequest(
            whole,
            warnings=warnings,
            is_of_one=len(changes) == 1,
            keeps_sources=True,
            history=LazyHistory(self._writer.store, range(1, state.revision + 1)),
        )


def _stays(change: Change) -> Fault:
    collection = COLLECTIONS.get(change.kind)
    return Fault(
        Message(
            "{name} was changed again later, so this change of it cannot be undone. In its history "
            "you can restore an earlier revision.",
            name=name_of(change),
        )
        if collection
        else Message("The directory itself was changed again later, so this stays as it is."),
        pointer=f"/{collection}/{change.id}" if collection else None,
        code=CHANGED_SINCE,
    )
