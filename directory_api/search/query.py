"""Search requests and their answers.

What is made for each search is a NamedTuple, which takes a third of the time of a frozen dataclass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from decimal import Decimal
from math import inf
from typing import Any, NamedTuple, Self

from directory_api.hours.timetable import Opening
from directory_api.place.geometry import Point, decimals, precision_m
from directory_api.place.postcode import Place, Town
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre
from directory_api.text.errors import Suggestion

NEAREST_LIMIT = 3
NEAREST_MOST = 50
BATCH_MOST = 100
# A revision has at most nine digits.
MOST_REVISIONS = 999_999_999
_NO_CODES: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters for centres; a centre must pass each one that is set.

    No answer hides the closest centre behind a filter: see NearestAnswer.

    `opening` has the opening hours of the centres that are open at the requested time.
    """

    language: str | None = None
    service: str | None = None
    audience: str | None = None
    opening: Opening | None = None

    @classmethod
    def of(cls, params: Mapping[str, Any], opening: Opening | None) -> Self:
        """Return the filters of a loaded request; `opening` selects the centres that are open."""
        return cls(**{name: params.get(name) for name in _VALUES}, opening=opening)

    def with_unknown_hours(self) -> Self | None:
        """Return the same filters for centres whose opening state is unknown.

        None without a filter by opening hours.
        """
        if self.opening is None:
            return None
        return replace(self, opening=Opening(open=self.opening.unknown, unknown=frozenset()))

    @property
    def open_at(self) -> datetime | None:
        """The time (UTC) at which the centres must be open; None without that filter."""
        return self.opening.at if self.opening else None


NO_FILTERS = Filters()
# The filters that have a value, and the names of all in requests and answers.
_VALUES = tuple(each.name for each in fields(Filters) if each.name != "opening")
FILTERS = (*_VALUES, "open_at")


def split_tags(text: str) -> tuple[str, ...]:
    """Return language tags with commas between them, each once."""
    return tuple(dict.fromkeys(tag.strip() for tag in text.split(",")))


def speaks(spoken: str, wanted: str) -> bool:
    """Return whether one tag is a truncation of the other (RFC 4647): `nl` and `nl-BE` match."""
    one, other = spoken.casefold().split("-"), wanted.casefold().split("-")
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


@dataclass(frozen=True, slots=True)
class Postcode:
    """A postcode, or the name of a town, as the user typed it; excluded from the repr, so that no
    traceback shows it.

    `is_country_assumed` is true if the user did not name the country.
    """

    text: str = field(repr=False)
    country: str
    is_country_assumed: bool = False


class Coordinate(NamedTuple):
    """A coordinate in decimal degrees, with the numbers of decimals that were sent, which show how
    exact it is. Its repr has none of them.
    """

    lat: float
    lon: float
    lat_decimals: int
    lon_decimals: int

    @classmethod
    def of(cls, lat: Decimal, lon: Decimal) -> "Coordinate":
        """Return the coordinate of two numbers from parse_degrees."""
        return cls(float(lat), float(lon), decimals(lat), decimals(lon))

    def __repr__(self) -> str:
        return "Coordinate()"


class NearestQuery(NamedTuple):
    """A search for the centres nearest to a place.

    Returns at most `limit` centres, within `max_distance_m` metres if that is set.
    `prefer_languages` (BCP 47) change neither the centres nor their order.
    """

    place: Postcode | Coordinate
    filters: Filters = NO_FILTERS
    limit: int = NEAREST_LIMIT
    max_distance_m: float | None = None
    prefer_languages: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, place: Mapping[str, Any], params: Mapping[str, Any], home: str, filters: Filters
    ) -> "NearestQuery":
        """Return the query of a loaded place, with the limits of the loaded request. `home` is the
        country (ISO 3166-1) of a postcode without one.
        """
        origin: Postcode | Coordinate
        if "postcode" in place:
            country = place.get("country")
            origin = Postcode(place["postcode"], (country or home).upper(), not country)
        else:
            origin = Coordinate.of(place["lat"], place["lon"])
        preferred = params.get("prefer_language")
        return cls(
            origin,
            filters,
            params["limit"],
            params.get("max_distance_m"),
            split_tags(preferred) if preferred else (),
        )


