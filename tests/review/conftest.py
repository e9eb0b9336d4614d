"""Fixtures of a directory in which changes wait for a second person."""

from pathlib import Path

import pytest

from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.write_side import WriteSide, create_write_side


@pytest.fixture
def review_app(tmp_path: Path) -> MaintainerApp:
    """A new app with maintainers' tokens, where changes that people rely on wait."""
    return create_maintainer_app(tmp_path, review="on")


@pytest.fixture
def write_side(tmp_path: Path) -> WriteSide:
    """The three shipped centres, with review."""
    return create_write_side(tmp_path / "directory.db", review_required=lambda: True)
