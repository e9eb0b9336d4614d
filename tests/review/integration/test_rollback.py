"""Undoing and restoring where changes wait: what returns at once, and what is undone by others."""

from datetime import timedelta
from typing import Any

import pytest

from directory_api.change.change import document
from directory_api.change.guards import ALL_ALLOWED, Allowed
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import PROPOSAL_LIFE, Proposal
from directory_api.text.errors import (
    ConfirmationRequired,
    ProposalOutdated,
    ProposalOwn,
    RecordsInvalid,
)
from tests.support.proposals import OTHER, RIGHT, WRONG, new_phone, numbers, wrong_import
from tests.support.records import made_up_centre, shipped_records
from tests.support.write_side import (
    ANNA,
    BERT,
    CARL,
    WriteSide,
    incoming,
    json_bytes,
    once,
    open_write_side,
)

_LINE = "be-trafficking-line"


def _spoiled(write_side: WriteSide) -> int:
    """Let a wrong number get through the review of a second person; the revision of that."""
    approved = write_side.proposals.approve(BERT, new_phone(write_side, WRONG).id)
    assert numbers(write_side) == [WRONG]
    return approved.revision


def test_one_person_brings_back_a_state_that_was_reviewed(write_side: WriteSide) -> None:
    """At once, although other changes wait; a second person is asked to look at it afterwards."""
    _spoiled(write_side)
    outcome = write_side.editor.restore(write_side.edit("pag-asa"), 1)
    assert (len(outcome.applied), outcome.proposals) == (1, ())
    assert numbers(write_side) == [RIGHT]
    ((to_check, outdated),) = write_side.proposals.waiting()
    assert (to_check,) == outcome.to_check
    assert (to_check.is_in_force, to_check.change, outdated) == (True, outcome.applied[0], False)
    assert write_side.editor.patch(write_side.edit("pag-asa"), {"email": None}).proposals


def test_a_change_in_force_is_looked_at_by_another_person(write_side: WriteSide) -> None:
    """Not by its author. To approve it changes no record; it does not expire before."""
    _spoiled(write_side)
    (to_check,) = write_side.editor.restore(write_side.edit("pag-asa"), 1).to_check
    write_side.clock.pass_by(10 * PROPOSAL_LIFE)
    write_side.editor.verify(write_side.edit("surya"), "called")
    with pytest.raises(ProposalOwn):
        write_side.proposals.approve(ANNA, to_check.id)
    with pytest.raises(ProposalOwn):
        write_side.proposals.reject(ANNA, to_check.id, "a mistake")
    looked = write_side.proposals.approve(BERT, to_check.id)
    assert (looked.applied, write_side.proposals.waiting()) == ((), ())
    assert numbers(write_side) == [RIGHT]


def test_another_person_undoes_a_change_in_force(write_side: WriteSide) -> None:
    """To reject it brings back what was there; later changes of other members stay."""
    _spoiled(write_side)
    (to_check,) = write_side.editor.restore(write_side.edit("pag-asa"), 1).to_check
    email = write_side.editor.patch(write_side.edit("pag-asa"), {"email": "hello@pag-asa.be"})
    write_side.proposals.approve(BERT, email.proposals[0].id)
    undone = write_side.proposals.reject(BERT, to_check.id, "the number was right")
    assert numbers(write_side) == [WRONG]
    assert write_side.record("pag-asa")["email"] == "hello@pag-asa.be"
    assert (len(undone.applied), undone.to_check) == (1, ())
    assert write_side.proposals.waiting() == ()


def test_a_change_in_force_with_other_values_now_is_not_undone(write_side: WriteSide) -> None:
    """It is refused, and stays in the list until a second person says that the record is right."""
    _spoiled(write_side)
    (first,) = write_side.editor.restore(write_side.edit("pag-asa"), 1).to_check
    write_side.proposals.approve(BERT, new_phone(write_side, OTHER).id)
    assert write_side.proposals.get(first.id)[1]
    with pytest.raises(ProposalOutdated, match="the record has other values now"):
        write_side.proposals.reject(BERT, first.id, "changed since")
    assert numbers(write_side) == [OTHER]
    assert [each.id for each, _ in write_side.proposals.waiting()] == [first.id]
    write_side.proposals.approve(BERT, first.id)
    assert write_side.proposals.waiting() == ()


