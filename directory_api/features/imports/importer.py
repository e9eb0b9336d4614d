"""Validates, compares and imports whole directories from JSON files, CSV files and workbooks."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from directory_api.bootstrap import Directory
from directory_api.change.change import Change, Contents, document
from directory_api.change.directory import (
    MOST_LOCAL_RECORDS,
    MOST_RECORDS,
    contents_of,
    read_records,
)
from directory_api.change.guards import UNCONFIRMED, Confirmation
from directory_api.change.outcome import Outcome
from directory_api.change.warnings import none_active
from directory_api.edit.writer import ChangeRequest, IdempotencyKey, Writer, checked, warnings
from directory_api.feature import provided
from directory_api.features.imports import record_lines
from directory_api.files import files
from directory_api.files.raw_records import FileReader, RecordStream, Stream, open_binary
from directory_api.place.gazetteer import Gazetteer
from directory_api.record.token import Actor
from directory_api.store.digests import canonical
from directory_api.store.state import StoreState
from directory_api.text import strict_json
from directory_api.text.errors import FileUnreadable, InputInvalid, StaleRecord, StoreUnavailable

if TYPE_CHECKING:  # only commands need them
    from directory_api.features.imports.checked_records import CheckedRecords
    from directory_api.features.imports.staging import StagedCentres


_START_BYTES = 1024
_BLANK = b"\xef\xbb\xbf \t\r\n"
_JSON = (b"{", b"[")
# A JSON file is parsed as a whole: this much takes about 1 GB of memory.
LOCAL_JSON_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Incoming:
    """The bytes and name of a file to import. Its name is used in messages.

    A local file, of a maintainer at the terminal, may be larger than one that is sent. JSON Lines
    and CSV are then read from the path, record by record, and `progress` is told how many bytes.
    """

    raw: bytes
    name: str
    path: Path | None = None
    progress: Callable[[int], None] = lambda _bytes: None
    stream: Stream | None = None

    @classmethod
    def of(cls, path: Path, progress: Callable[[int], None] = lambda _bytes: None) -> "Incoming":
        """Read a local file; JSON Lines and CSV are read later, record by record. Raises
        FileUnreadable.
        """
        with open_binary(path) as file:
            start = file.read(_START_BYTES)
        stream: Stream | None = None
        if record_lines.is_record_lines(path):
            stream = record_lines.stream_lines
        elif not start.lstrip(_BLANK).startswith(_JSON):
            stream = _reader_of(start, str(path)).stream
        if stream:
            return cls(b"", str(path), path, progress, stream)
        raw = files.read_bytes(path)
        progress(len(raw))
        return cls(raw, str(path), path)

    @property
    def is_stream(self) -> bool:
        """Whether it is read record by record."""
        return self.stream is not None


class Importer:
    """Imports files. Every method raises FileUnreadable, or RecordsInvalid with every fault. Every
    change is made in full or not at all.
    """

    def __init__(self, writer: Writer, data: Path) -> None:
        self._writer = writer
        self._data = data

    def check(self, file: Incoming) -> "CheckedRecords":
        """Validate a file; works without a store. Collections that a table or JSON Lines lack are
        taken from the store, or from the seed data if there is no store.

        The centres of the result cannot be read any more.
        """
        with self._checked(file, self._shipped_gazetteer()) as records:
            return records

    def compare(self, old: Incoming | None, new: Incoming) -> Iterator[Change]:
        """Yield the differences between a file, or the stored records, and another file. Both are
        checked before the first one.
        """
        # Imported here: only commands need it.
        from directory_api.features.imports import checked_records

        gazetteer = self._shipped_gazetteer()
        in_store = checked_records.of_store
        with (
            self._checked(old, gazetteer) if old else in_store(self._writer.store) as before,
            self._checked(new, gazetteer) as after,
        ):
            yield from checked_records.differences(before, after)

    def _shipped_gazetteer(self) -> Gazetteer:
        tables = files.shipped_tables(self._data)
        return Gazetteer(place for table in tables for place in table.places)

    @contextmanager
    def _checked(self, file: Incoming, gazetteer: Gazetteer) -> Iterator["CheckedRecords"]:
        # Imported here: only commands need it.
        from directory_api.features.imports import checked_records

        today = self._writer.clock().date()
        if file.is_stream:
            with checked_records.of_stream(
                _stream(file), self._stored_or_shipped, gazetteer, today
            ) as records:
                yield records
            return
        request = _read(file, self._all_stored_or_shipped)
        document = checked(request, gazetteer)
        about_records = (warning for _, warning in warnings(document, request, gazetteer, today))
        yield checked_records.of_document(
            document, (*request.warnings, *none_active(document.centres), *about_records)
        )

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
    ) -> Outcome:
        """Replace the directory's content with a file, in one transaction. A table replaces only
        the kinds of records that it contains. A stream has no `idempotency_key` and no
        `expected_version`, and its outcome lists the first changes.

        Raises ConfirmationNeeded for what is not `confirmed`, StaleRecord if the store's revision
        and link are not `expected_version`.
        """
        if file.is_stream:
            # Imported here: only commands need it.
            from directory_api.features.imports.large_import import import_stream

            return import_stream(
                self._writer,
                _stream(file),
                actor,
                reason,
                dry_run=dry_run,
                confirmed=confirmed,
                approved_by=approved_by,
            )

        def request_for(state: StoreState) -> ChangeRequest:
            present = state.links.version(state.revision)
            if expected_version not in (None, present):
                raise StaleRecord(
                    "The directory has changed since the file was compared with it. Compare the "
                    "file again."
                )
            return _read(file, lambda: state.contents)

        return self._writer.write(
            actor,
            reason,
            request_for,
            approved_by=approved_by,
            confirmed=confirmed,
            idempotency_key=idempotency_key,
            dry_run=dry_run,
        )

    def _stored_or_shipped(self, staged: "StagedCentres") -> Contents:
        """Return the stored contents, or the seed data if there is no store, so that a file can be
        checked on any machine. The centres are put into the temporary database instead.
        """
        from directory_api.features.imports.stored_records import read_stored

        try:
            stored = read_stored(self._writer.store, staged)
        except StoreUnavailable:
            stored = None
        if stored and stored.revision:
            return stored.contents
        contents = contents_of(read_records(files.read_json(self._data / "centres.json")))
        staged.set_stored((key, canonical(record)) for key, record in contents["centre"].items())
        return {kind: records for kind, records in contents.items() if kind != "centre"}

    def _all_stored_or_shipped(self) -> Contents:
        from directory_api.features.imports.staging import staged_centres

        with staged_centres() as staged:
            contents = self._stored_or_shipped(staged)
            texts = staged.texts(are_after=False)
            return {**contents, "centre": {key: json.loads(text) for key, text in texts}}


def importer_of(directory: Directory) -> Importer:
    """Return what imports files into a directory."""
    return Importer(directory.writer, directory.data)


def _stream(file: Incoming) -> RecordStream:
    """Return the records of a local file of JSON Lines or CSV. Raises FileUnreadable."""
    # It is a stream.
    assert file.path
    assert file.stream
    return file.stream(file.path, file.progress)


def _read(file: Incoming, present: Callable[[], Contents]) -> ChangeRequest:
    """Read a file as a request. For a table, collections that it lacks are added from the present
    contents, and the request has the warnings about the file.
    """
    most = MOST_LOCAL_RECORDS if file.path else MOST_RECORDS
    if file.raw.lstrip(_BLANK).startswith(_JSON):
        return ChangeRequest(_parsed(file), most_records=most)
    table = _reader_of(file.raw[:_START_BYTES], file.name).read(file.raw, file.name)
    return ChangeRequest(
        {**document(present()), **table.parts},
        locate=table.located,
        warnings=table.warnings,
    )


def readers() -> tuple[FileReader, ...]:
    """Return what reads files that are not JSON."""
    return tuple(each for readers in provided("readers") for each in readers())


def _reader_of(start: bytes, name: str) -> FileReader:
    """Return what reads a file that is not JSON, by its first bytes. Raises FileUnreadable."""
    # A reader without a signature takes what no other has taken.
    for each in sorted(readers(), key=lambda each: not each.signatures):
        if not each.signatures or start.startswith(each.signatures):
            return each
    raise FileUnreadable(
        f"{name}: the file is neither JSON nor JSON Lines, and this installation reads no "
        "spreadsheets. Write it as JSON."
    )


def _parsed(file: Incoming) -> Any:
    if file.path and len(file.raw) > LOCAL_JSON_BYTES:
        raise FileUnreadable(
            f"{file.name}: a JSON file can have at most {LOCAL_JSON_BYTES // 1024**2} MB. Write a "
            "larger directory as JSON Lines, with one record on each line, or as CSV."
        )
    limit = LOCAL_JSON_BYTES if file.path else strict_json.IMPORT_BYTES
    try:
        return strict_json.parse(file.raw, limit=limit)
    except InputInvalid as error:
        raise FileUnreadable(f"{file.name}: {error.detail}") from None
