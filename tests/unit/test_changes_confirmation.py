"""Which values a confirmation is about, and what ends it."""

from datetime import date
from typing import Any

import pytest

from directory_api.change.change import Change
from directory_api.change.confirmation import (
    contact_changed,
    is_same,
    unconfirmed,
    with_confirmed_values,
    with_stored_confirmation,
)
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline, confirmation
from directory_api.record.verified import Verified, freshness
from tests.support.records import made_up_centre

_DIGEST = "-".join(("sha256", *("0123456789abcdef",) * 4))
CALLED = {"on": "2026-11-01", "by": "anna", "how": "called"}
LATER = {"on": "2026-11-24", "by": "bert", "how": "called"}
PHONES = [
    {"number": "+3225116464", "display": "+32 2 511 64 64", "kind": "main"},
    {"number": "+32470112233", "kind": "duty", "hours": "Sa-Su"},
]
CENTRE = made_up_centre(
    1,
    phones=PHONES,
    email="info@example.org",
    website="https://example.org/",
    opening_hours="Mo-Fr 09:00-17:00",
    timezone="Europe/Brussels",
    address={
        "street": "Straat 1",
        "postcode": "1000",
        "locality": {"nl": "Brussel"},
        "country": "BE",
    },
    verified=CALLED,
)
LINE: Record = {
    "id": "line",
    "kind": "national_line",
    "number": "+3278055800",
    "name": {"en": "Line"},
    "countries": ["BE"],
    "hours": "24/7",
    "verified": CALLED,
}


def _changed(record: Record, **members: Any) -> Change:
    kind = "centre" if "status" in record else "helpline"
    after = {name: value for name, value in {**record, **members}.items() if value is not None}
    (change,) = with_confirmed_values([Change(kind, record["id"], record, after)])
    return change


def _after(record: Record, **members: Any) -> Record:
    return _changed(record, **members).after or {}


def _is_confirmed(record: Record) -> bool:
    reads = Centre.from_record if "status" in record else Helpline.from_record
    public = confirmation(reads(record))
    return public is not None and not public.changed_since


NEW_VALUES = [
    (CENTRE, {"phones": [{**PHONES[0], "number": "+3225116465", "display": None}]}),
    (CENTRE, {"phones": [PHONES[0], {**PHONES[1], "hours": "24/7"}]}),
    (CENTRE, {"phones": [PHONES[0], {**PHONES[1], "kind": "fax"}]}),
    (CENTRE, {"phones": None}),
    (CENTRE, {"address": {**CENTRE["address"], "street": "Straat 2"}}),
    (CENTRE, {"address": {**CENTRE["address"], "locality": {"nl": "Elsene"}}}),
    (CENTRE, {"email": "help@example.org"}),
    (CENTRE, {"website": None}),
    (CENTRE, {"opening_hours": "24/7"}),
    (CENTRE, {"timezone": "Europe/London"}),
    (LINE, {"number": "+3278055801"}),
    (LINE, {"hours": None}),
]


@pytest.mark.parametrize(("record", "members"), NEW_VALUES)
def test_a_new_way_to_reach_people_ends_a_confirmation_until_the_old_one_is_back(
    record: Record, members: dict[str, Any]
) -> None:
    """The new value is not confirmed; the old one was."""
    phones = [
        {name: value for name, value in phone.items() if value}
        for phone in members.get("phones") or ()
    ]
    changed = _changed(record, **{**members, **({"phones": phones} if phones else {})})
    assert not _is_confirmed(changed.after or {})
    warning = unconfirmed(changed)
    assert warning is not None
    collection = "centres" if record is CENTRE else "helplines"
    assert warning.pointer == f"/{collection}/{record['id']}/verified"
    assert "confirmed on 01/11/2026" in warning.detail
    back = _after(changed.after or {}, **{name: record.get(name) for name in members})
    assert _is_confirmed(back)


