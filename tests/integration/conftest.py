"""Fixtures that several files of these tests share."""

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import Directory
from directory_api.features import create_app
from tests.support.hsds_lists import COUNT, varied
from tests.support.records import directory_of


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
