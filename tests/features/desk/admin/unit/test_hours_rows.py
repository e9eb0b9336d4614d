"""Opening hours as rows, and as people write them."""

from collections.abc import Sequence
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from directory_api.features.desk.admin.form.hours_rows import (
    APPOINTMENT,
    DAY_AND_NIGHT,
    MOST_EXCEPTIONS,
    ROWS,
    USUAL,
    Exceptional,
    Row,
    Week,
    between,
    exists,
    is_possible,
    overlapping,
    text,
    week_of,
)
from directory_api.features.desk.typed.hours import clock, day, suggestions, times
from directory_api.hours.days import Days, Period
from directory_api.hours.doubts import doubt
from directory_api.hours.rules import CLOSED, OPEN, PUBLIC_HOLIDAYS, WEEKDAYS, Dates, DayOfYear
from directory_api.hours.syntax import parse_hours
from tests.support.records import shipped_records

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
# The second one has a 29 February.
TWO_YEARS = [date(2027, 1, 1) + timedelta(days=number) for number in range(365 + 366)]
MINUTES = st.integers(0, 24 * 12 - 1).map(lambda number: number * 5)


@st.composite
def _times(draw: st.DrawFn) -> tuple[tuple[int, int], ...]:
    ends = sorted(draw(st.sets(MINUTES, min_size=2, max_size=4)))
    return tuple(zip(ends[::2], ends[1::2], strict=False))


WORKING = st.one_of(
    st.just(Row(CLOSED)),
    st.just(Row(DAY_AND_NIGHT)),
    st.just(Row(APPOINTMENT)),
    st.builds(Row, st.sampled_from([OPEN, APPOINTMENT]), _times()),
)
NO_DAY = DayOfYear(None, 2, 31, 0)
MONTHS_AND_DAYS = st.sampled_from(TWO_YEARS[365:]).map(lambda on: (on.month, on.day))


@st.composite
def _dates(draw: st.DrawFn) -> Dates:
    """Of one year, of the end of one, or of every year."""
    first, last = draw(MONTHS_AND_DAYS), draw(MONTHS_AND_DAYS)
    year = draw(st.sampled_from([None, 2027, 2028]))
    last_year = year and year + draw(st.integers(0, 1))
    if draw(st.booleans()):
        last, last_year = first, year
    return Dates(DayOfYear(year, *first, 0), DayOfYear(last_year, *last, 0))


DATES = _dates().filter(is_possible)
EXCEPTIONS = (
    st.lists(st.builds(Exceptional, DATES, WORKING), max_size=3)
    .map(tuple)
    .filter(lambda exceptions: not overlapping(exceptions))
)
WEEKS = st.builds(
    lambda week, holidays, exceptions: Week({**week, PUBLIC_HOLIDAYS: holidays}, exceptions),
    st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, WORKING)),
    st.one_of(WORKING, st.just(Row(USUAL))),
    EXCEPTIONS,
)


def _states(expression: str, dates: Sequence[date] = YEAR) -> list[object]:
    days = Days(parse_hours(expression).rules, "BE")
    return [_joined(days.periods(on)) for on in dates]


def _joined(periods: list[Period]) -> list[tuple[int, str]]:
    """Where the state changes, whatever the cuts between equal states are."""
    changes: list[tuple[int, str]] = []
    for start, _, state in periods:
        if not changes or changes[-1][1] != state:
            changes.append((start, state))
    return changes


@given(WEEKS)
def test_rows_and_exceptions_come_back_from_their_text(week: Week) -> None:
    """Whatever is open; if nothing is, there is no text."""
    written = text(week)
    if written:
        assert week_of(written) == week
    else:
        found = (*week.rows.values(), *(each.row for each in week.exceptions))
        assert {row.word for row in found} <= {CLOSED, USUAL}


def _shipped() -> list[str]:
    records = shipped_records()
    return sorted(
        {
            hours
            for record in (*records["centres"], *records["helplines"])
            for hours in (
                record.get("opening_hours"),
                record.get("hours"),
                *(phone.get("hours") for phone in record.get("phones", ())),
            )
            if hours
        }
    )


@pytest.mark.parametrize("expression", _shipped())
def test_shipped_hours_stay_the_same_to_the_letter(expression: str) -> None:
    """Through rows and back."""
    week = week_of(expression)
    assert week is not None
    assert text(week) == expression


@pytest.mark.parametrize(
    "expression",
    [
        "Mo-Fr 09:00-12:00,13:00-17:00; Sa 10:00-12:00; PH off",
        "09:00-17:00",
        "Mo-Fr,PH 09:00-17:00",
        "Fr,Mo 09:00-12:00; We off",
        'Mo-Fr 09:00-17:00; Sa 10:00-12:00 "by appointment"',
        "Sa 22:00-04:00",
        "Mo-Fr",
        "Mo-Fr 08:00-24:00",
    ],
)
def test_what_rows_say_is_the_same_on_each_day_of_a_year(expression: str) -> None:
    """With the public holidays of Belgium."""
    week = week_of(expression)
    assert week is not None
    assert _states(text(week)) == _states(expression)