OTHER_VALUES = [
    (CENTRE, {"name": "Another name"}),
    (CENTRE, {"phones": PHONES[::-1]}),
    (
        CENTRE,
        {"phones": [{**PHONES[0], "display": "02 511 64 64", "languages": ["nl"]}, PHONES[1]]},
    ),
    (CENTRE, {"address": {**CENTRE["address"], "street_translations": {"fr": "Rue 1"}}}),
    (CENTRE, {"location": {"lat": 50.85, "lon": 4.35, "precision": "exact"}}),
    (LINE, {"note": {"en": "Also at night."}}),
]


@pytest.mark.parametrize(("record", "members"), OTHER_VALUES)
def test_other_values_keep_the_confirmation_as_it_is(
    record: Record, members: dict[str, Any]
) -> None:
    """As long as all is as it was confirmed, there is no digest."""
    changed = _changed(record, **members)
    assert (changed.after or {})["verified"] == CALLED
    assert unconfirmed(changed) is None


@pytest.mark.parametrize(
    ("visibility", "member", "is_confirmed"),
    [
        ("hidden", {"street": "Straat 2"}, True),
        ("hidden", {"postcode": "1020", "locality": {"nl": "Laken"}}, True),
        ("locality", {"street": "Straat 2"}, True),
        ("locality", {"postcode": "1020"}, False),
    ],
)
def test_a_hidden_part_of_an_address_does_not_end_a_confirmation(
    visibility: str, member: dict[str, Any], is_confirmed: bool
) -> None:
    """Everybody could see from the freshness that a hidden centre has moved."""
    record = {**CENTRE, "address_visibility": visibility}
    address = {**CENTRE["address"], **member}
    assert _is_confirmed(_after(record, address=address)) is is_confirmed


def test_to_hide_an_address_does_not_end_a_confirmation() -> None:
    """It is no new value: of the whole record, of a part, and beside another change. What is shown
    again was not confirmed as it is.
    """
    moved = {**CENTRE["address"], "street": "Straat 2"}
    of_part = _with_part(CENTRE, "2026-11-24", address=moved)
    for record in (CENTRE, of_part, _with_part(CENTRE, "2026-11-24", phones=PHONES[:1])):
        for visibility in ("locality", "hidden"):
            changed = _changed(record, address_visibility=visibility)
            assert not contact_changed(changed)
            assert _is_confirmed(changed.after or {})
            assert unconfirmed(changed) is None
    hidden = _after(CENTRE, address_visibility="hidden")
    assert not _is_confirmed(_after(hidden, address_visibility="public"))
    due = _after(CENTRE, address_visibility="hidden", phones=PHONES[:1])
    assert not _is_confirmed(due)
    assert _is_confirmed(_after(due, phones=PHONES))


def test_a_temporary_address_that_goes_when_it_is_hidden_ends_no_confirmation() -> None:
    temporary = {"until": "2026-12-31", "address": CENTRE["address"], "opening_hours": "24/7"}
    without = {"until": "2026-12-31", "opening_hours": "24/7"}
    record = {**CENTRE, "temporary": temporary}
    assert _is_confirmed(_after(record, address_visibility="hidden", temporary=without))
    assert not _is_confirmed(_after(record, temporary=without))


def test_an_address_that_was_due_stays_due_when_it_is_hidden() -> None:
    due = _after(CENTRE, address={**CENTRE["address"], "postcode": "1020"})
    for visibility in ("locality", "hidden"):
        assert not _is_confirmed(_after(due, address_visibility=visibility))


def test_a_new_confirmation_is_about_the_values_that_it_comes_with() -> None:
    """In the same step as the change, or after it."""
    assert _is_confirmed(_after(CENTRE, phones=PHONES[:1], verified=LATER))
    due = _after(CENTRE, phones=PHONES[:1])
    assert _is_confirmed(_after(due, verified=LATER))


