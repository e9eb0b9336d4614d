"""Warnings across records: shared phones, foreign phones, future dates; what ends them."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from directory_api.change.change import Change
from directory_api.change.directory import record_of
from directory_api.change.warnings import closing, every_warning, record_warnings, unfounded
from directory_api.place.geometry import Point
from directory_api.place.postcode import Place
from directory_api.record.plausibility import helpline_warnings
from directory_api.record.records import Centre, Helpline
from directory_api.record.schemas import CentreSchema, HelplineSchema
from directory_api.record.vocabulary import WARNINGS
from directory_api.text.errors import Fault
from tests.support.records import belgian_helplines, made_up_centre, shipped_records

TODAY = date(2026, 11, 24)
PAYOKE, SURYA, LUXEMBOURG, FREEPHONE = "+3232011690", "+3242324030", "+35226123456", "+80012345678"


def _warned(*records: dict[str, Any]) -> list[str]:
    """The warnings but those about postcodes, of which these tests have none."""
    return _said(records)


def _said(records: Iterable[dict[str, Any]], lines: Iterable[dict[str, Any]] = ()) -> list[str]:
    centres, helplines = map(Centre.from_record, records), map(Helpline.from_record, lines)
    found = tuple(record_warnings(centres, helplines, lambda _country, _code: None, TODAY))
    assert all(warning.code for warning in found)
    return [str(warning) for warning in found if warning.code != "unknown_postcode"]


def _phones(*numbers: str) -> dict[str, Any]:
    return {"phones": [{"number": each, "kind": "main"} for each in numbers]}


def _centre(number: int, *numbers: str, **members: Any) -> dict[str, Any]:
    return made_up_centre(number, **_phones(*numbers), **members)


ZONE = "Europe/Brussels"
OTHER = {"until": "2026-12-01", **_phones(FREEPHONE)}


def test_a_number_at_two_centres_is_told_with_both() -> None:
    """Each centre with the number is told of, with the first other one that has it."""
    assert _warned(_centre(1, PAYOKE), _centre(2, SURYA, PAYOKE), _centre(3, PAYOKE)) == [
        f"/centres/made-up-00{number}/phones/{phone}/number: Centre Énée {other} and Centre Énée "
        f"{number} have the same number. Check that both are right."
        for other, number, phone in ((2, 1, 0), (1, 2, 1), (1, 3, 0))
    ]


_SAME = "Centre Énée 2 have the same number. Check that both are right."


@pytest.mark.parametrize("moment", [None, datetime(2026, 11, 24, 12, tzinfo=UTC)])
@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"temporary": {"until": "2026-12-01", **_phones(SURYA)}}, "temporary/phones/0/number"),
        ({"channels": [{"kind": "call", "address": SURYA}]}, "channels/0/address"),
        ({"channels": [{"kind": "sms", "address": SURYA}]}, "channels/0/address"),
    ],
)
def test_the_number_of_another_centre_is_told_on_whichever_day_it_is_shown(
    members: dict[str, Any], pointer: str, moment: datetime | None
) -> None:
    """On both sides; also while the other centre shows its temporary phones."""
    centre = _centre(1, PAYOKE, timezone=ZONE, **members)
    other = _centre(2, SURYA)
    assert _warned(centre, other) == [
        f"/centres/made-up-001/{pointer}: Centre Énée 2 and Centre Énée 1 have the same number. "
        "Check that both are right.",
        f"/centres/made-up-002/phones/0/number: Centre Énée 1 and {_SAME}",
    ]
    if moment:
        beside = Centre.from_record(_centre(1, SURYA, timezone=ZONE, temporary=OTHER)).effective_at(
            moment
        )
        assert beside.phones[0].number != SURYA
        found = every_warning([Centre.from_record(other)], (), lambda *_: None, TODAY, [beside])
        assert "shared_phone" in {fault.code for fault, _ in found}


def test_the_number_of_a_helpline_is_told_at_a_centre_and_that_of_a_centre_at_a_helpline() -> None:
    """As that of another centre, on both sides, also of a channel; 112 is one in many countries."""
    line = _line("116000", channels=[{"kind": "sms", "address": SURYA}])
    found = _said([_centre(1, SURYA)], [line, _line("112", id="a"), _line("112", id="b")])
    assert [each for each in found if "same number" in each] == [
        "/centres/made-up-001/phones/0/number: A line and Centre Énée 1 have the same number. "
        "Check that both are right.",
        "/helplines/line/channels/0/address: Centre Énée 1 and A line have the same number. Check "
        "that both are right.",
    ]


def test_a_number_is_checked_once_for_each_place_where_it_is_shown() -> None:
    """A phone, a temporary one and a channel have the same checks."""
    for number, code in (("+3290012345", "premium_rate"), (LUXEMBOURG, "foreign_phone")):
        channels = [{"kind": kind, "address": number} for kind in ("call", "sms")]
        centre = Centre.from_record(
            _centre(
                1,
                number,
                timezone=ZONE,
                channels=channels,
                temporary={"until": "2026-12-01", **_phones(number)},
            )
        )
        found = record_warnings([centre], (), lambda *_: None, TODAY)
        assert [fault.pointer for fault in found if fault.code == code] == [
            f"/centres/made-up-001/{place}"
            for place in (
                "phones/0/number",
                "temporary/phones/0/number",
                "channels/0/address",
                "channels/1/address",
            )
        ]


@pytest.mark.parametrize(("until", "told"), [("2027-11-25", False), ("2027-11-26", True)])
def test_temporary_values_of_more_than_a_year_are_told(until: str, told: bool) -> None:
    """A wrong digit of the year would leave them in the place of the permanent ones for good."""
    centre = _centre(1, PAYOKE, timezone=ZONE, temporary={"until": until, **_phones(FREEPHONE)})
    found = _warned(centre)
    assert [each.partition(": ")[0] for each in found] == [
        "/centres/made-up-001/temporary/until"
    ] * told


def test_the_numbers_of_channels_are_looked_at_as_those_of_phones() -> None:
    """A foreign one, one that costs extra, and a short one that its country does not have."""
    premium = "+3290222222"
    channels = [{"kind": "call", "address": LUXEMBOURG}, {"kind": "sms", "address": premium}]
    said = _warned(_centre(1, PAYOKE, channels=channels))
    assert [each.partition(": ")[0][-19:] for each in said] == [
        "/channels/0/address",
        "/channels/1/address",
    ]
    line = {
        **next(each for each in belgian_helplines() if each["id"] == "be-child-focus"),
        "channels": [{"kind": "sms", "address": "999999"}],
    }
    found = helpline_warnings(Helpline.from_record(line), TODAY)
    assert [fault.code for fault in found] == ["unknown_number"]


@pytest.mark.parametrize(
    ("hours", "over"),
    [
        ("Mo 09:00-12:00; 2026 Nov 20-24 off", ""),
        ("Mo 09:00-12:00; 2026 Nov 20-23 off; Jan 5 off", "20 November 2026 – 23 November 2026"),
        ("Apr-Oct: Mo 09:00-12:00; 2025 Dec 24,31 off", "24 December 2025, 31 December 2025"),
        ("Mo 09:00-12:00; 2025 easter off", ""),
        ("Mo 09:00-12:00; 2024-2025 Dec 24 off", ""),
    ],
)
def test_dates_of_one_year_are_over_on_the_day_after_the_last(hours: str, over: str) -> None:
    """Those of every year come again."""
    found = _warned(_centre(1, PAYOKE, timezone=ZONE, opening_hours=hours))
    said = f"These dates are over: {over}. Remove them from the opening hours."
    assert [each.partition(": ")[2] for each in found] == ([said] if over else [])


def test_a_number_may_stand_twice_at_one_centre_and_be_handed_on() -> None:
    """A fax on the main number is fine, and so is the number of a permanently closed centre."""
    closed = _centre(2, PAYOKE, status="closed")
    assert _warned(_centre(1, PAYOKE, PAYOKE), closed) == _warned(closed, _centre(1, PAYOKE)) == []


@pytest.mark.parametrize(
    ("members", "told"),
    [
        ({}, "no phone, e-mail or web site."),
        ({"email": "info@example.org"}, "no phone."),
        ({"website": "https://example.org"}, "no phone."),
        ({"status": "closed"}, ""),
    ],
)
def test_an_open_centre_without_a_phone_is_told(members: dict[str, str], told: str) -> None:
    """Most people who need it call; so is one that cannot be reached at all."""
    reachable = {name: None for name in ("email", "website", "sources") if name not in members}
    record = {**_centre(1), **reachable, **members}
    warnings = _warned({name: value for name, value in record.items() if value is not None})
    expected = f"/centres/made-up-001: The centre is open, but has {told}"
    assert warnings == ([expected] if told else [])


def test_a_phone_of_another_country_is_told() -> None:
    """A number of another country is reported; one of no country, such as +800, is not."""
    assert _warned(_centre(1, PAYOKE, FREEPHONE, LUXEMBOURG)) == [
        "/centres/made-up-001/phones/2/number: This is a number of Luxembourg, and the "
        "centre is in Belgium. Check both."
    ]


@pytest.mark.parametrize(("until", "told"), [("2026-11-24", False), ("2026-11-23", True)])
def test_a_closure_that_should_be_over_is_told(until: str, told: bool) -> None:
    """From the day after the last one on which the centre was to be closed."""
    closed = _centre(1, PAYOKE, status="temporarily_closed", closed_until=until)
    said = (
        "/centres/made-up-001/closed_until: The day has passed, and the centre still counts as "
        "temporarily closed. Ask whether it is open again."
    )
    assert _warned(closed) == ([said] if told else [])


@pytest.mark.parametrize(
    ("until", "codes"),
    [
        ("2026-11-24", ["foreign_phone", "unknown_postcode", "past_hours"]),
        ("2026-11-23", ["temporary_over"]),
    ],
)
def test_temporary_values_are_checked_until_they_are_over(until: str, codes: list[str]) -> None:
    """As permanent ones; then a maintainer is told to remove them."""
    record = made_up_centre(1, timezone="Europe/Brussels")
    temporary = {
        "until": until,
        "address": record["address"],
        "location": record["location"],
        "phones": [{"number": "+31334481186", "kind": "main"}],
        "opening_hours": "2020 Mo-Fr 09:00-17:00",
    }
    centre = Centre.from_record({**record, "temporary": temporary})
    found = record_warnings([centre], (), lambda *_: None, date(2026, 11, 24))
    below = [each for each in found if "/temporary/" in (each.pointer or "")]
    assert sorted(str(each.code) for each in below) == sorted(codes)


def test_what_visitors_see_of_a_closure_is_told_before_it_is_saved() -> None:
    """Of a centre that is closed for a time now, or is new; not of one that was closed before."""
    active = _centre(1, PAYOKE)
    closed = {**active, "status": "temporarily_closed"}
    until = {**closed, "closed_until": "2027-03-01"}

    def told(before: dict[str, Any] | None, after: dict[str, Any] | None) -> str | None:
        warning = closing(Change("centre", "made-up-001", before, after))
        return str(warning) if warning else None

    said = "/centres/made-up-001/status: Visitors will see “Temporarily closed"
    for before in (active, None):
        assert (told(before, closed) or "").startswith(f"{said}”.")
        assert (told(before, until) or "").startswith(f"{said} until 1 March 2027”.")
    for pair in ((closed, until), (closed, active), (closed, None), (active, active)):
        assert told(*pair) is None
    assert closing(Change("helpline", "a", None, {"id": "a"})) is None


@pytest.mark.parametrize(("on", "told"), [("2026-11-24", False), ("2026-11-25", True)])
def test_a_confirmation_of_tomorrow_is_told(on: str, told: bool) -> None:
    """A record that was confirmed after today is told of, since it counts as unverified."""
    centre = _centre(1, PAYOKE, verified={"on": on, "by": "a", "how": "called"})
    expected = (
        "/centres/made-up-001/verified/on: The day is in the future. Until then the record counts "
        "as unverified."
    )
    assert _warned(centre) == [expected] * told


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ('"on call"', True),
        ('Mo-Fr 09:00-17:00; Sa "by appointment, ring the bell"', True),
        ('Mo-Fr 09:00-17:00 "by appointment"; Sa "on call"', True),
        # The form offers it.
        ('"by appointment"', False),
        ('Mo-Fr 09:00-17:00; Sa "By appointment"; PH off "feast"', False),
        ('24/7 open "ring the bell"', True),
        ('Mo-Fr 09:00-17:00; Sa unknown "mostly"; PH off "feast"; Su closed"never"', False),
        ("Mo-Fr 09:00-17:00; PH off", False),
    ],
)
def test_hours_that_a_comment_makes_unknown_are_told(hours: str, told: bool) -> None:
    """A comment on open hours is reported; one on closed or unknown hours is not."""
    expected = (
        "/centres/made-up-001/opening_hours: Hours with a comment count as unknown, never as open. "
        "Move the explanation to the description."
    )
    assert (
        _warned(_centre(1, PAYOKE, opening_hours=hours, timezone="Europe/Brussels"))
        == [expected] * told
    )


def test_the_shipped_records_share_no_phone() -> None:
    """The shipped centres give rise to no warning but an acknowledged one: Sürya's two domains."""
    assert _warned(*shipped_records()["centres"]) == []
    surya = Centre.from_record(shipped_records()["centres"][2])
    ((warning, reason),) = _every(surya)
    assert (warning.code, warning.pointer) == ("other_domain", "/centres/surya/email")
    assert "flyer" in (reason or "")


