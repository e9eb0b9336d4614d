"""Proposals as values."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import PROPOSAL_LIFE, Proposal, open_proposals
from directory_api.text.errors import Fault

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)


def _proposal(
    identity: str = "3-1", at: datetime = AT, before: Any = None, after: Any = None
) -> Proposal:
    change = Change("centre", "a", before, after)
    return Proposal(identity, change, "token:a", "anna", at, "moved", at + PROPOSAL_LIFE)


MOMENTS = st.timedeltas(timedelta(0), timedelta(days=36_500)).map(lambda since: AT + since)
SIDES = st.none() | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)


@given(SIDES, SIDES, MOMENTS)
def test_a_proposal_and_an_outcome_survive_the_way_through_their_record(
    before: Any, after: Any, at: datetime
) -> None:
    """What is written as JSON is read back as it was."""
    proposal = _proposal(at=at, before=before, after=after)
    assert Proposal.from_record("3-1", json.loads(json.dumps(proposal.to_record()))) == proposal
    warning = Fault("look at this", pointer="/centres/0")
    outcome = Outcome(3, (Change("helpline", "b", after, before),), (proposal,), (warning,))
    assert Outcome.from_record(json.loads(json.dumps(outcome.to_record()))) == outcome
    assert outcome.changes == (*outcome.applied, proposal.change)


def test_a_proposal_waits_for_its_life_and_not_a_moment_longer() -> None:
    """Waiting are those that are not over, the oldest first, equal moments by id."""
    held = [
        _proposal("b"),
        _proposal("a"),
        _proposal("old", AT - PROPOSAL_LIFE),
        _proposal("older", AT - timedelta(days=1)),
    ]
    contents = {"proposal": {proposal.id: proposal.to_record() for proposal in held}}
    assert [proposal.id for proposal in open_proposals(contents, AT)] == ["older", "a", "b"]
    assert [
        proposal.id for proposal in open_proposals(contents, AT - timedelta(microseconds=1))
    ] == [
        "old",
        "older",
        "a",
        "b",
    ]
    assert open_proposals({}, AT) == ()


@pytest.mark.parametrize(
    ("now", "outdated"),
    [
        ({"a": {"n": 1, "m": 1}}, False),
        ({"a": {"n": 1, "m": 1, "other": 2}}, False),
        # Approved, it would take back what was changed since.
        ({"a": {"n": 2, "m": 1}}, True),
        ({}, True),
        ({"b": {"n": 1, "m": 1}}, True),
    ],
)
def test_a_proposal_is_outdated_when_its_record_is_another(
    now: dict[str, Any], outdated: bool
) -> None:
    """Only on the record that the proposer saw can it be approved."""
    proposal = _proposal(before={"n": 1, "m": 1}, after={"n": 3, "m": 3})
    assert proposal.outdated({"centre": now}) is outdated


def test_a_proposal_of_something_new_is_outdated_once_that_is_there() -> None:
    """What did not exist may not exist yet."""
    assert not _proposal(after={"n": 1}).outdated({})
    assert _proposal(after={"n": 1}).outdated({"centre": {"a": {"n": 1}}})
