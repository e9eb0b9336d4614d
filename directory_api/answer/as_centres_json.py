"""The canonical centres.json, as maintainers edit it and `load` reads it.

Equal directories give equal bytes, so that a database and a git repository can be compared:
records, their members and the languages of a text are always in the same order.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from directory_api.change.change import Contents
from directory_api.record.record_value import Record
from directory_api.record.records import TRANSLATED, Centre, Helpline, in_dialling_order
from directory_api.record.schemas import CentreSchema, LicenceSchema, SourceSchema

_LICENCE, _SOURCE, _CENTRE = (
    tuple(schema().fields) for schema in (LicenceSchema, SourceSchema, CentreSchema)
)
# The languages of the vocabulary's labels first, then all others sorted by tag.
_LANGUAGES = ("en", "nl", "fr", "de")


def as_file(contents: Contents) -> bytes:
    """Return the canonical centres.json. Raises KeyError before the first load, when there is no
    header.
    """
    header = contents["directory"]["directory"]
    directory = {
        "publisher": header["publisher"],
        "licence": _in_order(header["licence"], _LICENCE),
        "sources": [_in_order(source, _SOURCE) for source in header["sources"]],
        "helplines": [
            Helpline.from_record(record).to_record()
            for record in in_dialling_order(contents.get("helpline", {}).values())
        ],
        "centres": [*map(_centre, _centres(contents))],
    }
    ordered = _with_languages_in_order(directory)
    return f"{json.dumps(ordered, ensure_ascii=False, indent=2)}\n".encode()


def as_lines(contents: Contents) -> Iterator[bytes]:
    """Yield the same as JSON Lines: one record on each line, with its kind in the member `type`.

    Raises KeyError before the first load.
    """
    header = contents["directory"]["directory"]
    publication = {
        "publisher": header["publisher"],
        "licence": _in_order(header["licence"], _LICENCE),
    }
    yield _line("directory", publication)
    for source in header["sources"]:
        yield _line("source", _in_order(source, _SOURCE))
    for record in in_dialling_order(contents.get("helpline", {}).values()):
        yield _line("helpline", Helpline.from_record(record).to_record())
    for record in _centres(contents):
        yield _line("centre", _centre(record))


def _centres(contents: Contents) -> Iterator[Record]:
    return (record for _, record in sorted(contents.get("centre", {}).items()))


def _line(kind: str, record: Record) -> bytes:
    ordered = _with_languages_in_order({"type": kind, **record})
    return f"{json.dumps(ordered, ensure_ascii=False)}\n".encode()


def _centre(record: Record) -> dict[str, Any]:
    centre = Centre.from_record(record).to_record()
    if "sources" in centre:
        # By the member to which the sources belong.
        centre["sources"] = _in_order(centre["sources"], _CENTRE)
    return centre


def _in_order(record: Record, names: Iterable[str]) -> dict[str, Any]:
    return {name: record[name] for name in names if name in record}


def _with_languages_in_order(held: Any, name: str = "") -> Any:
    if isinstance(held, list):
        return [_with_languages_in_order(item) for item in held]
    if not isinstance(held, dict):
        return held
    names = sorted(held, key=_language) if name in TRANSLATED else held
    return {below: _with_languages_in_order(held[below], below) for below in names}


def _language(tag: str) -> tuple[int, str]:
    return _LANGUAGES.index(tag) if tag in _LANGUAGES else len(_LANGUAGES), tag
