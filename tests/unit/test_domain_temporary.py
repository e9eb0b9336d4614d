"""Temporary values: they hold from the first day to the last, and the permanent ones return."""

import zoneinfo
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.record.parts import REPLACED
from directory_api.record.records import Centre
from tests.support.records import made_up_centre

HERE = {"street": "Kaai 1"}
THERE = {"street": "Italiëlei 98A"}
POINT = {"lat": 51.21, "lon": 4.42, "precision": "street"}
_LAST_DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
_FIRST_DAYS = st.one_of(st.none(), _LAST_DAYS)
_ZONES = st.sampled_from(["Europe/Brussels", "UTC", "Pacific/Kiritimati", "America/St_Johns"])
_MOMENTS = st.integers(0, 1_000_000).map(
    lambda minutes: datetime(2025, 12, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)


def _centre(zone: str = "Europe/Brussels", **temporary: Any) -> Centre:
    record = made_up_centre(1)
    address = {**record["address"], **THERE}
    values = {"address": address, "location": POINT, **temporary}
    return Centre.from_record({**record, "timezone": zone, "temporary": values})


@given(_FIRST_DAYS, _LAST_DAYS, _ZONES, _MOMENTS)
def test_at_any_moment_one_address_is_current(
    first: date | None, last: date, zone: str, moment: datetime
) -> None:
    """The temporary one on its days in the centre's zone, the permanent one on all others; each
    with its point.
    """
    days = {"from": first, "until": last}
    written = {name: day.isoformat() for name, day in days.items() if day}
    centre = _centre(zone, **written)
    here = moment.astimezone(zoneinfo.ZoneInfo(zone)).date()
    is_there = (first is None or first <= here) and here <= last
    shown = centre.effective_at(moment)
    assert shown.address.street == ("Italiëlei 98A" if is_there else centre.address.street)
    assert shown.location is not None
    assert (shown.location.to_record() == POINT) is is_there
    assert (shown.permanent is not None) is is_there
    if shown.permanent:
        assert shown.permanent.address == centre.address


@given(_FIRST_DAYS, _LAST_DAYS, _ZONES, _MOMENTS)
def test_values_change_at_the_switches_and_at_no_other_moment(
    first: date | None, last: date, zone: str, moment: datetime
) -> None:
    """So an edition that ends there is right for as long as it lasts."""
    days = {"from": first, "until": last}
    centre = _centre(zone, **{name: day.isoformat() for name, day in days.items() if day})
    switches = sorted(centre.switches)
    following = min((each for each in switches if each > moment), default=moment)
    for switch in switches if first is None or first <= last else ():
        just_before = switch - timedelta(microseconds=1)
        assert centre.effective_at(just_before).address != centre.effective_at(switch).address
    assert following == moment or (
        centre.effective_at(following - timedelta(microseconds=1)).address
        == centre.effective_at(moment).address
    )


@pytest.mark.parametrize("visibility", ["locality", "hidden"])
def test_a_hidden_centre_has_no_temporary_address(visibility: str) -> None:
    """Not even one that the schema would refuse; its temporary phones and hours are published."""
    phone = {"number": "+3225116464", "kind": "main"}
    record = {
        **_centre(until="2026-11-30", phones=[phone]).to_record(),
        "address_visibility": visibility,
    }
    published = Centre.from_record(record).published(None)
    moment = datetime.combine(date(2026, 11, 28), time(12), UTC)
    for shown in (published, published.effective_at(moment)):
        assert "Italiëlei" not in str(shown.to_record())
        assert "51.21" not in str(shown.to_record())
    assert published.effective_at(moment).phones[0].number == "+3225116464"


def test_temporary_values_end_the_confirmation() -> None:
    """They are among the values by which people reach the centre; a note is not."""
    without = Centre.from_record({**made_up_centre(1), "timezone": "Europe/Brussels"})
    assert without.contact != _centre(until="2026-11-30").contact
    noted = _centre(until="2026-11-30", note={"en": "works"})
    assert noted.contact == _centre(until="2026-11-30").contact


def test_days_at_the_ends_of_the_calendar_are_no_switches() -> None:
    """They have no moment in UTC."""
    centre = _centre(**{"from": "0001-01-01", "until": "9999-12-31"})
    assert centre.switches == ()
    assert centre.effective_at(datetime(2026, 1, 1, tzinfo=UTC)).permanent
    assert {*REPLACED} == {"address", "location", "phones", "opening_hours"}
