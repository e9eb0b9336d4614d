"""Fixtures that several files of these tests share."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.store.base import Store
from directory_api.store.stores import stores_at
from directory_api.web.app import create_app
from tests.support.hsds_lists import COUNT, varied
from tests.support.last_good_files import Files, create_files
from tests.support.postgres import StoreUrl
from tests.support.records import directory_of
from tests.support.store_suite import OpenStore
from tests.support.write_side import WriteSide, create_write_side


@pytest.fixture(scope="module")
def made_up(tmp_path_factory: pytest.TempPathFactory) -> Directory:
    """A directory of many made-up centres, a fifth of which are closed for good."""
    return directory_of(
        tmp_path_factory.mktemp("made-up"), [varied(number) for number in range(COUNT)]
    )


@pytest.fixture(scope="module")
def many(made_up: Directory) -> FlaskClient:
    """A client of the directory of many made-up centres."""
    return create_app(made_up).test_client()


@pytest.fixture
def open_store(store_url: StoreUrl) -> OpenStore:
    """How to open the store of the suite that runs on every kind of store."""
    return lambda folder: stores_at(store_url(folder)).store


@pytest.fixture
def store(open_store: OpenStore, tmp_path: Path) -> Store:
    """An empty store of that suite, migrated."""
    store = open_store(tmp_path)
    store.create()
    return store


@pytest.fixture
def write_side(request: pytest.FixtureRequest, tmp_path: Path) -> WriteSide:
    """The three shipped centres, without review unless the test is marked `with_review`."""
    is_reviewed = request.node.get_closest_marker("with_review") is not None
    return create_write_side(tmp_path / "directory.db", review_required=lambda: is_reviewed)


@pytest.fixture
def files(tmp_path: Path, loaded_database: Path) -> Files:
    """A store and its last good snapshot, after an edit that hid an address."""
    return create_files(tmp_path, loaded_database)