class Origin(NamedTuple):
    """The point where a search starts; the person is within `accuracy_m` metres of it.

    `place` is the postcode, or the one in the middle of the town. `town` is set if the name of a
    town with several postcodes was typed. `name` is a name that was typed, as the table writes it;
    None for a postcode. `also_in` are other countries that have the postcode, too, or a place with
    that name, if the user did not name the country; `elsewhere` are these and those in which it may
    be, because they write their postcodes in the same way and not all of theirs are known.
    `alternatives` are those of Town.
    """

    point: Point
    accuracy_m: int
    place: Place | None = None
    town: Town | None = None
    elsewhere: tuple[str, ...] = ()
    also_in: tuple[str, ...] = ()
    name: str | None = None
    alternatives: tuple[Suggestion, ...] = ()

    @classmethod
    def of_place(
        cls, place: Place, elsewhere: tuple[str, ...] = (), also_in: tuple[str, ...] = ()
    ) -> "Origin":
        """Return the point of a postcode."""
        return cls(place.point, place.accuracy_m, place, None, elsewhere, also_in)

    @classmethod
    def of_town(cls, town: Town, also_in: tuple[str, ...] = ()) -> "Origin":
        """Return the point in the middle of a town; its accuracy covers every postcode."""
        middle = town.middle
        several = town if len(town.places) > 1 else None
        accuracy_m, name = town.accuracy_m, town.spelled
        origin = cls(middle.point, accuracy_m, middle, several, also_in, also_in)
        return origin._replace(name=name, alternatives=town.alternatives)

    @property
    def typed(self) -> str | None:
        """What a person can type for this origin: a postcode or the name of a town."""
        if self.town is not None:
            return self.town.name
        return self.place.code if self.place is not None else None

    @property
    def codes(self) -> frozenset[str]:
        """The country and the subdivision, as far as they are known; none of a coordinate."""
        place = self.place
        return (
            frozenset(code for code in (place.country, place.subdivision) if code)
            if place
            else _NO_CODES
        )

    @classmethod
    def of_coordinate(cls, sent: Coordinate) -> "Origin":
        """Return the point of a coordinate; its accuracy is half of the last digit sent."""
        lat, lon, lat_decimals, lon_decimals = sent
        return cls(Point(lat, lon), precision_m(lat, lat_decimals, lon_decimals))


class Hit(NamedTuple):
    """A centre and its geodesic distance in metres.

    `tied` is true if another centre is at the same distance, to the millimetre.
    """

    published: PublishedCentre
    distance_m: float
    tied: bool = False

    @property
    def centre(self) -> Centre:
        """The centre."""
        return self.published.centre


@dataclass(frozen=True, slots=True)
class RankedCentre:
    """A centre in an answer, in the order of display.

    `distance_m` is None if the request has no origin, or if the centre is listed for its coverage
    only. `responsible` is true if its coverage includes the requested place.
    """

    published: PublishedCentre
    distance_m: float | None = None
    tied: bool = False
    responsible: bool = False

    @property
    def centre(self) -> Centre:
        """The centre."""
        return self.published.centre


@dataclass(frozen=True, slots=True)
class Preferred:
    """The closest centre that speaks one of the preferred languages.

    `language` is the first of them that it speaks, as the query has it. `rank` is its place among
    the hits of the answer, from 1; None if it is not one of them.
    """

    hit: Hit
    language: str
    rank: int | None


