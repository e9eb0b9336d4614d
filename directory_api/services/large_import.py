"""Imports a file of any size in one transaction, in bounded memory.

The rules are those of services/writer.py, and tests compare the two. The centres of the store and
of the file are compared in a temporary database (storage/sqlite/staging.py), because 100,000 of
them take more than a gigabyte as Python objects.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from typing import Any

from directory_api.domain import quality
from directory_api.domain.changes.change import (
    Change,
    Outcome,
    Proposal,
    Record,
    Stamp,
    applied,
    contents_of,
    diff,
    document,
)
from directory_api.domain.changes.review import needs_review
from directory_api.domain.errors import (
    Fault,
    FileUnreadable,
    RecordsInvalid,
    StoreConflict,
    StoreUnavailable,
)
from directory_api.domain.model.token import Actor
from directory_api.domain.validation.limits import MOST_LISTED, MOST_RECORDS
from directory_api.domain.validation.schemas import (
    Records,
    countries_with_emergency_number,
    country_of_centre,
    faults_with_centre,
    listed_sources,
    named_sources,
    read_records,
)
from directory_api.search.redaction import unseen
from directory_api.services.large_file import FaultList, LargeFile
from directory_api.services.review import check_dependencies, proposed
from directory_api.services.stored_records import CENTRE, StoredRecords, read_stored
from directory_api.services.writer import Writer
from directory_api.storage.raw_records import RecordStream
from directory_api.storage.sqlite.staging import StagedCentres, staged_centres

# Each reads the store again, which takes seconds.
ATTEMPTS = 5


@dataclass(slots=True)
class _Plan:
    """What an import does: the first changes that come into force, the number of all by action, and
    those that wait.
    """

    small: list[Change] = field(default_factory=list)
    first: list[Change] = field(default_factory=list)
    actions: Counter[str] = field(default_factory=Counter)
    unseen: set[tuple[str, str]] = field(default_factory=set)
    for_review: list[Change] = field(default_factory=list)
    proposals: tuple[Proposal, ...] = ()
    added: list[Change] = field(default_factory=list)
    closed: list[Change] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether the store stays as it is."""
        return not (self.actions or self.added)


