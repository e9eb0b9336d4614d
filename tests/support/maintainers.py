"""The writing side of a directory, put together for tests: a real database and a clock that the test sets."""

import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from directory_api.config import shipped
from directory_api.domain.changes.change import Stamp, diff
from directory_api.domain.changes.document import contents_of
from directory_api.domain.model.token import Actor
from directory_api.domain.validation.schemas import read_records
from directory_api.services.editor import Edit, Editor
from directory_api.services.importer import Importer, Incoming
from directory_api.services.live_snapshot import LiveSnapshot
from directory_api.services.proposals import Proposals
from directory_api.services.seed import SeedData
from directory_api.services.writer import IdempotencyKey, Writer
from directory_api.storage.base import Store
from directory_api.storage.sqlite.store import SqliteStore
from tests.support.records import shipped_records

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = Actor("token:a", "anna", ("edit",))
BERT = Actor("token:b", "bert", ("edit", "approve"))
CARL = Actor("token:c", "carl", ("edit",))


@dataclass(slots=True)
class Clock:
    """Shows what it is set to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        """Put it forward."""
        self.now += time


@dataclass(frozen=True, slots=True)
class House:
    """The rooms that write, over one database."""

    path: Path
    clock: Clock
    store: Store
    current: LiveSnapshot
    writer: Writer
    editor: Editor
    importer: Importer
    proposals: Proposals
    shipped: SeedData

    def edit(
        self, identity: str, *, actor: Actor = ANNA, kind: str = "centre", **members: Any
    ) -> Edit:
        """Anna's edit of a record as it is now."""
        return Edit(actor, kind, identity, **{"reason": "a phone call", **members})

    def patch(self, identity: str, *, actor: Actor = ANNA, **members: Any) -> None:
        """Change members of a centre."""
        self.editor.patch(self.edit(identity, actor=actor), members)

    def record(self, identity: str, kind: str = "centre") -> dict[str, Any]:
        """A record as it is kept."""
        return dict(self.editor.held(kind, identity).record)

    def everything(self) -> list[str]:
        """All that the database holds, table by table."""
        return everything(self.path)


def house_at(
    path: Path,
    *,
    second_look: Callable[[], bool] = lambda: False,
    clock: Clock | None = None,
    data: Path | None = None,
) -> House:
    """The house over a database that is, or will be, at a path."""
    clock = clock or Clock()
    folder = data or shipped("data")
    store = SqliteStore(path)
    current = LiveSnapshot(store)
    writer = Writer(store, current, clock, second_look)
    return House(
        path=path,
        clock=clock,
        store=store,
        current=current,
        writer=writer,
        editor=Editor(writer),
        importer=Importer(writer, folder),
        proposals=Proposals(writer),
        shipped=SeedData(writer, folder),
    )


def house_of(
    path: Path,
    centres: Sequence[Mapping[str, Any]] | None = None,
    *,
    second_look: Callable[[], bool] = lambda: False,
) -> House:
    """A house with the shipped records, or with these centres in the place of theirs, without postcodes: it is quick.

    The postcodes have tests of their own.
    """
    house = house_at(path, second_look=second_look)
    raw = shipped_records() if centres is None else {**shipped_records(), "centres": list(centres)}
    house.store.create()
    changes = diff({}, contents_of(read_records(raw)))
    house.store.append(changes, Stamp("start", NOON, "the first records"), expected=0)
    return house


def incoming(raw: bytes, name: str = "new.json") -> Incoming:
    """A file that somebody brings."""
    return Incoming(raw, name)


def once(key: str, fingerprint: str = "what was asked") -> IdempotencyKey:
    """An Idempotency-Key, as the door makes it."""
    return IdempotencyKey(key, fingerprint)


def unmeasured() -> dict[str, str]:
    """The environment for a process that is killed or may not write: a file of coverage would be damaged there."""
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def everything(path: Path) -> list[str]:
    """All that a database holds, as SQL."""
    with closing(sqlite3.connect(path)) as db:
        return list(db.iterdump())
