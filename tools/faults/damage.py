"""Flipped bits in the database file."""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import Change, Stamp
from directory_api.config import Settings, shipped
from directory_api.edit.editor import Edit
from directory_api.files import files
from directory_api.live import last_good
from directory_api.record.token import Session
from directory_api.store.sqlite.store import SqliteAccess
from directory_api.text.errors import StoreUnavailable
from tests.support.maintainer_app import HIDDEN
from tests.support.records import TERMINAL, load, made_up_centre, shipped_records
from tests.support.write_side import create_write_side
from tools.faults.fault import Breach, Fault, Outcome, Size

PROCESSES = 2
# So that a breach can be caused again.
SEED = 13
# The bytes of a page that say which rows it has: its header and the first places of cells.
PAGE_HEAD = 32
FILE_HEADER = 100
# After each of so many flips there is an edit, if the flip was not detected.
EDIT_AFTER = 5
NUMBERS = ("+3225110001", "+3225110002", "+3225110003")


@dataclass(frozen=True)
class Copies:
    """A database at two revisions, and the last good snapshot of each; and another directory."""

    older: bytes
    newer: bytes
    older_snapshot: bytes
    newer_snapshot: bytes
    other: bytes


@dataclass(frozen=True)
class Flip:
    """A bit of the newer database, and the kind of page that it is in."""

    kind: str
    at: int
    bit: int

    def of(self, whole: bytes) -> bytes:
        """The file with this bit flipped."""
        changed = whole[self.at] ^ (1 << self.bit)
        return whole[: self.at] + bytes([changed]) + whole[self.at + 1 :]


@dataclass(frozen=True)
class Place:
    """Where a process has its database and its last good snapshot."""

    folder: Path

    @property
    def database(self) -> Path:
        """The database file."""
        return self.folder / "directory.db"

    @property
    def snapshot(self) -> Path:
        """The last good snapshot."""
        return self.folder / "directory.db.last-good.json"

    def opened(self) -> Directory:
        """A process that starts now, as a worker of a server does."""
        database_url = f"sqlite:///{self.database}"
        directory = open_directory(
            Settings(database_url=database_url, rate_limit="", second_look="off")
        )
        with suppress(StoreUnavailable):
            directory.open()
        directory.live.refresh()
        return directory

    def content(self) -> dict[str, Any]:
        """What each file in the folder holds; "folder" for a folder."""
        return {
            file.name: file.read_bytes() if file.is_file() else "folder"
            for file in self.folder.iterdir()
        }


def prepared() -> Copies:
    """Make the databases: with every kind of page, many records, and a hidden address."""
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        _create(place.database)
        directory = place.opened()
        centres = [made_up_centre(number) for number in range(40)]
        load(directory, place.folder, [*shipped_records()["centres"], HIDDEN, *centres])
        for number in range(20):  # their history has interior pages
            _edit(directory, {"name": f"Name {number}"})
        _leave_free_pages(place.database)
        _edit(directory, {"phones": [{"number": NUMBERS[0], "kind": "main"}]})
        older, older_snapshot = place.database.read_bytes(), place.snapshot.read_bytes()
        _edit(directory, {"phones": [{"number": NUMBERS[1], "kind": "main"}]})
        newer, newer_snapshot = place.database.read_bytes(), place.snapshot.read_bytes()
        other = Place(place.folder / "other")
        other.folder.mkdir()
        create_write_side(other.database)
        _edit(other.opened(), {"name": "Of another directory"})
        return Copies(older, newer, older_snapshot, newer_snapshot, other.database.read_bytes())


def _create(database: Path) -> None:
    """Create a directory with every fifth of the shipped postcodes, so that it is loaded soon."""
    side = create_write_side(database)
    tables = {
        table.country: [place for place in table.places if place.code[-2] in "01"]
        for table in files.shipped_tables(shipped("data"))
    }
    boundaries = [
        Change("boundary", country, None, boundary)
        for country, boundary in files.shipped_boundaries(shipped("data")).items()
    ]
    stamp = Stamp("start", datetime(2026, 1, 1, tzinfo=UTC), "postcodes and boundaries")
    side.store.append(boundaries, stamp, expected=side.store.revision(), tables=tables)