_X, _Y, _Z = ({"number": number, "kind": "main"} for number in (RIGHT, WRONG, OTHER))


def _hidden(write_side: WriteSide, *members: dict[str, Any]) -> list[Proposal]:
    """Let PAG-ASA have three phones, then change it alone, one set of members after the other."""
    patch = {"phones": [_X, _Y, _Z]}
    _approved(write_side, write_side.editor.patch(write_side.edit("pag-asa"), patch))
    return [
        proposal
        for each in members
        for proposal in write_side.editor.patch(write_side.edit("pag-asa"), each).to_check
    ]


def _stays(outcome: Outcome) -> list[str]:
    """The warnings about what was not undone."""
    return [each.detail for each in outcome.warnings if each.code == "changed_since"]


def test_no_one_alone_makes_their_change_impossible_to_undo(write_side: WriteSide) -> None:
    """Neither by what needs no review, such as the order of phones, nor by a confirmation."""
    (hidden,) = _hidden(write_side, {"phones": [_Y, _Z]}, {"phones": [_Z, _Y]})
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    undone = write_side.proposals.reject(BERT, hidden.id, "that number was right")
    assert write_side.record("pag-asa")["phones"] == [_X, _Y, _Z]
    assert write_side.record("pag-asa")["verified"]["how"] == "called"
    assert (_stays(undone), write_side.proposals.waiting()) == ([], ())


def test_a_restored_state_is_undone_although_its_author_has_confirmed_it(
    write_side: WriteSide,
) -> None:
    """The later confirmation stays, and is of other values then."""
    write_side.editor.verify(write_side.edit("pag-asa", actor=CARL), "called")
    _spoiled(write_side)
    write_side.editor.verify(write_side.edit("pag-asa", actor=CARL), "called again")
    (restored,) = _restore(write_side, 1).to_check
    write_side.editor.verify(write_side.edit("pag-asa"), "called, too")
    write_side.proposals.reject(BERT, restored.id, "no")
    assert numbers(write_side) == [WRONG]
    assert write_side.record("pag-asa")["verified"]["by"] == "anna"
    assert write_side.proposals.waiting() == ()


def test_what_can_still_be_undone_is_undone(write_side: WriteSide) -> None:
    """With a warning about the rest, for which the entry stays: the last change is undone first."""
    first, second = _hidden(
        write_side, {"phones": [_X, _Y], "address_visibility": "hidden"}, {"phones": [_Y]}
    )
    outcome = write_side.proposals.reject(BERT, first.id, "a mistake")
    record = write_side.record("pag-asa")
    assert (record["address_visibility"], record["phones"]) == ("public", [_Y])
    (stays,) = _stays(outcome)
    assert "stay as they are: phones." in stays
    for each in (second, first):
        assert not _stays(write_side.proposals.reject(BERT, each.id, "a mistake"))
    assert write_side.record("pag-asa")["phones"] == [_X, _Y, _Z]
    assert write_side.proposals.waiting() == ()


def test_a_record_that_came_back_is_taken_away_again(write_side: WriteSide) -> None:
    """Also if one person has added something to it since, but not if two have changed it."""
    line = write_side.edit("fr-119", kind="helpline", typed=("119",))
    (removed,) = write_side.editor.remove(line).to_check
    write_side.proposals.approve(BERT, removed.id, typed=("119",))
    (back,) = write_side.editor.restore(line, 1).to_check
    write_side.editor.verify(line, "called")
    write_side.proposals.reject(BERT, back.id, "that line has ended")
    assert "fr-119" not in write_side.store.records().contents["helpline"]


