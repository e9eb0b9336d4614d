"""Confirmations of records whose changes wait."""

from datetime import timedelta
from pathlib import Path

from tests.support.write_side import (
    BERT,
    NOON,
    create_write_side,
)

NUMBER = {"number": "+3225116465", "kind": "main"}


def test_a_confirmation_while_a_new_number_waits_does_not_block_it(tmp_path: Path) -> None:
    """The old number was confirmed; when the new one is approved, it has to be confirmed."""
    write_side = create_write_side(tmp_path / "a.db", review_required=lambda: True)
    write_side.live.refresh()
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    (waiting,) = write_side.editor.patch(write_side.edit("pag-asa"), {"phones": [NUMBER]}).proposals
    write_side.clock.pass_by(timedelta(days=1))
    write_side.editor.verify(write_side.edit("pag-asa", actor=BERT), "called again")
    assert write_side.proposals.approve(BERT, waiting.id).applied
    verified = write_side.live.snapshot.by_id["pag-asa"].verified
    assert verified is not None
    assert verified.on is not None
    assert (verified.on - NOON.date(), verified.changed_since) == (timedelta(days=1), True)


def test_a_number_that_was_checked_is_confirmed_when_it_is_approved(tmp_path: Path) -> None:
    """Change and confirmation wait together."""
    write_side = create_write_side(tmp_path / "a.db", review_required=lambda: True)
    write_side.live.refresh()
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    record = {**write_side.record("pag-asa"), "phones": [NUMBER]}
    edit = write_side.edit("pag-asa")
    (waiting,) = write_side.editor.replace(edit, record, how="called it").proposals
    write_side.patch("pag-asa", services=[*record["services"], "medical"])
    write_side.proposals.approve(BERT, waiting.id)
    stored = write_side.record("pag-asa")
    confirmed = stored["verified"]["parts"]["phones"]
    assert (confirmed["how"], stored["phones"]) == ("called it", [NUMBER])
    assert not write_side.live.snapshot.by_id["pag-asa"].verified.changed_since  # type: ignore[union-attr]  # it was confirmed


def test_a_record_comes_back_at_once_and_hides_at_once_whatever_was_confirmed(
    tmp_path: Path,
) -> None:
    """The digest is no change of its own that would wait for a second person."""
    write_side = create_write_side(tmp_path / "a.db", review_required=lambda: True)
    write_side.live.refresh()
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    (waiting,) = write_side.editor.patch(write_side.edit("pag-asa"), {"phones": [NUMBER]}).proposals
    write_side.proposals.approve(BERT, waiting.id)
    assert write_side.editor.restore(write_side.edit("pag-asa"), 2).applied
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    assert write_side.editor.patch(
        write_side.edit("pag-asa"), {"address_visibility": "locality"}
    ).applied
