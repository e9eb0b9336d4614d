"""A server says that edits are impossible, and why, while reads stay ready."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.support.servers import SERVE, Served, eventually, serving

SECONDS = 30.0


def _writes(served: Served) -> tuple[int, str, str, bool]:
    """The status of /readyz, what it says of writes, and whether the metric says the same."""
    reply = served.ask("/readyz")
    ready = reply.json()
    said = {"available": "1.0", "unavailable": "0.0"}[ready["writes"]]
    is_same = f"\ndirectory_writes_available {said}\n".encode() in served.ask("/metrics").body
    return reply.status, ready["writes"], ready.get("writes_reason", ""), is_same


@pytest.mark.needs("operations")
def test_a_server_says_without_an_edit_that_edits_are_impossible_and_why(tmp_path: Path) -> None:
    """A process that holds the write lock stops edits, and no read."""
    with serving(SERVE, tmp_path, ("/readyz", 200)) as served:
        available = (200, "available", "", True)
        eventually(SECONDS, lambda: _writes(served) == available)
        with closing(sqlite3.connect(tmp_path / "directory.db", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            reason = "the database cannot be used: it is locked by another process"
            unavailable = (200, "unavailable", reason, True)
            eventually(SECONDS, lambda: _writes(served) == unavailable)
            assert served.ask("/readyz").json()["status"] == "ready"
            logged = '"event": "writes", "reason": "the database'
            eventually(SECONDS, lambda: logged in served.logged())
            other.execute("ROLLBACK")
        eventually(SECONDS, lambda: _writes(served) == available)
