"""Files that come in, as raw records one after the other, and the document of these."""

import io
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO, Self

from directory_api.change.change import Record
from directory_api.change.directory import MOST_LISTED
from directory_api.files import files
from directory_api.text.errors import Fault, FileUnreadable
from directory_api.text.message import Message

# The kinds of records in files, and the member of the document that lists each.
COLLECTIONS: Mapping[str, str] = {
    "source": "sources",
    "helpline": "helplines",
    "centre": "centres",
}
# A record that has members of the document itself: the publisher and the licence.
HEADER = "directory"

# Adds the place in the file to a fault whose pointer is into the record.
Locate = Callable[[Fault], Fault]


@dataclass(frozen=True, slots=True)
class RawRecord:
    """A record of a file before it is validated; `kind` is one of COLLECTIONS, or HEADER.

    `completed` returns it with what the file has no columns for, from the stored record.
    """

    kind: str
    raw: dict[str, Any]
    locate: Locate
    completed: "Callable[[Record], RawRecord] | None" = None


@dataclass(frozen=True, slots=True)
class RecordStream:
    """The records of a file, which can be read once, each fault of what is no record, and warnings
    about the file.

    `document` is given by a file of the whole directory: everything in it but the centres, not yet
    validated. Any other file replaces only the kinds of records that it has; `empty` is the error
    if it has none, because that must not remove everything.
    """

    records: Iterator[RawRecord | Fault]
    warnings: tuple[Fault, ...] = ()
    document: dict[str, Any] | None = None
    empty: FileUnreadable | None = None


@dataclass(frozen=True, slots=True)
class RawDocument:
    """The members of the directory's document that a file has, and the place of each."""

    parts: dict[str, Any] = field(default_factory=dict)
    _places: dict[str, list[Locate]] = field(default_factory=dict)

    def add(self, record: RawRecord) -> Iterator[Fault]:
        """Add a record; yield the faults because of which it does not fit."""
        if record.kind in COLLECTIONS:
            collection = COLLECTIONS[record.kind]
            self.parts.setdefault(collection, []).append(record.raw)
            self._places.setdefault(collection, []).append(record.locate)
            return
        for name, value in record.raw.items():
            if name in self.parts or name in COLLECTIONS.values():
                detail = Message(
                    "Only one line of the type {type} may have this field, and sources, helplines "
                    "and centres have lines of their own.",
                    type=HEADER,
                )
                yield record.locate(Fault(detail, pointer=f"/{name}"))
            else:
                self.parts[name] = value
                self._places[name] = [record.locate]

    def keep(self, kind: str, identity: str, stored: Record | None) -> None:
        """Put a stored record in the place of that of the file, or leave that out if there is none.
        What the file does not replace stays as it is.
        """
        collection = COLLECTIONS.get(kind)
        if collection is None:
            self.parts.update(
                (name, (stored or {})[name]) for name in self.parts.keys() & (stored or {}).keys()
            )
            return
        records, places = self.parts.get(collection), self._places.get(collection, [])
        if not isinstance(records, list):
            return
        ids = [record.get("id") if isinstance(record, dict) else None for record in records]
        at = ids.index(identity) if identity in ids else len(ids)
        records[at : at + 1] = [stored] if stored else []
        if places:
            places[at : at + 1] = [places[at] if at < len(places) else _nowhere] if stored else []

    def located(self, fault: Fault) -> Fault:
        """Return a fault of the document with its place in the file. A fault of the whole file, or
        of what the file does not have, is returned unchanged.
        """
        member, *steps = (fault.pointer or "/").removeprefix("/").split("/")
        places = self._places.get(member)
        if not places:
            return fault
        if member not in COLLECTIONS.values():
            return places[0](fault)
        if not steps or not steps[0].isdecimal():
            return fault
        return places[int(steps[0])](replace(fault, pointer="/" + "/".join(steps[1:])))


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to import: its bytes, or the path of a local one. Its name is used in messages.

    A local file, of a maintainer at the terminal, may be larger than one that is sent. `progress`
    is called with the number of bytes that were read since its last call.
    """

    raw: bytes
    name: str
    path: Path | None = None
    progress: Callable[[int], None] = lambda _bytes: None

    @classmethod
    def of(cls, path: Path, progress: Callable[[int], None] = lambda _bytes: None) -> Self:
        """Return a local file, which is read later. Raises FileUnreadable."""
        open_binary(path).close()
        return cls(b"", str(path), path, progress)

    def open(self) -> BinaryIO:
        """Open it at its beginning. Raises FileUnreadable."""
        return open_binary(self.path) if self.path else io.BytesIO(self.raw)

    def read(self) -> bytes:
        """Return all its bytes. Raises FileUnreadable."""
        raw = files.read_bytes(self.path) if self.path else self.raw
        self.progress(len(raw))
        return raw

    @property
    def most_listed(self) -> int:
        """How many changes, faults and warnings a report lists; it counts the others. A local file
        may have a million of each.
        """
        return MOST_LISTED if self.path else sys.maxsize


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads files of one kind, which is not JSON; `name` is what faults call one that was sent.

    A file of this kind begins with one of the `signatures`, or is text if there are none. `read`
    raises FileUnreadable, also while the records are read.
    """

    media_type: str
    name: str
    read: Callable[[Incoming], RecordStream]
    signatures: tuple[bytes, ...] = ()


def _nowhere(fault: Fault) -> Fault:
    return fault


def in_document(kind: str, index: int, fault: Fault) -> Fault:
    """Return a fault of the record with this index with its pointer in the directory's document."""
    below = (fault.pointer or "").rstrip("/")
    return replace(fault, pointer=f"/{COLLECTIONS[kind]}/{index}{below}")


def open_binary(path: Path) -> BinaryIO:
    """Open a file for reading. Raises FileUnreadable with its name."""
    try:
        return path.open("rb")
    except OSError as error:
        raise FileUnreadable(
            Message("{file}: cannot be read ({problem})", file=path, problem=error.strerror)
        ) from None
