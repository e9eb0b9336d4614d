"""The shipped data, where changes wait."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.edit.seed import Loaded
from tests.support.write_side import ANNA, WriteSide, open_write_side


@pytest.fixture
def folder(data: Path, tmp_path: Path) -> Path:
    """A copy of the shipped data folder, to change."""
    return Path(shutil.copytree(data, tmp_path / "data"))


def _rewrite(folder: Path, change: Callable[[Any], object], name: str = "centres.json") -> None:
    """Change a JSON file of the folder."""
    path = folder / name
    records = json.loads(path.read_text(encoding="utf-8"))
    change(records)
    path.write_text(json.dumps(records), encoding="utf-8")


def _load(write_side: WriteSide) -> Loaded:
    return write_side.seed_data.load(ANNA, reason="the new data")


def test_a_phone_in_the_shipped_file_waits_as_any_other(folder: Path, tmp_path: Path) -> None:
    """With review on, the first start does not wait, and a phone that the file changes
    later does.
    """
    write_side = open_write_side(
        tmp_path / "directory.db", data=folder, review_required=lambda: True
    )
    write_side.seed_data.prepare()

    def change(records: Any) -> None:
        records["centres"][0]["phones"] = [{"number": "+3225116465", "kind": "main"}]

    _rewrite(folder, change)
    outcome = _load(write_side).outcome
    assert (outcome.applied, [proposal.change.id for proposal in outcome.proposals]) == (
        (),
        ["pag-asa"],
    )