def test_the_same_confirmation_without_its_digest_stays_what_it_is() -> None:
    """Tables and forms leave out the digest; that alone is no change."""
    due = _after(CENTRE, phones=PHONES[:1])
    without = {**due, "verified": CALLED}
    assert list(with_confirmed_values([Change("centre", "made-up-001", due, without)])) == []
    named = _after(due, name="Another name", verified=CALLED)
    assert named["verified"] == due["verified"]
    assert unconfirmed(_changed(due, name="Another name", verified=CALLED)) is None
    again = _after(due, email="help@example.org", verified=CALLED)
    assert again["verified"] == due["verified"]  # what was confirmed then, not the values before


def test_a_digest_that_a_new_confirmation_comes_with_is_kept() -> None:
    """So that a restored record, or a file from another database, is as due as it was."""
    due = _after(CENTRE, phones=PHONES[:1])
    later = {**CENTRE, "verified": LATER}
    assert _after(later, phones=PHONES[:1], verified=due["verified"]) == due
    (added,) = with_confirmed_values([Change("centre", "made-up-001", None, due)])
    assert added.after == due
    assert contact_changed(added)


def test_a_digest_that_is_sent_with_the_stored_confirmation_is_ignored() -> None:
    """Otherwise another person could say what was confirmed under that name."""
    digest = {"digest": _DIGEST}
    same = Change("centre", "made-up-001", CENTRE, {**CENTRE, "verified": {**CALLED, **digest}})
    assert list(with_confirmed_values([same])) == []
    due = _after(CENTRE, phones=PHONES[:1])
    assert (
        _after(due, name="Another name", verified={**CALLED, **digest})["verified"]
        == (due["verified"])
    )


def test_confirming_again_on_the_same_day_counts() -> None:
    """The same words by the same person confirm the values after the change."""
    due = _after(CENTRE, phones=PHONES[:1])
    same = Change("centre", "made-up-001", due, {**due, "verified": CALLED})
    (confirmed,) = with_confirmed_values([same], confirms=True)
    assert _is_confirmed(confirmed.after or {})
    assert not _is_confirmed(_after(confirmed.after or {}, phones=PHONES))


def test_a_record_that_needs_no_confirmation_has_no_warning() -> None:
    """Emergency numbers, centres that are closed for good, and records that are gone."""
    emergency = {**LINE, "kind": "emergency", "number": "112"}
    assert unconfirmed(_changed(emergency, hours=None)) is None
    assert unconfirmed(_changed(CENTRE, phones=None, status="closed")) is None
    assert unconfirmed(_changed({**CENTRE, "verified": LATER}, phones=None, verified=None)) is None
    (gone,) = with_confirmed_values([Change("centre", "made-up-001", CENTRE, None)])
    assert unconfirmed(gone) is None
    header = Change("directory", "directory", {"publisher": "a"}, {"publisher": "b"})
    assert list(with_confirmed_values([header])) == [header]
    assert not contact_changed(header)


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"on": "2026-11-01"}, True),
        ({"on": "2026-11-01", "changed_since": True}, True),
        (CALLED, True),
        ({**CALLED, "by": "bert"}, False),
        ({"on": "2026-11-02"}, False),
        ({"by": "anna"}, False),
        ("2026-11-01", False),
        (None, False),
    ],
)
def test_parts_of_the_stored_confirmation_mean_the_whole(sent: Any, expected: bool) -> None:
    """A client sends back what it read; the rest is added."""
    assert is_same(sent, CALLED) is expected
    stored = {
        **CENTRE,
        "verified": {
            **CALLED,
            "digest": _DIGEST,
        },
    }
    record = with_stored_confirmation({**CENTRE, "verified": sent}, stored)
    assert (record["verified"] == stored["verified"]) is expected
    assert with_stored_confirmation({"verified": sent}, {}) == {"verified": sent}


