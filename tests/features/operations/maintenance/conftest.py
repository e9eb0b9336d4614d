"""Fixtures of a store that is adopted."""

from pathlib import Path

import pytest

from tests.support.last_good_files import Files, create_files


@pytest.fixture
def files(tmp_path: Path, loaded_database: Path) -> Files:
    """A store and its last good snapshot, after an edit that hid an address."""
    return create_files(tmp_path, loaded_database)
