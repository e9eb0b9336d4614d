"""Centres as they are published: without hidden addresses and their points, and without notes for
maintainers; with their JSON, ready to be sent, and what searches ask of them.
"""

from collections.abc import Callable

import orjson

from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import Point
from directory_api.record.parts import WHERE, Location
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline
from directory_api.record.search_words import words_of


def published(centre: Centre, gazetteer: Gazetteer) -> Centre:
    """Return the public form of a centre."""
    if centre.address_visibility == "public":
        return centre.published(centre.location)
    place = gazetteer.find(centre.address.country, centre.address.postcode or "")
    if place is None:
        # A hidden centre of the last good snapshot, in its public form, has no postcode any more.
        is_public = centre.location and _is_municipality(centre, centre.location, gazetteer)
        return centre.published(centre.location if is_public else None)
    if centre.address_visibility == "locality":
        return centre.published(Location(place.point, "postcode"))
    # The point of the postcode would reveal the postcode, and so could the name of the place.
    return centre.published(Location(gazetteer.municipality(place), "municipality"), place.names)


def _is_municipality(centre: Centre, location: Location, gazetteer: Gazetteer) -> bool:
    """Return whether a location is the point of a municipality, from which nothing more follows."""
    places = gazetteer.places(centre.address.country)
    one_of_each = {place.municipality or place.name: place for place in places}
    return location.precision == "municipality" and any(
        gazetteer.municipality(place) == location.point for place in one_of_each.values()
    )


def without_hidden_sources(centre: Record) -> Record:
    """Return the record of a centre without the sources of its address, and what they say of it."""
    sources = {
        name: cited for name, cited in centre.get("sources", {}).items() if name not in WHERE
    }
    contested = [each for each in centre.get("contested", ()) if each["member"] not in WHERE]
    return {**centre, "sources": sources, "contested": contested}


def publisher(gazetteer: Gazetteer) -> Callable[[str, Record], Record]:
    """Return a function that returns the public form of a record of a given kind."""

    def publish(kind: str, record: Record) -> Record:
        if kind == "helpline":
            return Helpline.from_record(record).published().to_record()
        if kind != "centre":
            return record
        return published(Centre.from_record(record), gazetteer).to_record()

    return publish


class PublishedCentre:
    """The published form of one centre. Immutable; two are equal if they are the same object."""

    __slots__ = (
        "blur_m",
        "centre",
        "hidden_sources",
        "hours",
        "id",
        "json",
        "point",
        "status",
        "words",
    )

    def __init__(self, centre: Centre, hidden_sources: frozenset[str] = frozenset()) -> None:
        self.centre = centre
        # The ids of those that only what is not public of its record cites.
        self.hidden_sources = hidden_sources
        self.id = centre.id
        self.status = centre.status
        self.json = orjson.dumps(centre.to_record())
        self.point: Point | None = centre.location.point if centre.location else None
        # The largest distance in metres between the centre and its published point.
        self.blur_m = float(centre.location.blur_m) if centre.location else 0.0
        self.hours = centre.hours_key(centre.opening_hours)
        # The folded words by which it is found, each after a space.
        self.words = words_of(centre)

    @property
    def is_active(self) -> bool:
        """Whether the centre is neither temporarily nor permanently closed."""
        return self.status == "active"
