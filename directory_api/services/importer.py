"""Validates, compares and imports whole directories from JSON files, CSV files and workbooks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from directory_api.domain import quality
from directory_api.domain.changes.change import (
    Change,
    Contents,
    Outcome,
    contents_of,
    diff,
    document,
)
from directory_api.domain.errors import (
    Fault,
    FileUnreadable,
    InputInvalid,
    StaleRecord,
    StoreUnavailable,
)
from directory_api.domain.model.token import Actor
from directory_api.domain.text import strict_json
from directory_api.domain.validation.limits import MOST_LOCAL_RECORDS, MOST_RECORDS
from directory_api.domain.validation.schemas import Records, read_records
from directory_api.search.gazetteer import Gazetteer
from directory_api.services.writer import ChangeRequest, IdempotencyKey, Writer, checked, warnings
from directory_api.storage import files, record_lines
from directory_api.storage.base import StoreState
from directory_api.storage.raw_records import open_binary


@dataclass(frozen=True, slots=True)
class Checked:
    """The records of a file without faults, with warnings for the maintainer."""

    records: Records
    warnings: tuple[Fault, ...]


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

    @classmethod
    def of(cls, path: Path, progress: Callable[[int], None] = lambda _bytes: None) -> "Incoming":
        """Read a local file; JSON Lines and CSV only when they are imported. Raises
        FileUnreadable.
        """
        with open_binary(path) as file:
            start = file.read(_START_BYTES)
        # Imported here: most servers never read a spreadsheet.
        from directory_api.storage.spreadsheets import reader

        if record_lines.is_record_lines(path) or not (
            start.lstrip(_BLANK).startswith(_JSON) or start.startswith(reader.WORKBOOKS)
        ):
            return cls(b"", str(path), path, progress)
        raw = files.read_bytes(path)
        progress(len(raw))
        return cls(raw, str(path), path)

    @property
    def is_stream(self) -> bool:
        """Whether it is read record by record."""
        return self.path is not None and not self.raw


class Importer:
    """Imports files. Every method raises FileUnreadable, or RecordsInvalid with every fault. Every
    change is made in full or not at all.
    """

    def __init__(self, writer: Writer, data: Path) -> None:
        self._writer = writer
        self._data = data

    def check(self, file: Incoming) -> Checked:
        """Validate a file; works without a store. Collections that a table lacks are taken from the
        store, or from the seed data if there is no store.
        """
        request = _read(file, self._stored_or_shipped)
        gazetteer = Gazetteer(
            place for table in files.shipped_tables(self._data) for place in table.places
        )
        records = checked(request, gazetteer)
        today = self._writer.clock().date()
        about_records = (warning for _, warning in warnings(records, request, gazetteer, today))
        return Checked(records, (*request.warnings, *about_records))

    def compare(self, old: Incoming | None, new: Incoming) -> tuple[Change, ...]:
        """Return the differences between a file, or the stored records, and another file."""
        before = (
            self._writer.store.records().contents
            if old is None
            else contents_of(self.check(old).records)
        )
        return diff(before, contents_of(self.check(new).records))

    def bring_in(
        self,
        actor: Actor,
        file: Incoming,
        reason: str,
        *,
        dry_run: bool = False,
        allow_removals: bool = False,
        approved_by: str | None = None,
        idempotency_key: IdempotencyKey | None = None,
        expected_version: str | None = None,
    ) -> Outcome:
        """Replace the directory's content with a file, in one transaction. A table replaces only
        the kinds of records that it contains. A stream has no `idempotency_key` and no
        `expected_version`, and its outcome lists the first changes.

        Raises StaleRecord if the store's revision and link are not `expected_version`.
        """
        if file.is_stream:
            return self._stream_in(
                actor,
                file,
                reason,
                dry_run=dry_run,
                allow_removals=allow_removals,
                approved_by=approved_by,
            )

        def request_for(state: StoreState) -> ChangeRequest:
            present = state.links.version(state.revision)
            if expected_version not in (None, present):
                raise StaleRecord(
                    "The directory has changed since the file was compared with it. Compare the "
                    "file again."
                )
            request = _read(file, lambda: state.contents)
            if allow_removals:
                return request
            return replace(request, faults=_removals(state.contents, request.document))

        return self._writer.write(
            actor,
            reason,
            request_for,
            approved_by=approved_by,
            idempotency_key=idempotency_key,
            dry_run=dry_run,
        )

    def _stream_in(self, actor: Actor, file: Incoming, reason: str, **options: Any) -> Outcome:
        # Imported here: only commands need it.
        from directory_api.services.large_import import LargeImport
        from directory_api.storage.spreadsheets import reader

        assert file.path  # it is a stream
        if record_lines.is_record_lines(file.path):
            stream = record_lines.stream_lines(file.path, file.progress)
            empty = record_lines.without_records(file.path)
        else:
            stream = reader.stream_csv(file.path, file.progress)
            empty = reader.without_records(file.path)
        return LargeImport.run(self._writer, stream, empty, actor, reason, **options)

    def _stored_or_shipped(self) -> Contents:
        """The stored contents, or the seed data if there is no store, so that a file can be checked
        on any machine.
        """
        try:
            state = self._writer.store.records()
        except StoreUnavailable:
            state = None
        if state and state.revision:
            return state.contents
        return contents_of(read_records(files.read_json(self._data / "centres.json")))


def _read(file: Incoming, present: Callable[[], Contents]) -> ChangeRequest:
    """Read a file as a request. For a table, collections that it lacks are added from the present
    contents, and the request has the warnings about the file.
    """
    most = MOST_LOCAL_RECORDS if file.path else MOST_RECORDS
    if file.path and record_lines.is_record_lines(file.path):
        lines = record_lines.read_record_lines(file.path, file.progress)
        return ChangeRequest(
            {**document(present()), **lines.parts}, locate=lines.located, most_records=most
        )
    raw = file.raw or (files.read_bytes(file.path) if file.path else b"")
    if raw.lstrip(_BLANK).startswith(_JSON):
        return ChangeRequest(_parsed(file), most_records=most)
    # Imported here: most servers never read a spreadsheet.
    from directory_api.storage.spreadsheets import reader

    table = reader.read_table(raw, file.name, is_local=file.path is not None)
    return ChangeRequest(
        {**document(present()), **table.parts},
        locate=table.located,
        warnings=table.warnings,
        most_records=most,
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


def _removals(before: Contents, raw: Any) -> tuple[Fault, ...]:
    """A truncated file, or a wrong one, must not empty the directory."""
    centres = raw.get("centres") if isinstance(raw, Mapping) else None
    if not isinstance(centres, list):
        return ()  # the schema reports that it is not a directory
    left = {str(record.get("id")) for record in centres if isinstance(record, Mapping)}
    present = set(before.get("centre", {}))
    fault = quality.too_many_removed(len(present), len(present - left))
    return (fault,) if fault else ()
