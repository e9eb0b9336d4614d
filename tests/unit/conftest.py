"""Fixtures that several files of this folder use."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from directory_api.bootstrap import Directory
from directory_api.place.gazetteer import Gazetteer
from tests.support.fake_geocoder import FakeService, fake_service


@pytest.fixture(scope="module")
def shipped_records(data: Path) -> dict[str, Any]:
    """The shipped centres.json as parsed; copied by who changes it."""
    records: dict[str, Any] = json.loads((data / "centres.json").read_text(encoding="utf-8"))
    return records


@pytest.fixture(scope="module")
def gazetteer(directory: Directory) -> Gazetteer:
    """The gazetteer of the shipped data, which has Belgium."""
    return directory.finder.snapshot.gazetteer


@pytest.fixture
def fake() -> Iterator[FakeService]:
    """A geocoding service that knows nothing yet."""
    with fake_service() as fake:
        yield fake
