"""Editions: what is computed from a snapshot is cached until it could be wrong."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from threading import Barrier
from typing import Any

import pytest

from directory_api.bootstrap import Directory
from directory_api.hours.timetable import Opening
from directory_api.live.editions import EditionCache
from directory_api.text.errors import NotReady
from tests.support.records import directory_of, load, made_up_centre, shipped_records
from tests.support.sqlite_stores import sqlite_store
from tests.support.write_side import live_snapshot

# PAG-ASA opens at 8:00 and closes at 18:00 (UTC) on this Tuesday; the hours of the others are
# unknown.
MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)
NOON = MIDNIGHT + timedelta(hours=11)


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        """Return the time that was set."""
        return self.now


def _editions(directory: Directory, clock: Clock) -> EditionCache:
    return directory.editions(clock)


def test_an_edition_lasts_until_a_centre_opens_or_closes(directory: Directory) -> None:
    """Values are cached within an edition, and computed again in the next one."""
    clock = Clock(NOON)
    editions = _editions(directory, clock)
    noon = editions.current()
    numbers = count(1)
    for _ in range(2):
        assert noon.cached("key", lambda: next(numbers)) == 1
    clock.now = noon.until - timedelta(microseconds=1)
    assert editions.current() is noon
    clock.now = noon.until
    evening = editions.current()
    assert evening.since == noon.until < MIDNIGHT + timedelta(days=1)
    assert evening.cached("key", lambda: next(numbers)) == 2
    assert noon.cached("key", lambda: 0) == 1


def test_a_thread_that_waited_for_an_edition_uses_the_one_that_was_made(
    directory: Directory,
) -> None:
    """In an edition of its own, everything would be made twice."""
    editions = _editions(directory, Clock(NOON))
    edition = editions.current()
    made, editions._current = editions._current, None
    with ThreadPoolExecutor(1) as threads:
        with editions._making:
            waiting = threads.submit(editions.current)
            with pytest.raises(TimeoutError):
                waiting.result(0.2)
            editions._current = made
        assert waiting.result(10) is edition


def test_threads_that_need_a_value_at_once_wait_for_one_of_them(directory: Directory) -> None:
    """Neither an edition nor a value in it is made by each of them."""
    editions = _editions(directory, Clock(NOON))
    numbers = count(1)
    ready = Barrier(8)

    def make() -> int:
        time.sleep(0.1)
        return next(numbers)

    def ask(_: int) -> int:
        ready.wait(10)
        edition = editions.current()
        return edition.cached("key", lambda: edition.cached("another", make))

    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(ask, range(8))) == [1] * 8


def test_a_value_that_could_not_be_made_is_made_for_the_next_one(directory: Directory) -> None:
    """An error is not cached, and no thread waits for a value that never comes."""
    edition = _editions(directory, Clock(NOON)).current()

    def fail() -> int:
        raise KeyError

    with pytest.raises(KeyError):
        edition.cached("key", fail)
    assert edition._cache._making == {}
    assert edition.cached("key", lambda: 1) == 1


def test_what_depends_on_postcodes_is_kept_until_they_or_the_covered_countries_change(
    tmp_path: Path,
) -> None:
    """A table of postcodes, which takes a second, is not made again when a centre closes."""
    directory = directory_of(tmp_path, shipped_records()["centres"])
    clock = Clock(NOON)
    editions = _editions(directory, clock)
    noon = editions.current()
    assert noon.of_postcodes.get("BE", lambda: 1) == 1
    clock.now = noon.until
    evening = editions.current()
    assert evening is not noon
    assert evening.of_postcodes.get("BE", lambda: 2) == 1
    load(directory, [])
    assert editions.current().of_postcodes.get("BE", lambda: 3) == 3


def test_opening_hours_are_computed_once_a_day(directory: Directory) -> None:
    """The editions of one day share a timetable; another day has another one."""
    clock = Clock(NOON)
    editions = _editions(directory, clock)
    noon = editions.current()
    assert noon.timetable.since == MIDNIGHT
    clock.now = noon.until
    evening = editions.current()
    assert evening is not noon
    assert evening.timetable is noon.timetable
    assert evening.until == MIDNIGHT + timedelta(days=1)
    clock.now = evening.until
    assert editions.current().timetable.since == MIDNIGHT + timedelta(days=1)


def test_a_clock_that_goes_back_begins_another_edition(directory: Directory) -> None:
    """An edition is valid from its beginning, too."""
    clock = Clock(NOON)
    editions = _editions(directory, clock)
    noon = editions.current()
    clock.now = NOON - timedelta(hours=1)
    assert editions.current() is not noon


def test_a_new_revision_begins_a_new_edition(tmp_path: Path) -> None:
    """Nothing that was cached for the revision before is used again, except the opening hours that
    did not change.
    """

    def centre(**members: str) -> dict[str, Any]:
        return made_up_centre(1, timezone="Europe/Brussels", **members)

    directory = directory_of(tmp_path, [centre(opening_hours="Mo-Fr 09:00-17:00")])
    editions = _editions(directory, Clock(NOON))
    before = editions.current()
    before.cached("key", lambda: 1)
    hours = before.timetable.intervals(before.snapshot.centres[0].open_hours)
    load(directory, [centre(opening_hours="Mo-Fr 09:00-17:00", name="Renamed")])
    renamed = editions.current()
    assert renamed.snapshot.revision > before.snapshot.revision
    assert renamed.cached("key", lambda: 2) == 2
    assert renamed.timetable.intervals(renamed.snapshot.centres[0].open_hours) is hours
    load(directory, [centre(opening_hours="Mo-Fr 09:00-12:00", name="Renamed")])
    shorter = editions.current()
    assert shorter.timetable.intervals(shorter.snapshot.centres[0].open_hours) != hours


def test_opening_states_can_be_requested_for_any_moment(directory: Directory) -> None:
    """Today, in a week and in years, PAG-ASA is open at noon of a working day."""
    edition = _editions(directory, Clock(NOON)).current()
    hours = {centre.id: centre.hours for centre in edition.snapshot.index.listed}
    expected = Opening(frozenset({hours["pag-asa"]}), frozenset({hours["payoke"], hours["surya"]}))
    for days in (0, 7, 9, 364, -700):
        assert edition.filters({"open_at": NOON + timedelta(days=days)}).opening == expected
    assert edition.filters({"open_at": "now"}).opening == expected
    assert edition.filters({}).opening is None


def test_stored_pages_never_say_that_a_centre_is_open(directory: Directory) -> None:
    """With the timetable for stored pages an active centre's state is unknown at every moment."""
    edition = directory.editions(Clock(NOON), timeless=True).current()
    for moment in (NOON, NOON + timedelta(days=300)):
        opening = edition.filters({"open_at": moment}).opening
        assert opening is not None
        assert opening.open == frozenset()


def test_there_is_no_edition_before_the_first_load(directory: Directory, tmp_path: Path) -> None:
    """Without a snapshot it is NotReady."""
    empty = replace(directory, live=live_snapshot(sqlite_store(tmp_path / "gone.db"), tmp_path))
    with pytest.raises(NotReady):
        _editions(empty, Clock(NOON)).current()
