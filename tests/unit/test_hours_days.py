"""The days that rules select, and the states of a day."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import pytest

from directory_api.hours.days import Days, Period, _Choices
from directory_api.hours.doubts import doubt
from directory_api.hours.rules import CLOSED, OPEN, UNKNOWN
from directory_api.hours.syntax import parse_hours
from directory_api.hours.timetable import HoursKey, Opening, Timetable, intervals
from tests.support.calls import counting

MIDNIGHT, NIGHT = 0, 90


def _state(expression: str, day: str, minute: int = 600) -> str:
    periods = Days(parse_hours(expression).rules, "BE").periods(date.fromisoformat(day))
    (state,) = (period.state for period in periods if period.start <= minute < period.end)
    return state


def _open_days(expression: str, first: str, days: int) -> list[str]:
    since = date.fromisoformat(first)
    all_days = ((since + timedelta(days=number)).isoformat() for number in range(days))
    return [day for day in all_days if _state(expression, day) == OPEN]


# In each the days that are open within so many days.
SELECTED = [
    ("Mo[1]", "2026-06-01", 60, ["2026-06-01", "2026-07-06"]),
    ("Mo[1]", "2026-09-01", 30, ["2026-09-07"]),
    ("Su[-1]", "2026-12-01", 62, ["2026-12-27", "2027-01-31"]),
    ("Mo[1] +1 day", "2026-06-01", 60, ["2026-06-02", "2026-07-07"]),
    ("Mo[5] +2 days", "2026-06-20", 30, ["2026-07-01"]),
    ("Mo[5]", "2026-06-01", 60, ["2026-06-29"]),
    ("Feb 28-29", "2027-02-25", 10, ["2027-02-28"]),
    ("Feb 29", "2028-02-25", 10, ["2028-02-29"]),
    ("Dec 31-Jan 1", "2026-12-28", 10, ["2026-12-31", "2027-01-01"]),
    ("2026 Dec 31-2027 Jan 1", "2026-12-28", 10, ["2026-12-31", "2027-01-01"]),
    ("2026 Dec 31-2027 Jan 1", "2027-12-28", 10, []),
    ("easter -2 days-easter +1 day", "2026-04-01", 10,
     ["2026-04-03", "2026-04-04", "2026-04-05", "2026-04-06"]),
    ("Nov-Jan Fr[1]", "2026-12-01", 90, ["2026-12-04", "2027-01-01"]),
    ("2026-2030/2 Jan 1", "2026-01-01", 1100, ["2026-01-01", "2028-01-01"]),
    ("week 53 Fr", "2026-12-20", 30, ["2027-01-01"]),
    ("week 1-5/2 Mo", "2027-01-01", 50, ["2027-01-04", "2027-01-18", "2027-02-01"]),
    ("week 2-8/3 Mo", "2027-01-01", 60, ["2027-01-11", "2027-02-01", "2027-02-22"]),
    ("Sa-Su,Tu", "2026-06-01", 7, ["2026-06-02", "2026-06-06", "2026-06-07"]),
    ("PH", "2026-04-01", 62, ["2026-04-06", "2026-05-01", "2026-05-14", "2026-05-25"]),
    ("PH Mo-Fr", "2026-08-10", 14, []),
    ("PH -1 day,PH +1 day", "2026-12-20", 14, ["2026-12-24", "2026-12-26", "2026-12-31",
                                               "2027-01-02"]),
]  # fmt: skip


@pytest.mark.parametrize(("expression", "first", "days", "selected"), SELECTED)
def test_selectors_select_their_days(
    expression: str, first: str, days: int, selected: list[str]
) -> None:
    """Over the turn of a month and a year, in leap years and around Easter."""
    assert _open_days(expression, first, days) == selected


# Friday, 5 June 2026, is an ordinary day; so are those around it.
NIGHTS = [
    # Both readings agree.
    ("Mo-Th,Su 20:00-02:00; Fr,Sa 20:00-04:00", "2026-06-07", OPEN),
    ("Mo-Fr 09:00-17:00; Su 22:00-06:00", "2026-06-08", OPEN),
    ("Sa 22:00-04:00, Su 10:00-12:00", "2026-06-07", OPEN),
    ("Su 10:00-12:00; Sa 22:00-04:00", "2026-06-07", OPEN),
    ("Sa 22:00-04:00; Su 00:00-12:00", "2026-06-07", OPEN),
    ("Sa 22:00-24:00; Su 00:00-04:00,10:00-12:00", "2026-06-07", OPEN),
    ("Mo-Su 22:00-06:00; Sa 22:00-23:00", "2026-06-06", UNKNOWN),
    # Sunday's rule replaces the night before, or it does not.
    ("Sa 22:00-04:00; Su 10:00-12:00", "2026-06-07", UNKNOWN),
    # The night of a day that is closed, and a day that is closed after a night.
    ("Fr,Sa 22:00-04:00; Sa off", "2026-06-07", UNKNOWN),
    ("Fr,Sa 22:00-04:00; Sa off", "2026-06-06", UNKNOWN),
    ("Mo-Fr 20:00-02:00; We 20:00-22:00", "2026-06-04", UNKNOWN),
    ("Mo-Fr 20:00-02:00; We 20:00-22:00", "2026-06-05", OPEN),
    ("Mo-Su 22:00-06:00; PH off", "2026-07-21", UNKNOWN),
    ("Mo-Su 22:00-06:00; PH off", "2026-07-20", OPEN),
]


@pytest.mark.parametrize(("expression", "day", "state"), NIGHTS)
def test_a_night_is_unknown_where_it_has_two_meanings(
    expression: str, day: str, state: str
) -> None:
    """At 01:30, hours that began the day before are open, unless another rule meets them."""
    assert _state(expression, day, NIGHT) == state


STATES = [
    ("Mo-Fr 09:00-17:00; PH Mo-Fr off", "2026-06-03", OPEN),
    ("Mo-Fr 09:00-17:00; PH Mo-Fr off", "2026-07-21", CLOSED),
    ("PH Mo-Fr 10:00-12:00", "2026-06-03", CLOSED),
    ("PH Mo-Fr 10:00-12:00", "2026-07-21", OPEN),
    ("Mo-Fr 09:00-17:00; Fr 10:00-10:30 off", "2026-06-05", CLOSED),
    ("Mo-Fr 09:00-17:00; Fr 11:00-12:00", "2026-06-05", CLOSED),
    ("Mo-Fr 09:00-17:00, Fr 11:00-12:00", "2026-06-05", OPEN),
    ('Mo-Fr 09:00-09:30 || Fr "call"', "2026-06-05", UNKNOWN),
    ('Mo-Fr 09:00-17:00 || Fr "call"', "2026-06-05", OPEN),
    ("Mo-Fr 09:00-17:00; Fr unknown; PH off", "2026-06-05", UNKNOWN),
]


@pytest.mark.parametrize(("expression", "day", "state"), STATES)
def test_rules_meet_on_a_day(expression: str, day: str, state: str) -> None:
    """At 10:00, a later rule replaces earlier ones, adds to them, or closes a part of the day."""
    assert _state(expression, day) == state


# Each with a word of the sentence.
DOUBTS = [
    ("Mo-Fr 09:00-17:00; PH off", "BE", None),
    ("Mo-Fr 09:00-17:00; Sa unknown", "BE", None),
    ("Mo-Sa 22:00-06:00", "BE", None),
    ("nine to five", "BE", None),
    ('Mo-Fr 09:00-17:00 "ring"', "BE", "comment"),
    ("sunrise-sunset", "BE", "the sun"),
    ("Mo-Fr 09:00-17:00; PH off", "IT", "The public holidays of this country"),
    ("Mo-Fr 09:00-17:00; PH off", "LU", None),
    ("Mo-Fr 09:00-17:00; PH off", "NL", "unknown: 03/04/2026, 05/05/2026."),
    ("Mo-Fr 09:00-17:00; PH off; May 5 off; easter -2 days off", "NL", None),
    ("Mo-Fr 09:00-17:00; PH +1 day off", "NL", "unknown: 05/04/2026, 05/05/2026, 24/05/2026."),
    ("Mo-Sa 22:00-06:00", "NL", None),
    ("Mo-Fr 09:00-17:00; SH off", "BE", "School holidays"),
    ("Sa 22:00-04:00; Su 10:00-12:00", "BE", "past midnight"),
    ("Mo-Su 22:00-06:00 unknown; Dec 24 10:00-12:00", "BE", "past midnight"),
]


@pytest.mark.parametrize(("expression", "country", "words"), DOUBTS)
def test_a_doubt_is_told_in_a_sentence(expression: str, country: str, words: str | None) -> None:
    """What the hours leave open is told; hours that say `unknown` themselves are not."""
    told = doubt(expression, country, 2026)
    assert told is None if words is None else words in (told or "")


def test_expressions_that_differ_in_their_times_share_their_days() -> None:
    """Which rules select a day is found out once for all of them, of 9,500 centres, too."""
    first = date(2026, 6, 1)
    every = [
        Days(parse_hours(f"Mo-Fr 0{hour}:{minute:02}-17:00; Sa,PH off").rules, "BE")
        for hour in (7, 8)
        for minute in range(30)
    ]
    with counting(_Choices._selecting) as calls:
        for days in every:
            for number in range(8):
                assert days.periods(first + timedelta(days=number))[-1].state == CLOSED
    assert calls["_Choices._selecting"] <= 2 * 8


def test_which_hours_are_open_at_a_moment_needs_no_intervals() -> None:
    """Nor does a moment years away need a timetable of its own."""
    table = Timetable(datetime(2026, 6, 1, tzinfo=UTC))
    hours = [
        HoursKey(f"Mo-Fr 09:{minute:02}-17:00", "Europe/Brussels", "BE") for minute in range(9)
    ]
    with counting(intervals) as calls:
        opening = table.opening(hours, datetime(2028, 3, 3, 8, 4, tzinfo=UTC))
    assert opening == Opening(frozenset(hours[:5]), frozenset())
    assert calls["intervals"] == 0


def test_four_unknown_days_at_once_are_still_read_in_every_way() -> None:
    """Whatever is a holiday today and yesterday, an office is closed at eight in the evening."""
    days = Days(parse_hours("Mo-Fr 09:00-17:00; PH off; SH off").rules, "US")
    periods = days.periods(date(2026, 6, 1))
    states = {minute: _at(periods, minute) for minute in (600, 1200)}
    assert states == {600: UNKNOWN, 1200: CLOSED}


def _at(periods: Iterable[Period], minute: int) -> str:
    (state,) = (each.state for each in periods if each.start <= minute < each.end)
    return state
