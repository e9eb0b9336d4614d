"""Validates, compares and imports whole directories from JSON files, CSV files and workbooks.

Every file is a stream of records (files/raw_records.py), which is compared with the store in a
temporary database (staging.py), so that it may be larger than the memory.
"""

from collections.abc import Collection, Iterator
from contextlib import AbstractContextManager, suppress
from dataclasses import replace
from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.change.change import Change, Contents, Stamp, document
from directory_api.change.directory import (
    contents_of,
    countries_with_emergency_number,
    faults_beside_centre,
    listed_sources,
    read_records,
)
from directory_api.change.guards import UNCONFIRMED, Confirmation
from directory_api.change.outcome import Outcome
from directory_api.edit.gate import Origin
from directory_api.edit.plan import Plan, Rules, make_plan
from directory_api.edit.writer import IdempotencyKey, Writer
from directory_api.feature import rows
from directory_api.features.desk.imports import record_lines
from directory_api.features.desk.imports.checked_records import (
    CheckedRecords,
    differences,
    of_store,
    of_stream,
)
from directory_api.features.desk.imports.document import read_document
from directory_api.features.desk.imports.file_records import FileRecords
from directory_api.features.desk.imports.staged_difference import StagedDifference
from directory_api.features.desk.imports.staging import StagedCentres, staged_centres
from directory_api.features.desk.imports.stored_records import (
    CENTRE,
    StoredRecords,
    finder,
    read_stored,
)
from directory_api.files import files
from directory_api.files.raw_records import FileReader, Incoming, RecordStream
from directory_api.place.gazetteer import Gazetteer
from directory_api.record.token import Actor
from directory_api.store.digests import canonical
from directory_api.store.sql.store import Store
from directory_api.text.errors import (
    Fault,
    FileUnreadable,
    RecordsInvalid,
    StaleRecord,
    StoreUnavailable,
)
from directory_api.text.message import Message

_START_BYTES = 1024
_BLANK = b"\xef\xbb\xbf \t\r\n"
_JSON = (b"{", b"[")


class Importer:
    """Imports files. Every method raises FileUnreadable, or RecordsInvalid with every fault. Every
    change is made in full or not at all.
    """

    def __init__(self, writer: Writer, data: Path) -> None:
        self._writer = writer
        self._data = data

    def check(self, file: Incoming) -> CheckedRecords:
        """Validate a file; works without a store. Collections that a table or JSON Lines lack are
        taken from the store, or from the seed data if there is no store.

        The centres of the result cannot be read any more.
        """
        with self._checked(file, self._known_places()) as records:
            return records

    def compare(self, old: Incoming | None, new: Incoming) -> Iterator[Change]:
        """Yield the differences between a file, or the stored records, and another file. Both are
        checked before the first one.
        """
        gazetteer = self._known_places()
        with (
            self._checked(old, gazetteer) if old else of_store(self._writer.store) as before,
            self._checked(new, gazetteer) as after,
        ):
            yield from differences(before, after)

    def _known_places(self) -> Gazetteer:
        """Return the shipped postcodes, and those that were imported, if there is a store."""
        places = [place for table in files.shipped_tables(self._data) for place in table.places]
        with suppress(StoreUnavailable), self._writer.store.changes_since() as update:
            places += update.postcodes.places
        return Gazetteer(places)

    def _checked(
        self, file: Incoming, gazetteer: Gazetteer
    ) -> AbstractContextManager[CheckedRecords]:
        today = self._writer.clock().date()
        return of_stream(_stream(file), self._stored_or_shipped, gazetteer, today, file.most_listed)

    def bring_in(
        self,
        actor: Actor,
        file: Incoming,
        reason: str,
        *,
        dry_run: bool = False,
        confirmed: Confirmation = UNCONFIRMED,
        approved_by: str | None = None,
        idempotency_key: IdempotencyKey | None = None,
        expected_version: str | None = None,
        left_out: Collection[tuple[str, str]] = (),
    ) -> Outcome:
        """Make the directory equal to a file, in one transaction. A table and JSON Lines replace
        only the kinds of records that they contain, and a table only the fields for which it has
        columns. Records whose kind and id are in `left_out` stay as they are. The outcome of a
        local file lists the first changes and warnings.

        Raises ConfirmationNeeded for what is not `confirmed`, StaleRecord if the store's revision
        and link are not `expected_version`, ReviewMissing, IdempotencyKeyReused, StoreConflict,
        StoreUnavailable.
        """
        writer = self._writer
        stamp = Stamp(actor.name, writer.clock(), reason, approved_by)
        # Before it is this writer's turn: a workbook may take 20 s, in which others edit.
        opened = [_stream(file)]
        with staged_centres() as staged:

            def read() -> StoredRecords:
                stored = read_stored(writer.store, staged, writer.live.postcodes)
                if not stored.revision:
                    raise StoreUnavailable(Message("the database holds no records yet"))
                return stored

            def plan_of(stored: StoredRecords) -> Plan:
                if expected_version not in (None, stored.public_version):
                    raise StaleRecord(
                        Message(
                            "The directory has changed since the file was compared with it. "
                            "Compare the file again."
                        )
                    )
                # Each attempt reads the records: what they do not have is as it is stored now.
                staged.forget_file()
                records = FileRecords(
                    staged,
                    stored.gazetteer,
                    stamp.at.date(),
                    file.most_listed,
                    finder(stored.contents, staged),
                    left_out,
                )
                records.read(opened.pop() if opened else _stream(file))
                rules = replace(
                    writer.rules(stored.gazetteer, Origin(stamp, actor), confirmed),
                    most_listed=file.most_listed,
                )
                return _plan(writer.store, stored, staged, records, rules)

            return writer.carry_out(read, plan_of, idempotency_key=idempotency_key, dry_run=dry_run)

    def _stored_or_shipped(self, staged: StagedCentres) -> Contents:
        """Return the stored contents, or the seed data if there is no store, so that a file can be
        checked on any machine. The centres are put into the temporary database instead.
        """
        try:
            stored = read_stored(self._writer.store, staged)
        except StoreUnavailable:
            stored = None
        if stored and stored.revision:
            return stored.contents
        contents = contents_of(read_records(files.read_json(self._data / "centres.json")))
        staged.set_stored((key, canonical(record)) for key, record in contents[CENTRE].items())
        return {kind: records for kind, records in contents.items() if kind != CENTRE}


