"""The last good snapshot: a file with what was published last, for when the store cannot be read.

It has the published form of the records only: no hidden address, no proposal and no history beyond
the revision and time of each record's last public change.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from orjson import Fragment

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
from directory_api.record.published import PublishedCentre
from directory_api.search.snapshot import Snapshot
from directory_api.store.state import Replaced
from directory_api.text.errors import FileUnreadable

# Incremented when the file changes its form; a file of another form is not read.
FORMAT = 4
_NO_HISTORY = "without-history"
# What the first line says after the version if an operator has adopted it on this machine.
_ADOPTED = "adopted"
# A store's id, a revision and its link.
_VERSION = re.compile(r"[0-9a-f]+:[0-9]+:[0-9a-f]+")
_KINDS = ("directory", "boundary", "table")
# Centres that are written at a time: between them, threads that answer requests can go on.
_PART = 1000


class LastGoodSnapshot:
    """The file at a path. Its first line is the store's version, the second everything but the
    centres, each further line a centre, and the last one the SHA-256 of all lines before it.

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

    def served(self) -> str | None:
        """Return the version of the store that was served last, whatever the form of the file;
        None if there is none.
        """
        version, *_ = self._first_line() or ("",)
        return version if _VERSION.fullmatch(version) else None

    def adopted(self) -> str | None:
        """Return this version if an operator has adopted it on this machine and nothing was served
        since.
        """
        return self.served() if _ADOPTED in self._first_line() else None

    def is_whole(self) -> bool:
        """Return whether the file is as it was written."""
        return self._content() is not None

    def replaceable(self) -> Replaced:
        """Return the revisions that are known of the store that was served, as those of a store
        that is to be replaced.
        """
        version, document = self.served(), self._document()
        if version is None:
            return {}
        store, revision, link = version.split(":")
        earlier = document["links"] if document else []
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
        label = (version, f"format-{FORMAT}", *([] if snapshot.has_history else [_NO_HISTORY]))
        adopted = (*label, _ADOPTED)
        # Servers that have not seen yet that it is adopted read it from this file.
        written = (adopted,) if is_adopted else (label, adopted)
        if self._has(written):
            return
        # The store need not be in a folder of this machine.
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
        with files.written_alone(self.path):
            if self._has(written) or not is_current():
                return
            heads = f"{' '.join(written[0])}\n".encode(), dump(_document(snapshot)) + b"\n"
            files.write_atomically(self.path, _with_digest(chain(heads, _centres(snapshot))))

    def _has(self, labels: Iterable[tuple[str, ...]]) -> bool:
        """Return whether the file is whole and has one of these first lines."""
        return self._first_line() in labels and self.is_whole()

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

    def _document(self) -> dict[str, Any] | None:
        """Return what the file says if it is whole and has the present form."""
        try:
            content = self._content()
            document = parse(content) if content else None
            return document if document and document["format"] == FORMAT else None
        except (ValueError, KeyError, TypeError):
            return None

    def _content(self) -> bytes | None:
        """Return the content of the file if it is whole."""
        try:
            content = self.path.read_bytes()
        except OSError:
            return None
        end = content.rfind(b"\n", 0, -1) + 1
        digest = hashlib.sha256(memoryview(content)[:end]).hexdigest()
        return content if content[end:] == f"{digest}\n".encode() else None

    def _first_line(self) -> tuple[str, ...]:
        try:
            with self.path.open(encoding="utf-8") as file:
                return tuple(file.readline(1000).split())
        except (OSError, ValueError):
            return ()


def parse(content: bytes) -> dict[str, Any]:
    """Return what the lines of a file say, whatever the last one is: everything but the centres,
    with each centre and its revisions added.

    Raises ValueError, KeyError or TypeError for another text.
    """
    _, first, *lines, _ = content.splitlines()
    document: dict[str, Any] = json.loads(first)
    centres = document["contents"]["centre"] = {}
    for centre, written, last in map(json.loads, lines):
        centres[centre["id"]] = centre
        document["written"] += [] if written is None else [["centre", centre["id"], written]]
        document["last"] += [] if last is None else [["centre", centre["id"], *last]]
    return document


def unwritten(error: FileUnreadable) -> str:
    """Return a sentence for the log about a snapshot that could not be written."""
    return f"the last good snapshot was not written: {error.detail}"


def _with_digest(parts: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the parts of a file, then the line with their digest."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
        yield part
    yield f"{digest.hexdigest()}\n".encode()


def _centres(snapshot: Snapshot) -> Iterator[bytes]:
    """Yield the lines of the centres, many at a time. A line is a list: the centre, the revision
    that wrote it, and the revision and time of its last public change.
    """
    centres = snapshot.index.all
    for start in range(0, len(centres), _PART):
        yield b"".join(_line(snapshot, each) for each in centres[start : start + _PART])


def _line(snapshot: Snapshot, centre: PublishedCentre) -> bytes:
    key = ("centre", centre.id)
    last = snapshot.last.get(key)
    heads = [snapshot.written.get(key), last and _revision_and_time(last)]
    return dump([Fragment(centre.json), *heads]) + b"\n"


def _revision_and_time(last: LastChange) -> list[int | str | None]:
    return [last.revision, last.at.isoformat() if last.at else None]


def _document(snapshot: Snapshot) -> dict[str, Any]:
    """Return everything but the centres."""
    # Each centre has its revisions in its line. As one text, those of 100,000 centres would stop
    # the threads that answer requests for 0.1 s.
    listed = snapshot.index.by_id

    def is_kept(kind: str, identity: str) -> bool:
        return kind in (*_KINDS, "helpline") or (kind == "centre" and identity not in listed)

    return {
        "format": FORMAT,
        "revision": snapshot.revision,
        "store": snapshot.store,
        "first": snapshot.links.first,
        "links": [[revision, link] for revision, link in snapshot.links.links.items()],
        "contents": {
            **{kind: dict(snapshot.small.get(kind, {})) for kind in _KINDS},
            "directory": {"directory": snapshot.header},
            "helpline": {line.id: line.to_record() for line in snapshot.helplines},
        },
        "written": [
            [*key, revision] for key, revision in snapshot.written.items() if is_kept(*key)
        ],
        "has_history": snapshot.has_history,
        "last": [
            [*key, *_revision_and_time(last)]
            for key, last in snapshot.last.items()
            if is_kept(*key)
        ],
        "places": [_listed(place) for place in snapshot.gazetteer.all_places()],
    }


def _listed(place: Place) -> dict[str, Any]:
    return {"country": place.country, "code": place.code, **place.to_record()}


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
        RevisionLinks(document["first"], MappingProxyType(dict(document["links"]))),
        is_published=True,
    )


def _places(document: Mapping[str, Any]) -> tuple[Place, ...]:
    return tuple(
        Place.from_record(place["country"], place["code"], place) for place in document["places"]
    )
