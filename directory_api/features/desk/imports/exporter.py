"""Exports the whole directory to a file: for editing, version control, maps and queries."""

from collections.abc import Mapping
from pathlib import Path

from directory_api.answer.as_centres_json import as_file, as_lines
from directory_api.answer.format import FileFormat
from directory_api.bootstrap import Directory
from directory_api.change.change import Contents
from directory_api.edit.writer import Writer
from directory_api.feature import rows
from directory_api.features.desk.sheets.as_csv import as_csv
from directory_api.files import files
from directory_api.text.errors import NotReady
from directory_api.text.message import IN_ENGLISH, Texts


def _workbook(contents: Contents, texts: Texts, *, has_all: bool = False) -> bytes:
    # Imported here: most servers never write a workbook.
    from directory_api.features.desk.sheets.workbook import workbook

    return workbook(contents, texts, has_all=has_all)


_OWN = (
    FileFormat("json", "for git", lambda contents, _texts: as_file(contents)),
    FileFormat(
        "jsonl",
        "a record on each line",
        lambda contents, _texts: b"".join(as_lines(contents)),
    ),
    FileFormat("csv", "for a spreadsheet", lambda contents, _texts: as_csv(contents)),
    FileFormat("xlsx", "for Excel, with 20 columns", _workbook),
    FileFormat(
        "xlsx-all",
        "for Excel, with all columns",
        lambda contents, texts: _workbook(contents, texts, has_all=True),
    ),
)
FORMATS: Mapping[str, FileFormat] = {
    each.name: each
    for each in rows(
        lambda feature: feature.file_formats(), FileFormat, lambda each: (each.name,), _OWN
    )
}


class Exporter:
    """Exports the directory in one of FORMATS. Every method raises StoreUnavailable, and NotReady
    before the first load.

    Importing an unchanged export of all stored data changes nothing.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer

    def export(self, form: str, texts: Texts = IN_ENGLISH) -> bytes:
        """Return the directory in a format, with texts in a language if it has any."""
        chosen = FORMATS[form]
        if chosen.stored:
            return chosen.stored(self._contents(), texts)
        assert chosen.published  # one of the functions is given
        return chosen.published(self._writer.live.snapshot.effective_at(self._writer.clock()))

    def write(self, form: str, path: Path) -> None:
        """Write the export to a file atomically. Raises FileUnreadable, too.

        Only the owner can read a file that may contain hidden addresses (mode 0600).
        """
        content = self.export(form)
        files.write_atomically(path, [content], private=has_hidden_addresses(form))

    def hidden(self) -> int:
        """Return how many centres hide their address; files to edit contain these addresses."""
        centres = self._contents().get("centre", {}).values()
        return sum(centre["address_visibility"] != "public" for centre in centres)

    def _contents(self) -> Contents:
        stored = self._writer.store.records()
        if not stored.revision:
            raise NotReady("the directory has not been loaded yet")
        return stored.contents


def has_hidden_addresses(form: str) -> bool:
    """Return whether a format has all stored data."""
    return FORMATS[form].published is None


def exporter_of(directory: Directory) -> Exporter:
    """Return what exports a directory."""
    return Exporter(directory.writer)
