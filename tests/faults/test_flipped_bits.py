"""Flipped bits in the database file."""

import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.bootstrap import Directory
from directory_api.live import last_good
from directory_api.text.errors import StoreUnavailable
from tests.faults.damaged import NUMBERS, Copies, Place, edit, judged, prepared
from tests.faults.outcome import Outcome, Size, fault

PROCESSES = 2
# So that a breach can be caused again.
SEED = 13
# The bytes of a page that say which rows it has: its header and the first places of cells.
PAGE_HEAD = 32
FILE_HEADER = 100
# After each of so many flips there is an edit, if the flip was not detected.
EDIT_AFTER = 5


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


def flips(database: bytes, number: int) -> list[Flip]:
    """Choose so many bits: as many of each kind of page, half of them in the first bytes of the
    page.
    """
    pages = _pages(database)
    size = int.from_bytes(database[16:18], "big")
    chance = random.Random(SEED)  # no secret
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


@fault(
    "a flipped bit in the database, before a start",
    "every response is right to the byte, or the last good snapshot is served as degraded",
)
def test_a_flipped_bit_before_a_start_changes_no_answer(outcome: Outcome, size: Size) -> None:
    """Flip a bit, then start."""
    _in_processes(outcome, _start_with_flips, size.of(240, 5_000))


@fault(
    "a flipped bit in the database, before a running process reloads it",
    "every response is right to the byte, or the earlier directory is served as degraded; "
    "the intact file is served as soon as it is back",
)
def test_a_flipped_bit_before_a_reload_changes_no_answer(outcome: Outcome, size: Size) -> None:
    """Flip a bit of a file that a running process has yet to load, then let it look."""
    _in_processes(outcome, _reload_with_flips, size.of(240, 5_000))


@dataclass
class Tally:
    """What a process found: the outcome, and how many flips of each kind of page it told of."""

    outcome: Outcome
    caused: Counter[str]
    reported: Counter[str]


def _in_processes(
    outcome: Outcome, work: Callable[[Copies, list[Flip]], Tally], number: int
) -> None:
    copies = prepared()
    chosen = flips(copies.newer, number)
    whole = Tally(outcome, Counter(), Counter())
    with ProcessPoolExecutor(PROCESSES, get_context("fork")) as pool:
        shares = [chosen[share::PROCESSES] for share in range(PROCESSES)]
        for tally in pool.map(partial(work, copies), shares):
            whole.outcome.add(tally.outcome)
            whole.caused += tally.caused
            whole.reported += tally.reported
    kinds = ", ".join(
        f"{kind} {whole.reported[kind]:,} of {caused:,}" for kind, caused in whole.caused.items()
    )
    outcome.figures = f"detected, the others changed no byte of an answer: {kinds}"


def _start_with_flips(copies: Copies, chosen: Sequence[Flip]) -> Tally:
    tally = Tally(Outcome(), Counter(), Counter())
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        for number, flip in enumerate(chosen):
            place.snapshot.write_bytes(copies.older_snapshot)
            directory = _cause(tally, place, copies, flip, place.opened)
            if number % EDIT_AFTER == 0 and directory and directory.live.health.degraded is None:
                _edit_after(tally.outcome, place, copies, flip, directory)
    return tally


def _reload_with_flips(copies: Copies, chosen: Sequence[Flip]) -> Tally:
    tally = Tally(Outcome(), Counter(), Counter())
    with TemporaryDirectory() as name:
        place = Place(Path(name))
        for flip in chosen:
            place.database.write_bytes(copies.older)
            # A process follows no revision that is older than the last good snapshot.
            place.snapshot.unlink(missing_ok=True)
            directory = place.opened()
            assert directory.live.health.degraded is None
            assert place.snapshot.read_bytes() == copies.older_snapshot

            def look(directory: Directory = directory) -> Directory:
                directory.live.refresh()
                return directory

            _cause(tally, place, copies, flip, look)
            place.database.write_bytes(copies.newer)
            recovered = look().live.health.degraded is None
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
    tally.reported[flip.kind] += directory.live.health.degraded is not None
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
        edit(directory, {"phones": phones})
        expected = last_good.document_of(copies.newer_snapshot)["contents"]
        expected["centre"]["pag-asa"]["phones"] = phones
        place.opened()
        served = last_good.document_of(place.snapshot.read_bytes())["contents"]
        outcome.expect(served == expected, "wrong", f"an edit after {flip}")
