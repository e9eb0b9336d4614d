"""Edits of one record: create, replace, patch, remove, verify, restore; and its history."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from directory_api.change.change import (
    COLLECTIONS,
    Change,
    Contents,
    HistoryEntry,
    document,
    without_digest,
)
from directory_api.change.confirmation import is_same, with_stored_confirmation
from directory_api.change.guards import Allowed
from directory_api.change.merge_patch import merged
from directory_api.change.outcome import Outcome
from directory_api.edit.draft import ChangeRequest
from directory_api.edit.earlier_sources import sources_at
from directory_api.edit.lazy_history import LazyHistory
from directory_api.edit.writer import IdempotencyKey, Writer
from directory_api.record.parts import Acknowledged
from directory_api.record.record_value import Record
from directory_api.record.token import TOKEN, Actor
from directory_api.store.state import ALL_REVISIONS, StoreState
from directory_api.text.errors import (
    CentreNotFound,
    ClientError,
    Fault,
    HelplineNotFound,
    IdTaken,
    InputInvalid,
    RevisionNotFound,
    StaleRecord,
)
from directory_api.text.message import Message

# Sentinel for removal; None means that the client sent JSON null.
_REMOVED: Any = object()


@dataclass(frozen=True, slots=True)
class Edit:
    """An edit of one record: the actor, the reason, and the versions that the actor has seen.

    `kind` is centre or helpline. `expected_versions` are the versions of the record that the caller
    may have seen; None skips the check, for local commands, new records and `If-Match: *`. A
    `dry_run` returns the outcome without writing. `typed` are the numbers of helplines that the
    actor has typed once more.
    """

    actor: Actor
    kind: str
    id: str
    reason: str
    expected_versions: frozenset[str] | None = None
    idempotency_key: IdempotencyKey | None = None
    dry_run: bool = False
    typed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FeatureRecords:
    """Records of a feature that are written in the transaction of an edit.

    `contents` returns what these kinds and ids become, from the stored state; an error that it
    raises stops the edit.
    """

    keys: tuple[tuple[str, str], ...]
    contents: Callable[[StoreState], Contents]

    def changes(self, state: StoreState) -> tuple[Change, ...]:
        """Return the changes of these records."""
        contents = self.contents(state)
        sides = (
            (kind, id, state.contents.get(kind, {}).get(id), contents.get(kind, {}).get(id))
            for kind, id in self.keys
        )
        return tuple(Change(*side) for side in sides if side[2] != side[3])


@dataclass(frozen=True, slots=True)
class VersionedRecord:
    """A stored record, including a hidden address, and the revision that wrote it.

    `version` is the revision with its link, such as `53.ab12cd34ef`.
    """

    record: Record
    revision: int
    version: str


# The version of a record that does not exist yet.
ABSENT = "0"


class Editor:
    """Reads and changes one record; each change is appended in one transaction.

    Every writing method raises RecordsInvalid with every fault, ConfirmationRequired if the number
    of a helpline was not typed, StaleRecord if the record's version is not in
    `expected_versions`, CentreNotFound or HelplineNotFound, IdempotencyKeyReused,
    StoreConflict, StoreUnavailable.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def stored(self, kind: str, identity: str) -> VersionedRecord:
        """Return the stored record. Raises CentreNotFound or HelplineNotFound."""
        return _stored(self._writer.live.store_state(), kind, identity)

    def version(self, revision: int) -> str:
        """Return a revision with its link, as the snapshot in force has it."""
        return self._writer.live.snapshot.links.version(revision)

    def history(self, kind: str, identity: str, most: int = 100) -> tuple[HistoryEntry, ...]:
        """Return the changes of a record, newest first, also of a removed one.

        Raises CentreNotFound or HelplineNotFound.
        """
        entries = self._writer.store.history(kind, identity, most=most)
        if not entries:
            raise _not_found(kind)
        return entries

    def recent(self, most: int = 100, revisions: range = ALL_REVISIONS) -> tuple[HistoryEntry, ...]:
        """Return the last changes of all centres, helplines and the directory's header, newest
        first, that were made at one of the revisions.
        """
        store = self._writer.store
        entries = [
            entry
            for kind in (*COLLECTIONS, "directory")
            for entry in store.history(kind, most=most, revisions=revisions)
        ]
        return tuple(sorted(entries, key=lambda entry: entry.revision, reverse=True)[:most])

    def create(
        self,
        edit: Edit,
        raw: Any,
        *,
        how: str | None = None,
        stated_by: Sequence[Record] = (),
    ) -> Outcome:
        """Add a record; with `how`, it is also confirmed today. What the directory lacks of the
        sources `stated_by` is added. Raises IdTaken if the id is, or ever was, used by another
        record.
        """
        return self._change(edit, lambda _: _whole(raw), new=True, how=how, stated_by=stated_by)

    def replace(
        self,
        edit: Edit,
        raw: Any,
        *,
        how: str | None = None,
        stated_by: Sequence[Record] = (),
    ) -> Outcome:
        """Replace a whole record; with `how`, the parts with new values, such as the phones, are
        also confirmed today, and they alone. `stated_by` are the sources that state the new values,
        also if they stood beside those before; what the directory lacks of them is added.

        What the public record does not have stays as it is stored: the rest of the same
        confirmation, and the acknowledged warnings.
        """
        return self._change(
            edit,
            lambda record: _with_private(record, _whole(raw)),
            how=how,
            of_new=True,
            stated_by=stated_by,
        )

    def patch(self, edit: Edit, patch: Any) -> Outcome:
        """Change members of a record with a JSON Merge Patch (RFC 7396)."""
        if not isinstance(patch, dict):
            raise InputInvalid(
                Message("A merge patch must be a JSON object with the fields to change.")
            )
        return self._change(edit, lambda record: _patched(record, patch))

    def remove(self, edit: Edit) -> Outcome:
        """Remove a record; its history stays and it can be restored."""
        return self._change(edit, lambda _: _REMOVED)

    def verify(
        self, edit: Edit, how: str, feature_records: FeatureRecords | None = None
    ) -> Outcome:
        """Record that the record was confirmed today."""
        return self._change(edit, lambda record: record, how=how, feature_records=feature_records)

    def write_feature_records(
        self,
        actor: Actor,
        reason: str,
        feature_records: FeatureRecords,
        idempotency_key: IdempotencyKey | None = None,
    ) -> None:
        """Write records of a feature alone, and nothing of the record that they are about."""
        self._writer.write(
            actor,
            reason,
            lambda state: ChangeRequest(
                document(state.contents), others=feature_records.changes(state)
            ),
            idempotency_key=idempotency_key,
        )

    def acknowledge(self, edit: Edit, acknowledged: Acknowledged) -> Outcome:
        """Record that a warning about a record was checked, in place of the same warning."""
        new = acknowledged.to_record()

        def change(record: Record) -> Record:
            others = (
                each
                for each in record.get("acknowledged", ())
                if {**each, "reason": ""} != {**new, "reason": ""}
            )
            return {**record, "acknowledged": [*others, new]}

        return self._change(edit, change)

    def restore(self, edit: Edit, revision: int) -> Outcome:
        """Restore a record to its state at an earlier revision, also a removed one, with the
        sources that it cites.

        A state that is known to be good takes effect at once. Raises RevisionNotFound.
        """
        # Of more than one entry, a missing one is noticed; it might be the one.
        self.history(edit.kind, edit.id, most=2)
        past = range(1, revision + 1)
        entries = self._writer.store.history(edit.kind, edit.id, most=2, revisions=past)
        entry = entries[0] if entries and revision <= self._writer.store.revision() else None
        if entry is None or entry.change.after is None:
            raise RevisionNotFound(
                Message(
                    "The record did not exist at that revision. Its history lists the revisions at "
                    "which it did."
                )
            )
        record = entry.change.after
        sources = sources_at(self._writer.store, revision, [record])
        return self._change(edit, lambda _: record, or_removed=True, stated_by=sources)

    def _change(
        self,
        edit: Edit,
        change: Callable[[Record], Any],
        *,
        new: bool = False,
        or_removed: bool = False,
        how: str | None = None,
        of_new: bool = False,
        feature_records: FeatureRecords | None = None,
        stated_by: Sequence[Record] = (),
    ) -> Outcome:
        def request_for(state: StoreState) -> ChangeRequest:
            present = edit.id in state.contents.get(edit.kind, {})
            if new and self._writer.store.history(edit.kind, edit.id, most=1):
                raise IdTaken(
                    Message(
                        "Another record has or had this id, and ids are never used again. Choose a "
                        "new one."
                    )
                )
            if not present and not (new or or_removed):
                raise _not_found(edit.kind)
            stored = (
                _stored(state, edit.kind, edit.id) if present else VersionedRecord({}, 0, ABSENT)
            )
            if edit.expected_versions is not None and stored.version not in edit.expected_versions:
                raise StaleRecord(
                    Message(
                        "The record has changed since you read it. Read it again, then repeat your "
                        "change."
                    )
                )
            record = change(stored.record)
            confirmed = None
            if how is not None:
                today = self._writer.clock().date().isoformat()
                confirmed = {"on": today, "by": edit.actor.name, "how": how}
            if confirmed and not of_new:
                record = {**record, "verified": confirmed}
            request = replace(
                _request(state, edit, record, stated_by),
                is_of_one=True,
                history=LazyHistory(self._writer.store, ALL_REVISIONS, edit.kind, edit.id)
                if or_removed
                else None,
                confirms=confirmed is not None and not of_new,
                confirms_new=confirmed if of_new else None,
                others=feature_records.changes(state) if feature_records else (),
                keeps_sources=or_removed,
                stated_by=frozenset(each["id"] for each in stated_by),
            )
            if or_removed:
                return request
            return replace(
                request,
                faults=tuple(_other_names(edit, stored.record, record)),
                checks_acknowledged=True,
            )

        return self._writer.write(
            edit.actor,
            edit.reason,
            request_for,
            allowed=Allowed.of(edit.typed, removals=False),
            idempotency_key=edit.idempotency_key,
            dry_run=edit.dry_run,
        )


