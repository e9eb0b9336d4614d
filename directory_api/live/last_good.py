"""The last good snapshot: a file with what was published last, for when the store cannot be read.

It has the published form of the records only: no hidden address, no proposal and no history beyond
the revision and time of each record's last public change.
"""

import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import orjson

from directory_api.answer.as_json import dump
from directory_api.change.public_history import (
    LINK_DIGITS,
    LastChange,
    PublicHistory,
    RevisionLinks,
)
from directory_api.files import files
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
from directory_api.search.snapshot import Snapshot
from directory_api.store.state import Replaced
from directory_api.text.errors import FileUnreadable

# Incremented when the file changes its form; a file of another form is not loaded.
FORMAT = 6
_KINDS = ("directory", "boundary", "table")
# Of these the file says when they were written and changed.
_DATED = (*_KINDS, "helpline", "centre")


class LastGoodSnapshot:
    """The file at a path, of three lines: of which version of the store it is; what is published,
    as one JSON document; and the SHA-256 of both. The first one is read at each look at a store
    that is not followed, when the second may have 25 MB.

    It is also the memory of what was served, over a restart.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def exists(self) -> bool:
        """Return whether there is a file, which means that there was a store once."""
        try:
            return self.path.is_file()
        except OSError:
            return False

    def written_at(self) -> datetime | None:
        """Return when the file was written (UTC); None if there is none."""
        try:
            return datetime.fromtimestamp(self.path.stat().st_mtime, UTC)
        except OSError:
            return None

    def served_version(self) -> str | None:
        """Return the version of the store that was served last, whatever the form of the file;
        None if there is none, or if it is damaged: that is no proof of anything.
        """
        return self._head().get("version") if self._content() else None

    def adopted(self) -> str | None:
        """Return this version if an operator has adopted it on this machine and nothing was served
        since.
        """
        return self.served_version() if self._head().get("adopted") else None

    def replaceable(self) -> Replaced:
        """Return the revisions that are known of the store that was served, as those of a store
        that is to be replaced.
        """
        version = self.served_version()
        if version is None:
            return {}
        store, revision, link = version.split(":")
        earlier = (self._document() or {"links": ()})["links"]
        return {store: [*map(tuple, earlier), (int(revision), link[:LINK_DIGITS])]}

    def save(
        self,
        version: str,
        snapshot: Snapshot,
        is_current: Callable[[], bool],
        *,
        is_adopted: bool = False,
    ) -> None:
        """Write what is published of a version of a store, unless the file has it already, or
        `is_current` says that the store is at another version by now: the process that reads that
        one writes the file, and an older one must not replace it.

        With `is_adopted`, running servers follow this version, whatever they have served. Raises
        FileUnreadable, and what `is_current` raises.
        """
        # The same version may have been written while its history was damaged.
        head = {"format": FORMAT, "version": version, "has_history": snapshot.has_history}
        adopted = head | {"adopted": True}
        # Servers that have not seen yet that it is adopted read it from this file.
        written = (adopted,) if is_adopted else (head, adopted)
        if self._has(written):
            return
        # The store need not be in a folder of this machine.
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with files.locked(self.path):
            if self._has(written) or not is_current():
                return
            content = b"".join(dump(each) + b"\n" for each in (written[0], _published(snapshot)))
            files.write_atomically(self.path, [content, _digest(content)])

    def _has(self, heads: Collection[dict[str, Any]]) -> bool:
        """Return whether the file is whole and has one of these first lines."""
        return self._head() in heads and self._content() is not None

    def load(self) -> Snapshot | None:
        """Return the snapshot; None if there is none, if it is damaged, or if it has no emergency
        number for a covered country.
        """
        try:
            document = self._document()
            snapshot = _snapshot(document) if document else None
        except (ValueError, KeyError, TypeError):
            return None
        if snapshot is None or snapshot.countries_without_emergency_number():
            return None
        return snapshot

    def _head(self) -> dict[str, Any]:
        """Return what the first line says; nothing if there is none."""
        try:
            with self.path.open("rb") as file:
                head = orjson.loads(file.readline(1000))
        except (OSError, ValueError):
            return {}
        return head if isinstance(head, dict) else {}

    def _content(self) -> bytes | None:
        """Return the first two lines of the file, if they are as they were written."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        end = content.rfind(b"\n", 0, -1) + 1
        return content[:end] if content[end:] == _digest(content[:end]) else None

    def _document(self) -> dict[str, Any] | None:
        """Return the second line, if the file is whole and has the present form."""
        content = self._content()
        return document_of(content) if content and self._head().get("format") == FORMAT else None


def document_of(content: bytes) -> dict[str, Any]:
    """Return the document in the second line of a file."""
    document: dict[str, Any] = orjson.loads(content.splitlines()[1])
    return document


def _digest(content: bytes) -> bytes:
    return f"{hashlib.sha256(content).hexdigest()}\n".encode()


def unwritten(error: FileUnreadable) -> str:
    """Return a sentence for the log about a snapshot that could not be written."""
    return f"the last good snapshot was not written: {error.detail}"


def _published(snapshot: Snapshot) -> dict[str, Any]:
    return {
        "revision": snapshot.revision,
        "store": snapshot.store,
        "links": [*snapshot.links.links.items()],
        "contents": {
            **{kind: dict(snapshot.small.get(kind, {})) for kind in _KINDS},
            "directory": {"directory": snapshot.header},
            "helpline": {line.id: line.to_record() for line in snapshot.helplines},
            "centre": {each.id: orjson.Fragment(each.json) for each in snapshot.index.all},
        },
        "written": [
            [*key, revision] for key, revision in snapshot.written.items() if key[0] in _DATED
        ],
        "has_history": snapshot.has_history,
        "last": [
            [*key, last.revision, last.at.isoformat() if last.at else None]
            for key, last in snapshot.last.items()
            if key[0] in _DATED
        ],
        "places": _places_json(snapshot.gazetteer),
    }


# Most changes are of records.
@lru_cache(maxsize=1)
def _places_json(gazetteer: Gazetteer) -> orjson.Fragment:
    return orjson.Fragment(
        dump(
            [
                {"country": place.country, "code": place.code, **place.to_record()}
                for place in gazetteer.all_places()
            ]
        )
    )


def _snapshot(document: Mapping[str, Any]) -> Snapshot:
    last = {
        (kind, identity): LastChange(revision, datetime.fromisoformat(at) if at else None)
        for kind, identity, revision, at in document["last"]
    }
    return Snapshot(
        document["revision"],
        document["contents"],
        Gazetteer(_places(document)),
        MappingProxyType({(kind, key): written for kind, key, written in document["written"]}),
        PublicHistory(document["store"], MappingProxyType(last), (), document["has_history"]),
        RevisionLinks(MappingProxyType(dict(document["links"]))),
        is_published=True,
    )


def _places(document: Mapping[str, Any]) -> tuple[Place, ...]:
    return tuple(
        Place.from_record(place["country"], place["code"], place) for place in document["places"]
    )
