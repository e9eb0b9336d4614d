"""Reminders for a maintainer's calendar (iCalendar, RFC 5545): to confirm records, and to ask
whether closed centres are open again.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime

from directory_api.record.records import Centre, Helpline, Verified, due_on, freshness, text_in

MEDIA_TYPE = "text/calendar"


def reminders(
    records: Iterable[Centre | Helpline], fresh_days: int, today: date, stamp: datetime
) -> bytes:
    """Return one event per record, on the day when it has to be confirmed again, and one for each
    temporarily closed centre, on the day after the last on which it is closed; today if that day
    has passed.

    An event has a constant UID, so that a repeated import moves the event. `stamp` (UTC) is the
    time of creation. The texts do not reveal what the centres do.
    """
    # Imported here: it takes 45 ms, and no other format needs it.
    from icalendar import TRANSP, Calendar, Event

    events = [
        Event.new(
            uid=_uid(action, record),
            stamp=stamp,
            start=day,
            summary=summary,
            transparency=TRANSP.TRANSPARENT,  # the day stays free
        )
        for record in records
        for action, day, summary in _due(record, fresh_days, today)
    ]
    calendar = Calendar.new(
        prodid="-//directory-api//EN", uid="confirm-records@directory-api", subcomponents=events
    )
    return bytes(calendar.to_ical())


def _due(
    record: Centre | Helpline, fresh_days: int, today: date
) -> Iterator[tuple[str, date, str]]:
    """Yield what is due for a record, when, and in words."""
    if record.needs_confirmation:
        yield "confirm", _day(record.verified, fresh_days, today), _summary(record)
    if isinstance(record, Centre) and record.closed_until:
        after = date.fromordinal(min(record.closed_until.toordinal() + 1, date.max.toordinal()))
        yield "reopen", max(today, after), f"Ask whether {record.name} is open again"


def _uid(action: str, record: Centre | Helpline) -> str:
    # A helpline can have the id of a centre.
    place = "directory-api" if isinstance(record, Centre) else "helplines.directory-api"
    return f"{action}-{record.id}@{place}"


def _summary(record: Centre | Helpline) -> str:
    name = record.name if isinstance(record, Centre) else text_in(record.name)
    why = ": it was changed" if record.verified and record.verified.changed_since else ""
    return f"Confirm the record of {name}{why}"


def _day(verified: Verified | None, fresh_days: int, today: date) -> date:
    if verified is None or freshness(verified, today, fresh_days) == "unverified":
        return today
    return today if verified.changed_since else max(today, due_on(verified, fresh_days))
