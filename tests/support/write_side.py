"""The services that write, for tests: over a real database, with a clock that the test sets."""

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from directory_api.change.change import Stamp, diff
from directory_api.change.directory import contents_of, read_records
from directory_api.edit.editor import Edit, Editor
from directory_api.edit.proposal_review import Proposals
from directory_api.edit.rollback import Rollback
from directory_api.edit.seed import SeedData
from directory_api.edit.writer import IdempotencyKey, Writer
from directory_api.live.last_good import LastGoodSnapshot
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.place.postcode import Place
from directory_api.record.token import Actor
from directory_api.store.sql.store import Store
from tests.support.frozen import DATA
from tests.support.records import shipped_records
from tests.support.store_under_test import everything, stores_of
from tests.support.whole_store import read_whole

if TYPE_CHECKING:
    from directory_api.features.desk.imports.importer import Importer
    from directory_api.features.desk.sheets.raw_records import Incoming

# A user id without privileges, so that file permissions apply.
_NOBODY = 65534
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
ANNA = Actor("token:a", "anna", ("edit",))
BERT = Actor("token:b", "bert", ("edit", "approve"))
CARL = Actor("token:c", "carl", ("edit",))


@dataclass(slots=True)
class Clock:
    """A clock that stays at the time it is set to."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def pass_by(self, time: timedelta) -> None:
        """Move the clock forward."""
        self.now += time


@dataclass(frozen=True, slots=True)
class WriteSide:
    """The services that write, over one database."""

    path: Path
    clock: Clock
    store: Store
    live: LiveSnapshot
    writer: Writer
    editor: Editor
    # Not to be used in tests of the core: the feature may have been deleted.
    proposals: "Proposals"
    rollback: Rollback
    seed_data: SeedData
    data: Path

    @property
    def importer(self) -> "Importer":
        """Imports files; for tests that need this feature."""
        from directory_api.features.desk.imports.importer import Importer

        return Importer(self.writer, self.data)

    def edit(
        self, identity: str, *, actor: Actor = ANNA, kind: str = "centre", **members: Any
    ) -> Edit:
        """Return an edit by Anna of a record, at its current revision."""
        return Edit(actor, kind, identity, **{"reason": "a phone call", **members})

    def patch(self, identity: str, *, actor: Actor = ANNA, **members: Any) -> None:
        """Change members of a centre."""
        self.editor.patch(self.edit(identity, actor=actor), members)

    def version(self, revision: int) -> str:
        """Return a revision with its link."""
        return read_whole(self.store).links.version(revision)

    def record(self, identity: str, kind: str = "centre") -> dict[str, Any]:
        """Return the stored record."""
        return dict(self.editor.stored(kind, identity).record)

    def everything(self) -> list[str]:
        """Return the whole database as SQL statements."""
        return everything(self.path)


def live_snapshot(store: Store, folder: Path) -> LiveSnapshot:
    """Return a snapshot that follows a store, and has no memory of what was served before."""
    return LiveSnapshot(store, LastGoodSnapshot(folder / f"{uuid4()}.json"))


def open_write_side(
    path: Path,
    *,
    review_required: Callable[[], bool] = lambda: False,
    clock: Clock | None = None,
    data: Path | None = None,
) -> WriteSide:
    """Return the services for the database at a path; the database need not exist yet."""
    clock = clock or Clock()
    folder = data or DATA
    store = stores_of(path).store
    live = live_snapshot(store, path.parent)
    writer = Writer(store, live, clock, review_required)
    return WriteSide(
        path=path,
        clock=clock,
        store=store,
        live=live,
        writer=writer,
        editor=Editor(writer),
        proposals=Proposals(writer),
        rollback=Rollback(writer),
        seed_data=SeedData(writer, folder),
        data=folder,
    )


def create_write_side(
    path: Path,
    centres: Sequence[Mapping[str, Any]] | None = None,
    *,
    review_required: Callable[[], bool] = lambda: False,
) -> WriteSide:
    """Create a database with the shipped records, or with `centres` instead of the shipped centres.

    Without postcodes, because loading them is slow and has its own tests.
    """
    write_side = open_write_side(path, review_required=review_required)
    raw = shipped_records() if centres is None else {**shipped_records(), "centres": list(centres)}
    write_side.store.create()
    changes = diff({}, contents_of(read_records(raw)))
    write_side.store.append(changes, Stamp("start", NOON, "the first records"), expected=0)
    return write_side


def create_with_places(
    path: Path, places: Sequence[Place], centres: Sequence[Mapping[str, Any]] | None = None
) -> WriteSide:
    """The same, with these postcodes of Belgium: all of them take seconds to publish."""
    write_side = create_write_side(path, centres)
    write_side.store.append(
        [], Stamp("start", NOON, "postcodes"), expected=1, tables={"BE": list(places)}
    )
    write_side.live.refresh()
    return write_side


def incoming(raw: bytes, name: str = "new.json") -> "Incoming":
    """Return a file to import."""
    from directory_api.features.desk.sheets.raw_records import Incoming

    return Incoming(raw, name)


def once(key: str, fingerprint: str = "what was asked") -> IdempotencyKey:
    """Return an idempotency key, as the routes make it."""
    return IdempotencyKey(key, fingerprint)


def unmeasured() -> dict[str, str]:
    """Return the environment without coverage, for a process that is killed or may not write.

    Such a process would damage its coverage file.
    """
    return {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}


def published(live: LiveSnapshot) -> str:
    """Return the header and all records as the public can read them, as one text."""
    live.refresh()
    snapshot = live.snapshot
    return json.dumps(
        [
            dict(snapshot.header),
            [line.to_record() for line in snapshot.helplines],
            [centre.to_record() for centre in snapshot.centres],
        ],
        sort_keys=True,
    )


@contextmanager
def unwritable(folder: Path) -> Iterator[None]:
    """A folder and its files may only be read while the block runs, also by the user root."""
    for file in folder.iterdir():
        file.chmod(0o444)
    folder.chmod(0o555)
    user = os.geteuid()
    if user == 0:
        os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(user)
        folder.chmod(0o755)


def json_bytes(records: Any) -> bytes:
    """Return records as a JSON file has them."""
    return json.dumps(records).encode()
