"""Centres of which a number is answered at some hours of a week, and when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from directory_api.hours.timetable import Timetable
from directory_api.record.records import Centre
from tests.support.records import made_up_centre, shipped_records

BRUSSELS = ZoneInfo("Europe/Brussels")
# With a public holiday, Armistice Day, on its Wednesday.
MONDAY = datetime(2026, 11, 9, tzinfo=BRUSSELS)
HOURS_OF_THE_WEEK = [MONDAY + timedelta(hours=hour) for hour in range(7 * 24)]
OFFICE = {"opening_hours": "Mo-Fr 09:00-17:00; PH off", "timezone": "Europe/Brussels"}


def phone(**members: str) -> dict[str, Any]:
    """The members of a centre with one phone."""
    return {"phones": [{"number": "+3225116464", "kind": "main", **members}]}


# When the number of a centre is answered: the hours from and to, on some days from 0 (Monday).
NIGHTS = {"hours": "Mo-Su 20:00-24:00"}
WORKING = ((0, 1, 3, 4), 9, 17)
Times = tuple[tuple[int, ...], int, int] | None
ALWAYS: Times = (tuple(range(7)), 0, 24)
MADE_UP: Mapping[str, tuple[dict[str, Any], Times]] = {
    "the office is open": ({**OFFICE, **phone()}, WORKING),
    "nothing is known": (phone(), None),
    "day and night": (phone(hours="24/7"), ALWAYS),
    "day and night, for emergencies outside office hours": (
        {**OFFICE, **phone(hours="24/7"), "services": ["emergency_duty"]},
        WORKING,
    ),
    "a phone for emergencies only": ({**OFFICE, **phone(hours="24/7", kind="duty")}, None),
    "a phone with hours of its own": (
        {**OFFICE, **phone(**NIGHTS)},
        (tuple(range(7)), 20, 24),
    ),
    "hours without a time zone": (phone(**NIGHTS), None),
    "temporarily closed": ({**OFFICE, **phone(), "status": "temporarily_closed"}, None),
    "temporarily closed, still answered": (
        {**phone(hours="24/7"), "status": "temporarily_closed"},
        None,
    ),
    "closed": ({**OFFICE, **phone(hours="24/7"), "status": "closed"}, None),
    "a fax": ({**OFFICE, **phone(kind="fax")}, None),
}
SHIPPED: Mapping[str, Times] = {"pag-asa": WORKING, "payoke": None, "surya": None}


def is_within(times: Times, at: datetime) -> bool:
    """Whether a moment is within times of a week."""
    return times is not None and at.weekday() in times[0] and times[1] <= at.hour < times[2]


CENTRES: Mapping[str, tuple[Centre, Times]] = {
    **{
        f"{record['id']}, as shipped": (Centre.from_record(record), SHIPPED[record["id"]])
        for record in shipped_records()["centres"]
    },
    **{
        why: (Centre.from_record(made_up_centre(number, **members)), times)
        for number, (why, (members, times)) in enumerate(MADE_UP.items())
    },
}


def timetable_of_the_week() -> Timetable:
    """Of all these hours."""
    return Timetable(MONDAY.astimezone(UTC), 14)
