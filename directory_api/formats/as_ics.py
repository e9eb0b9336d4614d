"""Reminders to confirm records, for a maintainer's calendar (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime

from directory_api.domain.model.records import Centre, due_on, freshness

MEDIA_TYPE = "text/calendar"


def reminders(centres: Iterable[Centre], fresh_days: int, today: date, stamp: datetime) -> bytes:
    """Return one event per centre, on the day when its record has to be confirmed again, or today
    if that day has passed.

    A centre's event has a constant UID, so that a repeated import moves the event. `stamp` (UTC) is
    the time of creation. The texts do not reveal what the centres do.
    """
    # Imported here: it takes 45 ms, and no other format needs it.
    from icalendar import TRANSP, Calendar, Event

    events = [
        Event.new(
            uid=f"confirm-{centre.id}@directory-api",
            stamp=stamp,
            start=_day(centre, fresh_days, today),
            summary=f"Confirm the record of {centre.name}",
            transparency=TRANSP.TRANSPARENT,  # the day stays free
        )
        for centre in centres
    ]
    calendar = Calendar.new(
        prodid="-//directory-api//EN", uid="confirm-records@directory-api", subcomponents=events
    )
    return bytes(calendar.to_ical())


def _day(centre: Centre, fresh_days: int, today: date) -> date:
    if centre.verified is None or freshness(centre.verified, today, fresh_days) == "unverified":
        return today
    return max(today, due_on(centre.verified, fresh_days))
