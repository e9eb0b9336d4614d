"""Changes, proposals, results, documents and tokens as values."""

import copy
import json
import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change, applied, diff, document
from directory_api.change.directory import contents_of, read_records, records_of_country
from directory_api.edit.tokens import granted, is_valid
from directory_api.record.token import Token
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


@given(st.sets(st.sampled_from(("read_history", "edit", "approve"))), st.booleans())
def test_admin_may_everything_and_others_what_they_are_given(scopes: set[str], admin: bool) -> None:
    """A scope opens itself only; admin opens all."""
    held = (*scopes, *(("admin",) if admin else ()))
    may = granted(Token("1", "anna", held, TODAY, TODAY))
    for scope in ("read_history", "edit", "approve", "admin"):
        assert (scope in may) is (admin or scope in scopes)


def test_records_of_a_country_are_those_in_it_and_those_for_it() -> None:
    """Also a centre abroad that is responsible for a part of it."""
    records = {
        "helplines": [{"id": "a", "countries": ["BE", "LU"]}, {"id": "b", "countries": ["BE"]}],
        "centres": [
            {"id": "c", "address": {"country": "LU"}},
            {"id": "d", "address": {"country": "BE"}, "coverage": ["BE-WLX"]},
            {"id": "e", "address": {"country": "BE"}, "coverage": ["BE", "LU-L"]},
        ],
    }
    assert [*records_of_country(records, "LU")] == ["helpline a", "centre c", "centre e"]
    assert [*records_of_country({}, "LU")] == []
