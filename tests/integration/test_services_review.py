"""Nothing that the public can read changes without a second person, except the allow-list."""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from directory_api.change.guards import CONFIRMED
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit
from directory_api.features.review.review import hides
from directory_api.record.token import Actor
from directory_api.text.errors import ClientError, ProposalOwn, RecordsInvalid
from tests.support.ci import IN_CI
from tests.support.review_attempts import (
    LURES,
    MEMBERS,
    OF_A_CENTRE,
    OF_A_HELPLINE,
    OF_THE_HEADER,
    TEXTS,
    Attempt,
    Members,
    generated,
)
from tests.support.write_side import ANNA, BERT, CARL, WriteSide, incoming, published

pytestmark = pytest.mark.with_review


def _public(write_side: WriteSide) -> str:
    return published(write_side.live)


def _import(write_side: WriteSide, change: Callable[[dict[str, Any]], object]) -> Outcome:
    contents = write_side.store.records().contents
    header = contents["directory"]["directory"]
    file = Attempt("directory", "directory", "", header).in_file(contents)
    change(file)
    return _bring_in(write_side, file)


def _bring_in(write_side: WriteSide, file: dict[str, Any]) -> Outcome:
    raw = json.dumps(file).encode()
    return write_side.importer.bring_in(ANNA, incoming(raw), "a file", confirmed=CONFIRMED)


@pytest.mark.parametrize("lure", LURES)
@pytest.mark.parametrize("member", TEXTS)
def test_every_text_of_a_centre_waits(write_side: WriteSide, member: str, lure: str) -> None:
    """Whatever it says, and in whatever words."""
    before = _public(write_side)
    text: Any = lure if member == "name" else {"en": lure}
    outcome = write_side.editor.patch(write_side.edit("pag-asa"), {member: text})
    assert (len(outcome.done), len(outcome.waiting)) == (0, 1)
    assert _public(write_side) == before


@pytest.mark.parametrize("members", OF_A_CENTRE)
def test_what_is_told_about_a_centre_waits(write_side: WriteSide, members: Members) -> None:
    """Hours, area, and what a centre no longer offers lead people away from it."""
    before = _public(write_side)
    assert _import(write_side, lambda file: file["centres"][0].update(members)).done == ()
    assert _public(write_side) == before


@pytest.mark.parametrize("members", OF_A_HELPLINE)
def test_everything_of_a_helpline_waits(write_side: WriteSide, members: Members) -> None:
    """The police number does not seem out of service because of one person."""
    before = _public(write_side)
    edit = write_side.edit("be-101", kind="helpline", typed=(members.get("number", "101"),))
    assert write_side.editor.patch(edit, members).done == ()
    assert _public(write_side) == before


@pytest.mark.parametrize("change", OF_THE_HEADER.values(), ids=OF_THE_HEADER)
def test_publisher_licence_and_sources_wait(
    write_side: WriteSide, change: Callable[[dict[str, Any]], object]
) -> None:
    """They are shown beside the centres. A second person brings them into force."""
    before = _public(write_side)
    (proposal,) = _import(write_side, change).waiting
    assert _public(write_side) == before
    assert write_side.proposals.approve(BERT, proposal.id).done == (proposal.change,)
    assert _public(write_side) != before


def test_who_checked_a_record_and_how_is_not_public(write_side: WriteSide) -> None:
    """Both are kept for maintainers; a change of them alone is not seen by other people."""
    write_side.editor.verify(write_side.edit("pag-asa"), "Call 0470 11 22 33, fakehelp dot com")
    public = _public(write_side)
    assert "0470" not in public
    assert '"verified": {"on": "2026-11-24"}' in public
    assert write_side.record("pag-asa")["verified"]["how"].startswith("Call 0470")
    write_side.editor.verify(write_side.edit("pag-asa", actor=CARL), "wrote")
    assert write_side.live.snapshot.news[0].revision == 2
    assert _public(write_side) == public


ALONE: list[Members] = [
    {"verified": {"on": "2026-11-24", "by": "anna", "how": "called"}},
    {"services": ["information"]},
    {"languages": [{"code": "uk", "interpreter": True}]},
]


