"""The services ask for a second person; tests/faults/test_one_person.py tries to do without one."""

import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest

from directory_api.change.guards import CONFIRMED
from directory_api.change.outcome import Outcome
from directory_api.record.token import Actor
from directory_api.text.errors import ProposalOwn, RecordsInvalid
from tests.support.records import shipped_records
from tests.support.write_side import ANNA, BERT, CARL, WriteSide, incoming, published


def _public(write_side: WriteSide) -> str:
    return published(write_side.live)


def _import(write_side: WriteSide, change: Callable[[dict[str, Any]], object]) -> Outcome:
    file = deepcopy(shipped_records())
    change(file)
    raw = json.dumps(file).encode()
    return write_side.importer.bring_in(ANNA, incoming(raw), "a file", confirmed=CONFIRMED)


def test_a_second_person_brings_the_header_into_force(write_side: WriteSide) -> None:
    """Publisher, licence and sources are shown beside the centres."""
    before = _public(write_side)
    (proposal,) = _import(write_side, lambda file: file.update(publisher="Others")).waiting
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


ALONE: list[dict[str, Any]] = [
    {"verified": {"on": "2026-11-24", "by": "anna", "how": "called"}},
    {"services": ["information"]},
    {"languages": [{"code": "uk", "interpreter": True}]},
]


@pytest.mark.parametrize("more", ALONE)
def test_one_person_may_make_the_changes_of_the_allow_list(
    write_side: WriteSide, more: dict[str, Any]
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
