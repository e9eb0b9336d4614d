"""The questions of a call, what the answers mean, and until when they count."""

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Any

import pytest

from directory_api.change.public_history import RevisionLinks
from directory_api.features.desk.call_round.asked import ASKED, Asked
from directory_api.features.desk.call_round.sheet import (
    MAX_ANSWER,
    answers,
    disagreements,
    questions,
    result,
)
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.store.state import StoreState
from directory_api.text.translations import words

TODAY = date(2026, 11, 29)
ENGLISH = Speaker(words("en"), TODAY)
CENTRE: Mapping[str, Any] = {
    "id": "one",
    "name": "One",
    "kind": "specialised_centre",
    "status": "active",
    "address": {
        "street": "Leguit 4",
        "postcode": "2000",
        "locality": {"nl": "Antwerpen"},
        "country": "BE",
    },
    "address_visibility": "public",
    "location": {"lat": 51.2, "lon": 4.4, "precision": "street"},
    "phones": [{"number": "+3232011690", "display": "+32 3 201 16 90", "kind": "main"}],
    "opening_hours": "Mo-Fr 09:00-17:00",
}
LINE: Mapping[str, Any] = {
    "id": "line",
    "kind": "national_line",
    "number": "+3278055800",
    "name": {"en": "Line"},
    "countries": ["BE"],
}


def _state(
    *records: Mapping[str, Any], calls: Mapping[str, Any] | None = None, call_at: int = 2
) -> StoreState:
    contents: dict[str, dict[str, Mapping[str, Any]]] = {ASKED: dict(calls or {})}
    for record in records:
        kind = "helpline" if "countries" in record else "centre"
        contents.setdefault(kind, {})[record["id"]] = record
    revisions = {(kind, key): 3 for kind, all_of in contents.items() for key in all_of}
    revisions |= {(ASKED, key): call_at for key in contents[ASKED]}
    return StoreState(3, "3", contents, MappingProxyType(revisions), RevisionLinks())


def _confirmed(identity: str, on: str, **members: Any) -> dict[str, Any]:
    verified = {"on": on, "by": "anna", "how": "called", **members.pop("verified", {})}
    return {**CENTRE, "id": identity, "name": identity, "verified": verified, **members}


@pytest.mark.parametrize(
    ("on", "verified", "call_at", "tried"),
    [
        ("2026-11-28", None, 2, "2026-11-28"),
        # A change that confirms nothing leaves the attempt, and so does an earlier confirmation.
        ("2026-11-28", "2026-01-01", 2, "2026-11-28"),
        ("2026-01-05", "2026-01-05", 4, "2026-01-05"),
        ("2026-01-05", "2026-01-05", 2, None),
    ],
)
def test_a_try_is_over_when_the_record_is_confirmed_after_it(
    on: str, verified: str | None, call_at: int, tried: str | None
) -> None:
    """On the same day, the revisions tell which of the two was later. What was said stays."""
    record = _confirmed("one", verified) if verified else CENTRE
    said = {"on": on, "by": "anna", "parts": {"phones": "another one"}}
    call = {"centre/one": {"tried": {"on": on, "by": "anna"}, "said": [said]}}
    asked = Asked.of(_state(record, calls=call, call_at=call_at), "centre", "one")
    assert (asked.tried.on.isoformat() if asked.tried else None) == tried
    assert [each.to_record() for each in asked.said] == [said]


def test_a_secret_address_is_not_on_the_sheet() -> None:
    """It may be printed, or be said to a stranger; of a locality only the town is shown."""
    for visibility, shown in (("hidden", "Secret"), ("locality", "2000 Antwerpen")):
        centre = Centre.from_record({**CENTRE, "address_visibility": visibility})
        asked = {each.key: each for each in questions(centre, ENGLISH)}
        assert asked["address"].values == (shown,)
        assert "Leguit" not in repr(asked)
        contested = [
            {"member": "address", "note": {"en": "Another says Leguit 5."}},
            {"member": "opening_hours", "note": {"nl": "Op afspraak."}},
        ]
        disputed = Centre.from_record(
            {**CENTRE, "address_visibility": visibility, "contested": contested}
        )
        assert disagreements(disputed) == (("address", ""), ("opening hours", "Op afspraak."))
    public = Centre.from_record({**CENTRE, "contested": contested[:1]})
    assert disagreements(public) == (("address", "Another says Leguit 5."),)
    assert disagreements(Helpline.from_record(LINE)) == ()


def test_each_record_has_its_questions() -> None:
    """The questions of the round are asked of each centre."""
    centre = Centre.from_record(CENTRE)
    assert [each.key for each in questions(centre, ENGLISH)] == [
        *("phones", "address", "opening_hours", "internet", "languages", "minors", "wheelchair"),
        "region",
    ]
    line = Helpline.from_record(LINE)
    asked = questions(line, ENGLISH)
    assert asked[0].values == ("+3278055800: Belgium",)
    assert [each.key for each in asked] == ["number", "hours", "languages", "cost", "chat"]


def test_a_centre_that_is_closed_for_a_time_is_asked_until_when() -> None:
    """First, because visitors are sent elsewhere meanwhile."""
    closed = {"status": "temporarily_closed", "closed_reason": {"en": "Water damage."}}
    first = questions(Centre.from_record({**CENTRE, **closed}), ENGLISH)[0]
    assert (first.key, first.values) == ("status", ("Temporarily closed", "Water damage."))
    assert not first.confirms


def test_only_what_a_confirmation_is_about_has_to_be_right() -> None:
    """An answer about the wheelchair confirms nothing and prevents nothing."""
    asked = questions(Centre.from_record(CENTRE), ENGLISH)
    right = {f"answer.{key}": "right" for key in ("phones", "address", "opening_hours")}
    given = answers(asked, {**right, "text.wheelchair": " A ramp. "})
    found = result(asked, given)
    assert found.is_confirmed
    assert found.differs == (("wheelchair", "A ramp."),)
    assert found.how == "called; right: phones, address, opening hours"
    assert not found.missing
    for wrong in (
        {"answer.opening_hours": "none"},
        {"answer.opening_hours": ""},
        {"text.opening_hours": "Until 16:00"},
    ):
        other = result(asked, answers(asked, {**right, **wrong}))
        assert not other.is_confirmed
        assert other.missing == (() if "text.opening_hours" in wrong else ("opening_hours",))
    assert result(asked, answers(asked, {"unanswered": "yes"})).missing == (
        "phones",
        "address",
        "opening_hours",
    )


@pytest.mark.parametrize(
    ("sent", "fault"),
    [
        ({}, "Answer at least one question"),
        ({"answer.phones": "differs"}, "Write what they said"),
        ({"text.phones": "x" * (MAX_ANSWER + 1)}, "at most 300"),
        ({"text.phones": "a\u202eb"}, ""),
    ],
)
def test_an_answer_that_says_nothing_is_asked_again(sent: Mapping[str, str], fault: str) -> None:
    """Beside its question."""
    given = answers(questions(Centre.from_record(CENTRE), ENGLISH), sent)
    assert [*given.faults] == ["phones"]
    assert fault in given.faults["phones"]