@pytest.mark.parametrize("more", ALONE)
def test_one_person_may_make_the_changes_of_the_allow_list(
    write_side: WriteSide, more: Members
) -> None:
    """They take effect at once, also in another order than before."""
    record = write_side.record("pag-asa")
    members = {
        name: [*value, *reversed(record[name])] if isinstance(value, list) else value
        for name, value in more.items()
    }
    if "services" in members:
        members["services"] = list(dict.fromkeys(members["services"]))
    outcome = write_side.editor.patch(write_side.edit("pag-asa"), members)
    assert (len(outcome.done), outcome.waiting) == (1, ())


# Two proposals of one import


def test_proposals_that_depend_on_each_other_can_be_approved_in_an_order(
    write_side: WriteSide,
) -> None:
    """A source that goes with its centre: first the centre is approved, then the source."""

    def drop(file: dict[str, Any]) -> None:
        for collection in ("centres", "sources"):
            file[collection] = [each for each in file[collection] if each["id"] != "surya"]

    centre, header = sorted(_import(write_side, drop).waiting, key=lambda p: p.change.kind)
    with pytest.raises(RecordsInvalid):
        write_side.proposals.approve(BERT, header.id)
    assert write_side.proposals.approve(BERT, centre.id).done
    assert write_side.proposals.approve(BERT, header.id).done


# Persons


@pytest.mark.parametrize("name", ["anna", "Anna", "ANNA", " anna ", "ａｎｎａ", "an\u200bna"])
def test_one_person_with_two_tokens_does_not_approve_alone(
    write_side: WriteSide, name: str
) -> None:
    """A person is a name, however it is written; the proposal may be withdrawn."""
    (proposal,) = write_side.editor.patch(write_side.edit("pag-asa"), {"email": None}).waiting
    second = Actor("token:second", name, ("admin",))
    before = write_side.everything()
    with pytest.raises(ProposalOwn):
        write_side.proposals.approve(second, proposal.id)
    assert write_side.everything() == before
    write_side.proposals.reject(replace(second, scopes=()), proposal.id, "my mistake")
    assert write_side.proposals.waiting() == ()


# Generated attempts

# Each attempt reads those that wait already, so that twice as many take four times as long.
ATTEMPTS = 200 if IN_CI else 90


def _try(chance: random.Random, write_side: WriteSide, attempt: Attempt) -> Outcome:
    """Make an attempt by one of the ways to change a record."""
    contents = write_side.store.records().contents
    # Whatever number it is: typed once more, it still waits.
    known = (contents.get(attempt.kind, {}).get(attempt.id), attempt.record)
    typed = [each.get(name, "") for each in known if each for name in ("number", "url")]
    edit = write_side.edit(attempt.id, kind=attempt.kind, typed=tuple(filter(None, typed)))
    if attempt.kind == "directory" or chance.random() < 0.3:
        return _bring_in(write_side, attempt.in_file(contents))
    if attempt.record is None:
        return write_side.editor.remove(edit)
    if attempt.is_new(contents):
        return write_side.editor.create(edit, attempt.record)
    ways: list[Callable[[Edit, Any], Outcome]] = [
        write_side.editor.patch,
        write_side.editor.replace,
    ]
    return chance.choice(ways)(edit, attempt.record)


def test_no_generated_attempt_of_one_person_is_in_effect(write_side: WriteSide) -> None:
    """Attempts over every public member, by every way to change a record: each waits, or only hides
    something, which another person undoes. The same person with another token, in another
    spelling, approves none.
    """
    chance = random.Random(14)  # the same attempts in each run
    before = _public(write_side)
    waited = Counter[tuple[str, str]]()
    for attempt in generated(chance, write_side.store.records().contents):
        try:
            outcome = _try(chance, write_side, attempt)
        except ClientError:
            continue  # such a record cannot be correct, which is no attempt
        key = attempt.kind, attempt.member
        assert outcome.done == tuple(each.change for each in outcome.to_check), key
        for proposal in outcome.to_check:
            assert hides(proposal.change), key
            write_side.proposals.reject(BERT, proposal.id, "no reason to hide it")
        assert _public(write_side) == before, key
        for proposal in outcome.waiting:
            name = chance.choice(["anna", "Anna", "ANNA", "ａｎｎａ"])
            with pytest.raises(ProposalOwn):
                write_side.proposals.approve(Actor("token:x", name, ("admin",)), proposal.id)
        waited[key] += bool(outcome.waiting)
        if waited.total() >= ATTEMPTS and set(+waited) == set(MEMBERS):
            break
        assert waited.total() < 10 * ATTEMPTS, set(MEMBERS) - set(+waited)
    assert _public(write_side) == before
