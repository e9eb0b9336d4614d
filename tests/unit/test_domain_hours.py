"""Opening hours, compared with our own evaluation of local time, minute by minute."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.countries.known import known
from directory_api.hours import holidays as of_countries
from directory_api.hours.holidays import easter, is_public_holiday
from directory_api.hours.rules import CLOSED, OPEN, STATES, UNKNOWN
from directory_api.hours.syntax import parse_hours
from directory_api.hours.timetable import Interval, OpenState, intervals, state
from tests.support.amount import tried

BRUSSELS = "Europe/Brussels"
YEAR = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)
# The first and the last minute of each quarter of an hour of the year.
MINUTES = [minute for minute in range(365 * 1440) if minute % 15 in (0, 14)]
# The public holidays of Belgium by law (Royal Decree of 18 April 1974) in 2026.
HOLIDAYS = frozenset(
    date(2026, month, day)
    for month, day in [
        (1, 1),
        (4, 6),
        (5, 1),
        (5, 14),
        (5, 25),
        (7, 21),
        (8, 15),
        (11, 1),
        (11, 11),
        (12, 25),
    ]
)
WEEK, WEEKEND, ALL = range(5), range(5, 7), range(7)
SUMMER, WINTER = datetime(2026, 3, 29, 1, tzinfo=UTC), datetime(2026, 10, 25, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Rule:
    """Weekdays (Monday is 0), and the minutes of the day; over 1,440 is the morning of the next
    day.
    """

    days: Sequence[int]
    spans: Sequence[tuple[int, int]]


@lru_cache(maxsize=4)
def _wall(zone: str) -> list[tuple[date, int, int]]:
    """For each of MINUTES: the day, weekday and minute in local time."""
    local = (datetime.astimezone(YEAR + minute * MINUTE, ZoneInfo(zone)) for minute in MINUTES)
    return [(moment.date(), moment.weekday(), moment.hour * 60 + moment.minute) for moment in local]


def _is_open(
    rules: Sequence[Rule], closed: frozenset[date], day: date, weekday: int, minute: int
) -> bool:
    if day in closed:
        return False
    yesterday = (weekday - 1) % 7
    return any(
        (weekday in rule.days and start <= minute < end)
        or (yesterday in rule.days and start <= minute + 1440 < end)
        for rule in rules
        for start, end in rule.spans
    )


NONE: frozenset[date] = frozenset()
CASES: list[tuple[str, str, Sequence[Rule], frozenset[date]]] = [
    ("Mo-Fr 09:00-17:00", BRUSSELS, [Rule(WEEK, [(540, 1020)])], NONE),
    ("Mo-Fr 09:00-17:00; PH off", BRUSSELS, [Rule(WEEK, [(540, 1020)])], HOLIDAYS),
    ("Mo-Su 10:00-11:00; PH off", BRUSSELS, [Rule(ALL, [(600, 660)])], HOLIDAYS),
    (
        "Mo-Fr 08:30-12:00,13:00-16:45; Sa,Su 10:00-12:00",
        BRUSSELS,
        [Rule(WEEK, [(510, 720), (780, 1005)]), Rule(WEEKEND, [(600, 720)])],
        NONE,
    ),
    ("Mo-Su 22:00-06:00", BRUSSELS, [Rule(ALL, [(1320, 1800)])], NONE),
    ("Fr,Sa 20:00-03:00", BRUSSELS, [Rule((4, 5), [(1200, 1620)])], NONE),
    ("Mo-Su 01:00-02:30", BRUSSELS, [Rule(ALL, [(60, 150)])], NONE),
    ("Mo-Su 02:15-02:45", BRUSSELS, [Rule(ALL, [(135, 165)])], NONE),
    ("Mo-Su 02:30-04:00", BRUSSELS, [Rule(ALL, [(150, 240)])], NONE),
    ("24/7", BRUSSELS, [Rule(ALL, [(0, 1440)])], NONE),
    ("Mo-Fr 09:00-17:00", "Pacific/Chatham", [Rule(WEEK, [(540, 1020)])], NONE),
    ("Su 01:30-02:30", "America/New_York", [Rule([6], [(90, 150)])], NONE),
]


# The days of a set are written in another order in each process, and pytest-xdist compares names of
# tests.
@pytest.mark.parametrize(
    ("expression", "zone", "rules", "closed"),
    CASES,
    ids=[f"{expression} in {zone}" for expression, zone, *_ in CASES],
)
def test_each_quarter_of_an_hour_of_a_year_is_as_the_clock_on_the_wall_says(
    expression: str, zone: str, rules: Sequence[Rule], closed: frozenset[date]
) -> None:
    """The first and the last minute of each, with both clock changes and ten holidays, are open as
    in local time. All hours of CASES begin and end with a quarter, so to the minute.
    """
    found = [False] * (365 * 1440)
    for interval in intervals(expression, zone, "BE", YEAR, 365):
        assert interval.word != UNKNOWN
        first, last = ((moment - YEAR) // MINUTE for moment in (interval.start, interval.end))
        found[first:last] = [interval.word == OPEN] * (last - first)
    differing = [
        YEAR + minute * MINUTE
        for minute, shown in zip(MINUTES, _wall(zone), strict=True)
        if found[minute] != _is_open(rules, closed, *shown)
    ]
    assert differing == []


def _open_on(expression: str, night: datetime) -> list[tuple[str, str]]:
    """The open hours within four hours before and after a change of the clock, as UTC."""
    found = intervals(expression, BRUSSELS, "BE", night - timedelta(hours=4), 1)
    last = night + timedelta(hours=4)
    return [
        (f"{i.start:%H:%M}", f"{i.end:%H:%M}") for i in found if i.word == OPEN and i.start < last
    ]


def test_the_night_that_skips_an_hour_skips_what_lies_within_it() -> None:
    """On 29 March 2026, 02:00 to 03:00 does not exist: hours end at its start, begin at its end, or
    vanish.
    """
    assert _open_on("Mo-Su 01:00-02:30", SUMMER) == [("00:00", "01:00")]
    assert _open_on("Mo-Su 02:30-04:00", SUMMER) == [("01:00", "02:00")]
    assert _open_on("Mo-Su 02:15-02:45", SUMMER) == []
    assert _open_on("Mo-Su 22:00-06:00", SUMMER) == [("21:00", "04:00")]


def test_the_night_that_has_an_hour_twice_has_it_open_twice() -> None:
    """On 25 October 2026 02:00 to 03:00 comes twice, and so do hours within it."""
    assert _open_on("Mo-Su 02:15-02:45", WINTER) == [("00:15", "00:45"), ("01:15", "01:45")]
    assert _open_on("Mo-Su 22:00-06:00", WINTER) == [("21:00", "05:00")]


CLOCK = st.integers(0, 24 * 4 - 1).map(lambda quarter: f"{quarter // 4:02}:{quarter % 4 * 15:02}")
SPAN = st.tuples(CLOCK, CLOCK).filter(lambda ends: ends[0] != ends[1]).map("-".join)
DAYS = ("Mo-Fr", "Mo-Su", "Sa,Su", "We", "Mo-We,Fr", "PH", "Mo[1]", "Oct 20-31", "week 10-20 Mo-Sa")
ENDINGS = ("", "", " off", " unknown", ' unknown "ring first"', ' "ring"')
RULE = st.builds(
    lambda days, spans, ending: f"{days} {','.join(spans)}{ending}",
    st.sampled_from(DAYS),
    st.lists(SPAN, min_size=1, max_size=3),
    st.sampled_from(ENDINGS),
)
EXPRESSIONS = st.builds(
    str.join, st.sampled_from(["; ", ", ", " || "]), st.lists(RULE, min_size=1, max_size=3)
)
ZONES = st.sampled_from(
    [
        BRUSSELS,
        "UTC",
        "Asia/Kathmandu",
        "America/St_Johns",
        "Australia/Lord_Howe",
        "Africa/Casablanca",
    ]
)
MOMENTS = st.integers(0, 20 * 365 * 86_400).map(
    lambda second: datetime(2020, 1, 1, tzinfo=UTC) + second * SECOND
)


@given(EXPRESSIONS, ZONES, MOMENTS, st.integers(1, 40))
def test_intervals_cover_their_time_and_agree_with_the_state(
    expression: str, zone: str, since: datetime, days: int
) -> None:
    """Intervals are contiguous, neighbours differ, and the state changes exactly at their
    borders.
    """
    found = intervals(expression, zone, "BE", since, days)
    assert (found[0].start, found[-1].end) == (since, since + timedelta(days=days))
    assert all(interval.start < interval.end and interval.word in STATES for interval in found)
    for before, after in pairwise(found):
        assert before.end == after.start
        assert before.word != after.word
        assert state(found, before.end - SECOND) == OpenState(before.word, before.end, after.word)
        assert state(found, after.start).word == after.word
        assert state(found, after.end - SECOND).word == after.word
    assert state(found, found[-1].start) == OpenState(found[-1].word, None, None)


@settings(max_examples=tried(100))
@given(EXPRESSIONS, ZONES, MOMENTS, st.integers(0, 30 * 24 * 60))
def test_a_moment_has_one_state_wherever_one_begins_to_look(
    expression: str, zone: str, since: datetime, minutes: int
) -> None:
    """What the hours say of a moment does not depend on how long before it the intervals begin."""
    moment = since + minutes * MINUTE
    long, short = (
        intervals(expression, zone, "BE", since, 32),
        intervals(expression, zone, "BE", moment, 1),
    )
    assert state(long, moment).word == short[0].word


@pytest.mark.parametrize("change", [SUMMER, WINTER])
def test_intervals_may_begin_or_end_at_a_change_of_the_clock(change: datetime) -> None:
    """A day that ends and a day that begins at the very change are as long as any other."""
    for since in (change - timedelta(days=1), change):
        found = intervals("24/7", BRUSSELS, "BE", since, 1)
        assert found == (Interval(since, since + timedelta(days=1), OPEN),)


def test_intervals_begin_at_a_whole_second() -> None:
    """A moment within a second belongs to the interval that begins with the second."""
    moment = YEAR + timedelta(microseconds=5)
    assert intervals("24/7", BRUSSELS, "BE", moment, 1)[0].start == YEAR
    assert (
        intervals("24/7", BRUSSELS, "BE", YEAR.astimezone(ZoneInfo(BRUSSELS)), 1)[0].start == YEAR
    )


def _words(
    expression: str | None, zone: str | None = BRUSSELS, country: str = "BE", since: datetime = YEAR
) -> set[str]:
    return {interval.word for interval in intervals(expression, zone, country, since, 14)}


def test_what_the_hours_call_unknown_is_kept_apart() -> None:
    """Conditional hours are unknown, with their ends; hours after || may apply at any other
    time.
    """
    asked = intervals(
        'Mo-Fr 09:00-17:00 unknown "by appointment"',
        "UTC",
        "BE",
        datetime(2026, 3, 2, tzinfo=UTC),
        1,
    )
    day = datetime(2026, 3, 2, tzinfo=UTC)
    nine, five = day + timedelta(hours=9), day + timedelta(hours=17)
    assert asked == (
        Interval(day, nine, CLOSED),
        Interval(nine, five, UNKNOWN),
        Interval(five, day + timedelta(days=1), CLOSED),
    )
    assert _words('Mo-Fr 09:00-17:00 || "ring first"') == {OPEN, UNKNOWN}
    assert _words('Mo-Fr 09:00-17:00 off "one || two"; Sa 10:00-12:00') == {OPEN, CLOSED}


# In the week from Monday 5 January 2026: the words of Monday at 10:00, Saturday at 11:00 and Sunday
# at 11:00.
COMMENTED = [
    ('"by appointment"', UNKNOWN, UNKNOWN, UNKNOWN),
    ('24/7 "only by phone"', UNKNOWN, UNKNOWN, UNKNOWN),
    ('24/7 open "ring the bell"', UNKNOWN, UNKNOWN, UNKNOWN),
    ('Mo-Fr 09:00-17:00; Sa "by appointment"', OPEN, UNKNOWN, CLOSED),
    ('Mo-Fr 09:00-17:00, Sa 10:00-12:00 "by appointment"', OPEN, UNKNOWN, CLOSED),
    ('Mo-Fr 09:00-17:00 "by appointment"; Sa 10:00-12:00', UNKNOWN, OPEN, CLOSED),
    ('Mo-Fr 09:00-17:00 open "ring the bell"', UNKNOWN, CLOSED, CLOSED),
    ('Mo-Sa 09:00-17:00; Sa unknown "mostly"', OPEN, UNKNOWN, CLOSED),
    ('Mo-Sa 09:00-17:00; Sa off "by phone only"', OPEN, CLOSED, CLOSED),
    ('Mo-Sa 09:00-17:00; Sa closed "by phone only"', OPEN, CLOSED, CLOSED),
    ('Mo-Fr 09:00-17:00; PH,Sa off "feast"', OPEN, CLOSED, CLOSED),
    ('2026 "moved"', UNKNOWN, UNKNOWN, UNKNOWN),
    ('Mo-Fr 09:00-17:00 || "by appointment"', OPEN, UNKNOWN, UNKNOWN),
]


@pytest.mark.parametrize(("expression", "monday", "saturday", "sunday"), COMMENTED)
def test_hours_with_a_comment_are_never_open(
    expression: str, monday: str, saturday: str, sunday: str
) -> None:
    """A comment says on what it depends: what it stands beside is unknown, unless it is closed."""
    since = datetime(2026, 1, 5, tzinfo=UTC)
    found = intervals(expression, "UTC", "BE", since, 7)
    moments = (
        since + timedelta(hours=10),
        since + timedelta(days=5, hours=11),
        since + timedelta(days=6, hours=11),
    )
    assert [state(found, moment).word for moment in moments] == [monday, saturday, sunday]


@given(EXPRESSIONS.filter(lambda expression: '"' in expression))
def test_without_conditional_comments_a_comment_changes_nothing(expression: str) -> None:
    """Where no comment is said to make hours unknown, they are the same without the comments."""
    if not any(rule.is_conditional for rule in parse_hours(expression).rules):
        bare = re.sub(' *"[^"]*"', "", expression)
        assert intervals(expression, BRUSSELS, "BE", YEAR, 14) == intervals(
            bare, BRUSSELS, "BE", YEAR, 14
        )


GUESSES = (
    "sunrise-sunset",
    "Jan 5+ 10:00-12:00",
    "Mo (dusk-01:00)-24:00",
    "Mo-Fr 09:00+",
    "Mo-Fr 09:00-17:00+",
)


@pytest.mark.parametrize("expression", [None, "", "nine to five", "Mo-Fr 99:00", *GUESSES])
def test_hours_that_cannot_be_told_are_unknown_all_through(expression: str | None) -> None:
    """No hours, unreadable ones, hours by the sun without a place or with an open end: unknown."""
    assert intervals(expression, BRUSSELS, "BE", YEAR, 8) == (
        Interval(YEAR, YEAR + timedelta(days=8), UNKNOWN),
    )


@pytest.mark.parametrize("zone", [None, "", "Europe/Nowhere", "../etc/passwd", "/"])
def test_hours_without_a_zone_are_unknown(zone: str | None) -> None:
    """Without a time zone that this machine knows it is unknown when 09:00 is."""
    assert _words("Mo-Fr 09:00-17:00", zone) == {UNKNOWN}


def test_hours_depend_on_unknown_holidays_only_where_they_matter() -> None:
    """Without the holidays of a school, hours that they could change are unknown."""
    weekend = datetime(2026, 1, 3, tzinfo=UTC)
    without_school = "Mo-Fr 09:00-17:00; SH off"
    assert _words(without_school) == {UNKNOWN, CLOSED}
    assert intervals(without_school, "UTC", "BE", weekend, 2) == (
        Interval(weekend, weekend + timedelta(days=2), CLOSED),
    )
    assert _words("Mo-Fr 09:00-17:00", country="IT") == {OPEN, CLOSED}
    assert _words('Mo-Fr 09:00-17:00; Sa off "PH: ring"', country="IT") == {OPEN, CLOSED}
    assert _words("PH 10:00-12:00; PH 10:00-12:00 off", country="IT") == {CLOSED}
    # More unknown days than can be tried.
    assert _words("SH -3 days off; SH -1 day off; SH +1 day off; SH +2 days off; SH off") == {
        UNKNOWN
    }


def test_without_a_calendar_a_day_that_is_a_holiday_nowhere_is_an_ordinary_one() -> None:
    """In Austria: open on a Thursday; unknown at Christmas, and at Epiphany, which a part of
    Germany has. Such a centre is not the worse record of two.
    """
    for day, expected in (("2026-06-11", OPEN), ("2026-12-25", UNKNOWN), ("2026-01-06", UNKNOWN)):
        noon = datetime.fromisoformat(f"{day}T10:00:00+00:00")
        found = intervals("Mo-Fr 09:00-17:00; PH off", "Europe/Vienna", "AT", noon, 1)
        assert state(found, noon).word == expected


def test_after_the_years_of_a_list_the_holidays_of_others_are_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A new country has days of ten years: on no Christmas is a closed door said to be open."""
    new = replace(known()["LU"], public_holidays=(), unclear_holidays=("2026-10-26",))
    monkeypatch.setattr(of_countries, "known", {"LU": new}.copy)
    of_countries._of_year.cache_clear()
    try:
        assert _days("LU", 2026, None) == {date(2026, 10, 26)}
        assert _days("LU", 2036, None) > {date(2036, 12, 25), date(2036, 1, 1)}
        assert not _days("LU", 2036, True)
    finally:
        of_countries._of_year.cache_clear()


