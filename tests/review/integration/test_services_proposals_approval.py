"""What an approval does beside the record: expiry, order, and persons.

Who may decide is in test_decisions.py; tests/faults/test_one_person.py tries to do without a second
person.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from directory_api.change.guards import ALL_ALLOWED
from directory_api.change.proposal import PROPOSAL_LIFE
from directory_api.change.sentences import sentences
from directory_api.record.token import Actor
from directory_api.text.errors import (
    CentreNotFound,
    ProposalNotFound,
    ProposalOwn,
    RecordsInvalid,
)
from tests.support.proposals import new_phone, numbers
from tests.support.records import shipped_records
from tests.support.write_side import (
    ANNA,
    BERT,
    CARL,
    WriteSide,
    incoming,
    json_bytes,
    published,
)


def test_what_others_change_meanwhile_stays(write_side: WriteSide) -> None:
    """A confirmation and a new service do not make a waiting phone outdated; all three are
    kept.
    """
    proposal = new_phone(write_side)
    services = [*write_side.record("pag-asa")["services"], "administrative"]
    write_side.patch("pag-asa", services=list(dict.fromkeys(services[::-1])))
    write_side.editor.verify(write_side.edit("pag-asa"), "called")
    assert write_side.proposals.waiting() == ((proposal, False),)
    done = write_side.proposals.approve(BERT, proposal.id).applied
    assert [sentence.text for change in done for sentence in sentences(change)] == [
        "phone changed: +32 2 511 64 64 → +32 2 511 64 65",
        "sources of phones dropped with the old value: agii, fedasilinfo, flyer, lesmarolles",
    ]
    record = write_side.record("pag-asa")
    assert (record["services"][0], record["verified"]["by"]) == ("administrative", "anna")
    assert numbers(write_side) == ["+3225116465"]


def test_a_proposal_is_over_after_its_life(write_side: WriteSide) -> None:
    """Up to the last moment it can be approved; then it counts as absent, for every action."""
    proposal = new_phone(write_side)
    write_side.clock.pass_by(PROPOSAL_LIFE - timedelta(microseconds=1))
    assert write_side.proposals.waiting() == ((proposal, False),)
    write_side.clock.pass_by(timedelta(microseconds=1))
    actions: list[Callable[[], object]] = [
        lambda: write_side.proposals.get(proposal.id),
        lambda: write_side.proposals.approve(BERT, proposal.id),
        lambda: write_side.proposals.reject(BERT, proposal.id, ""),
    ]
    for action in actions:
        with pytest.raises(ProposalNotFound):
            action()
    assert write_side.proposals.waiting() == ()
    assert numbers(write_side) == ["+3225116464"]


def test_what_was_removed_by_two_comes_back_by_two(write_side: WriteSide) -> None:
    """Although its last state was reviewed: its address may have been removed to protect people."""
    record = write_side.record("surya")
    (removal,) = write_side.editor.remove(write_side.edit("surya")).proposals
    write_side.proposals.approve(BERT, removal.id)
    with pytest.raises(CentreNotFound):
        write_side.editor.stored("centre", "surya")
    (back,) = write_side.editor.restore(write_side.edit("surya"), 1).proposals
    write_side.proposals.approve(BERT, back.id)
    assert write_side.record("surya") == record
    assert [e.stamp.approved_by for e in write_side.editor.history("centre", "surya")] == [
        "bert",
        "bert",
        None,
    ]


def test_a_source_that_is_used_meanwhile_cannot_go(write_side: WriteSide) -> None:
    """The removal of a source is approved only if no centre names it by then; each that does is
    named, with its place among all.
    """
    unused = {"id": "unused", "title": "Used by no record"}
    raw = json.loads(json.dumps(shipped_records()))
    (added,) = write_side.importer.bring_in(
        ANNA, incoming(json.dumps({**raw, "sources": [*raw["sources"], unused]}).encode()), "new"
    ).proposals
    write_side.proposals.approve(BERT, added.id)
    (removal,) = write_side.importer.bring_in(
        ANNA, incoming(json.dumps(raw).encode()), "not needed"
    ).proposals
    sources = {**write_side.record("payoke").get("sources", {}), "email": ["unused"]}
    (use,) = write_side.editor.patch(
        write_side.edit("payoke", actor=CARL), {"sources": sources}
    ).proposals
    write_side.proposals.approve(BERT, use.id)
    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.proposals.approve(BERT, removal.id)
    (fault,) = refused.value.faults
    assert fault.pointer == "/centres/1/sources/email/0"
    assert fault.detail.endswith("or correct the id. (payoke)")
    assert write_side.everything() == before


def test_a_second_person_brings_the_header_into_force(write_side: WriteSide) -> None:
    """Publisher, licence and sources are shown beside the centres."""
    before = published(write_side.live)
    file = incoming(json_bytes({**shipped_records(), "publisher": "Others"}))
    (proposal,) = write_side.importer.bring_in(ANNA, file, "a file").proposals
    assert published(write_side.live) == before
    assert write_side.proposals.approve(BERT, proposal.id).applied == (proposal.change,)
    assert published(write_side.live) != before


def test_proposals_that_depend_on_each_other_can_be_approved_in_an_order(
    write_side: WriteSide,
) -> None:
    """A source that goes with its centre: first the centre is approved, then the source."""
    file = shipped_records()
    for collection in ("centres", "sources"):
        file[collection] = [each for each in file[collection] if each["id"] != "surya"]
    raw = incoming(json_bytes(file))
    waiting = write_side.importer.bring_in(ANNA, raw, "a file", allowed=ALL_ALLOWED).proposals
    centre, header = sorted(waiting, key=lambda each: each.change.kind)
    with pytest.raises(RecordsInvalid):
        write_side.proposals.approve(BERT, header.id)
    assert write_side.proposals.approve(BERT, centre.id).applied
    assert write_side.proposals.approve(BERT, header.id).applied


@pytest.mark.parametrize("name", ["anna", "Anna", "ANNA", " anna ", "ａｎｎａ", "an\u200bna"])
def test_one_person_with_two_tokens_does_not_approve_alone(
    write_side: WriteSide, name: str
) -> None:
    """A person is a name, however it is written; the proposal may be withdrawn."""
    proposal = new_phone(write_side)
    second = Actor("token:second", name, ("admin",))
    with pytest.raises(ProposalOwn):
        write_side.proposals.approve(second, proposal.id)
    write_side.proposals.reject(replace(second, scopes=()), proposal.id, "my mistake")
    assert write_side.proposals.waiting() == ()


def test_a_person_is_a_token_whatever_its_name_is(write_side: WriteSide) -> None:
    """Who renamed a token since cannot approve, either."""
    proposal = new_phone(write_side, actor=BERT)
    with pytest.raises(ProposalOwn):
        write_side.proposals.approve(Actor(BERT.id, "another name", ("admin",)), proposal.id)


PAGE = {"id": "page", "title": "Our contacts", "url": "https://payoke.be/us"}


def _new_email(write_side: WriteSide, identity: str, actor: Actor, month: str) -> str:
    """Propose an e-mail address that a new page states, as it was read in a month; the id of the
    proposal.
    """
    source = {**PAGE, "accessed": month}
    record = write_side.record(identity)
    record |= {"email": f"new@{identity}.be", "sources": {**record["sources"], "email": ["page"]}}
    edit = write_side.edit(identity, actor=actor)
    *_, proposal = write_side.editor.replace(edit, record, stated_by=[source]).proposals
    return proposal.id


def test_a_page_that_two_have_read_in_different_months_is_one_source(
    write_side: WriteSide,
) -> None:
    """The first approval brings it, and the second record cites it."""
    first = _new_email(write_side, "payoke", ANNA, "2026-11")
    second = _new_email(write_side, "pag-asa", CARL, "2026-12")
    assert write_side.proposals.new_sources(second) == ({**PAGE, "accessed": "2026-12"},)
    write_side.proposals.approve(BERT, first)
    assert write_side.proposals.new_sources(second) == ()
    write_side.proposals.approve(BERT, second)
    assert write_side.record("pag-asa")["sources"]["email"] == ["page"]
    assert write_side.proposals.waiting() == ()


def test_a_rejection_leaves_the_source_that_another_record_was_proposed_with(
    write_side: WriteSide,
) -> None:
    """Although the same person has proposed another one with its id since."""
    first, second = (_new_email(write_side, each, ANNA, "2026-11") for each in ("payoke", "surya"))
    third = _new_email(write_side, "pag-asa", ANNA, "2026-12")
    write_side.proposals.reject(BERT, first, "no")
    for each in (second, third):
        write_side.proposals.approve(BERT, each)
    assert write_side.record("surya")["sources"]["email"] == ["page"]
    assert write_side.proposals.waiting() == ()
