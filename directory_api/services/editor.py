"""Edits of one record: create, replace, patch, remove, verify, restore; and its history."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from directory_api.domain.changes.change import HistoryEntry, Record
from directory_api.domain.changes.document import COLLECTIONS, document
from directory_api.domain.changes.merge_patch import merged
from directory_api.domain.changes.result import Outcome
from directory_api.domain.errors import (
    CentreUnknown,
    Fault,
    HelplineUnknown,
    IdTaken,
    InputInvalid,
    RecordChanged,
    Refusal,
    RevisionUnknown,
)
from directory_api.domain.model.token import TOKEN, Actor
from directory_api.services.writer import Draft, Ledger, Once
from directory_api.storage.base import Kept

_UNKNOWN: Mapping[str, Refusal] = {
    "centre": CentreUnknown("No centre has this id. /v1/centres lists them all."),
    "helpline": HelplineUnknown("No helpline has this id. /v1/helplines lists them all."),
}
# In the place of a record that goes; None is what somebody sends who sends null, and no removal.
_GONE: Any = object()


@dataclass(frozen=True, slots=True)
class Edit:
    """Who edits which record, why, and what they saw of it.

    `kind` is centre or helpline. `seen` holds the revisions of the record that the caller may have seen; None when
    the caller sits at the store itself and means the record as it is now. A `dry_run` says what the edit would come to.
    """

    actor: Actor
    kind: str
    id: str
    reason: str
    seen: frozenset[int] | None = None
    once: Once | None = None
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """A record as it is kept, hidden address included, and the revision that wrote it."""

    record: Record
    revision: int


class Editor:
    """Changes one record; each method is one transaction or nothing.

    Every writing method raises RecordsInvalid with every fault, RecordChanged when the record is not what was seen,
    CentreUnknown or HelplineUnknown, KeyReused, StoreConflict, StoreUnavailable.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger

    def held(self, kind: str, identity: str) -> Held:
        """The record as it is kept. Raises CentreUnknown or HelplineUnknown."""
        return _held(self._ledger.store.read(places=False), kind, identity)

    def history(self, kind: str, identity: str, most: int = 100) -> tuple[HistoryEntry, ...]:
        """Its changes, newest first, also of a record that is gone. Raises CentreUnknown or HelplineUnknown."""
        found = self._ledger.store.history(kind, identity, most=most)
        if not found:
            raise _UNKNOWN[kind]
        return found

    def recent(self, most: int = 100) -> tuple[HistoryEntry, ...]:
        """The last changes of all centres, helplines and of the directory's own header, newest first."""
        kinds = (*COLLECTIONS, "directory")
        entries = [entry for kind in kinds for entry in self._ledger.store.history(kind, most=most)]
        return tuple(sorted(entries, key=lambda entry: entry.revision, reverse=True)[:most])

    def create(self, edit: Edit, raw: Any) -> Outcome:
        """Add a record. Raises IdTaken for an id that is, or ever was, another record's."""
        return self._change(edit, lambda _: _whole(raw), new=True)

    def replace(self, edit: Edit, raw: Any) -> Outcome:
        """Put a whole record in the place of the one that is kept."""
        return self._change(edit, lambda _: _whole(raw))

    def patch(self, edit: Edit, patch: Any) -> Outcome:
        """Change members of a record by a JSON Merge Patch (RFC 7396)."""
        if not isinstance(patch, dict):
            raise InputInvalid("A merge patch is a JSON object with the members that change.")
        return self._change(edit, lambda kept: merged(kept, patch))

    def remove(self, edit: Edit) -> Outcome:
        """Take a record out; its history stays and it can be restored."""
        return self._change(edit, lambda _: _GONE)

    def verify(self, edit: Edit, how: str) -> Outcome:
        """Note that the record was confirmed today."""
        confirmed = {"on": self._ledger.clock().date().isoformat(), "by": edit.actor.name, "how": how}
        return self._change(edit, lambda kept: {**kept, "verified": confirmed})

    def restore(self, edit: Edit, revision: int) -> Outcome:
        """Bring back what the record was at an earlier revision, also one that is gone. Raises RevisionUnknown."""
        past = (entry for entry in self.history(edit.kind, edit.id, most=10_000) if entry.revision <= revision)
        entry = next(past, None) if revision <= self._ledger.store.revision() else None
        if entry is None or entry.change.after is None:
            raise RevisionUnknown("The record did not exist at that revision. Its history lists those at which it did.")
        record = entry.change.after
        return self._change(edit, lambda _: record, gone_too=True)

    def _change(
        self, edit: Edit, change: Callable[[Record], Any], *, new: bool = False, gone_too: bool = False
    ) -> Outcome:
        def draft(kept: Kept) -> Draft:
            present = edit.id in kept.contents.get(edit.kind, {})
            if new and self._ledger.store.history(edit.kind, edit.id, most=1):
                raise IdTaken("This id is or was another record's. Ids are never used again: choose a new one.")
            if not present and not (new or gone_too):
                raise _UNKNOWN[edit.kind]
            held = _held(kept, edit.kind, edit.id) if present else Held({}, 0)
            if edit.seen is not None and held.revision not in edit.seen:
                raise RecordChanged(
                    "The record has changed since you read it. Read it again, and repeat your change on what it is now."
                )
            wanted = change(held.record)
            made = _draft(kept, edit, wanted)
            return made if gone_too else replace(made, faults=tuple(_other_names(edit, held.record, wanted)))

        return self._ledger.write(edit.actor, edit.reason, draft, once=edit.once, dry_run=edit.dry_run)


def _other_names(edit: Edit, held: Record, wanted: Any) -> Iterator[Fault]:
    """A confirmation is signed by whoever gives it. Of those at the store itself a file may tell who confirmed what."""
    verified = wanted.get("verified") if isinstance(wanted, Mapping) else None
    if not isinstance(verified, Mapping) or verified == held.get("verified"):
        return
    if edit.actor.id.startswith(TOKEN) and verified.get("by") != edit.actor.name:
        yield Fault("must be your own name, as your token has it; nobody confirms for others", pointer="/verified/by")


def _whole(raw: Any) -> Record:
    """A record that was sent. Nothing (JSON's null) is none: it would take the record out."""
    if not isinstance(raw, dict):
        raise InputInvalid("A record is a JSON object with all its members.")
    return raw


def _held(kept: Kept, kind: str, identity: str) -> Held:
    record = kept.contents.get(kind, {}).get(identity)
    if record is None:
        raise _UNKNOWN[kind]
    return Held(record, kept.revisions[kind, identity])


def _draft(kept: Kept, edit: Edit, wanted: Any) -> Draft:
    """The kept directory with the one record as it is wanted; its faults lie where they are in that record."""
    whole = document(kept.contents)
    collection = COLLECTIONS[edit.kind]
    others = [record for record in whole[collection] if record["id"] != edit.id]
    if wanted is _GONE:
        return Draft({**whole, collection: others})
    if wanted.get("id") != edit.id:
        fault = Fault("must be the id of the record in the address; a record keeps its id", pointer="/id")
        raise InputInvalid("1 fault in the request.", [fault])
    here = re.compile(rf"/{collection}/{len(others)}(?=/|$)")

    def locate(fault: Fault) -> Fault:
        pointer, own = here.subn("", fault.pointer or "")
        detail = fault.detail.removesuffix(f" ({edit.id})") if own else fault.detail
        return replace(fault, pointer=pointer or "/", detail=detail)

    return Draft({**whole, collection: [*others, wanted]}, locate=locate)