def importer_of(directory: Directory) -> Importer:
    """Return what imports files into a directory."""
    return Importer(directory.writer, directory.data)


def _plan(
    store: Store,
    stored: StoredRecords,
    staged: StagedCentres,
    file: FileRecords,
    rules: Rules,
) -> Plan:
    """Return what an import of the records does. Raises RecordsInvalid, and what make_plan
    raises.
    """
    beside = () if file.has_centres else _faults_of_stored(store, stored, file)
    try:
        records = file.checked(stored.contents, beside)
    except RecordsInvalid as error:
        raise RecordsInvalid(error.detail, (*file.moved_column(), *error.faults)) from None
    plan = make_plan(
        stored,
        StagedDifference(staged, stored, records, has_centres=file.has_centres),
        rules,
        locate=lambda fault: file.document.located(records.by_index(fault)),
    )
    lines = stored.contents.get("helpline", {})
    warnings = file.all_warnings(records, lines, plan.outcome.warnings)
    outcome = replace(plan.outcome, warnings=tuple(warnings.listed), more_warnings=warnings.more)
    return replace(plan, outcome=outcome)


def _faults_of_stored(store: Store, stored: StoredRecords, file: FileRecords) -> Iterator[Fault]:
    """Yield the faults of the centres of the store, if they need what is no more."""
    before = document(stored.contents)
    after = {**before, **file.document.parts}
    lost = (countries_with_emergency_number(before) - countries_with_emergency_number(after)) | (
        listed_sources(before) - listed_sources(after)
    )
    for mention in store.mentioning(CENTRE, lost) if lost else ():
        yield from faults_beside_centre(after, mention.place, mention.record)


def _stream(file: Incoming) -> RecordStream:
    """Return the records of a file. Raises FileUnreadable, RecordsInvalid."""
    with file.open() as opened:
        start = opened.read(_START_BYTES)
    if file.path and record_lines.is_record_lines(file.path):
        return record_lines.read_lines(file)
    if start.lstrip(_BLANK).startswith(_JSON):
        return read_document(file)
    # A reader without a signature takes what no other has taken.
    for each in sorted(readers(), key=lambda each: not each.signatures):
        if not each.signatures or start.startswith(each.signatures):
            return each.read(file)
    raise FileUnreadable(
        Message(
            "{file}: the file is neither JSON nor JSON Lines, and this installation reads no "
            "spreadsheets. Write it as JSON.",
            file=file.name,
        )
    )


def readers() -> tuple[FileReader, ...]:
    """Return what reads files that are not JSON."""
    return rows(lambda feature: feature.readers(), FileReader, lambda _reader: ())