def test_a_number_is_hidden_at_once(write_side: WriteSide) -> None:
    """By the form or the API; not by a file, in which a column may have been lost."""
    outcome = write_side.editor.patch(write_side.edit("pag-asa"), {"phones": None})
    assert (len(outcome.applied), len(outcome.to_check)) == (1, 1)
    file = shipped_records()
    for centre in file["centres"]:
        if centre["id"] == "surya":
            del centre["phones"]
    imported = write_side.importer.bring_in(CARL, incoming(json_bytes(file)), "a file")
    assert {each.change.id for each in imported.proposals} == {"pag-asa", "surya"}


def test_an_import_is_undone_as_a_whole(write_side: WriteSide) -> None:
    """Each record has its earlier values again, in one revision, at once: they were reviewed. Only
    a centre that comes back waits, because its address does, too.
    """
    before = write_side.store.records().contents
    wrong_import(write_side, approved_by="bert")
    write_side.clock.pass_by(timedelta(hours=1))
    shown = write_side.rollback.undo(CARL, 2, "wrong columns", dry_run=True)
    assert (len(shown.applied), len(shown.proposals)) == (2, 1)
    outcome = write_side.rollback.undo(CARL, 2, "wrong columns", idempotency_key=once("undo"))
    assert (outcome.revision, len(outcome.applied), len(outcome.to_check)) == (3, 2, 2)
    (back,) = outcome.proposals
    assert back.change.id == "surya"
    repeated = write_side.rollback.undo(CARL, 2, "wrong columns", idempotency_key=once("undo"))
    assert (repeated, write_side.store.revision()) == (outcome, 3)
    write_side.proposals.approve(BERT, back.id)
    after = write_side.store.records().contents
    assert {kind: after[kind] for kind in ("centre", "helpline", "directory")} == {
        kind: before[kind] for kind in ("centre", "helpline", "directory")
    }


def test_of_all_records_only_what_was_reviewed_is_restored_at_once(write_side: WriteSide) -> None:
    """A state that is not known to be good waits, and so does an address that comes back."""
    wrong_import(write_side, approved_by="bert")
    outcome = write_side.rollback.restore_all(CARL, 1, "as it was")
    assert {change.id for change in outcome.applied} == {"pag-asa", "payoke"}
    assert {each.change.id for each in outcome.proposals} == {"surya"}
    assert len(outcome.to_check) == 2


def _approved(write_side: WriteSide, outcome: Outcome, *typed: str) -> int:
    """Let a second person approve what waits; the revision of that."""
    (proposal,) = outcome.proposals
    return write_side.proposals.approve(BERT, proposal.id, typed=typed).revision


def _phone(write_side: WriteSide, number: str) -> Outcome:
    """Propose another phone of PAG-ASA."""
    phones = {"phones": [{"number": number, "kind": "main"}]}
    return write_side.editor.patch(write_side.edit("pag-asa"), phones)


def _email(write_side: WriteSide, address: str) -> Outcome:
    """Propose another e-mail address of PAG-ASA."""
    return write_side.editor.patch(write_side.edit("pag-asa"), {"email": address})


def _restore(write_side: WriteSide, revision: int, **edit: Any) -> Outcome:
    return write_side.editor.restore(write_side.edit("pag-asa", **edit), revision)


def test_a_number_that_no_second_person_has_seen_does_not_return_when_its_correction_is_undone(
    write_side: WriteSide,
) -> None:
    """That a second person approved the correction says nothing good about the mistake."""
    open_write_side(write_side.path).patch("pag-asa", phones=[{"number": WRONG, "kind": "main"}])
    corrected = write_side.proposals.approve(BERT, new_phone(write_side, OTHER).id).revision
    for outcome in (
        write_side.rollback.undo(ANNA, corrected, "a mistake"),
        _restore(write_side, corrected - 1),
    ):
        assert (outcome.applied, len(outcome.proposals)) == ((), 1)
    assert numbers(write_side) == [OTHER]


def test_what_was_undone_does_not_return_when_the_undo_is_undone(write_side: WriteSide) -> None:
    """Each way back to a state that a person has already left."""
    wrong = _spoiled(write_side)
    undone = write_side.rollback.undo(CARL, wrong, "a wrong number")
    assert (len(undone.applied), numbers(write_side)) == (1, [RIGHT])
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    for outcome in (
        write_side.rollback.undo(ANNA, undone.revision, "a mistake"),
        _restore(write_side, wrong),
        write_side.rollback.restore_all(ANNA, wrong, "a mistake"),
    ):
        assert (outcome.applied, len(outcome.proposals)) == ((), 1)
    assert numbers(write_side) == [RIGHT]


