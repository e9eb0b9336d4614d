"""Proposals in a store of an older version."""

from pathlib import Path

import pytest

from tests.support.sqlite_stores import create_old_store, sqlite_access, sqlite_store
from tests.support.write_side import ANNA, BERT, open_write_side


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The database as the code of before left it."""
    path = tmp_path / "old.db"
    create_old_store(path)
    return path


def test_what_was_hidden_stays_hidden_and_what_waits_still_waits(old: Path) -> None:
    """The street is stored and in no public answer; a proposal from before can be approved."""
    sqlite_store(old).migrate()
    side = open_write_side(old, review_required=lambda: True)
    side.live.refresh()
    assert side.live.degraded is None
    assert side.record("sheltered")["address"]["street"] == "Geheimstraat 7"
    assert side.live.snapshot.by_id["sheltered"].address.street is None
    assert [proposal.id for proposal, _ in side.proposals.waiting()] == ["6-1", "8-1", "9-1"]
    assert [entry.stamp.approved_by for entry in side.editor.history("centre", "made-up-001")] == [
        "bert",
        None,
        None,
    ]
    side.proposals.approve(BERT, "6-1")
    assert side.record("sheltered")["address"]["street"] == "Geheimstraat 9"
    side.patch("made-up-001", actor=ANNA, languages=[{"code": "nl"}])
    assert side.live.degraded is None
    assert [token.revoked is not None for token in sqlite_access(old).tokens()] == [False, True]
