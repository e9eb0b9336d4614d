"""Files that come in: their raw records, each with its place, and the document that these make."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from directory_api.change.change import Contents, document
from directory_api.change.directory import MOST_FAULTS_OF_DOCUMENT, MOST_RECORDS, too_many
from directory_api.record.record_value import Record
from directory_api.text.errors import Fault, FileUnreadable, RecordsInvalid
from directory_api.text.message import Message
from directory_api.text.strict_json import IMPORT_BYTES

# The kinds of records in files, and the member of the document that lists each.
COLLECTIONS: Mapping[str, str] = {
    "source": "sources",
    "helpline": "helplines",
    "centre": "centres",
}
# A record that has members of the document itself: the publisher and the licence.
HEADER = "directory"
# Of a file at the terminal. 10,000 centres of 4 kB are 40 MB of JSON.
LOCAL_BYTES = 64 * 1024 * 1024

# Adds the place in the file to a fault whose pointer is into the record.
Locate = Callable[[Fault], Fault]


@dataclass(frozen=True, slots=True)
class Incoming:
    """A file to import: its bytes, and its name for messages.

    One with a path is a local file of a maintainer at the terminal. It may be larger than one that
    is sent.
    """

    raw: bytes
    name: str
    path: Path | None = None

    @classmethod
    def of(cls, path: Path) -> Self:
        """Read a local file. Raises FileUnreadable."""
        try:
            with path.open("rb") as file:
                # One byte more than is allowed shows that there are too many.
                return cls(file.read(LOCAL_BYTES + 1), str(path), path)
        except OSError as error:
            raise FileUnreadable(
                Message("{file}: cannot be read ({problem})", file=path, problem=error.strerror)
            ) from None

    @property
    def limit(self) -> int:
        """The most bytes that it may have."""
        return LOCAL_BYTES if self.path else IMPORT_BYTES


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
class FileDocument:
    """The document of the directory as a file wants it, not yet validated."""

    raw: dict[str, Any]
    _places: Mapping[str, Sequence[Locate]]

    def locate(self, fault: Fault) -> Fault:
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
class RecordFile:
    """A file that has been read: its records by the member of the document that lists them, its
    other members, such as the publisher, and the place of each of these.

    `faults` are of what is no record. A file that `is_whole` replaces the directory, any other only
    the members that it has.
    """

    records: Mapping[str, Sequence[RawRecord]]
    members: Mapping[str, Any] = field(default_factory=dict)
    places: Mapping[str, Locate] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    is_whole: bool = False

    def document(
        self, stored: Contents, left_out: Collection[tuple[str, str]] = ()
    ) -> FileDocument:
        """Return the document that replaces what is stored. Records whose kind and id are in
        `left_out` stay as they are stored.
        """
        header = stored.get(HEADER, {}).get(HEADER, {})
        sources = {source["id"]: source for source in header.get("sources", ())}
        raw = {**({} if self.is_whole else document(stored)), **self.members}
        places: dict[str, Sequence[Locate]] = {
            name: [locate] for name, locate in self.places.items()
        }
        for kind, collection in COLLECTIONS.items():
            if collection in self.records:
                present = sources if kind == "source" else stored.get(kind, {})
                kept = {identity for of, identity in left_out if of == kind}
                records = [*_with_stored(self.records[collection], kind, present, kept)]
                raw[collection] = [record.raw for record in records]
                places[collection] = [record.locate for record in records]
        if (HEADER, HEADER) in left_out:
            raw.update(header)
            places = {name: each for name, each in places.items() if name not in header}
        return FileDocument(raw, places)


def _with_stored(
    records: Iterable[RawRecord], kind: str, stored: Mapping[str, Record], kept: set[str]
) -> Iterator[RawRecord]:
    """Yield the records of a file as they are to be; those that are kept are as stored, or absent
    if they are not stored.
    """
    missing = kept & stored.keys()
    for record in records:
        identity = record.raw.get("id")
        before = stored.get(identity) if isinstance(identity, str) else None
        if isinstance(identity, str) and identity in kept:
            missing.discard(identity)
            if before is not None:
                yield replace(record, raw=dict(before))
        elif before is not None and record.completed:
            yield record.completed(before)
        else:
            yield record
    for identity in sorted(missing):
        yield RawRecord(kind, dict(stored[identity]), lambda fault: fault)


def collected(
    found: Iterable[RawRecord | Fault], empty: FileUnreadable, warnings: tuple[Fault, ...] = ()
) -> RecordFile:
    """Return the file that has these records, and these faults of what is no record.

    Raises `empty` if there is nothing, which must not remove everything; RecordsInvalid for more
    than MOST_RECORDS of a kind, before they are in memory, and for MOST_FAULTS_OF_DOCUMENT faults.
    """
    records: dict[str, list[RawRecord]] = {}
    members: dict[str, Any] = {}
    places: dict[str, Locate] = {}
    faults: list[Fault] = []
    for each in found:
        if isinstance(each, Fault):
            faults.append(each)
        elif each.kind == HEADER:
            for name, value in each.raw.items():
                if name in members or name in COLLECTIONS.values():
                    faults.append(each.locate(replace(_TWICE, pointer=f"/{name}")))
                else:
                    members[name], places[name] = value, each.locate
        else:
            of_kind = records.setdefault(COLLECTIONS[each.kind], [])
            of_kind.append(each)
            if len(of_kind) > MOST_RECORDS:
                # Alone: the faults of so many records would hide it.
                raise RecordsInvalid.of([each.locate(too_many())], Message("the records"))
        if len(faults) >= MOST_FAULTS_OF_DOCUMENT:
            raise RecordsInvalid.of(faults, Message("the records"))
    if not (records or members or faults):
        raise empty
    return RecordFile(records, members, places, tuple(faults), warnings)


_TWICE = Fault(
    Message(
        "Only one line of the type {type} may have this field, and sources, helplines and centres "
        "have lines of their own.",
        type=HEADER,
    )
)


def in_document(kind: str, index: int, fault: Fault) -> Fault:
    """Return a fault of the record with this index with its pointer in the directory's document."""
    below = (fault.pointer or "").rstrip("/")
    return replace(fault, pointer=f"/{COLLECTIONS[kind]}/{index}{below}")
