"""Search requests and their answers.

What is made for each search is a NamedTuple, which takes a third of the time of a frozen dataclass.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from math import inf
from typing import Any, NamedTuple, Self

from directory_api.hours.timetable import Opening
from directory_api.place.geometry import Point
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

    No filter hides the closest centre: see NearestAnswer.

    `opening` has the opening hours of the centres that are open at the requested time.
    """

    speaks: str | None = None
    service: str | None = None
    audience: str | None = None
    opening: Opening | None = None

    @classmethod
    def from_request(cls, params: Mapping[str, Any], opening: Opening | None) -> "Filters":
        """Return the filters of a loaded request; `opening` selects the centres that are open."""
        if opening is None and params.keys().isdisjoint(_VALUES):
            return NO_FILTERS
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


def is_same_language(spoken: str, wanted: str) -> bool:
    """Return whether one tag is a truncation of the other (RFC 4647): `nl` and `nl-BE` match."""
    one, other = spoken.casefold().split("-"), wanted.casefold().split("-")
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


@dataclass(frozen=True, slots=True)
class TypedPlace:
    """What a user typed: with `is_code` a postcode, else anything that may name a place. Excluded
    from the repr, so that no traceback shows it.

    `is_country_assumed` is true if the user did not name the country.
    """

    text: str = field(repr=False)
    country: str
    is_country_assumed: bool = False
    is_code: bool = False


# How far from a coordinate a person may be, in metres, if the caller does not say it.
USUAL_ACCURACY_M = 1_000


class Coordinate(NamedTuple):
    """A coordinate in decimal degrees, and how far from it the person may be. Its repr has none of
    them.
    """

    lat: float
    lon: float
    accuracy_m: int = USUAL_ACCURACY_M

    def __repr__(self) -> str:
        return "Coordinate()"


def requested_place(params: Mapping[str, Any], home: str) -> TypedPlace | Coordinate:
    """Return the place in loaded fields of a place. `home` is the country (ISO 3166-1) of one
    without a country.
    """
    if "lat" in params:
        return Coordinate(params["lat"], params["lon"], params.get("accuracy_m", USUAL_ACCURACY_M))
    is_code, country = "postcode" in params, params.get("country")
    text = params["postcode" if is_code else "place"]
    return TypedPlace(text, (country or home).upper(), not country, is_code)


class NearestQuery(NamedTuple):
    """A search for the centres nearest to a place: the first `limit` that pass the filters, and
    those that must be shown beside them (NearestAnswer). `prefer_speaks` (BCP 47) leave out none.
    """

    place: TypedPlace | Coordinate
    filters: Filters = NO_FILTERS
    limit: int = NEAREST_LIMIT
    prefer_speaks: tuple[str, ...] = ()

    @classmethod
    def from_request(
        cls, params: Mapping[str, Any], place: TypedPlace | Coordinate, filters: Filters
    ) -> "NearestQuery":
        """Return the query of a loaded request."""
        preferred = params.get("prefer_speaks")
        return cls(place, filters, params["limit"], split_tags(preferred) if preferred else ())


class Origin(NamedTuple):
    """The point where a search starts; the person is within `accuracy_m` metres of it.

    `place` is the postcode, or the main one of the town. `town` is set if the name of a
    town with several postcodes was typed. `name` is a name that was typed, as the table writes it;
    None for a postcode. `also_in` are other countries that have the postcode, too, or a place with
    that name, if the user did not name the country; `elsewhere` are these and those in which it may
    be, because they write their postcodes in the same way and not all of theirs are known.
    `alternatives` are those of Town. `countries` are those in which the person may be; none if that
    is not known.
    """

    point: Point
    accuracy_m: int
    place: Place | None = None
    town: Town | None = None
    elsewhere: tuple[str, ...] = ()
    also_in: tuple[str, ...] = ()
    name: str | None = None
    alternatives: tuple[Suggestion, ...] = ()
    countries: tuple[str, ...] = ()

    @classmethod
    def of_place(
        cls, place: Place, elsewhere: tuple[str, ...] = (), also_in: tuple[str, ...] = ()
    ) -> "Origin":
        """Return the point of a postcode."""
        origin = cls(place.point, place.accuracy_m, place, None, elsewhere, also_in)
        return origin._replace(countries=(place.country,))

    @classmethod
    def of_town(cls, town: Town, also_in: tuple[str, ...] = ()) -> "Origin":
        """Return the point of the first postcode of a town; its accuracy covers every postcode."""
        main = town.main_place
        several = town if len(town.places) > 1 else None
        accuracy_m, name = town.accuracy_m, town.spelled
        origin = cls(main.point, accuracy_m, main, several, also_in, also_in)
        return origin._replace(name=name, alternatives=town.alternatives, countries=(main.country,))

    @property
    def place_text(self) -> str:
        """What a person can type for this origin: a postcode, a name of a town, or coordinates."""
        if self.town is not None:
            return self.town.name
        return self.place.code if self.place is not None else f"{self.point.lat}, {self.point.lon}"

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
    def of_coordinate(cls, coordinate: Coordinate) -> "Origin":
        """Return the point of a coordinate, without the countries in which it may be."""
        return cls(Point(coordinate.lat, coordinate.lon), coordinate.accuracy_m)


