"""A fake store with one emergency number, which counts how often it is read."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager

from directory_api.change.change import Change, Contents, HistoryEntry, Stamp
from directory_api.change.public_history import PublicHistory
from directory_api.place.postcode import Place
from directory_api.search.snapshot import NO_LINKS
from directory_api.store.base import (
    ALL_REVISIONS,
    Mention,
    Postcodes,
    Receipt,
    RecordText,
    StoreHeads,
    StoreState,
)
from directory_api.store.digests import RowSet
from tests.support.records import shipped_records
from tests.support.whole_store import Whole

EMERGENCY = next(line for line in shipped_records()["helplines"] if line["kind"] == "emergency")
DIAL = Change("helpline", EMERGENCY["id"], None, EMERGENCY)


class HandMadeUpdate:
    """Everything in a store that a test made by hand."""

    is_whole = True

    def __init__(self, whole: Whole) -> None:
        self._whole = whole
        self.revision, self.version = whole.revision, whole.version
        self.postcodes = whole.postcodes

    def follows(self, version: str) -> bool:
        return True

    def records(self) -> Iterator[RecordText]:
        for kind, records in self._whole.contents.items():
            for identity, record in records.items():
                yield RecordText(kind, identity, json.dumps(record))

    @property
    def heads(self) -> StoreHeads:
        whole = self._whole
        return StoreHeads(
            whole.revision,
            whole.version,
            RowSet(),
            {},
            whole.links,
            whole.past,
            whole.postcodes,
        )


class CountingStore:
    """A fake store: one header at a revision that the test sets, and a count of the reads."""

    def __init__(self) -> None:
        self.at = 0
        self.readings = 0
        self.contents: Contents = {"directory": {"directory": {}}, "helpline": {DIAL.id: EMERGENCY}}

    def exists(self) -> bool:
        return True

    def create(self) -> None:
        """Nothing to make."""

    def migrate(self) -> None:
        """Nothing to bring up to date."""

    def revision(self) -> int:
        return self.at

    def version(self) -> str:
        return f"made by hand:{self.at}"

    def records(self) -> StoreState:
        return StoreState(self.at, self.version(), self.contents, {}, NO_LINKS)

    def excerpt(self, keys: Collection[tuple[str, str]]) -> StoreState:
        return self.records()

    def mentioning(self, kind: str, texts: Collection[str]) -> Iterator[Mention]:
        yield from ()

    def _read(self, known: Postcodes | None = None) -> Whole:
        self.readings += 1
        postcodes = known or Postcodes(RowSet.of([]), ())
        past = PublicHistory()
        return Whole(self.at, self.version(), self.contents, {}, NO_LINKS, past, postcodes)

    @contextmanager
    def changes_since(self, previous: StoreHeads | None = None) -> Iterator[HandMadeUpdate]:
        yield HandMadeUpdate(self._read(previous.postcodes if previous else None))

    def append(
        self,
        changes: Iterable[Change],
        stamp: Stamp,
        *,
        expected: int,
        version: str | None = None,
        unseen: Collection[tuple[str, str]] = (),
        tables: Mapping[str, Sequence[Place]] | None = None,
        receipt: Receipt | None = None,
    ) -> int:
        self.at += 1
        return self.at

    def history(
        self,
        kind: str | None = None,
        identity: str | None = None,
        *,
        most: int = 100,
        revisions: range = ALL_REVISIONS,
    ) -> tuple[HistoryEntry, ...]:
        return ()

    def receipt(self, key: str) -> Receipt | None:
        return None
