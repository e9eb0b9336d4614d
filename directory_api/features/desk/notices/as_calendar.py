"""The days on which something needs attention, as a calendar (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import date, datetime

from icalendar import TRANSP, Calendar, Event

from directory_api.features.desk.notices.as_atom import titled
from directory_api.features.desk.notices.words import words

MEDIA_TYPE = "text/calendar"


def calendar(
    days: Iterable[tuple[str, str, date]], store: str, language: str, stamp: datetime
) -> bytes:
    """Return one event for each of `Situation.days`. Its UID is constant, so that a calendar that
    is loaded again moves the event. `stamp` is the time of creation (UTC).
    """
    said = words(language)
    events = [
        Event.new(
            uid=f"{kind}/{about}@{store}",
            stamp=stamp,
            start=day,
            summary=titled(said[kind], about),
            transparency=TRANSP.TRANSPARENT,  # the day stays free
        )
        for kind, about, day in days
    ]
    whole = Calendar.new(prodid="-//directory-api//EN", uid=store, subcomponents=events)
    return bytes(whole.to_ical())
