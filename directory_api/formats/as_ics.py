"""Reminders for a maintainer's calendar (iCalendar, RFC 5545): to confirm records, and to ask
whether closed centres are open again.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from directory_api.domain.model.records import Centre, due_on, freshness

MEDIA_TYPE = "text/calendar"


def reminders(centres: Iterable[Centre], fresh_days: int, today: date, stamp: datetime) -> bytes:
    """Return one event per centre, on the day when its record has to be confirmed again, and one
    for each temporarily closed centre, on the day after the last on which it is closed; today if
    that day has passed.

    An event has a constant UID, so that a repeated import moves the event. `stamp` (UTC) is the
    time of creation. The texts do not reveal what the centres do.
    """
    # Imported here: it takes 45 ms, and no other format needs it.
    from icalendar import TRANSP, Calendar, Event

    events = [
        Event.new(
            uid=f"{action}-{centre.id}@directory-api",
            stamp=stamp,
            start=day,
            summary=summary,
            transparency=TRANSP.TRANSPARENT,  # the day stays free
        )
        for centre in centres
        for action, day, summary in _due(centre, fresh_days, today)
    ]
    calendar = Calendar.new(
        prodid="-//directory-api//EN", uid="confirm-records@directory-api", subcomponents=events
    )
    return bytes(calendar.to_ical())


def _due(centre: Centre, fresh_days: int, today: date) -> Iterator[tuple[str, date, str]]:
    """Yield what is due for a centre, when, and in words."""
    yield "confirm", _day(centre, fresh_days, today), f"Confirm the record of {centre.name}"
    if centre.closed_until:
        after = date.fromordinal(min(centre.closed_until.toordinal() + 1, date.max.toordinal()))
        yield "reopen", max(today, after), f"Ask whether {centre.name} is open again"


def _day(centre: Centre, fresh_days: int, today: date) -> date:
    if centre.verified is None or freshness(centre.verified, today, fresh_days) == "unverified":
        return today
    return max(today, due_on(centre.verified, fresh_days))
