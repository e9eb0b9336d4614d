"""Fixtures of the geocoding service."""

from collections.abc import Iterator

import pytest

from tests.support.fake_geocoder import FakeService, Pauses, fake_service


@pytest.fixture
def fake() -> Iterator[FakeService]:
    """A geocoding service that knows nothing yet."""
    with fake_service() as fake:
        yield fake


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> Pauses:
    """The pauses between requests, which take no time."""
    pauses = Pauses()
    monkeypatch.setattr("geopy.extra.rate_limiter.default_timer", pauses.clock)
    monkeypatch.setattr("geopy.extra.rate_limiter.sleep", pauses.sleep)
    return pauses
