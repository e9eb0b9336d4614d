"""Changes, proposals, results, documents and tokens as values."""

import copy
import json
import random
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change, applied, diff, document
from directory_api.change.directory import contents_of, read_records
from directory_api.change.outcome import Outcome
from directory_api.edit.tokens import granted, is_valid
from directory_api.features.review.proposal import PROPOSAL_LIFE, Proposal, proposals_of, waiting
from directory_api.record.token import Token
from directory_api.text.errors import Fault
from tests.support.records import made_up_centre, shipped_records

KINDS = ("centre", "helpline", "directory")
CONTENTS = st.fixed_dictionaries(
    {
        kind: st.dictionaries(
            st.sampled_from("abc"), st.dictionaries(st.just("n"), st.integers(0, 2))
        )
        for kind in KINDS
    }
)
AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@given(CONTENTS, CONTENTS)
def test_the_changes_between_two_states_lead_from_one_to_the_other(before: Any, after: Any) -> None:
    """Applying the difference of two contents to the first gives the second, and modifies
    neither.
    """
    untouched = copy.deepcopy((before, after))
    changes = diff(before, after)
    assert applied(before, changes) == after
    assert (before, after) == untouched
    assert diff(after, applied(before, changes)) == ()


@given(CONTENTS, CONTENTS)
def test_a_deed_says_which_side_is_missing(before: Any, after: Any) -> None:
    """Added without a before, removed without an after, otherwise changed; never without a
    change.
    """
    for change in diff(before, after):
        was, is_now = change.id in before[change.kind], change.id in after[change.kind]
        assert (
            change.action
            == {(False, True): "added", (True, False): "removed", (True, True): "changed"}[
                was, is_now
            ]
        )
        assert change.before != change.after


@given(CONTENTS, st.sampled_from(KINDS))
def test_kinds_that_nobody_speaks_of_stay(before: Any, kind: str) -> None:
    """A target state that names one kind keeps the others; a new kind is created."""
    assert {change.kind for change in diff(before, {kind: {}})} <= {kind}
    new = Change("boundary", "BE", None, {"n": 1})
    assert applied(before, [new]) == {**before, "boundary": {"BE": {"n": 1}}}


def test_taking_out_what_is_not_there_is_harmless() -> None:
    """A removal is true already when the record has gone."""
    assert applied({}, [Change("centre", "a", {"n": 1}, None)]) == {"centre": {}}


@given(st.randoms(use_true_random=False))
def test_a_directory_survives_the_way_through_its_document(rng: random.Random) -> None:
    """Contents -> document -> contents is the same, whatever the order the records are kept in."""
    contents = contents_of(
        read_records(
            shipped_records() | {"centres": [made_up_centre(number) for number in range(5)]}
        )
    )
    shuffled = {
        kind: dict(rng.sample(sorted(records.items()), len(records)))
        for kind, records in rng.sample(sorted(contents.items()), len(contents))
    }
    again = document(shuffled)
    assert contents_of(read_records(json.loads(json.dumps(again)))) == contents
    assert [record["id"] for record in again["centres"]] == [
        f"made-up-{number:03}" for number in range(5)
    ]
    assert again == document(contents)


def test_an_empty_store_is_a_document_with_empty_lists() -> None:
    """Before the first load there is nothing in it, and it can still be made."""
    assert document({}) == {"helplines": [], "centres": []}


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
    assert Outcome.from_record(json.loads(json.dumps(outcome.to_record())), proposals_of) == outcome
    assert outcome.changes == (*outcome.done, proposal.change)


def test_a_proposal_waits_for_its_life_and_not_a_moment_longer() -> None:
    """Waiting are those that are not over, the oldest first, equal moments by id."""
    held = [
        _proposal("b"),
        _proposal("a"),
        _proposal("old", AT - PROPOSAL_LIFE),
        _proposal("older", AT - timedelta(days=1)),
    ]
    contents = {"proposal": {proposal.id: proposal.to_record() for proposal in held}}
    assert [proposal.id for proposal in waiting(contents, AT)] == ["older", "a", "b"]
    assert [proposal.id for proposal in waiting(contents, AT - timedelta(microseconds=1))] == [
        "old",
        "older",
        "a",
        "b",
    ]
    assert waiting({}, AT) == ()


@pytest.mark.parametrize(
    ("now", "outdated"),
    [({"a": {"n": 1}}, False), ({"a": {"n": 2}}, True), ({}, True), ({"b": {"n": 1}}, True)],
)
def test_a_proposal_is_outdated_when_its_record_is_another(
    now: dict[str, Any], outdated: bool
) -> None:
    """Only on the record that the proposer saw can it be approved."""
    assert _proposal(before={"n": 1}, after={"n": 3}).outdated({"centre": now}) is outdated


def test_a_proposal_of_something_new_is_outdated_once_that_is_there() -> None:
    """What did not exist may not exist yet."""
    assert not _proposal(after={"n": 1}).outdated({})
    assert _proposal(after={"n": 1}).outdated({"centre": {"a": {"n": 1}}})


@pytest.mark.parametrize(
    ("expires", "revoked", "valid"),
    [
        (TODAY, None, True),
        (TODAY - timedelta(days=1), None, False),
        (TODAY + timedelta(days=1), TODAY, False),
        (TODAY + timedelta(days=1), TODAY - timedelta(days=9), False),
    ],
)
def test_a_token_is_good_until_the_end_of_its_last_day(
    expires: date, revoked: date | None, valid: bool
) -> None:
    """On the day it expires it still opens; revoked it opens nothing."""
    token = Token("1", "anna", ("edit",), TODAY, expires, revoked=revoked)
    assert is_valid(token, TODAY) is valid


@given(st.sets(st.sampled_from(("read-history", "edit", "approve"))), st.booleans())
def test_admin_may_everything_and_others_what_they_are_given(scopes: set[str], admin: bool) -> None:
    """A scope opens itself only; admin opens all."""
    held = (*scopes, *(("admin",) if admin else ()))
    may = granted(Token("1", "anna", held, TODAY, TODAY))
    for scope in ("read-history", "edit", "approve", "admin"):
        assert (scope in may) is (admin or scope in scopes)
