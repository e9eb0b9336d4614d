"""Fixtures of the geocoding service."""

from collections.abc import Iterator

import pytest

from tests.support.fake_geocoder import FakeService, fake_service


@pytest.fixture
def fake() -> Iterator[FakeService]:
    """A geocoding service that knows nothing yet."""
    with fake_service() as fake:
        yield fake
