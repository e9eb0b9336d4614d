"""Whole directories that come in as a file, and the files that go out."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from directory_api.feature import Feature

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.bootstrap import Directory
    from directory_api.change.outcome import Outcome
    from directory_api.record.token import Actor
    from directory_api.web.context import Web


def _routes(web: "Web") -> "Iterable[Blueprint]":
    """Return the routes of /v1/import."""
    from directory_api.features.imports import routes

    return (routes.blueprint(web.directory, web.auth),)


def _importer(directory: "Directory") -> "Callable[..., Outcome]":
    """Return a function that imports the bytes of a file, with a name for messages and a reason;
    its other arguments and its errors are those of Importer.bring_in.
    """
    from directory_api.features.imports.importer import importer_of
    from directory_api.files.raw_records import Incoming

    importer = importer_of(directory)

    def bring_in(actor: "Actor", raw: bytes, name: str, reason: str, **options: Any) -> "Outcome":
        return importer.bring_in(actor, Incoming(raw, name), reason, **options)

    return bring_in


def _downloads(directory: "Directory") -> Mapping[str, Callable[..., bytes]]:
    """Return functions that return the whole directory, by the names of the formats, with
    texts for maintainers in a language (text.message.Texts), or in English.
    """
    from directory_api.features.imports.exporter import FORMATS, exporter_of

    exporter = exporter_of(directory)
    return {name: partial(exporter.export, name) for name in FORMATS}


feature = Feature(
    summary="Whole directories that come in as a file, and the files that go out",
    routes=_routes,
    commands=tuple(
        f"directory_api.features.imports.commands:{name}"
        for name in ("validate", "diff", "import_file", "export")
    ),
    importer=_importer,
    downloads=_downloads,
)