def _edit(directory: Directory, members: Mapping[str, Any]) -> None:
    directory.editor.patch(Edit(TERMINAL, "centre", "pag-asa", "a phone call"), members)


def _leave_free_pages(database: Path) -> None:
    """Open many sessions and let them end."""
    access, now = SqliteAccess(database), datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(300):
        access.open_session(Session("token", now), f"{number:064}", now)
    access.open_session(Session("token", now), "last", now + timedelta(days=1))


def flips(database: bytes, number: int) -> list[Flip]:
    """Choose so many bits: as many of each kind of page, half of them in the first bytes of the
    page.
    """
    pages = _pages(database)
    size = int.from_bytes(database[16:18], "big")
    chance = random.Random(SEED)  # noqa: S311  # no secret
    chosen = []
    for turn in range(number):
        kind = list(pages)[turn % len(pages)]
        page = chance.choice(pages[kind])
        first, last = (page - 1) * size, page * size
        if kind == "file header":
            last = first + FILE_HEADER
        elif page == 1:
            first += FILE_HEADER
        if turn // len(pages) % 2:
            last = min(last, first + PAGE_HEAD)
        chosen.append(Flip(kind, chance.randrange(first, last), chance.randrange(8)))
    return chosen


def _pages(database: bytes) -> dict[str, list[int]]:
    """The numbers of the pages of each kind, from 1."""
    with TemporaryDirectory() as name:
        file = Path(name) / "database"
        file.write_bytes(database)
        with closing(sqlite3.connect(file)) as connection:
            indexes = {
                row[0]
                for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")
            }
            rows = connection.execute("SELECT name, pagetype, pageno FROM dbstat").fetchall()
            (number,) = connection.execute("PRAGMA page_count").fetchone()
    pages: dict[str, list[int]] = {"file header": [1]}
    for table, page_type, page in rows:
        kind = f"{'index' if table in indexes else 'table'} {page_type}"
        if table == "sqlite_schema":
            kind = "schema"
        elif page_type == "overflow":
            kind = "overflow"
        pages.setdefault(kind, []).append(page)
    pages["free"] = sorted(set(range(1, number + 1)) - {page for _, _, page in rows})
    assert all(pages.values()), "the database has no page of some kind"
    assert len(pages) == 8, f"kinds of pages: {sorted(pages)}"
    return pages


def flips_at_start(size: Size) -> Outcome:
    """Flip a bit, then start."""
    return _in_processes(_start_with_flips, size.of(240, 5_000))


def flips_on_reload(size: Size) -> Outcome:
    """Flip a bit of a file that a running process has yet to load, then let it look."""
    return _in_processes(_reload_with_flips, size.of(240, 5_000))


@dataclass
class Tally:
    """What a process found: the outcome, and how many flips of each kind of page it told of."""

    outcome: Outcome
    caused: Counter[str]
    reported: Counter[str]


def _in_processes(work: Callable[[Copies, list[Flip]], Tally], number: int) -> Outcome:
    copies = prepared()
    chosen = flips(copies.newer, number)
    whole = Tally(Outcome(), Counter(), Counter())
    with ProcessPoolExecutor(PROCESSES, get_context("spawn")) as pool:
        shares = [chosen[share::PROCESSES] for share in range(PROCESSES)]
        for tally in pool.map(partial(work, copies), shares):
            whole.outcome.add(tally.outcome)
            whole.caused += tally.caused
            whole.reported += tally.reported
    kinds = ", ".join(
        f"{kind} {whole.reported[kind]:,} of {caused:,}" for kind, caused in whole.caused.items()
    )
    whole.outcome.figures = f"detected, the others changed no byte of an answer: {kinds}"
    return whole.outcome


