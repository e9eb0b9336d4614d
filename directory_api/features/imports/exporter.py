"""Exports the whole directory to a file: for editing, version control, maps and calendars."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from directory_api.answer.as_centres_json import as_lines, file_parts
from directory_api.change.change import Contents, Record
from directory_api.edit.writer import Writer
from directory_api.features.formats.as_csv import csv_parts
from directory_api.features.formats.as_geojson import geojson_parts
from directory_api.features.formats.as_ics import reminders
from directory_api.files import files
from directory_api.text.errors import NotReady

_WITH_HIDDEN_ADDRESSES = ("json", "jsonl", "csv")


class Exporter:
    """Exports the directory. Every method raises NotReady before the first load.

    `json`, `jsonl` and `csv` contain all stored data, including hidden addresses, in the form that
    an import reads; importing an unchanged export changes nothing. `geojson` contains the published
    data of all centres that are not permanently closed. `ics` has a reminder for each of these
    centres and for each helpline with a number of its own.
    """

    def __init__(self, writer: Writer, fresh_days: int) -> None:
        self._writer = writer
        self._fresh_days = fresh_days
        self._formats: Mapping[str, Callable[[], Iterator[bytes]]] = {
            "json": lambda: self._stored(lambda contents, read: file_parts(contents, read())),
            "jsonl": lambda: self._stored(lambda contents, read: as_lines(contents, read())),
            "csv": lambda: self._stored(csv_parts),
            "geojson": lambda: geojson_parts(writer.live.snapshot.listed),
            "ics": lambda: iter([self._reminders()]),
        }

    def export(self, form: str) -> bytes:
        """Return the directory in a format: json, jsonl, csv, geojson or ics. Raises
        StoreUnavailable.
        """
        return b"".join(self.parts(form))

    def parts(self, form: str) -> Iterator[bytes]:
        """Yield the same in parts, so that it need not be in memory. Raises StoreUnavailable."""
        return self._formats[form]()

    def write(self, form: str, path: Path) -> None:
        """Write the export to a file atomically. Raises StoreUnavailable, FileUnreadable.

        Only the owner can read a file that may contain hidden addresses (mode 0600).
        """
        files.write_atomically(path, self.parts(form), private=form in _WITH_HIDDEN_ADDRESSES)

    def hidden(self) -> int:
        """Return how many centres hide their address; json and csv contain these addresses."""
        with self._writer.store.changes_since() as update:
            return sum(
                kind == "centre" and json.loads(text or "")["address_visibility"] != "public"
                for kind, _, text in update.records()
            )

    def _stored(
        self, form: Callable[[Contents, Callable[[], Iterator[Record]]], Iterator[bytes]]
    ) -> Iterator[bytes]:
        # Imported here: a server that exports nothing does not need it.
        from directory_api.features.imports.staging import staged_centres
        from directory_api.features.imports.stored_records import read_stored

        with staged_centres() as staged:
            stored = read_stored(self._writer.store, staged)
            if not stored.revision:
                raise NotReady("the directory has not been loaded yet")

            def centres() -> Iterator[Record]:
                return (json.loads(text) for _, text in staged.texts(are_after=False))

            yield from form(stored.contents, centres)

    def _reminders(self) -> bytes:
        now = self._writer.clock()
        snapshot = self._writer.live.snapshot
        records = (*snapshot.listed, *snapshot.helplines)
        return reminders(records, self._fresh_days, now.date(), now)
