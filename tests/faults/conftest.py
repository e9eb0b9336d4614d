"""A test of this folder causes a fault many times, and is a row of the table of `make faults`."""

import time
from collections.abc import Generator

import pytest

from tests.faults.outcome import Outcome, Size


@pytest.fixture
def size(request: pytest.FixtureRequest) -> Size:
    """How often the fault is caused."""
    return Size(request.config.getoption("--full"))


@pytest.fixture
def outcome() -> Outcome:
    """What the test counts; it fails unless there were tries and each promise was kept."""
    return Outcome()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Note the row of a fault, also if it could not be caused, and judge its outcome."""
    marker = pyfuncitem.get_closest_marker("fault")
    if marker is None:
        return (yield)
    outcome = pyfuncitem.funcargs["outcome"]
    assert isinstance(outcome, Outcome)
    started = time.monotonic()
    try:
        result = yield
    except BaseException:
        outcome.figures = "could not be caused"
        raise
    finally:
        seconds = f"{time.monotonic() - started:.0f}"
        row = [*marker.args, f"{outcome.tries:,}", outcome.broken, outcome.figures, seconds]
        pyfuncitem.user_properties.append(("faults", row))
    assert outcome.tries > 0, "the fault was never caused"
    assert not outcome.breaches, "\n".join([outcome.broken, *outcome.examples])
    return result