def _days(country: str, year: int, answer: bool | None) -> set[date]:
    """The days of a year that are holidays, or may be some."""
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(365))
    return {day for day in days if is_public_holiday(country, day) is answer}


def test_the_holidays_of_belgium_are_the_ten_legal_ones_in_each_year() -> None:
    """Easter Sunday and Whit Sunday are not among them."""
    for year, easter_sunday in ((2025, date(2025, 4, 20)), (2026, date(2026, 4, 5)),
                                (2038, date(2038, 4, 25)), (2095, date(2095, 4, 24))):  # fmt: skip
        assert easter(year) == easter_sunday
        holidays = _days("BE", year, True)
        assert len(holidays) == 10
        assert not holidays & {easter_sunday, easter_sunday + timedelta(days=49)}
        assert not _days("BE", year, None)
    assert _days("BE", 2026, True) == HOLIDAYS


# Month and day, as python-holidays 0.109 has them; the second are those of its parts of the
# country and, in the Netherlands, the days on which most people work.
NEIGHBOURS = [
    ("DE", 2026, "0101 0403 0406 0501 0514 0525 1003 1225 1226",
     "0106 0308 0405 0524 0604 0808 0815 0920 1031 1101 1118"),
    ("DE", 2025, "0101 0418 0421 0501 0529 0609 1003 1225 1226",
     "0106 0308 0420 0508 0608 0619 0808 0815 0920 1031 1101 1119"),
    ("FR", 2026, "0101 0406 0501 0508 0514 0525 0714 0815 1101 1111 1225",
     "0312 0403 0427 0522 0527 0528 0610 0721 1009 1220 1226"),
    ("LU", 2026, "0101 0406 0501 0509 0514 0525 0623 0815 1101 1225 1226", ""),
    ("NL", 2026, "0101 0406 0427 0514 0525 1225 1226", "0403 0405 0505 0524"),
    ("NL", 2025, "0101 0421 0426 0529 0609 1225 1226", "0418 0420 0505 0608"),
]  # fmt: skip


