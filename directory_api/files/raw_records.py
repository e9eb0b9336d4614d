"""Raw records, which a file of any size gives one after the other, and the document of them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from directory_api.text.errors import Fault, FileUnreadable

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
    """A record of a file before it is validated; `kind` is one of COLLECTIONS, or HEADER."""

    kind: str
    raw: dict[str, Any]
    locate: Locate


@dataclass(frozen=True, slots=True)
class RecordStream:
    """The records of a file, which can be read once, each fault of what is no record, and warnings
    about the file. `empty` is the error for a file without records, which must not remove
    everything.
    """

    records: Iterator[RawRecord | Fault]
    empty: FileUnreadable
    warnings: tuple[Fault, ...] = ()


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
                detail = (
                    f"Only one line of the type {HEADER} may have this field, and sources, "
                    "helplines and centres have lines of their own."
                )
                yield record.locate(Fault(detail, pointer=f"/{name}"))
            else:
                self.parts[name] = value
                self._places[name] = [record.locate]

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
class RawFile:
    """The records of a file that is read as a whole: the members of the directory's document that
    it has, and warnings. `located` adds the place in the file to a fault of the document.
    """

    parts: Mapping[str, Any]
    located: Locate
    warnings: tuple[Fault, ...] = ()


# Reads a local file of any size. The second argument is called with the number of bytes that were
# read since its last call.
Stream = Callable[[Path, Callable[[int], None]], RecordStream]


@dataclass(frozen=True, slots=True)
class FileReader:
    """Reads files of one kind, which is not JSON; `name` is what faults call one that was sent.

    A file of this kind begins with one of the `signatures`, or is text if there are none. `read`
    gets its bytes and its name, for messages. `stream` is None if such a file can only be read as a
    whole. Both raise FileUnreadable, and `read` RecordsInvalid.
    """

    media_type: str
    name: str
    read: Callable[[bytes, str], RawFile]
    stream: Stream | None = None
    signatures: tuple[bytes, ...] = ()


def open_binary(path: Path) -> BinaryIO:
    """Open a file for reading. Raises FileUnreadable with its name."""
    try:
        return path.open("rb")
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be read ({error.strerror})") from None