def _other_names(edit: Edit, stored: Record, record: Any) -> Iterator[Fault]:
    """A token may confirm a record only under its own name. A local command may import
    confirmations made by others.
    """
    verified = record.get("verified") if isinstance(record, Mapping) else None
    if not isinstance(verified, Mapping) or is_same(verified, stored.get("verified")):
        return
    parts = verified.get("parts")
    named = [verified, *(parts.values() if isinstance(parts, Mapping) else ())]
    own = edit.actor.name
    names = {each.get("by", own) for each in named if isinstance(each, Mapping)}
    if edit.actor.id.startswith(TOKEN) and names != {own}:
        yield Fault(
            Message(
                "Use your own name, as in your token. You cannot confirm a record for another "
                "person."
            ),
            pointer="/verified/by",
        )


def _whole(raw: Any) -> Record:
    """A record that was sent. JSON null is refused: it would remove the record."""
    if not isinstance(raw, dict):
        raise InputInvalid(Message("A record must be a JSON object with all its fields."))
    return raw


def _with_private(stored: Record, record: Record) -> Record:
    """Return a record that was sent, with the stored members that are not public, if they are
    missing.
    """
    if "acknowledged" in stored:
        record = {"acknowledged": stored["acknowledged"], **record}
    return with_stored_confirmation(record, stored)


