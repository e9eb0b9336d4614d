"""What the feature leaves in a store, and a core without it."""

from dataclasses import replace
from pathlib import Path

import pytest

from directory_api.bootstrap import Directory, open_directory
from directory_api.change.change import HELD
from directory_api.edit.gate import WithoutReview
from directory_api.features.review.gate import ReviewGate
from directory_api.left_out import leave_out
from directory_api.text.errors import ReviewMissing
from tests.support.command_line import command
from tests.support.maintainer_app import MaintainerApp
from tests.support.write_side import BERT, WriteSide, once, open_write_side

NEW = "new@example.org"
EMAIL = {"email": NEW}


def _without_feature(write_side: WriteSide) -> WriteSide:
    """The services over the same store, as a core without the feature builds them."""
    return open_write_side(write_side.path, make_gate=WithoutReview)


@pytest.mark.parametrize("end", ["waits", "approved", "rejected", "expired"])
def test_a_store_in_which_a_change_ever_waited_takes_none(write_side: WriteSide, end: str) -> None:
    """Whatever became of that change, and whatever the setting is now: its history tells."""
    (proposal,) = write_side.editor.patch(write_side.edit("pag-asa"), EMAIL).waiting
    if end == "approved":
        write_side.proposals.approve(BERT, proposal.id)
    elif end == "rejected":
        write_side.proposals.reject(BERT, proposal.id, "no")
    elif end == "expired":
        write_side.clock.now = proposal.expires
        write_side.editor.verify(write_side.edit("surya"), "a visit")
    before = write_side.everything()
    side = _without_feature(write_side)
    with pytest.raises(ReviewMissing):
        side.patch("surya", email=NEW)
    assert write_side.everything() == before
    assert side.record("surya") == write_side.record("surya")


def test_a_change_that_was_to_be_looked_at_is_remembered_too(write_side: WriteSide) -> None:
    """It took effect at once, because it only hides a phone."""
    assert write_side.editor.patch(write_side.edit("pag-asa"), {"phones": []}).to_check
    with pytest.raises(ReviewMissing):
        _without_feature(write_side).patch("surya", email=NEW)


def test_a_repeated_request_that_waited_is_not_answered_as_if_it_had_not(
    write_side: WriteSide,
) -> None:
    """The core cannot read what waits."""
    edit = replace(write_side.edit("pag-asa"), idempotency_key=once("a"))
    write_side.editor.patch(edit, EMAIL)
    with pytest.raises(ReviewMissing):
        _without_feature(write_side).editor.patch(edit, EMAIL)


def _directory(app: MaintainerApp) -> Directory:
    return open_directory(app.directory.settings, app.directory.clock)


def test_the_gate_is_that_of_the_feature_while_it_is_there(review_app: MaintainerApp) -> None:
    """Without it, it is that of the core."""
    assert isinstance(_directory(review_app).writer.gate, ReviewGate)
    leave_out("feature review", "a reason")
    assert isinstance(_directory(review_app).writer.gate, WithoutReview)


@pytest.mark.sqlite_file
def test_a_store_with_proposals_opens_and_is_checked_and_saved(
    review_app: MaintainerApp, tmp_path: Path
) -> None:
    """Without the feature they are rows as any others."""
    assert review_app.patch(**EMAIL).get_json()["result"] == "waiting"
    leave_out("feature review", "a reason")
    directory = _directory(review_app)
    directory.open()
    assert directory.live.ready
    assert directory.writer.store.excerpt([]).contents[HELD]
    for words in (["check"], ["backup", tmp_path / "copy.db"]):
        result = command(*words, database=review_app.path)
        assert result.exit_code == 0, result.output
