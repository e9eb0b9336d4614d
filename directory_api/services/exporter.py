"""Exports the whole directory to a file: for editing, version control, maps and calendars."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from directory_api.domain.changes.change import Contents
from directory_api.domain.errors import NotReady
from directory_api.formats.as_centres_json import as_file, as_lines
from directory_api.formats.as_csv import as_csv
from directory_api.formats.as_geojson import as_geojson
from directory_api.formats.as_ics import reminders
from directory_api.services.writer import Writer
from directory_api.storage import files

_WITH_HIDDEN_ADDRESSES = ("json", "jsonl", "csv")


class Exporter:
    """Exports the directory. Every method raises NotReady before the first load.

    `json`, `jsonl` and `csv` contain all stored data, including hidden addresses, in the form that
    an import reads; importing an unchanged export changes nothing. `geojson` contains the published
    data of all centres that are not permanently closed. `ics` has a reminder for each of these
    centres.
    """

    def __init__(self, writer: Writer, fresh_days: int) -> None:
        self._writer = writer
        self._fresh_days = fresh_days
        self._formats: Mapping[str, Callable[[], Iterable[bytes]]] = {
            "json": lambda: [as_file(self._contents())],
            "jsonl": lambda: as_lines(self._contents()),
            "csv": lambda: [as_csv(self._contents())],
            "geojson": lambda: [as_geojson(writer.live.snapshot.listed)],
            "ics": lambda: [self._reminders()],
        }

    def export(self, form: str) -> bytes:
        """Return the directory in a format: json, jsonl, csv, geojson or ics. Raises
        StoreUnavailable.
        """
        return b"".join(self.parts(form))

    def parts(self, form: str) -> Iterable[bytes]:
        """Return the same in parts, one after the other: each line of `jsonl`. Raises
        StoreUnavailable.
        """
        return self._formats[form]()

    def write(self, form: str, path: Path) -> None:
        """Write the export to a file atomically. Raises StoreUnavailable, FileUnreadable.

        Only the owner can read a file that may contain hidden addresses (mode 0600).
        """
        files.write_atomically(path, self.parts(form), private=form in _WITH_HIDDEN_ADDRESSES)

    def hidden(self) -> int:
        """Return how many centres hide their address; json and csv contain these addresses."""
        centres = self._contents().get("centre", {}).values()
        return sum(record["address_visibility"] != "public" for record in centres)

    def _contents(self) -> Contents:
        state = self._writer.store.records()
        if not state.revision:
            raise NotReady("the directory has not been loaded yet")
        return state.contents

    def _reminders(self) -> bytes:
        now = self._writer.clock()
        return reminders(self._writer.live.snapshot.listed, self._fresh_days, now.date(), now)