def _patched(record: Record, patch: Mapping[str, Any]) -> Any:
    """Return a record with a merge patch applied. A new confirmation does not keep the digest of
    the one before it.
    """
    after = merged(record, patch)
    confirmed = patch.get("verified")
    if isinstance(confirmed, dict) and "digest" not in confirmed:
        is_stored = is_same(after["verified"], record.get("verified"))
        return after if is_stored else without_digest(after)
    return after


def _not_found(kind: str) -> ClientError:
    # A new one each time: an exception that is raised again keeps every frame of the times before.
    if kind == "centre":
        return CentreNotFound("No centre has this id. /v1/centres lists them all.")
    return HelplineNotFound("No helpline has this id. /v1/helplines lists them all.")


def _stored(state: StoreState, kind: str, identity: str) -> VersionedRecord:
    record = state.contents.get(kind, {}).get(identity)
    if record is None:
        raise _not_found(kind)
    revision = state.revisions[kind, identity]
    return VersionedRecord(record, revision, state.links.version(revision))


def _request(
    state: StoreState, edit: Edit, record: Any, sources: Sequence[Record] = ()
) -> ChangeRequest:
    """Return the request for the directory with this record replaced, and with these sources.

    Its `locate` maps faults to pointers within the record.
    """
    whole = document(state.contents)
    known = {each["id"] for each in whole.get("sources", ())}
    if added := [each for each in sources if each["id"] not in known]:
        whole = {**whole, "sources": [*whole.get("sources", ()), *added]}
    collection = COLLECTIONS[edit.kind]
    others = [other for other in whole[collection] if other["id"] != edit.id]
    if record is _REMOVED:
        return ChangeRequest({**whole, collection: others})
    if record.get("id") != edit.id:
        fault = Fault(
            Message("Use the id of the record in the address. The id of a record never changes."),
            pointer="/id",
        )
        raise InputInvalid.of([fault], Message("the request"))
    here = re.compile(rf"/{collection}/{len(others)}(?=/|$)")

    def locate(fault: Fault) -> Fault:
        pointer, own = here.subn("", fault.pointer or "")
        here_fault = replace(fault, pointer=pointer or "/")
        return here_fault.without_record(edit.id) if own else here_fault

    return ChangeRequest({**whole, collection: [*others, record]}, locate=locate)
