"""What several files of this folder share."""

import json
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def shipped_records(data: Path) -> dict[str, Any]:
    """The shipped centres.json as parsed; copied by who changes it."""
    records: dict[str, Any] = json.loads((data / "centres.json").read_text(encoding="utf-8"))
    return records
