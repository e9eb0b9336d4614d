"""Centres as they are published: without hidden addresses and their points, and without notes for
maintainers; with their JSON, ready to be sent, and what searches ask of them.

A hundred thousand centres take a fifth of the memory of as many `Centre`s. A page or a
calendar, which needs a `Centre`, reads it from the JSON.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from sys import intern
from typing import Protocol, TypeVar, overload

import orjson

from directory_api.hours.timetable import HoursKey
from directory_api.place.geometry import Point
from directory_api.place.postcode import Place
from directory_api.record.records import WHERE, Centre, Helpline, Location, Record, Verified

_Value = TypeVar("_Value")
# Centres that are read from their JSON and stay in memory, about 7 kB each.
_MOST_READ = 1000


class Postcodes(Protocol):
    """What the public form of a centre needs of the postcodes; see place/gazetteer.py."""

    def find(self, country: str, code: str) -> Place | None:
        """Return the place of an exact postcode, or None."""

    def places(self, country: str) -> tuple[Place, ...]:
        """Return every place of a country."""

    def municipality(self, place: Place) -> Point:
        """Return the point of a place's whole municipality."""


def published(centre: Centre, postcodes: Postcodes) -> Centre:
    """Return the public form of a centre."""
    if centre.address_visibility == "public":
        return centre.published(centre.location)
    place = postcodes.find(centre.address.country, centre.address.postal_code or "")
    if place is None:
        # A hidden centre of the last good snapshot, in its public form, has no postcode any more.
        is_public = centre.location and _is_municipality(centre, centre.location, postcodes)
        return centre.published(centre.location if is_public else None)
    if centre.address_visibility == "locality":
        return centre.published(Location(place.point, "postcode"))
    # The point of the postcode would reveal the postcode, and so could the name of the place.
    return centre.published(Location(postcodes.municipality(place), "municipality"), place.names)


def _is_municipality(centre: Centre, location: Location, postcodes: Postcodes) -> bool:
    """Return whether a location is the point of a municipality, from which nothing more follows."""
    places = postcodes.places(centre.address.country)
    one_of_each = {place.municipality or place.name: place for place in places}
    return location.precision == "municipality" and any(
        postcodes.municipality(place) == location.point for place in one_of_each.values()
    )


def without_hidden_sources(centre: Record) -> Record:
    """Return the record of a centre without the sources of its address, and what they say of it."""
    sources = {
        name: cited for name, cited in centre.get("sources", {}).items() if name not in WHERE
    }
    contested = [each for each in centre.get("contested", ()) if each["member"] not in WHERE]
    return {**centre, "sources": sources, "contested": contested}


def publisher(postcodes: Postcodes) -> Callable[[str, Record], Record]:
    """Return a function that returns the public form of a record of a given kind."""

    def publish(kind: str, record: Record) -> Record:
        if kind == "helpline":
            return Helpline.from_record(record).published().to_record()
        if kind != "centre":
            return record
        return published(Centre.from_record(record), postcodes).to_record()

    return publish


class PublishedCentre:
    """The published form of one centre. Immutable; two are equal if they are the same object.

    `row` is its number in the index that it is in (place/rows.py).
    """

    __slots__ = ("blur_m", "coverage", "hours", "id", "json", "point", "row", "status", "verified")

    def __init__(self, centre: Centre, row: int = 0) -> None:
        self.row = row
        self.id = intern(centre.id)
        self.status = centre.status
        # A copy: what orjson returns takes 8 kB, however short it is.
        self.json = bytes(memoryview(orjson.dumps(centre.to_record())))
        self.point: Point | None = centre.location.point if centre.location else None
        # The largest distance in metres between the centre and its published point.
        self.blur_m = centre.location.blur_m if centre.location else 0.0
        self.coverage = _shared(centre.coverage)
        self.hours = _shared(HoursKey.of(centre))
        self.verified: Verified | None = _shared(centre.verified)

    @property
    def is_active(self) -> bool:
        """Whether the centre is neither temporarily nor permanently closed."""
        return self.status == "active"

    @property
    def centre(self) -> Centre:
        """The centre."""
        return _read(self.json)


@lru_cache(maxsize=_MOST_READ)
def _shared(value: _Value) -> _Value:
    """Return an equal value that centres share: many have the same hours."""
    return value


@lru_cache(maxsize=_MOST_READ)
def _read(json: bytes) -> Centre:
    return Centre.from_record(orjson.loads(json))


class Centres(Sequence[Centre]):
    """Centres in the order of their ids, each read from its JSON when it is asked for."""

    def __init__(self, published: Sequence[PublishedCentre]) -> None:
        self.published = published

    def __len__(self) -> int:
        return len(self.published)

    @overload
    def __getitem__(self, number: int) -> Centre: ...
    @overload
    def __getitem__(self, number: slice) -> "Centres": ...
    def __getitem__(self, number: int | slice) -> "Centre | Centres":
        if isinstance(number, slice):
            return Centres(self.published[number])
        return self.published[number].centre

    def __iter__(self) -> Iterator[Centre]:
        return (published.centre for published in self.published)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Centres) and [*self] == [*other]

    # As a list has none.
    __hash__ = None  # type: ignore[assignment]  # the convention of the data model


class CentresById(Mapping[str, Centre]):
    """Centres by id, each read from its JSON when it is asked for."""

    def __init__(self, published: Mapping[str, PublishedCentre]) -> None:
        self._published = published

    def __len__(self) -> int:
        return len(self._published)

    def __iter__(self) -> Iterator[str]:
        return iter(self._published)

    def __getitem__(self, identity: str) -> Centre:
        return self._published[identity].centre
