"""Validates, compares and imports whole directories from JSON, JSON Lines, CSV and workbooks.

Every file is read as records with their places (reading.py), which become a document of the
directory. From there it takes the way of every other change.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from directory_api.bootstrap import Directory
from directory_api.change.change import Change, Contents, diff
from directory_api.change.cited_sources import without_stale_sources
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import Records, contents_of, read_records
from directory_api.change.guards import NOTHING_ALLOWED, Allowed, moved_column
from directory_api.change.outcome import Outcome
from directory_api.change.warnings import none_active, record_warnings
from directory_api.edit.draft import ChangeRequest, valid_records
from directory_api.edit.lazy_history import LazyHistory
from directory_api.edit.writer import IdempotencyKey, Writer
from directory_api.features.desk.imports.reading import read_file
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.files import files
from directory_api.files.country_tables import shipped_tables
from directory_api.place.gazetteer import Gazetteer
from directory_api.record.token import Actor
from directory_api.store.state import ALL_REVISIONS, StoreState
from directory_api.text.errors import (
    ConfirmationRequired,
    Fault,
    RecordsInvalid,
    StaleRecord,
    StoreUnavailable,
)
from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """The records of a file without faults, with those of the kinds that it lacks."""

    records: Records
    warnings: tuple[Fault, ...]


class Importer:
    """Imports files. Every method raises FileUnreadable, or RecordsInvalid with every fault. Every
    change is made in full or not at all.
    """

    def __init__(self, writer: Writer, data: Path) -> None:
        self._writer = writer
        self._data = data

    def check(self, file: Incoming) -> CheckedFile:
        """Validate a file; works without a store. Collections that a table or JSON Lines lack are
        taken from the store, or from the seed data if there is no store.
        """
        return self._check(file, self._known_places())

    def compare(self, old: Incoming | None, new: Incoming) -> tuple[Change, ...]:
        """Return the differences between a file, or the stored records, and another file."""
        gazetteer = self._known_places()
        if old:
            before = contents_of(self._check(old, gazetteer).records)
        else:
            before = self._writer.store.records().contents
        after = contents_of(self._check(new, gazetteer).records)
        compared = diff(before, after)
        if not (old or self._is_shipped(new)):
            compared = tuple(
                without_stale_sources(
                    compared, LazyHistory(self._writer.store, ALL_REVISIONS).entries
                )
            )
        return tuple(with_confirmed_values(compared))

    def _is_shipped(self, file: Incoming) -> bool:
        """Return whether a file is that of the data folder, whose sources state what it says: the
        directory becomes equal to it, as by a load.
        """
        with suppress(OSError):
            return file.raw == (self._data / "centres.json").read_bytes()
        return False

    def _check(self, file: Incoming, gazetteer: Gazetteer) -> CheckedFile:
        read = read_file(file)
        kept = self._stored_or_shipped()
        document = read.document({} if read.is_whole else kept)
        request = ChangeRequest(document.raw, locate=document.locate, faults=read.faults)
        # All centres are checked. An emergency number that is lost is named, as by an import.
        records = valid_records(request, gazetteer, {"helpline": kept["helpline"]})
        today = self._writer.clock().date()
        found = chain(
            none_active(contents_of(records)),
            record_warnings(records.centres, records.helplines, gazetteer.find, today),
        )
        warnings = (document.locate(records.by_index(warning)) for warning in found)
        return CheckedFile(records, (*read.warnings, *warnings))

    def _known_places(self) -> Gazetteer:
        """Return the shipped postcodes, and those that were imported, if there is a store."""
        places = [place for table in shipped_tables(self._data) for place in table.places]
        with suppress(StoreUnavailable):
            places += self._writer.store.postcodes().gazetteer.all_places()
        return Gazetteer(places)

    def _stored_or_shipped(self) -> Contents:
        """Return the stored contents, or the seed data if there is no store, so that a file can be
        checked on any machine.
        """
        with suppress(StoreUnavailable):
            stored = self._writer.store.records()
            if stored.revision:
                return stored.contents
        return contents_of(read_records(files.read_json(self._data / "centres.json")))

    def bring_in(
        self,
        actor: Actor,
        file: Incoming,
        reason: str,
        *,
        dry_run: bool = False,
        allowed: Allowed = NOTHING_ALLOWED,
        approved_by: str | None = None,
        idempotency_key: IdempotencyKey | None = None,
        expected_version: str | None = None,
        left_out: Collection[tuple[str, str]] = (),
    ) -> Outcome:
        """Make the directory equal to a file, in one transaction. A table and JSON Lines replace
        only the kinds of records that they contain, and a table only the fields for which it has
        columns. Records whose kind and id are in `left_out` stay as they are.

        Raises ConfirmationRequired for what is not `allowed`, StaleRecord if the store's revision
        and link are not `expected_version`, ReviewMissing, IdempotencyKeyReused, StoreConflict,
        StoreUnavailable.
        """
        # Before it is this writer's turn: a workbook may take 20 s, in which others edit.
        read = read_file(file)
        before: Contents = {}

        def request_for(state: StoreState) -> ChangeRequest:
            nonlocal before
            if not state.revision:
                raise StoreUnavailable(Message("the database holds no records yet"))
            if expected_version not in (None, state.links.version(state.revision)):
                raise StaleRecord(
                    Message(
                        "The directory has changed since the file was compared with it. "
                        "Compare the file again."
                    )
                )
            before = state.contents
            document = read.document(before, left_out)
            return ChangeRequest(
                document.raw,
                locate=document.locate,
                faults=read.faults,
                warnings=read.warnings,
                checks_all=True,
                keeps_sources=self._is_shipped(file),
                file_history=LazyHistory(self._writer.store, ALL_REVISIONS).entries,
            )

        try:
            return self._writer.write(
                actor,
                reason,
                request_for,
                approved_by=approved_by,
                allowed=allowed,
                idempotency_key=idempotency_key,
                dry_run=dry_run,
            )
        except ConfirmationRequired:
            raise
        except RecordsInvalid as error:
            centres = [record.raw for record in read.records.get("centres", ())]
            moved = moved_column(before.get("centre", {}), centres)
            raise RecordsInvalid(error.detail, (*moved, *error.faults)) from None


def importer_of(directory: Directory) -> Importer:
    """Return what imports files into a directory."""
    return Importer(directory.writer, directory.data)
