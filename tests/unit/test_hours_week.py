"""Opening hours as rows, and as people write them."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.hours.days import Days, Period
from directory_api.hours.rules import CLOSED, OPEN, PUBLIC, WEEKDAYS
from directory_api.hours.syntax import parse
from directory_api.hours.typed import suggestions, times
from directory_api.hours.week import APPOINTMENT, DAY_AND_NIGHT, ROWS, USUAL, Row, clock, rows, text
from tests.support.records import shipped_records

YEAR = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
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
WEEKS = st.builds(
    lambda week, holidays: {**week, PUBLIC: holidays},
    st.fixed_dictionaries(dict.fromkeys(WEEKDAYS, WORKING)),
    st.one_of(WORKING, st.just(Row(USUAL))),
)


def _states(expression: str) -> list[object]:
    days = Days(parse(expression).rules, "BE")
    return [_joined(days.periods(day)) for day in YEAR]


def _joined(periods: list[Period]) -> list[tuple[int, str]]:
    """Where the state changes, whatever the cuts between equal states are."""
    changes: list[tuple[int, str]] = []
    for start, _, state in periods:
        if not changes or changes[-1][1] != state:
            changes.append((start, state))
    return changes


@given(WEEKS)
def test_rows_come_back_from_their_text(week: dict[str, Row]) -> None:
    """Whatever is open; if nothing is, there is no text."""
    written = text(week)
    if written:
        assert rows(written) == week
    else:
        assert {row.word for row in week.values()} <= {CLOSED, USUAL}


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
    week = rows(expression)
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
    week = rows(expression)
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
    ],
)
def test_what_rows_cannot_say_has_none(expression: str) -> None:
    """Nothing is lost without a word."""
    assert rows(expression) is None


def test_a_week_is_written_in_few_rules() -> None:
    """Days with the same hours together; always open has its own word."""
    always = {**dict.fromkeys(WEEKDAYS, Row(DAY_AND_NIGHT)), PUBLIC: Row(USUAL)}
    assert text(always) == "24/7"
    assert text({**always, PUBLIC: Row(CLOSED)}) == "Mo-Su 00:00-24:00; PH off"
    assert set(always) == set(ROWS)


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
