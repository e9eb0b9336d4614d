"""Reminders to confirm records, for a maintainer's calendar (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime

from directory_api.domain.model.records import (
    Centre,
    Helpline,
    Verified,
    due_on,
    freshness,
    text_in,
)

MEDIA_TYPE = "text/calendar"


def reminders(
    records: Iterable[Centre | Helpline], fresh_days: int, today: date, stamp: datetime
) -> bytes:
    """Return one event per record, on the day when it has to be confirmed again, or today if that
    day has passed.

    A record's event has a constant UID, so that a repeated import moves the event. `stamp` (UTC) is
    the time of creation. The texts do not reveal what the centres do.
    """
    # Imported here: it takes 45 ms, and no other format needs it.
    from icalendar import TRANSP, Calendar, Event

    events = [
        Event.new(
            uid=_uid(record),
            stamp=stamp,
            start=_day(record.verified, fresh_days, today),
            summary=_summary(record),
            transparency=TRANSP.TRANSPARENT,  # the day stays free
        )
        for record in records
        if record.needs_confirmation
    ]
    calendar = Calendar.new(
        prodid="-//directory-api//EN", uid="confirm-records@directory-api", subcomponents=events
    )
    return bytes(calendar.to_ical())


def _uid(record: Centre | Helpline) -> str:
    # A helpline can have the id of a centre.
    place = "directory-api" if isinstance(record, Centre) else "helplines.directory-api"
    return f"confirm-{record.id}@{place}"


def _summary(record: Centre | Helpline) -> str:
    name = record.name if isinstance(record, Centre) else text_in(record.name)
    why = ": it was changed" if record.verified and record.verified.changed_since else ""
    return f"Confirm the record of {name}{why}"


def _day(verified: Verified | None, fresh_days: int, today: date) -> date:
    if verified is None or freshness(verified, today, fresh_days) == "unverified":
        return today
    return today if verified.changed_since else max(today, due_on(verified, fresh_days))