def _with_part(record: Record, day: str, **members: Any) -> Record:
    """Return a record after a change that confirms what is new, on a day."""
    after = {**record, **members}
    called = {"on": day, "by": "bert", "how": "called"}
    (change,) = with_confirmed_values(
        [Change("centre", record["id"], record, after)], of_new=called
    )
    return change.after or {}


def _public(record: Record) -> Verified | None:
    return confirmation(Centre.from_record(record))


def test_a_new_number_that_was_checked_is_confirmed_alone() -> None:
    """Who confirmed it, how and when are kept with it; the record is as fresh as its oldest part,
    and has not changed since.
    """
    after = _with_part(CENTRE, "2026-11-24", phones=PHONES[:1])
    assert after["verified"]["on"] == CALLED["on"]
    assert after["verified"]["parts"].keys() == {"phones"}
    assert after["verified"]["parts"]["phones"].items() >= LATER.items()
    assert _public(after) == Verified(date(2026, 11, 1))
    assert unconfirmed(Change("centre", CENTRE["id"], CENTRE, after)) is None


def test_freshness_follows_from_the_part_that_was_confirmed_first() -> None:
    """When each part with values was confirmed since, the whole need not be; a value that changes
    again makes the record due until that part is confirmed, or the value is back.
    """
    record = _with_part(CENTRE, "2026-11-20", phones=PHONES[:1])
    record = _with_part(record, "2026-11-21", opening_hours="Mo-Fr 10:00-16:00")
    record = _with_part(record, "2026-11-22", email="new@example.org")
    assert _public(record) == Verified(date(2026, 11, 1))
    moved = {**CENTRE["address"], "street": "Straat 2"}
    due = _after(record, address=moved)
    assert _public(due) == Verified(date(2026, 11, 1), changed_since=True)
    assert _public(_after(due, address=CENTRE["address"])) == _public(record)
    record = _with_part(record, "2026-11-23", address=moved)
    assert _public(record) == Verified(date(2026, 11, 20))
    assert _public(_after(record, phones=PHONES[1:])) == Verified(
        date(2026, 11, 1), changed_since=True
    )


def test_a_record_that_never_was_confirmed_is_not_by_one_part() -> None:
    """Until each part with values was; a form and a public record do not have the parts."""
    never = {name: value for name, value in CENTRE.items() if name != "verified"}
    record = _with_part(never, "2026-11-20", phones=PHONES[:1])
    assert _public(record) is None
    assert freshness(_public(record), date(2026, 11, 24), 180) == "unverified"
    sent = {name: value for name, value in record.items() if name != "verified"}
    assert with_stored_confirmation(sent, record) == record
    record = _with_part(record, "2026-11-21", opening_hours="Mo-Fr 10:00-16:00")
    record = _with_part(record, "2026-11-22", email="new@example.org")
    moved = {**CENTRE["address"], "street": "Straat 2"}
    assert _public(_with_part(record, "2026-11-23", address=moved)) == Verified(date(2026, 11, 20))


def test_parts_that_are_sent_with_the_stored_confirmation_are_ignored() -> None:
    """Otherwise another person could say what was confirmed, and under which name."""
    record = _with_part(CENTRE, "2026-11-24", phones=PHONES[:1])
    forged = {"address": {**LATER, "digest": "0123456789abcdef"}}
    sent = {**record, "verified": {**record["verified"], "parts": forged}, "name": "Another name"}
    (change,) = with_confirmed_values([Change("centre", record["id"], record, sent)])
    assert (change.after or {})["verified"] == record["verified"]


def test_a_confirmation_of_the_whole_replaces_those_of_its_parts() -> None:
    record = _with_part(CENTRE, "2026-11-20", phones=PHONES[:1])
    assert _after(record, verified=LATER)["verified"] == LATER
    (change,) = with_confirmed_values(
        [Change("centre", record["id"], record, {**record, "verified": LATER})], confirms=True
    )
    assert "parts" not in (change.after or {})["verified"]
