"""An answer as linked data (JSON-LD 1.1) with schema.org terms, for search engines and other
directories.

A helpline is a ContactPoint. A centre is an NGO whose telephones are ContactPoints. Texts are given
in all their languages.
"""

from collections.abc import Iterator
from datetime import date, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from directory_api.answer.answer import Answer
from directory_api.answer.as_json import dump
from directory_api.hours.rules import OPEN, UNKNOWN
from directory_api.hours.syntax import ALWAYS
from directory_api.hours.timetable import HoursKey, Interval, Timetable
from directory_api.record.records import (
    Address,
    Centre,
    Helpline,
    Location,
    Phone,
    Texts,
    without_empty,
)
from directory_api.record.ways import Way, ways
from directory_api.search.query import RankedCentre

_Node = dict[str, Any]
_DAYS = tuple(
    f"https://schema.org/{day}"
    for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
)
_MIDNIGHT = time()
_NUMBERS, _TOLL_FREE = ("call", "sms"), "https://schema.org/TollFree"
# As a closing time, 00:00 would mean the beginning of the day in schema.org. Closing one minute
# early is the safe error.
_LAST_MINUTE = time(23, 59)


def write(listing: Answer) -> bytes:
    """Return a graph: helplines in the order to try them, then the centres in the order of the
    answer, then the closest without filters and the preferred one.
    """
    timetable, answer = listing.pieces.timetable, listing.nearest
    lines = [_helpline(line, timetable, listing.prefix) for line in listing.helplines.all]
    shown = (*listing.shown, *(answer.beside if answer else ()))
    centres = [_centre(one, timetable, listing.prefix) for one in shown]
    return dump({"@context": "https://schema.org", "@graph": [*lines, *centres]})


def _helpline(line: Helpline, timetable: Timetable, prefix: str) -> _Node:
    return without_empty(
        {
            "@type": "ContactPoint",
            "@id": f"{prefix}/v1/helplines/{line.id}",
            "contactType": line.kind,
            "telephone": line.number,
            "contactOption": _toll_free(line, line.number),
            "url": line.url,
            "name": _texts(line.name),
            "description": _texts(line.note),
            "areaServed": list(line.countries),
            "hoursAvailable": list(_hours(line.hours, None, line.countries[0], timetable)),
        }
    )


def _toll_free(record: Centre | Helpline, number: str | None) -> str | None:
    """Return that calls to a number are free, if it is known."""
    is_free = any(
        way.kind == "call" and way.address == number and way.cost == "free" for way in ways(record)
    )
    return _TOLL_FREE if is_free else None


def _others(centre: Centre) -> Iterator[_Node]:
    """Yield the ways of a centre by its channels, but calls to its own numbers."""
    kinds = {channel.kind for channel in centre.channels} - {"in_person"}
    own = {phone.number for phone in centre.phones}
    for way in ways(centre):
        is_call_to_own = way.kind == "call" and way.address in own
        if way.kind in kinds and way.address and not is_call_to_own:
            yield _way(way)


def _way(way: Way) -> _Node:
    is_number = way.kind in _NUMBERS
    is_free_call = way.kind == "call" and way.cost == "free"
    return without_empty(
        {
            "@type": "ContactPoint",
            "contactType": way.kind,
            "telephone": way.address if is_number else None,
            "contactOption": _TOLL_FREE if is_free_call else None,
            "email": way.address if way.kind == "email" else None,
            "url": None if is_number or way.kind == "email" else way.address,
            "availableLanguage": [spoken.code for spoken in way.languages or ()],
            "description": [
                text for texts in (way.for_whom, way.note) for text in _texts(texts or {})
            ],
        }
    )


def _centre(shown: RankedCentre, timetable: Timetable, prefix: str) -> _Node:
    centre = shown.centre
    return without_empty(
        {
            "@type": "NGO",
            "@id": f"{prefix}/v1/centres/{centre.id}",
            "identifier": centre.id,
            "name": centre.name,
            "alternateName": _texts(centre.name_translations),
            "description": [
                text
                for texts in (
                    centre.description,
                    centre.closed_reason,
                    *(entry.note for entry in centre.contested),
                )
                for text in _texts(texts)
            ],
            "url": centre.website,
            "email": centre.email,
            "contactPoint": [
                *(_phone(phone, centre, timetable) for phone in centre.phones),
                *(_others(centre) if centre.status == "active" else ()),
            ],
            "address": _address(centre.address),
            "location": _place(shown, timetable),
            "knowsLanguage": [spoken.code for spoken in centre.languages],
            "areaServed": list(centre.coverage),
        }
    )