@pytest.mark.parametrize(("country", "year", "holidays", "unclear"), NEIGHBOURS)
def test_neighbours_have_the_holidays_of_their_laws(
    country: str, year: int, holidays: str, unclear: str
) -> None:
    """What differs by region, or is not for everybody, is not known."""
    for answer, days in ((True, holidays), (None, unclear)):
        expected = {date(year, int(day[:2]), int(day[2:])) for day in days.split()}
        assert _days(country, year, answer) == expected


def test_a_holiday_of_a_region_makes_only_its_day_unknown() -> None:
    """In Germany: open on a Thursday, closed at Ascension, unknown at Corpus Christi."""
    for day, expected in (("2026-06-11", OPEN), ("2026-05-14", CLOSED), ("2026-06-04", UNKNOWN)):
        noon = datetime.fromisoformat(f"{day}T10:00:00+00:00")
        found = intervals("Mo-Fr 09:00-17:00; PH off", "Europe/Berlin", "DE", noon, 1)
        assert state(found, noon).word == expected


def test_a_moment_outside_the_intervals_is_unknown() -> None:
    """Before the first interval, after the last one, and without one, the state is unknown."""
    found = intervals("24/7", BRUSSELS, "BE", YEAR, 1)
    nothing = OpenState(UNKNOWN, None, None)
    assert state(found, YEAR) == OpenState(OPEN, None, None)
    assert (
        state(found, YEAR - SECOND)
        == state(found, YEAR + timedelta(days=1))
        == state((), YEAR)
        == nothing
    )