class NearestAnswer(NamedTuple):
    """The nearest centres that pass the filters, nearest first.

    `countries` are those in which the place may be; none if that is not known.

    `certain` is False if another centre may be closer than the first, within the accuracies of the
    origin and of their points. `rival` is the first such centre. It is in `hits`, whatever the
    limit; it is None if it is beyond the maximum distance or NEAREST_MOST centres.

    `closest` is the closest centre without filters and maximum distance, if that is not the first
    hit. `left_out` counts, for each filter by its name in requests, the centres that it excludes;
    None without filters.

    `preferred` is None if no language is preferred, or if no centre that passes the filters within
    the maximum distance speaks one.

    `temporarily_closed` are the temporarily closed centres that pass the filters and would be among
    the hits if they were open, nearest first: no hit is closed.

    `responsible` holds the centres whose coverage includes the postcode's country or subdivision.

    `hours_unknown` counts the centres, at any distance, that a filter by opening hours excluded
    because their opening state is unknown; it is None without that filter. `open_at` is the time
    (UTC) of the filter.

    `swapped` is true if a coordinate is far outside the coverage, but would be inside it with
    latitude and longitude exchanged.
    """

    revision: int
    origin: Origin
    countries: tuple[str, ...]
    certain: bool
    outside_coverage: bool
    hits: tuple[Hit, ...]
    responsible: tuple[PublishedCentre, ...]
    hours_unknown: int | None = None
    open_at: datetime | None = None
    swapped: bool = False
    left_out: Mapping[str, int] | None = None
    closest: Hit | None = None
    preferred: Preferred | None = None
    temporarily_closed: tuple[Hit, ...] = ()
    rival: Hit | None = None

    @property
    def beside_countries(self) -> tuple[str, ...]:
        """The countries of the centres in the answer to a place outside the coverage."""
        if not self.outside_coverage:
            return ()
        hits = (*self.hits, *((self.closest,) if self.closest else ()))
        return tuple(sorted({hit.published.hours.country for hit in hits}))

    @property
    def undecided(self) -> tuple[Hit, ...]:
        """The first centre and the first one that may be closer; empty if there is none in the
        answer.
        """
        return () if self.rival is None else (self.hits[0], self.rival)

    @property
    def outcome(self) -> tuple[object, ...]:
        """What the answer says of a person's place, certain or not: equal answers need no choice
        between places.
        """
        return (
            self.outside_coverage,
            tuple(hit.published.id for hit in self.hits[:1]),
            tuple(centre.id for centre in self.responsible),
            self.closest and self.closest.published.id,
            self.preferred and self.preferred.hit.published.id,
        )

    @property
    def shown(self) -> tuple[RankedCentre, ...]:
        """The nearest centres, then responsible ones that are farther away, without a distance,
        then the temporarily closed ones.
        """
        responsible = {centre.id for centre in self.responsible}
        near = {hit.published.id for hit in self.hits}
        return (
            *(
                RankedCentre(
                    hit.published, hit.distance_m, hit.tied, hit.published.id in responsible
                )
                for hit in self.hits
            ),
            *(
                RankedCentre(centre, responsible=True)
                for centre in self.responsible
                if centre.id not in near
            ),
            *(
                RankedCentre(hit.published, hit.distance_m, hit.tied)
                for hit in self.temporarily_closed
            ),
        )

    @property
    def closed_nearer(self) -> tuple[Hit, ...]:
        """The temporarily closed centres that are nearer than the first hit."""
        first = self.hits[0].distance_m if self.hits else inf
        return tuple(hit for hit in self.temporarily_closed if hit.distance_m <= first)

    @property
    def beside(self) -> tuple[RankedCentre, ...]:
        """The closest centre without filters, then the preferred one, unless they are shown."""
        shown = {ranked.published.id for ranked in self.shown}
        hits = (self.closest, self.preferred and self.preferred.hit)
        return tuple(
            RankedCentre(hit.published, hit.distance_m, hit.tied)
            for hit in hits
            if hit and hit.published.id not in shown
        )


@dataclass(frozen=True, slots=True)
class CentresPage:
    """One page of centres, sorted by id; `after` is the last id if more pages follow.

    `hours_unknown` and `open_at` have the same meaning as in NearestAnswer.
    """

    revision: int
    total: int
    centres: tuple[PublishedCentre, ...]
    after: str | None
    hours_unknown: int | None = None
    open_at: datetime | None = None
