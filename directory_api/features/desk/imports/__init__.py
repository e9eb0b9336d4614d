"""Whole directories that come in as a file, and the files that go out."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from directory_api.bootstrap import Directory
    from directory_api.change.outcome import Outcome
    from directory_api.record.token import Actor


def importer(directory: "Directory") -> "Callable[..., Outcome]":
    """Return a function that imports the bytes of a file, with a name for messages and a reason;
    its other arguments and its errors are those of Importer.bring_in.
    """
    from directory_api.features.desk.imports.importer import importer_of
    from directory_api.files.raw_records import Incoming

    importer = importer_of(directory)

    def bring_in(actor: "Actor", raw: bytes, name: str, reason: str, **options: Any) -> "Outcome":
        return importer.bring_in(actor, Incoming(raw, name), reason, **options)

    return bring_in


def downloads(directory: "Directory") -> Mapping[str, Callable[..., bytes]]:
    """Return functions that return the whole directory, by the names of the formats, with
    texts for maintainers in a language (text.message.Texts), or in English.
    """
    from directory_api.features.desk.imports.exporter import FORMATS, exporter_of

    exporter = exporter_of(directory)
    return {name: partial(exporter.export, name) for name in FORMATS}
