"""Hours that are the same every week, against the library that reads all hours."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.hsds.weekly import Weekly, weekly
from directory_api.hours.rules import OPEN, WEEKDAYS
from directory_api.hours.timetable import intervals

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
CLOCK = st.times().map(lambda time: f"{time:%H:%M}")
SPANS = st.one_of(
    st.sampled_from(WEEKDAYS),
    st.builds("{}-{}".format, st.sampled_from(WEEKDAYS), st.sampled_from(WEEKDAYS)),
)
RULES = st.builds(
    "{}{}".format,
    st.one_of(
        st.just(""),
        st.lists(SPANS, min_size=1, max_size=3).map(lambda spans: ",".join(spans) + " "),
    ),
    st.lists(st.builds("{}-{}".format, CLOCK, CLOCK), min_size=1, max_size=2).map(",".join),
)


def _minutes(clock: str) -> int:
    return int(clock[:2]) * 60 + int(clock[3:])


def _open_minutes(rules: tuple[Weekly, ...]) -> set[int]:
    """The minutes of a week that the rules call open, counted from Monday."""
    return {
        WEEKDAYS.index(day) * 1440 + minute
        for rule in rules
        for day in rule.days
        for minute in range(_minutes(rule.opens), _minutes(rule.closes))
    }


def _library_minutes(expression: str) -> set[int]:
    found = intervals(expression, "UTC", "BE", MONDAY, 7)
    spans = [(each.start - MONDAY, each.end - MONDAY) for each in found if each.word == OPEN]
    minute = timedelta(minutes=1)
    return {number for start, end in spans for number in range(start // minute, end // minute)}


@given(st.lists(RULES, min_size=1, max_size=3).map("; ".join))
def test_weekly_hours_are_open_when_the_expression_is(expression: str) -> None:
    """If an expression has weekly hours, they name exactly the minutes that the library
    calls open.
    """
    found = weekly(expression)
    assert not found or _open_minutes(found) == _library_minutes(expression)


@pytest.mark.parametrize(
    ("expression", "wanted"),
    [
        ("Mo-Fr 09:00-17:00", (Weekly(("Mo", "Tu", "We", "Th", "Fr"), "09:00", "17:00"),)),
        ("Sa,Mo 09:00-12:00,13:00-17:30",
         (Weekly(("Mo", "Sa"), "09:00", "12:00"), Weekly(("Mo", "Sa"), "13:00", "17:30"))),
        ("Mo 10:00-11:00; Tu 12:00-13:00",
         (Weekly(("Mo",), "10:00", "11:00"), Weekly(("Tu",), "12:00", "13:00"))),
        ("Mo 10:00-11:00, Tu 12:00-13:00",
         (Weekly(("Mo",), "10:00", "11:00"), Weekly(("Tu",), "12:00", "13:00"))),
        ("mo 9:00-10:30", (Weekly(("Mo",), "09:00", "10:30"),)),
        ("08:00-09:00", (Weekly(WEEKDAYS, "08:00", "09:00"),)),
        ("Sa-Mo 08:00-09:00", (Weekly(("Mo", "Sa", "Su"), "08:00", "09:00"),)),
    ],
)  # fmt: skip
def test_days_and_times_are_told(expression: str, wanted: tuple[Weekly, ...]) -> None:
    """Spans of days, also over Sunday, several times and several rules are all told."""
    assert weekly(expression) == wanted


@pytest.mark.parametrize(
    "expression",
    [
        None,
        "",
        "24/7",
        "Mo-Fr 09:00-17:00; PH off",
        'Mo-Fr 09:00-17:00 "by phone"',
        "Fr 22:00-02:00",
        "Mo 09:00-24:00",
        "Mo-Fr 09:00-17:00; Mo 10:00-12:00",
        "Apr-Sep Mo 09:00-17:00",
        "Mo sunrise-sunset",
        "Mo 17:00+",
        "PH 09:00-12:00",
        'Mo-Fr 09:00-17:00 || "on request"',
        "week 1-10 Mo 09:00-10:00",
    ],
)
def test_what_weeks_cannot_say_is_not_said(expression: str | None) -> None:
    """Hours with an exception, a night, a comment, a season or the sun have no weekly hours."""
    assert weekly(expression) == ()