# Why a centre is in an answer, in the order in which an answer gives several reasons. It is the
# closest of all, whatever the filters; or it may be, if that is not certain.
CLOSEST, MAYBE_CLOSEST = "closest", "maybe_closest"
# It passes the filters, and is among the first `limit` of these, or may be the first.
NEAR = "near"
# Its coverage has the country or the subdivision of the place.
RESPONSIBLE = "responsible"
# Before a preferred language (BCP 47): it is the closest that speaks one, and passes the filters.
SPEAKS = "speaks:"
# It would be among the first `limit` if it were open.
TEMPORARILY_CLOSED = "temporarily_closed"


class Result(NamedTuple):
    """A centre in an answer.

    `distance_m` is along the geodesic; infinite if it is not known, or without a place. `tied` is
    true if another centre is at the same distance, to the millimetre. `shown_because` has the
    reasons above, `does_not_match` the names of the filters that it does not pass.
    """

    published: PublishedCentre
    distance_m: float = inf
    tied: bool = False
    shown_because: tuple[str, ...] = ()
    does_not_match: tuple[str, ...] = ()

    @property
    def centre(self) -> Centre:
        """The centre."""
        return self.published.centre

    @property
    def has_distance(self) -> bool:
        """Whether its distance is known."""
        return self.distance_m < inf

    @property
    def order(self) -> tuple[float, str]:
        """Its place among others: by distance to the millimetre, then by id."""
        return round(self.distance_m, 3), self.published.id

    @property
    def spoken(self) -> str | None:
        """The preferred language (BCP 47) that it is shown for."""
        named = (each for each in self.shown_because if each.startswith(SPEAKS))
        return next((each.removeprefix(SPEAKS) for each in named), None)


class NearestAnswer(NamedTuple):
    """All that has to be shown to a person at a place, in one list: the open centres by distance,
    then the temporarily closed ones by distance.

    Nothing leaves out the closest centre, or one that may be it (at most NEAREST_MOST of these).

    `covered` is False if none of the countries in which the place may be has a centre. `left_out`
    counts, for each filter by its name in requests, the centres that it excludes; None without
    filters.

    `hours_unknown` counts the centres, at any distance, that a filter by opening hours excluded
    because their opening state is unknown; it is None without that filter. `open_at` is the time
    (UTC) of the filter.

    `swapped` is true if a coordinate is far outside the coverage, but would be inside it with
    latitude and longitude exchanged.
    """

    origin: Origin
    covered: bool
    results: tuple[Result, ...]
    left_out: Mapping[str, int] | None = None
    hours_unknown: int | None = None
    open_at: datetime | None = None
    swapped: bool = False

    @property
    def certain(self) -> bool:
        """Whether one centre is certainly the closest, within the accuracies of the origin and of
        the centres' points.
        """
        return any(CLOSEST in each.shown_because for each in self.results)

    @property
    def undecided(self) -> tuple[Result, ...]:
        """Those of which each may be the closest; none if one certainly is."""
        return tuple(each for each in self.results if MAYBE_CLOSEST in each.shown_because)

    @property
    def matching(self) -> tuple[Result, ...]:
        """The open centres that pass the filters."""
        return tuple(
            each
            for each in self.results
            if not each.does_not_match and TEMPORARILY_CLOSED not in each.shown_because
        )

    @property
    def unmatched(self) -> tuple[Result, ...]:
        """The closest centre, or those that may be it, if the filters leave them out."""
        return tuple(each for each in self.results if each.does_not_match)

    @property
    def closed_nearer(self) -> tuple[Result, ...]:
        """The temporarily closed centres that are nearer than the first open one that passes the
        filters.
        """
        first = next((each.distance_m for each in self.matching), inf)
        return tuple(
            each
            for each in self.results
            if TEMPORARILY_CLOSED in each.shown_because and each.distance_m <= first
        )

    @property
    def beside_countries(self) -> tuple[str, ...]:
        """The countries of the centres in the answer to a place outside the coverage."""
        if self.covered:
            return ()
        return tuple(sorted({each.published.hours.country for each in self.results}))

    @property
    def outcome(self) -> tuple[object, ...]:
        """What the answer says of a person's place, certain or not: equal answers need no choice
        between places.
        """
        return (
            self.covered,
            [each.published.id for each in self.results[:1]],
            [each.published.id for each in self.matching[:1]],
            {each.published.id for each in self.results if RESPONSIBLE in each.shown_because},
        )


@dataclass(frozen=True, slots=True)
class CentresPage:
    """One page of centres, sorted by id; `after` is the last id if more pages follow.

    `hours_unknown` and `open_at` have the same meaning as in NearestAnswer.
    """

    total: int
    centres: tuple[PublishedCentre, ...]
    after: str | None
    hours_unknown: int | None = None
    open_at: datetime | None = None
