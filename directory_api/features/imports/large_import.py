"""Imports a file of any size in one transaction, in bounded memory.

The centres of the store and of the file are compared in a temporary database
(features/imports/staging.py), because 100,000 of them take more than a gigabyte as Python objects.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from directory_api.change.change import Change, Contents, Record, Stamp, applied, diff, document
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import (
    MOST_LISTED,
    Records,
    contents_of,
    countries_with_emergency_number,
    country_of_centre,
    faults_beside_centre,
    listed_sources,
    named_sources,
)
from directory_api.change.guards import Confirmation
from directory_api.change.outcome import Outcome
from directory_api.edit.difference import by_record, without
from directory_api.edit.gate import Origin
from directory_api.edit.plan import Plan, make_plan
from directory_api.edit.writer import Writer
from directory_api.features.imports.large_file import LargeFile
from directory_api.features.imports.staging import StagedCentres, staged_centres
from directory_api.features.imports.stored_records import CENTRE, StoredRecords, read_stored
from directory_api.files.raw_records import RecordStream
from directory_api.record.token import Actor
from directory_api.store.sql.store import Store
from directory_api.text.errors import Fault, StoreUnavailable


def import_stream(
    writer: Writer,
    stream: RecordStream,
    actor: Actor,
    reason: str,
    *,
    dry_run: bool,
    confirmed: Confirmation,
    approved_by: str | None,
) -> Outcome:
    """Make the directory equal to a file, whose records are read once. It replaces the kinds of
    records that it contains.

    Raises FileUnreadable, RecordsInvalid with the first faults and their number,
    ConfirmationNeeded, StoreConflict, StoreUnavailable.
    """
    stamp = Stamp(actor.name, writer.clock(), reason, approved_by)
    file: LargeFile | None = None
    with staged_centres() as staged:

        def read() -> StoredRecords:
            stored = read_stored(writer.store, staged)
            if not stored.revision:
                raise StoreUnavailable("the database holds no records yet")
            return stored

        def plan_of(stored: StoredRecords) -> Plan:
            nonlocal file
            if file is None:
                file = LargeFile(staged, stored.gazetteer, stamp.at.date())
                file.read(stream)
            faults = () if file.centres else _faults_of_stored(writer.store, stored, file)
            document, records = file.document, file.checked(stored.contents, faults)
            plan = make_plan(
                stored,
                _StagedDifference(staged, stored, records, has_centres=bool(file.centres)),
                replace(
                    writer.rules(stored.gazetteer, Origin(stamp, actor), confirmed),
                    most_listed=MOST_LISTED,
                ),
                locate=lambda fault: document.located(records.by_index(fault)),
            )
            lines = stored.contents.get("helpline", {})
            warnings = file.all_warnings(records, lines, plan.outcome.warnings)
            outcome = replace(
                plan.outcome,
                warnings=tuple(warnings.listed),
                more_warnings=warnings.total - len(warnings.listed),
            )
            return replace(plan, outcome=outcome)

        return writer.carry_out(read, plan_of, dry_run=dry_run)


def _faults_of_stored(store: Store, stored: StoredRecords, file: LargeFile) -> Iterator[Fault]:
    """Yield the faults of the centres of the store, if they need what is no more."""
    before = document(stored.contents)
    after = {**before, **file.document.parts}
    lost = (countries_with_emergency_number(before) - countries_with_emergency_number(after)) | (
        listed_sources(before) - listed_sources(after)
    )
    for mention in store.mentioning(CENTRE, lost) if lost else ():
        yield from faults_beside_centre(after, mention.place, mention.record)


class _StagedDifference:
    """A Difference whose centres are in a temporary database."""

    def __init__(
        self,
        staged: StagedCentres,
        stored: StoredRecords,
        records: Records,
        *,
        has_centres: bool,
    ) -> None:
        self._staged = staged
        self._before = stored.contents
        self._has_centres = has_centres
        after = {kind: new for kind, new in contents_of(records).items() if kind != CENTRE}
        self._others = tuple(with_confirmed_values(diff(stored.contents, after)))
        self._others_by_record = by_record(self._others)

    def changes(self) -> Iterator[Change]:
        """Yield the changes."""
        yield from self._others
        yield from self._centre_changes()

    def _centre_changes(self, identity: str | None = None) -> Iterator[Change]:
        if self._has_centres:
            for key, old, new in self._staged.changed(identity):
                yield from change_of_centre(key, old, new)

    def has(self, change: Change) -> bool:
        """Return whether a change is one of them."""
        if change.kind == CENTRE:
            return change in self._centre_changes(change.id)
        return self._others_by_record.get((change.kind, change.id)) == change

    def centres_before(self) -> Iterator[Record]:
        """Yield the centres before the changes."""
        for _, text in self._staged.texts(are_after=False):
            yield json.loads(text)

    def after(self, for_review: Iterable[Change]) -> Contents:
        """Return the records after the changes except those for review: of the centres without such
        a change, one for each country and set of sources.
        """
        waiting = {change.id: change for change in for_review if change.kind == CENTRE}
        centres: dict[str, Record] = {
            identity: change.before for identity, change in waiting.items() if change.before
        }
        seen = set()
        for identity, text in self._staged.texts(are_after=self._has_centres):
            record: Mapping[str, Any] = json.loads(text)
            needs = (
                country_of_centre(record),
                frozenset(source for _, source in named_sources(record)),
            )
            if identity not in waiting and needs not in seen:
                seen.add(needs)
                centres[identity] = record
        return applied({**self._before, CENTRE: centres}, without(self._others, for_review))


def change_of_centre(identity: str, old: str | None, new: str | None) -> Iterator[Change]:
    """Yield the change between the JSON of a centre before and after, if more than the order of its
    members differs.
    """
    before, after = (json.loads(text) if text else None for text in (old, new))
    if before != after:
        yield from with_confirmed_values([Change(CENTRE, identity, before, after)])