def test_no_state_with_a_number_that_was_taken_back_returns_alone(write_side: WriteSide) -> None:
    """Nor one before it that a restore has passed over, nor one with other values beside it."""
    wrong = [
        _spoiled(write_side),
        _approved(write_side, _email(write_side, "hello@pag-asa.be")),
        _approved(write_side, _phone(write_side, OTHER)),
    ]
    assert _restore(write_side, 1).applied
    for revision in wrong:
        assert _restore(write_side, revision).proposals
    assert numbers(write_side) == [RIGHT]


def test_what_a_second_person_has_undone_waits_the_next_time(write_side: WriteSide) -> None:
    """Also if other members have changed since; it is known to be good once it is approved."""
    _spoiled(write_side)
    restored = _restore(write_side, 1)
    with_email = _approved(write_side, _email(write_side, "hello@pag-asa.be"))
    write_side.proposals.reject(BERT, restored.to_check[0].id, "that number is old")
    assert numbers(write_side) == [WRONG]
    for revision in (1, restored.revision, with_email):
        assert _restore(write_side, revision).proposals
    _approved(write_side, _restore(write_side, 1))
    _approved(write_side, _phone(write_side, OTHER))
    assert _restore(write_side, 1).applied


def test_an_addition_is_undone_by_two(write_side: WriteSide) -> None:
    """The absence of a record is never known to be good. What was removed so waits, too."""
    centre = made_up_centre(1)
    new = write_side.edit(centre["id"])
    added = _approved(write_side, write_side.editor.create(new, centre))
    outcome = write_side.rollback.undo(ANNA, added, "a mistake")
    assert (outcome.applied, len(outcome.proposals)) == ((), 1)
    _approved(write_side, outcome)
    restored = write_side.editor.restore(write_side.edit(centre["id"]), added)
    assert (restored.applied, len(restored.proposals)) == ((), 1)


def test_the_number_of_a_helpline_is_typed_before_it_is_undone(write_side: WriteSide) -> None:
    """The one that comes back, or the removed one; nothing else is asked for a single record."""
    edit = write_side.edit(_LINE, kind="helpline", typed=("+3278055801",))
    wrong = {"number": "+3278055801", "display": None}
    revision = _approved(write_side, write_side.editor.patch(edit, wrong), "+3278055801")
    for typed in ((), ("+3278055801",)):
        with pytest.raises(ConfirmationRequired) as refused:
            write_side.rollback.undo(
                CARL, revision, "a mistake", allowed=Allowed.of(typed, removals=False)
            )
        assert [fault.code for fault in refused.value.faults] == ["number_not_typed"]
    right = Allowed.of(["078 05 58 00"], removals=False)
    assert write_side.rollback.undo(CARL, revision, "a mistake", allowed=right).applied
    assert write_side.record(_LINE, "helpline")["number"] == "+3278055800"


def test_an_import_that_is_undone_hides_nothing_alone(write_side: WriteSide) -> None:
    """What it has added waits, each record for itself, although one helpline is hidden at once."""
    file = shipped_records()
    line = next(each for each in file["helplines"] if each["id"] == "fr-119")
    file["helplines"] += [{**line, "id": f"fr-119-{each}"} for each in "ab"]
    file["centres"].append(made_up_centre(1))
    revision = write_side.importer.bring_in(
        ANNA, incoming(json_bytes(file)), "a file", allowed=ALL_ALLOWED, approved_by="bert"
    ).revision
    outcome = write_side.rollback.undo(CARL, revision, "a mistake", allowed=ALL_ALLOWED)
    assert (outcome.applied, len(outcome.proposals)) == ((), 3)
    alone = write_side.edit("fr-119-a", kind="helpline", typed=("119",))
    assert write_side.editor.remove(alone).to_check


