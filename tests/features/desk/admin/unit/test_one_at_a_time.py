"""Requests that wait for each other."""

import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait

import pytest
from werkzeug.exceptions import ServiceUnavailable

from directory_api.features.desk.admin.one_at_a_time import MOST_WAITING, OneAtATime


def test_one_computes_some_wait_and_one_more_is_refused() -> None:
    """The refused one at once, while the first still computes; the others one after the other."""
    alone, leave = OneAtATime(), threading.Event()
    computing: list[int] = []

    @alone
    def view(number: int) -> int:
        computing.append(number)
        assert leave.wait(10)
        assert computing == [number]
        computing.remove(number)
        return number

    most = 1 + MOST_WAITING
    with ThreadPoolExecutor(most + 1) as pool:
        asked = [pool.submit(view, number) for number in range(most + 1)]
        answered, _ = wait(asked, 10, FIRST_COMPLETED)
        leave.set()
        (refused,) = answered
        assert isinstance(refused.exception(), ServiceUnavailable)
        assert [each.result(10) for each in asked if each is not refused]
    assert view(most) == most


def test_a_view_that_fails_lets_the_next_one_in() -> None:
    """An error is no reason to refuse further requests."""
    alone = OneAtATime()

    @alone
    def failing() -> None:
        raise LookupError

    for _ in range(2 + MOST_WAITING):
        with pytest.raises(LookupError):
            failing()
