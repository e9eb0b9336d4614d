"""The published folder behind nginx, and its addresses, which several files of these tests ask."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from directory_api.features.static_site import routes
from directory_api.live.editions import Edition
from directory_api.web.http.static_file import StaticFile
from tests.support.static_hosts import Host, nginx


@pytest.fixture(scope="module")
def folder(published_folder: Path) -> Path:
    """The published folder; not to be written to."""
    return published_folder


@pytest.fixture(scope="module")
def host(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """The folder behind nginx."""
    with nginx(folder, tmp_path_factory.mktemp("nginx")) as running:
        yield running


@pytest.fixture(scope="module")
def every(edition: Edition) -> list[StaticFile]:
    """Every address with a file; of the many postcodes each fiftieth."""
    found = list(routes.static_files(edition, has_origin=True))
    many = [each for each in found if "postcode" in each.url]
    return [each for each in found if "postcode" not in each.url] + many[::50]
