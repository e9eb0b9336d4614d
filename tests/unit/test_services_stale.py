"""Large answers: one thread makes them, and the last one stands until the next is made."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count
from threading import Event

import pytest

from directory_api.live import stale
from directory_api.live.stale import Made, StaleCache

# How long a test waits for a thread that will come.
SECONDS = 60.0


class Slow:
    """Makes a value when it is told to."""

    def __init__(self, value: str) -> None:
        self._value = value
        self.has_begun, self.may_end = Event(), Event()

    def __call__(self) -> str:
        self.has_begun.set()
        assert self.may_end.wait(SECONDS)
        return self._value


@pytest.fixture
def in_thread() -> Iterator[Callable[..., Future[Made[str] | None]]]:
    """Runs a call in a thread of its own."""
    with ThreadPoolExecutor(4) as threads:
        yield threads.submit


def test_a_value_is_made_once_for_each_version() -> None:
    values, numbers = StaleCache(), count(1)
    for version, number in (("a", 1), ("a", 1), ("b", 2), ("b", 2)):
        made = values.get("key", version, lambda: next(numbers))
        assert made == Made(number, is_current=True)
    assert values.get("other key", "b", lambda: next(numbers)) == Made(3, is_current=True)


def test_the_last_value_stands_while_the_next_is_made(
    in_thread: Callable[..., Future[Made[str] | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without one there is none; nobody waits."""
    monkeypatch.setattr(stale, "PATIENCE_SECONDS", 0.0)
    values = StaleCache()
    for version, before in (("monday", None), ("tuesday", "monday")):
        slow = Slow(version)
        maker = in_thread(values.get, "key", version, slow)
        assert slow.has_begun.wait(SECONDS)
        meanwhile = values.get("key", version, lambda: "made twice")
        assert meanwhile == (before and Made(before, is_current=False))
        slow.may_end.set()
        assert maker.result(SECONDS) == Made(version, is_current=True)
        assert values.get("key", version, lambda: "made twice") == Made(version, True)


def test_a_value_that_is_made_quickly_is_waited_for(
    in_thread: Callable[..., Future[Made[str] | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stale, "PATIENCE_SECONDS", SECONDS)
    values, slow = StaleCache(), Slow("new")
    values.get("key", "before", lambda: "old")
    maker = in_thread(values.get, "key", "now", slow)
    assert slow.has_begun.wait(SECONDS)
    waiting = in_thread(values.get, "key", "now", lambda: "made twice")
    slow.may_end.set()
    assert {each.result(SECONDS) for each in (maker, waiting)} == {Made("new", True)}


def test_an_error_is_for_the_caller_and_nothing_is_kept() -> None:
    values = StaleCache()
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            values.get("key", "version", lambda: 1 // 0)
    assert values.get("key", "version", lambda: 1) == Made(1, is_current=True)


def test_the_oldest_value_is_dropped_when_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A path prefix that callers invent is a key."""
    monkeypatch.setattr(stale, "_MOST_KEPT", 2)
    values, numbers = StaleCache(), count(1)
    made = [values.get(key, "version", lambda: next(numbers)) for key in "abca"]
    assert [each.value for each in made if each] == [1, 2, 3, 4]