def _every(*centres: Centre) -> list[tuple[Fault, str | None]]:
    found = every_warning(centres, (), lambda _country, _code: None, TODAY)
    return [each for each in found if each[0].code != "unknown_postcode"]


def test_an_acknowledgement_ends_when_the_value_changes() -> None:
    """Of the e-mail and of the web site, and of nothing else."""
    surya = shipped_records()["centres"][2]
    for members in ({"email": "info@example.org"}, {"website": "https://www.example.org/"}):
        (warning,) = _warned({**surya, **members})
        assert warning.startswith("/centres/surya/email: ")
    assert _warned({**surya, "email": "help@asblsurya.be", "name": "Other"}) == []


def _of_lines(*lines: dict[str, Any]) -> list[Fault]:
    helplines = map(Helpline.from_record, lines)
    return [*record_warnings((), helplines, lambda _country, _code: None, TODAY)]


def test_the_shipped_helplines_have_one_warning_which_is_acknowledged() -> None:
    """Calls to the police of the Netherlands, when it is not urgent, are paid."""
    lines = shipped_records()["helplines"]
    assert _of_lines(*lines) == []
    helplines = map(Helpline.from_record, lines)
    found = every_warning((), helplines, lambda _country, _code: None, TODAY)
    ((warning, reason),) = found
    assert (warning.code, warning.pointer) == (
        "premium_rate",
        "/helplines/nl-police-not-urgent/number",
    )
    assert reason