def _start_with_flips(copies: Copies, chosen: Sequence[Flip]) -> Tally:
    tally = Tally(Outcome(), Counter(), Counter())
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        for number, flip in enumerate(chosen):
            place.snapshot.write_bytes(copies.older_snapshot)
            directory = _cause(tally, place, copies, flip, place.opened)
            if number % EDIT_AFTER == 0 and directory and directory.live.degraded is None:
                _edit_after(tally.outcome, place, copies, flip, directory)
    return tally


def _reload_with_flips(copies: Copies, chosen: Sequence[Flip]) -> Tally:
    tally = Tally(Outcome(), Counter(), Counter())
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        place.database.write_bytes(copies.older)
        directory = place.opened()

        def look() -> Directory:
            directory.live.refresh()
            return directory

        for flip in chosen:
            place.database.write_bytes(copies.older)
            assert look().live.degraded is None
            assert place.snapshot.read_bytes() == copies.older_snapshot
            _cause(tally, place, copies, flip, look)
            place.database.write_bytes(copies.newer)
            recovered = look().live.degraded is None
            recovered &= place.snapshot.read_bytes() == copies.newer_snapshot
            tally.outcome.expect(recovered, "unanswered", f"no recovery after {flip}")
    return tally


def _cause(
    tally: Tally, place: Place, copies: Copies, flip: Flip, look: Callable[[], Directory]
) -> Directory | None:
    tally.outcome.tries += 1
    tally.caused[flip.kind] += 1
    place.database.write_bytes(flip.of(copies.newer))
    try:
        directory = look()
    except Exception as error:
        tally.outcome.breach("unanswered", f"{flip}: {type(error).__name__}")
        return None
    tally.reported[flip.kind] += directory.live.degraded is not None
    broken = judged(directory, place, copies)
    if broken:
        tally.outcome.breach(broken, str(flip))
    return directory


def _edit_after(
    outcome: Outcome, place: Place, copies: Copies, flip: Flip, directory: Directory
) -> None:
    """Edit after a flip that no read detects, such as in an index; the edit is refused, or all is
    as it would be without the flip.
    """
    phones = [{"number": NUMBERS[2], "kind": "main"}]
    with suppress(StoreUnavailable):
        _edit(directory, {"phones": phones})
        expected = last_good.parse(copies.newer_snapshot)["contents"]
        expected["centre"]["pag-asa"]["phones"] = phones
        place.opened()
        served = last_good.parse(place.snapshot.read_bytes())["contents"]
        outcome.expect(served == expected, "wrong", f"an edit after {flip}")


def judged(directory: Directory, place: Place, copies: Copies) -> Breach | None:
    """Whether what is in force is right: all of the newer file; or what was in force before, and
    then the process says so.

    The last good snapshot is written whenever a snapshot comes into force, and every answer comes
    from what it has (tests/integration/test_services_last_good.py), so its bytes are compared.
    """
    live, published = directory.live, place.snapshot.read_bytes()
    if not live.ready:
        return "missing"
    if live.degraded is None:
        return None if published == copies.newer_snapshot else "wrong"
    if live.snapshot.has_history:
        is_kept = live.snapshot.revision == last_good.parse(copies.older_snapshot)["revision"]
        return None if is_kept and published == copies.older_snapshot else "wrong"
    # Only the history is damaged: the records of the newer file are served without it.
    return None if _but_history(published) == _but_history(copies.newer_snapshot) else "wrong"


def _but_history(snapshot: bytes) -> dict[str, Any]:
    return {**last_good.parse(snapshot), "has_history": None, "last": None, "store": None}


FAULTS = (
    Fault(
        "a flipped bit in the database, before a start",
        "every answer is right to the byte, or the last good snapshot is served as degraded",
        flips_at_start,
    ),
    Fault(
        "a flipped bit in the database, before a running process reloads it",
        "every answer is right to the byte, or those from before are given as degraded; "
        "the whole file is served as soon as it is back",
        flips_on_reload,
    ),
)
