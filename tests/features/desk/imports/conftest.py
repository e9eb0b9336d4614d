"""Fixtures of directories into which files are imported."""

from pathlib import Path

import pytest

from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import ANNA, WriteSide, create_write_side, incoming, json_bytes


@pytest.fixture
def write_side(tmp_path: Path) -> WriteSide:
    """The three shipped centres, without review."""
    return create_write_side(tmp_path / "directory.db")


@pytest.fixture
def own(tmp_path: Path) -> WriteSide:
    """One made-up centre, and a source that the shipped data does not have."""
    write_side = create_write_side(tmp_path / "own.db", [made_up_centre(1)])
    records = shipped_records() | {"centres": [made_up_centre(1)]}
    records["sources"].append({"id": "kept", "title": "Only this directory has it"})
    write_side.importer.bring_in(ANNA, incoming(json_bytes(records)), "a source")
    return write_side