@pytest.mark.parametrize(
    "expression",
    [
        "whenever",
        "Jan-Jun Mo-Fr 09:00-17:00",
        "2026 Mo-Fr 09:00-17:00",
        "SH off",
        "Mo[1] 09:00-12:00",
        "PH -1 day off",
        "PH off; Mo-Fr 09:00-12:00",
        "Mo-Fr 09:00-17:00; We 12:00-13:00 off",
        "Mo-Fr 09:00-17:00; Fr 09:00-12:00",
        "Mo-Fr 09:00-12:00, Mo 13:00-17:00",
        "Mo-Fr 09:00-12:00 || unknown",
        'Mo-Fr 09:00-17:00 "ring the bell"',
        "Mo-Fr 17:00+",
        "Mo-Fr 09:00-17:00; Sa unknown",
        "Su 10:00-12:00; Sa 22:00-04:00",
        "Mo 09:00-12:00; easter off",
        "Mo 09:00-12:00; Dec off",
        "Mo 09:00-12:00; Dec 24 Mo off",
        "Mo 09:00-12:00; 2026-2027 Dec 24 off",
        "Mo 09:00-12:00; 2026,2027 Dec 24 off",
        "Mo 09:00-12:00; 0000 Dec 24 off",
        "Mo 09:00-12:00; week 1 Dec 24 off",
        "Mo 09:00-12:00; 2026 week 1 Dec 24 off",
        "Mo 09:00-12:00; 2027 Feb 29 off",
        "Mo 09:00-12:00; Jul 20-Jul 1 off",
        "Mo 09:00-12:00; 2026 Dec 24-Jan 2 off",
        "Dec 24 off; Mo 09:00-12:00",
        "Mo 09:00-12:00; Dec 25 off; PH 10:00-12:00",
        "Mo 09:00-12:00; Dec 24 off; 2026 Dec 20-26 off",
        "Mo 09:00-12:00, Dec 24 10:00-12:00",
        "Mo 09:00-12:00; Dec 24 10:00-12:00 off",
        "Mo 22:00-04:00; Dec 24,31 22:00-02:00",
        "Mo 09:00-12:00; Jan 1-20,22,24,26 off; "
        + "; ".join(f"{2026 + number} Jun 1 off" for number in range(MOST_EXCEPTIONS)),
    ],
)
def test_what_rows_cannot_say_has_none(expression: str) -> None:
    """Nothing is lost without a word."""
    assert week_of(expression) is None


def test_a_week_is_written_in_few_rules() -> None:
    """Days with the same hours together; always open has its own word."""
    always = {**dict.fromkeys(WEEKDAYS, Row(DAY_AND_NIGHT)), PUBLIC_HOLIDAYS: Row(USUAL)}
    assert text(Week(always)) == "24/7"
    assert text(Week({**always, PUBLIC_HOLIDAYS: Row(CLOSED)})) == "Mo-Su 00:00-24:00; PH off"
    assert set(always) == set(ROWS)


@pytest.mark.parametrize(
    ("first", "last", "row", "written"),
    [
        ("24/12", "24/12", Row(CLOSED), "Dec 24 off"),
        ("24/12", "31/12", Row(CLOSED), "Dec 24-31 off"),
        ("24/12", "2/1", Row(CLOSED), "Dec 24-Jan 2 off"),
        ("24/12/2026", "24/12/2026", Row(OPEN, ((540, 720),)), "2026 Dec 24 09:00-12:00"),
        ("1/7/2026", "15/8", Row(APPOINTMENT), '2026 Jul 1-Aug 15 "by appointment"'),
        ("24/12/2026", "2/1", Row(CLOSED), "2026 Dec 24-2027 Jan 2 off"),
        ("24/12/2026", "2/1/2027", Row(DAY_AND_NIGHT), "2026 Dec 24-2027 Jan 2 00:00-24:00"),
    ],
)
def test_an_exception_is_a_rule_after_those_of_the_week(
    first: str, last: str, row: Row, written: str
) -> None:
    """On its dates it alone holds, on all others the week does."""
    start, end = day(first), day(last)
    assert start
    assert end
    dates = between(start, end)
    assert is_possible(dates)
    usual = "Mo-Fr 09:00-17:00; PH off"
    week = week_of(usual)
    assert week
    hours = text(Week(week.rows, (Exceptional(dates, row),)))
    assert hours == f"{usual}; {written}"
    assert doubt(hours, "BE", 2026) is None
    for on in (*YEAR, *TWO_YEARS):
        held = written if dates.selects(on, lambda *_: False) else usual
        assert _states(hours, [on]) == _states(held, [on])


RULES = st.sampled_from(
    [
        "Mo-Fr 09:00-17:00",
        "Sa 22:00-04:00",
        "PH off",
        "24/7",
        "Dec 24 off",
        "Dec 24,31 off",
        "Dec 30-Jan 2 10:00-12:00",
        "2027 Dec 20-23 10:00-12:00",
        "2027 Dec 26-2028 Jan 6 off",
        'Feb 29 "by appointment"',
        "2028 Feb 28-Mar 1 22:00-03:00",
        "2027 Mar 1-2,5 off",
        "2027 Jul 5",
    ]
)


