"""The directory as maintainers see it: stored records, last changes, warnings."""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from directory_api.change.change import COLLECTIONS, Contents, HistoryEntry
from directory_api.change.warnings import every_warning
from directory_api.edit.writer import Writer
from directory_api.place.gazetteer import Gazetteer
from directory_api.record.numbers import shown_numbers
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline
from directory_api.record.texts import text_in
from directory_api.store.state import StoreState
from directory_api.text.errors import Fault, NotReady
from directory_api.text.normalize import fold

_NO_DIGIT = re.compile(r"[^0-9]")
_LETTER = re.compile(r"[^\W0-9_]")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the list of records needs of one of them, to sort, find and count it."""

    kind: str
    id: str
    name: str
    text: str
    numbers: tuple[str, ...]

    @classmethod
    def of(cls, kind: str, record: Record) -> "Entry":
        """Return the entry of a centre or a helpline."""
        name = record["name"] if isinstance(record["name"], str) else text_in(record["name"]) or ""
        address = record.get("address", {})
        texts = (
            *(record["id"], name, *record.get("name_translations", {}).values()),
            *(address.get("postcode", ""), *address.get("locality", {}).values()),
        )
        return cls(
            kind,
            record["id"],
            fold(name),
            fold(" ".join(texts)),
            tuple(shown.number for shown in shown_numbers(record)),
        )


class Entries:
    """The entries of a store; those of records that have not changed are kept."""

    def __init__(self, writer: Writer) -> None:
        self._store = writer.store
        # The version of the store that was read.
        self._version = ""
        # By kind and id, and the version of the record.
        self._by_record: dict[tuple[str, str, str], Entry] = {}
        self._sorted: tuple[Entry, ...] = ()
        self._turn = threading.Lock()

    def current(self) -> tuple[Entry, ...]:
        """Return all entries: centres by name, then helplines. Raises NotReady."""
        with self._turn:
            if self._version != self._store.version():
                self._read(self._store.records())
            return self._sorted

    def _read(self, state: StoreState) -> None:
        if not state.revision:
            raise NotReady("the directory has not been loaded yet")
        entries: dict[tuple[str, str, str], Entry] = {}
        for kind in COLLECTIONS:
            for identity, record in state.contents.get(kind, {}).items():
                key = kind, identity, state.links.version(state.revisions[kind, identity])
                entries[key] = self._by_record.get(key) or Entry.of(kind, record)
        self._version, self._by_record = state.version, entries
        order = list(COLLECTIONS)
        self._sorted = tuple(
            sorted(entries.values(), key=lambda each: (order.index(each.kind), each.name, each.id))
        )


def matching(entries: Sequence[Entry], search: str) -> Iterator[Entry]:
    """Yield the entries of which id, name or place contains every word of the search, or a phone
    number the whole; 02 511 matches +32 2 511, too.
    """
    words = fold(search).split()
    digits = "" if _LETTER.search(search) else _NO_DIGIT.sub("", search).lstrip("0")
    for entry in entries:
        if all(word in entry.text for word in words) or (
            digits and any(digits in number for number in entry.numbers)
        ):
            yield entry


class Overview:
    """Reads stored records, including hidden addresses. Every method raises StoreUnavailable."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._entries = Entries(writer)
        self._turn = threading.Lock()
        # The version of the store, the postcodes and the day that the warnings are of.
        self._about: tuple[str, Gazetteer, date] | None = None
        self._warnings: tuple[tuple[Fault, str | None], ...] = ()

    def entries(self) -> tuple[Entry, ...]:
        """Return what lists need of each record: centres by name, then helplines. Raises
        NotReady.
        """
        return self._entries.current()

    def records(self, entries: Sequence[Entry]) -> list[tuple[str, Record]]:
        """Return the kinds and the whole records of entries, without those that are gone."""
        contents = self._writer.store.records().contents
        return [
            (each.kind, contents[each.kind][each.id])
            for each in entries
            if each.id in contents.get(each.kind, {})
        ]

    def contents(self) -> Contents:
        """Return all records. Raises NotReady before the first load."""
        state = self._writer.store.records()
        if not state.revision:
            raise NotReady("the directory has not been loaded yet")
        return state.contents

    def last_changes(
        self, keys: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], HistoryEntry]:
        """Return the last change of each record, by kind and id; nothing of one that never was."""
        return self._writer.store.last_changes(keys)

    def warnings(self) -> tuple[tuple[Fault, str | None], ...]:
        """Return the warnings about all centres and helplines, each with the reason if it was
        acknowledged; a pointer begins with `/centres/` or `/helplines/` and the id. Raises
        NotReady.

        They are kept for a revision and a day: for 3,000 centres they take half a second.
        """
        gazetteer, today = self._writer.live.snapshot.gazetteer, self._writer.clock().date()
        with self._turn:
            # Before the records are read: a change in between has another version.
            about = self._writer.store.version(), gazetteer, today
            if self._about != about:
                self._warnings = tuple(self._found(self.contents(), gazetteer, today))
                self._about = about
            return self._warnings

    @staticmethod
    def _found(
        contents: Contents, gazetteer: Gazetteer, today: date
    ) -> Iterator[tuple[Fault, str | None]]:
        centres, helplines = (
            [record for _, record in sorted(contents.get(kind, {}).items())]
            for kind in ("centre", "helpline")
        )
        yield from every_warning(
            map(Centre.from_record, centres),
            map(Helpline.from_record, helplines),
            gazetteer.find,
            today,
        )