class LargeImport:
    """Imports one file, whose records can be read once."""

    def __init__(
        self, writer: Writer, staged: StagedCentres, stamp: Stamp, proposer: Actor
    ) -> None:
        self._writer = writer
        self._staged = staged
        self._stamp = stamp
        self._proposer = proposer
        self._stored = self._read_store()
        self._file = LargeFile(staged, self._stored.gazetteer, stamp.at.date())

    @classmethod
    def run(
        cls,
        writer: Writer,
        stream: RecordStream,
        empty: FileUnreadable,
        actor: Actor,
        reason: str,
        *,
        dry_run: bool,
        allow_removals: bool,
        approved_by: str | None,
    ) -> Outcome:
        """Make the directory equal to a file; it replaces the kinds of records that it contains.

        Raises `empty` if it has no record, FileUnreadable, RecordsInvalid with the first faults and
        their number, StoreConflict, StoreUnavailable.
        """
        stamp = Stamp(actor.name, writer.clock(), reason, approved_by)
        with staged_centres() as staged:
            new = cls(writer, staged, stamp, actor)
            new._file.read(stream)
            if not (new._file.centres or new._file.document.parts or new._file.faults.total):
                raise empty
            return new._write(dry_run=dry_run, allow_removals=allow_removals)

    def _write(self, *, dry_run: bool, allow_removals: bool) -> Outcome:
        for _ in range(ATTEMPTS):
            plan = self._plan(self._checked(allow_removals=allow_removals))
            stored = self._stored
            if dry_run or plan.is_empty:
                return self._outcome(plan, stored.revision)
            try:
                revision = self._writer.store.append(
                    self._changes(plan),
                    self._stamp,
                    expected=stored.revision,
                    version=stored.version,
                    unseen=plan.unseen,
                )
            except StoreConflict:
                self._stored = self._read_store()
                continue
            if self._writer.live.ready:  # not in a command, which ends now
                self._writer.live.refresh()
            return self._outcome(plan, revision)
        raise StoreConflict(
            "other people are changing the directory at the same time; try again in a moment"
        )

    def _read_store(self) -> StoredRecords:
        stored = read_stored(self._writer.store, self._staged)
        if not stored.revision:
            raise StoreUnavailable("the database holds no records yet")
        return stored

    def _checked(self, *, allow_removals: bool) -> Records:
        """Return everything but the centres, as it is after the import. Raises RecordsInvalid with
        the faults of the whole file.
        """
        raw = {**document(self._stored.contents), **self._file.document.parts, "centres": []}
        faults = FaultList()
        records = None
        if self._file.centres and not allow_removals:
            faults.extend(filter(None, [quality.too_many_removed(*self._staged.removed())]))
        try:
            records = read_records(raw)
        except RecordsInvalid as error:
            faults.extend(map(self._file.document.located, error.faults))
        faults.include(self._file.faults)
        if self._file.centres:
            for missing in self._file.references.faults(raw):
                faults.include(missing)
        else:
            faults.extend(self._faults_of_stored(raw))
        if faults.total or records is None:
            raise RecordsInvalid.of(faults.listed, "the records", total=faults.total)
        return records

    def _faults_of_stored(self, after: Mapping[str, Any]) -> Iterator[Fault]:
        """Yield the faults of the centres of the store, if they need what is no more."""
        before = document(self._stored.contents)
        lost = (
            countries_with_emergency_number(before) - countries_with_emergency_number(after)
        ) | (listed_sources(before) - listed_sources(after))
        for mention in self._writer.store.mentioning(CENTRE, lost) if lost else ():
            yield from faults_with_centre(after, mention.place, mention.record)

    def _plan(self, records: Records) -> _Plan:
        stored, plan = self._stored, _Plan()
        after = {kind: new for kind, new in contents_of(records).items() if kind != CENTRE}
        is_reviewed = not self._stamp.approved_by and self._writer.review_required()
        for change in chain(diff(stored.contents, after), self._centre_changes()):
            if is_reviewed and needs_review(change, self._stamp):
                plan.for_review.append(change)
                if len(plan.for_review) > MOST_RECORDS:
                    raise _too_many_proposals()
                continue
            if change.kind != CENTRE:
                plan.small.append(change)
            if len(plan.first) < MOST_LISTED:
                plan.first.append(change)
            plan.actions[change.action] += 1
            plan.unseen |= unseen([change], stored.gazetteer)
        if plan.for_review:
            contents = {**stored.contents, CENTRE: self._representatives(plan.for_review)}
            check_dependencies(applied(contents, plan.small), plan.for_review)
        proposals, plan.added, plan.closed = proposed(
            stored.contents,
            stored.revision,
            plan.for_review,
            lambda change: self._is_ready(change, plan),
            self._proposer,
            self._stamp,
        )
        plan.proposals = proposals
        return plan

    def _centre_changes(self, identity: str | None = None) -> Iterator[Change]:
        if self._file.centres:
            for key, old, new in self._staged.changed(identity):
                before, after = (json.loads(text) if text else None for text in (old, new))
                if before != after:  # else only the order of their members differs
                    yield Change(CENTRE, key, before, after)

    def _changes(self, plan: _Plan) -> Iterator[Change]:
        for_review = {(change.kind, change.id) for change in plan.for_review}
        yield from plan.small
        for change in self._centre_changes():
            if (change.kind, change.id) not in for_review:
                yield change
        yield from plan.added
        yield from plan.closed

    def _is_ready(self, change: Change, plan: _Plan) -> bool:
        """Whether a change comes into force now."""
        if change in plan.for_review:
            return False
        return change in plan.small or (
            change.kind == CENTRE and change in self._centre_changes(change.id)
        )

    def _representatives(self, for_review: Collection[Change]) -> dict[str, Record]:
        """Return the centres before the changes that wait: of those that do not wait, one for each
        country and set of sources, because only these can depend on other records.
        """
        records = {
            change.id: change.before
            for change in for_review
            if change.kind == CENTRE and change.before
        }
        waiting = {change.id for change in for_review if change.kind == CENTRE}
        seen = set()
        for identity, text in self._staged.texts(are_after=bool(self._file.centres)):
            record = json.loads(text)
            needs = (
                country_of_centre(record),
                frozenset(source for _, source in named_sources(record)),
            )
            if identity not in waiting and needs not in seen:
                seen.add(needs)
                records[identity] = record
        return records

    def _outcome(self, plan: _Plan, revision: int) -> Outcome:
        warnings = self._file.warnings
        listed = Counter(change.action for change in plan.first)
        return Outcome(
            revision,
            tuple(plan.first),
            plan.proposals,
            tuple(warnings.listed),
            more=plan.actions - listed,
            more_warnings=warnings.total - len(warnings.listed),
        )


def _too_many_proposals() -> RecordsInvalid:
    detail = (
        f"More than {MOST_RECORDS:,} changes would wait for review one by one. Let another "
        "maintainer check the file, and name them with --approved-by."
    )
    return RecordsInvalid.of([Fault(detail)], "the records")
