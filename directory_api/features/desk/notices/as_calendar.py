"""What there is to do, each on its day, as a calendar (iCalendar, RFC 5545)."""

from collections.abc import Iterable
from datetime import datetime

from icalendar import TRANSP, Calendar, Event

from directory_api.edit.todo import Item
from directory_api.features.desk.notices.as_atom import titled
from directory_api.features.desk.notices.words import words

MEDIA_TYPE = "text/calendar"


def calendar(items: Iterable[Item], store: str, language: str, now: datetime) -> bytes:
    """Return one event for each item: on the day of `now`, if it is to do already. Its UID is
    constant, so that a calendar that is loaded again moves the event.
    """
    said, today = words(language), now.date()
    events = [
        Event.new(
            uid=f"{each.key}@{store}",
            stamp=now,
            start=max(each.since or today, today),
            summary=titled(said[each.kind], each.about),
            transparency=TRANSP.TRANSPARENT,  # the day stays free
        )
        for each in items
    ]
    whole = Calendar.new(prodid="-//directory-api//EN", uid=store, subcomponents=events)
    return bytes(whole.to_ical())