def test_the_first_records_are_not_removed_by_an_undo(write_side: WriteSide) -> None:
    """Not by one person, and not without the confirmations of every other removal."""
    before = write_side.store.records().contents
    with pytest.raises(RecordsInvalid):
        write_side.rollback.undo(ANNA, 1, "a mistake")
    assert write_side.store.records().contents == before


def test_an_undo_and_a_restore_of_the_same_values_obey_one_rule(write_side: WriteSide) -> None:
    """What the public cannot read does not count, nor what one person has added since."""
    wrong = _spoiled(write_side)
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    languages = write_side.record("pag-asa")["languages"]
    write_side.patch("pag-asa", languages=[*languages, {"code": "uk"}])
    shown = [
        write_side.rollback.undo(CARL, wrong, "a wrong number", dry_run=True),
        write_side.editor.restore(write_side.edit("pag-asa", dry_run=True), 1),
    ]
    assert [(len(each.applied), len(each.to_check)) for each in shown] == [(1, 1), (1, 1)]
    assert write_side.rollback.undo(CARL, wrong, "a wrong number").applied
    assert numbers(write_side) == [RIGHT]


@pytest.mark.parametrize("identity", [_LINE, "be-child-focus", "be-101"])
def test_the_most_prominent_numbers_are_removed_by_two(
    write_side: WriteSide, identity: str
) -> None:
    """The emergency and police numbers, the national lines and the lines for children."""
    number = write_side.record(identity, "helpline")["number"]
    edit = write_side.edit(identity, kind="helpline", typed=(number,))
    outcome = write_side.editor.remove(edit)
    assert (outcome.applied, len(outcome.proposals)) == ((), 1)


PAGE = {"id": "page", "title": "Our contacts", "url": "https://payoke.be/us"}


def _with_page(write_side: WriteSide, member: str, value: str, *new: dict[str, str]) -> Proposal:
    """Propose another value of Payoke, which a page states."""
    record = write_side.record("payoke")
    record |= {member: value, "sources": {**record["sources"], member: [PAGE["id"]]}}
    edit = write_side.edit("payoke")
    *_, proposal = write_side.editor.replace(edit, record, stated_by=new).proposals
    return proposal


def test_a_source_that_a_waiting_record_cites_is_not_undone(write_side: WriteSide) -> None:
    """So the record can still be approved."""
    first = _with_page(write_side, "email", "new@payoke.be", PAGE)
    revision = write_side.proposals.approve(BERT, first.id).revision
    waiting = _with_page(write_side, "website", "https://payoke.be/en")
    undone = write_side.rollback.undo(ANNA, revision, "a mistake")
    assert [change.id for change in undone.applied] == ["payoke"]
    write_side.proposals.approve(BERT, waiting.id)
    assert write_side.record("payoke")["sources"]["website"] == ["page"]


def test_a_restored_record_brings_back_the_sources_that_it_cites(write_side: WriteSide) -> None:
    """Both wait where the source does, also if the record was known to be good; until a second
    person approves them together.
    """
    first = _with_page(write_side, "email", "new@payoke.be", PAGE)
    revision = write_side.proposals.approve(BERT, first.id).revision
    (other,) = write_side.editor.patch(
        write_side.edit("payoke"), {"email": "other@payoke.be"}
    ).proposals
    write_side.proposals.approve(BERT, other.id)
    (removal,) = write_side.importer.bring_in(
        ANNA, incoming(json_bytes(_without_page(write_side))), "not cited"
    ).proposals
    write_side.proposals.approve(BERT, removal.id)
    restored = write_side.editor.restore(write_side.edit("payoke"), revision)
    assert (restored.applied, len(restored.proposals)) == ((), 2)
    write_side.proposals.approve(BERT, restored.proposals[-1].id)
    assert write_side.record("payoke")["sources"]["email"] == ["page"]
    assert write_side.proposals.waiting() == ()


def _without_page(write_side: WriteSide) -> dict[str, Any]:
    whole = document(write_side.store.records().contents)
    return {**whole, "sources": [each for each in whole["sources"] if each != PAGE]}
