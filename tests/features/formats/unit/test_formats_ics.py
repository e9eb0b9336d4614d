"""Calendar reminders: one for each centre, on its due date, moved when the file is imported
again.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from directory_api.features.formats.as_ics import MEDIA_TYPE, reminders
from directory_api.record.records import Centre, Helpline, Verified, freshness
from tests.support.records import made_up_centre

TODAY = date(2026, 11, 24)
STAMP = datetime(2026, 11, 24, 8, 30, tzinfo=UTC)


def _centre(number: int, on: date | None, **members: Any) -> Centre:
    verified = {"verified": {"on": on.isoformat(), "by": "a", "how": "called"}} if on else {}
    return Centre.from_record(made_up_centre(number, **verified, **members))


def _events(
    centres: Sequence[Centre], fresh_days: int = 180, today: date = TODAY
) -> list[tuple[str, str, date]]:
    calendar = Calendar.from_ical(reminders(centres, fresh_days, today, STAMP))
    return [(str(event.uid), str(event["SUMMARY"]), _day(event.start)) for event in calendar.events]


def _day(start: date | None) -> date:
    assert type(start) is date  # a day, not a moment
    return start


def test_the_file_is_an_icalendar() -> None:
    """The lines for one centre: an all-day event that keeps the day free, with CRLF."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//directory-api//EN",
        "UID:confirm-records@directory-api",
        "BEGIN:VEVENT",
        "SUMMARY:Confirm the record of A\\, B\\; C",
        "DTSTART;VALUE=DATE:20270524",
        "DTSTAMP:20261124T083000Z",
        "UID:confirm-made-up-001@directory-api",
        "TRANSP:TRANSPARENT",
        "END:VEVENT",
        "END:VCALENDAR",
        "",
    ]
    centre = _centre(1, TODAY, name="A, B; C")
    assert reminders([centre], 180, TODAY, STAMP).decode() == "\r\n".join(lines)
    assert MEDIA_TYPE == "text/calendar"


def test_the_end_of_a_closure_is_a_day_to_ask() -> None:
    """The day after the last one, or today if that has passed; none without a known end."""

    def asked(until: str | None) -> list[tuple[str, str, date]]:
        members = {"closed_until": until} if until else {}
        centre = _centre(1, None, name="A", status="temporarily_closed", **members)
        return _events([centre])[1:]

    event = ("reopen-made-up-001@directory-api", "Ask whether A is open again")
    assert asked("2026-12-01") == [(*event, date(2026, 12, 2))]
    assert asked("2026-11-01") == [(*event, TODAY)]
    assert asked("9999-12-31") == [(*event, date.max)]
    assert asked(None) == []


def test_the_same_input_gives_the_same_bytes() -> None:
    """Nothing in the file comes from a clock or from chance."""
    centres = [_centre(1, TODAY), _centre(2, None)]
    assert reminders(centres, 180, TODAY, STAMP) == reminders(centres, 180, TODAY, STAMP)


@given(
    st.lists(st.none() | st.dates(date(2020, 1, 1), date(2030, 1, 1)), max_size=4),
    st.integers(1, 3650),
)
def test_each_centre_is_reminded_of_on_the_first_day_that_it_is_not_fresh(
    days: list[date | None], fresh_days: int
) -> None:
    """The date is the first one from today with a record that is not fresh; unconfirmed ones are
    today.
    """
    centres = [_centre(number, on) for number, on in enumerate(days)]
    events = _events(centres, fresh_days)
    assert [summary for _, summary, _ in events] == [
        f"Confirm the record of {centre.name}" for centre in centres
    ]
    for centre, (_, _, day) in zip(centres, events, strict=True):
        assert day >= TODAY
        word = freshness(centre.verified, TODAY, fresh_days)
        assert (day == TODAY) is (word != "fresh")
        if word == "fresh":
            assert freshness(centre.verified, day - timedelta(days=1), fresh_days) == "fresh"
            assert freshness(centre.verified, day, fresh_days) == "due"


def test_a_confirmed_record_moves_its_event() -> None:
    """After a confirmation the event has the same UID and another day; no two centres share one."""
    before = _events([_centre(1, None), _centre(2, None)])
    after = _events([_centre(1, TODAY), _centre(2, None)])
    assert [uid for uid, _, _ in before] == [uid for uid, _, _ in after]
    assert len({uid for uid, _, _ in before}) == 2
    assert [day for _, _, day in after] == [TODAY + timedelta(days=181), TODAY]


def test_a_record_that_was_changed_since_is_due_today() -> None:
    """The event says why."""
    verified = Verified(TODAY, changed_since=True)
    (event,) = _events([replace(_centre(1, TODAY, name="A"), verified=verified)])
    assert event[1:] == ("Confirm the record of A: it was changed", TODAY)


def test_helplines_with_a_number_of_their_own_are_reminded_of() -> None:
    """Not 112; a centre with the same id has another event."""
    lines = [
        Helpline(id="made-up-001", kind=kind, number=number, name={"en": kind}, countries=("BE",))
        for kind, number in (("emergency", "112"), ("national_line", "+3278055800"))
    ]
    calendar = reminders([_centre(1, TODAY), *lines], 180, TODAY, STAMP)
    found = [(str(e.uid), str(e["SUMMARY"])) for e in Calendar.from_ical(calendar).events]
    assert found[1:] == [
        ("confirm-made-up-001@helplines.directory-api", "Confirm the record of national_line")
    ]
    assert found[0][0] == "confirm-made-up-001@directory-api"


def test_letters_and_long_names_come_through() -> None:
    """A long name in any script is folded by the format and read back whole."""
    name = "Sürya " + "Центр допомоги " * 6 + "مركز"
    assert [summary for _, summary, _ in _events([_centre(1, None, name=name)])] == [
        f"Confirm the record of {name}"
    ]
