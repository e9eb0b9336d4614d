"""Exports the whole directory to a file: for editing, version control and maps."""

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from directory_api.answer.as_centres_json import as_lines, file_parts
from directory_api.answer.format import FileFormat
from directory_api.bootstrap import Directory
from directory_api.change.change import Contents, Record
from directory_api.edit.writer import Writer
from directory_api.feature import rows
from directory_api.files import files
from directory_api.text.errors import NotReady
from directory_api.text.message import IN_ENGLISH, Texts

_OWN = (
    FileFormat("json", "for git", lambda contents, read: file_parts(contents, read())),
    FileFormat(
        "jsonl",
        "a record on each line, for a large directory",
        lambda contents, read: as_lines(contents, read()),
    ),
)
FORMATS: Mapping[str, FileFormat] = {
    each.name: each
    for each in rows(
        lambda feature: feature.file_formats(), FileFormat, lambda each: (each.name,), _OWN
    )
}


class Exporter:
    """Exports the directory in one of FORMATS. Every method raises NotReady before the first load.

    Importing an unchanged export of all stored data changes nothing.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def export(self, form: str, texts: Texts = IN_ENGLISH) -> bytes:
        """Return the directory in a format, with texts in a language if it has any.

        Raises StoreUnavailable.
        """
        return b"".join(self.parts(form, texts))

    def parts(self, form: str, texts: Texts = IN_ENGLISH) -> Iterator[bytes]:
        """Yield the same in parts, so that it need not be in memory. Raises StoreUnavailable."""
        chosen = FORMATS[form]
        if chosen.stored:
            return self._stored(chosen.stored)
        if worded := chosen.worded:
            return self._stored(lambda contents, centres: worded(contents, centres, texts))
        assert chosen.listed  # one of the functions is given
        return chosen.listed(self._writer.live.snapshot.at(self._writer.clock()).listed)

    def write(self, form: str, path: Path) -> None:
        """Write the export to a file atomically. Raises StoreUnavailable, FileUnreadable.

        Only the owner can read a file that may contain hidden addresses (mode 0600).
        """
        files.write_atomically(path, self.parts(form), private=has_hidden_addresses(form))

    def hidden(self) -> int:
        """Return how many centres hide their address; files to edit contain these addresses."""
        with self._writer.store.changes_since() as update:
            return sum(
                kind == "centre" and json.loads(text or "")["address_visibility"] != "public"
                for kind, _, text in update.records()
            )

    def _stored(
        self, form: Callable[[Contents, Callable[[], Iterator[Record]]], Iterator[bytes]]
    ) -> Iterator[bytes]:
        # Imported here: a server that exports nothing does not need it.
        from directory_api.features.desk.imports.staging import staged_centres
        from directory_api.features.desk.imports.stored_records import read_stored

        with staged_centres() as staged:
            stored = read_stored(self._writer.store, staged)
            if not stored.revision:
                raise NotReady("the directory has not been loaded yet")

            def centres() -> Iterator[Record]:
                return (json.loads(text) for _, text in staged.texts(are_after=False))

            yield from form(stored.contents, centres)


def has_hidden_addresses(form: str) -> bool:
    """Return whether a format has all stored data."""
    return FORMATS[form].listed is None


def exporter_of(directory: Directory) -> Exporter:
    """Return what exports a directory."""
    return Exporter(directory.writer)