def test_an_acknowledgement_of_a_helpline_ends_when_the_value_changes() -> None:
    """Of a number the countries are part of the value, if the warning is about them."""
    line = _line("+31334481186")
    (foreign,) = _of_lines(line)
    line["acknowledged"] = [_checked(foreign)]
    assert _of_lines(line, {**line, "note": {"en": "At night."}}) == []
    for members in ({"number": "+31334481187"}, {"countries": ["BE", "FR"]}):
        (again,) = _of_lines({**line, **members})
        assert again.code == "foreign_phone"


def _line(number: str, **members: Any) -> dict[str, Any]:
    name = {"en": "A line"}
    kind = "other_line"
    line = {"id": "line", "kind": kind, "number": number, "name": name, "countries": ["BE"]}
    return {**line, **members}


def _checked(warning: Fault) -> dict[str, Any]:
    return {"warning": warning.code, "value": warning.value, "reason": "checked"}


def test_each_warning_about_a_value_can_be_acknowledged() -> None:
    """By its code, a word of the vocabulary, and its value; then nothing is left to check."""
    lines = [
        _line("12", id="line-1"),
        _line("+31334481187", id="line-2", hours='Mo-Fr "on call"'),
        _line("+3290012346", id="line-3", hours="2020 Mo-Fr 09:00-17:00"),
        _line("1712", id="line-4", hours="Mo-Fr 09:00-05:00"),
    ]
    odd = [
        _centre(1, PAYOKE, email="a@b.org", website="https://c.org/"),
        _centre(2, PAYOKE, LUXEMBOURG, opening_hours='"by call"', timezone="Europe/Paris"),
        _centre(4, "+3290012345", opening_hours="2020 Mo-Fr 09:00-17:00", timezone=ZONE),
        _centre(5, SURYA, opening_hours="Mo-Fr 09:00-05:00", timezone=ZONE),
        _centre(6, timezone=ZONE, temporary={"until": "2206-01-01", **_phones(FREEPHONE)}),
        _centre(
            3,
            location={"lat": 51.0, "lon": 4.35, "precision": "street"},
            address={**made_up_centre(3)["address"], "street": "Rue Rouveroy 2"},
            address_visibility="hidden",
            description={"fr": "Demandez Rouveroy"},
        ),
    ]
    far = Place("BE", "1000", "Brussel", {}, Point(50.85, 4.35), 3000)

    def warnings(place: Place | None) -> list[Fault]:
        centres = [Centre.from_record(CentreSchema.read(each)) for each in odd]
        helplines = [Helpline.from_record(HelplineSchema.read(each)) for each in lines]
        return [*record_warnings(centres, helplines, lambda _country, _code: place, TODAY)]

    codes = {"helplines": set[str | None](), "centres": set[str | None]()}
    for place in (None, far):
        for warning in warnings(place):
            collection, identity = record_of(warning)
            at = next(each for each in (*odd, *lines) if each["id"] == identity)
            at.setdefault("acknowledged", []).append(_checked(warning))
            codes[collection].add(warning.code)
        assert warnings(place) == []
    assert codes["helplines"] == {
        "foreign_phone",
        "overnight_hours",
        "past_hours",
        "premium_rate",
        "unclear_hours",
        "unknown_number",
    }
    assert codes["centres"] | codes["helplines"] == set(WARNINGS)


def test_a_removed_record_acknowledges_nothing() -> None:
    """Its acknowledgements go with it."""
    record = made_up_centre(1, acknowledged=[{"warning": "x", "value": "y", "reason": "z"}])
    assert [*unfounded(Change("centre", "made-up-001", record, None), [])] == []


def test_a_country_with_many_time_zones_names_none_of_them() -> None:
    """The list would be longer than the sentence."""
    record = {**made_up_centre(1), "timezone": "Europe/Brussels", "opening_hours": "24/7"}
    record["address"] = {**record["address"], "country": "US"}
    (fault,) = (
        fault
        for fault in record_warnings(
            [Centre.from_record(record)], (), lambda _country, _code: None, TODAY
        )
        if fault.code == "foreign_timezone"
    )
    assert fault.detail.startswith("This is not a time zone of United States")