@given(st.lists(RULES, min_size=1, max_size=5).map("; ".join))
def test_a_text_that_rows_can_say_keeps_its_meaning(expression: str) -> None:
    """On each day of two years, through rows and back."""
    week = week_of(expression)
    assume(week is not None and text(week))
    assert week
    assert _states(text(week), TWO_YEARS) == _states(expression, TWO_YEARS)


@given(DATES, DATES)
def test_dates_overlap_if_a_day_is_in_both(one: Dates, other: Dates) -> None:
    """As when one looks at every day of the years in which they are."""
    every = [date(2027, 1, 1) + timedelta(days=number) for number in range(3 * 366)]
    both = [on for on in every if all(each.selects(on, lambda *_: False) for each in (one, other))]
    exceptions = [Exceptional(each, Row(CLOSED)) for each in (one, other)]
    assert bool(overlapping(exceptions)) == bool(both)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("24/12", (None, 12, 24)),
        ("24-12", (None, 12, 24)),
        (" 24 / 12 / 2026 ", (2026, 12, 24)),
        ("24.12.", (None, 12, 24)),
        ("24.12.26", (2026, 12, 24)),
        ("24 december", (None, 12, 24)),
        ("1er août 2026", (2026, 8, 1)),
        ("24. Dezember 2026", (2026, 12, 24)),
        ("3 mrt", (None, 3, 3)),
        ("4 mei", (None, 5, 4)),
        ("31/02", (None, 2, 31)),
    ],
)
def test_days_are_read_as_people_write_them(
    typed: str, expected: tuple[int | None, int, int]
) -> None:
    """In the languages of Belgium, and in English; there may be no such day."""
    assert day(typed) == DayOfYear(*expected, 0)


@pytest.mark.parametrize("typed", ["", "24", "24/0", "Christmas", "3 jui", "24/12/226", "24/12-26"])
def test_what_is_no_day_is_not_guessed(typed: str) -> None:
    """No month, two possible ones, half a year."""
    assert day(typed) is None


@pytest.mark.parametrize(
    ("typed", "is_there"),
    [("31/02", False), ("29/02", True), ("29/02/2027", False), ("1/13", False), ("31/12", True)],
)
def test_a_day_that_does_not_exist_is_known(typed: str, *, is_there: bool) -> None:
    """29 February does, in some years."""
    found = day(typed)
    assert found
    assert exists(found) == is_there


def test_dates_over_the_end_of_a_year_are_short() -> None:
    """Else the last day is before the first."""

    def dates(first: str, last: str) -> Dates:
        return between(day(first) or NO_DAY, day(last) or NO_DAY)

    assert is_possible(dates("24/12", "2/1"))
    assert not is_possible(dates("20/7", "1/7"))
    assert not is_possible(dates("20/7/2026", "1/7"))
    assert not is_possible(dates("20/7/2026", "1/7/2026"))
    assert is_possible(dates("1/1/2026", "31/12"))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("9-12, 13-17", "09:00-12:00,13:00-17:00"),
        ("9u30-12u en 13u-17u30", "09:30-12:00,13:00-17:30"),
        ("de 9h à 17h", "09:00-17:00"),
        ("9.00 – 17.00 Uhr", "09:00-17:00"),
        ("9 to 0", "09:00-24:00"),
        ("22-4", "22:00-04:00"),
    ],
)
def test_times_are_read_as_people_write_them(typed: str, expected: str) -> None:
    """In the languages of Belgium, and in English."""
    read = times(typed)
    assert read is not None
    assert clock(read) == expected


@pytest.mark.parametrize("typed", ["", "9", "morning", "25-26", "9:70-10", "9-24:30", "9-12 13-17"])
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    """Too late, too many minutes, no end."""
    assert times(typed) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ma-vr 9u-17u", ("Mo-Fr 09:00-17:00",)),
        (
            "lu-ve 9h-12h et 13h30-17h, sa 10h-12h",
            ("Mo-Fr 09:00-12:00,13:30-17:00; Sa 10:00-12:00",),
        ),
        (
            "maandag tot vrijdag 9 tot 17 uur; feestdagen gesloten",
            ("Mo-Fr 09:00-17:00; PH off",),
        ),
        ("Montag bis Freitag 9:00-17:00 Uhr, Samstag geschlossen", ("Mo-Fr 09:00-17:00; Sa off",)),
        ("mon-fri 9:00 - 17:00", ("Mo-Fr 09:00-17:00",)),
        # Monday in Dutch, Tuesday in French.
        ("ma 9-12", ("Mo 09:00-12:00", "Tu 09:00-12:00")),
        ("24u/24, 7j/7", ("24/7",)),
        ("24/7", ("24/7",)),
        ("ask at the door", ()),
        ("ma-vr", ()),
        ("", ()),
        ("ma tot feestdagen 9-17u", ()),  # no range of days ends with them
    ],
)
def test_what_hours_may_mean(typed: str, expected: tuple[str, ...]) -> None:
    """In OpenStreetMap's syntax; nothing is suggested for a text that is not understood."""
    assert suggestions(typed) == expected