def _texts(texts: Texts) -> list[dict[str, str]]:
    return [{"@language": tag, "@value": text} for tag, text in texts.items()]


def _phone(phone: Phone, centre: Centre, timetable: Timetable) -> _Node:
    hours = _hours(phone.hours, centre.timezone, centre.address.country, timetable)
    return without_empty(
        {
            "@type": "ContactPoint",
            "contactType": phone.kind,
            "faxNumber" if phone.kind == "fax" else "telephone": phone.number,
            "contactOption": _toll_free(centre, phone.number),
            "availableLanguage": list(phone.languages),
            "description": _texts(phone.note),
            "hoursAvailable": list(hours) if centre.status == "active" else [_closed()],
        }
    )


def _address(address: Address) -> _Node:
    streets = [address.street, *_texts(address.street_translations)]
    return without_empty(
        {
            "@type": "PostalAddress",
            "streetAddress": [street for street in streets if street],
            "postalCode": address.postal_code,
            "addressLocality": _texts(address.locality),
            "addressRegion": address.subdivision,
            "addressCountry": address.country,
        }
    )


def _place(shown: RankedCentre, timetable: Timetable) -> _Node | None:
    """The place to visit, its hours and its distance; None if none of these is known."""
    centre = shown.centre
    hours = _hours(centre.opening_hours, centre.timezone, centre.address.country, timetable)
    known = without_empty(
        {
            "geo": _point(centre.location) if centre.address_visibility == "public" else None,
            "openingHoursSpecification": list(hours) if centre.status == "active" else [_closed()],
            "additionalProperty": None if shown.distance_m is None else _distance(shown.distance_m),
        }
    )
    return {"@type": "Place", **known} if known else None


def _point(location: Location | None) -> _Node | None:
    """A point that is exact enough to visit. GeoCoordinates cannot say that a point represents a
    whole town.
    """
    if location is None or location.precision not in ("exact", "street"):
        return None
    return {
        "@type": "GeoCoordinates",
        "latitude": location.point.lat,
        "longitude": location.point.lon,
    }


def _distance(metres: float) -> _Node:
    # MTR is the metre in UN/CEFACT's common codes, which unitCode uses.
    return {"@type": "PropertyValue", "name": "distance", "value": round(metres), "unitCode": "MTR"}


def _hours(
    expression: str | None, timezone: str | None, country: str, timetable: Timetable
) -> Iterator[_Node]:
    """Opening hours: by weekday for 24/7, else by date, as far as the timetable goes.

    Hours by date are also right on holidays. Yields nothing if any part of the hours is unknown.
    """
    if expression == ALWAYS:
        yield {**_closed(), "opens": f"{_MIDNIGHT:%H:%M}", "closes": f"{_LAST_MINUTE:%H:%M}"}
        return
    hours = timetable.hours(HoursKey(expression, timezone, country))
    if timezone is None or any(interval.word == UNKNOWN for interval in hours):
        return
    for interval in hours:
        if interval.word == OPEN:
            yield from _by_date(interval, ZoneInfo(timezone))


def _closed() -> _Node:
    """Hours on every day without `opens` mean closed in schema.org."""
    return {"@type": "OpeningHoursSpecification", "dayOfWeek": list(_DAYS)}


def _by_date(interval: Interval, zone: ZoneInfo) -> Iterator[_Node]:
    start, end = interval.start.astimezone(zone), interval.end.astimezone(zone)
    for number in range((end.date() - start.date()).days + 1):
        day = start.date() + timedelta(days=number)
        opens = start.time() if day == start.date() else _MIDNIGHT
        closes = end.time() if day == end.date() else _LAST_MINUTE
        # An interval that ends at midnight has no hours on that last day; `closes` before `opens`
        # would mean opening overnight.
        if opens < closes:
            yield _on(day, opens, closes)


def _on(day: date, opens: time, closes: time) -> _Node:
    return {
        "@type": "OpeningHoursSpecification",
        "dayOfWeek": _DAYS[day.weekday()],
        "opens": f"{opens:%H:%M}",
        "closes": f"{closes:%H:%M}",
        "validFrom": day.isoformat(),
        "validThrough": day.isoformat(),
    }
