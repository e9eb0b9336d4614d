"""What is asked and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any, Self

from directory_api.domain.geo.point import Point, precision_m
from directory_api.domain.geo.postcode import Place
from directory_api.domain.hours.timetable import Opening
from directory_api.domain.model.centre import Centre
from directory_api.domain.model.helpline import Helpline

NEAREST_LIMIT = 3
NEAREST_MOST = 50
BATCH_MOST = 100


@dataclass(frozen=True, slots=True)
class Filters:
    """Which centres count: each filter that is set must hold. `opening` says which are open when it matters."""

    language: str | None = None
    service: str | None = None
    audience: str | None = None
    opening: Opening | None = None

    def admit(self, centre: Centre) -> bool:
        """Whether the centre passes every filter that is set."""
        return (
            (self.language is None or any(_speaks(spoken.code, self.language) for spoken in centre.languages))
            and (self.service is None or self.service in centre.services)
            and (self.audience is None or self.audience in centre.audiences)
            and (self.opening is None or centre.id in self.opening.open)
        )

    def left_out(self) -> Self | None:
        """The same filters for the centres of which nobody can tell whether they are open; None where all may pass."""
        if self.opening is None:
            return None
        return replace(self, opening=Opening(open=self.opening.unknown, unknown=frozenset()))


def _speaks(spoken: str, wanted: str) -> bool:
    """Whether one tag is a truncation of the other (RFC 4647): nl serves nl-BE, and nl-BE serves nl."""
    one, other = spoken.casefold().split("-"), wanted.casefold().split("-")
    shorter = min(len(one), len(other))
    return one[:shorter] == other[:shorter]


@dataclass(frozen=True, slots=True)
class Postcode:
    """A place asked for by postcode, as typed; kept out of its own repr, so that no traceback shows it."""

    text: str = field(repr=False)
    country: str


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A place asked for by decimal degrees, with the digits that were sent; kept out of its own repr."""

    lat: Decimal = field(repr=False)
    lon: Decimal = field(repr=False)


@dataclass(frozen=True, slots=True)
class NearestQuery:
    """The closest centres to a place: at most `limit`, within `max_distance_m` metres where that is set."""

    place: Postcode | Coordinate
    filters: Filters = Filters()
    limit: int = NEAREST_LIMIT
    max_distance_m: float | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a search starts, and within how many metres of it the person may be."""

    point: Point
    accuracy_m: int
    place: Place | None = None

    @classmethod
    def of_place(cls, place: Place) -> "Origin":
        """The point of a postcode."""
        return cls(place.point, place.accuracy_m, place)

    @classmethod
    def of_coordinate(cls, sent: Coordinate) -> "Origin":
        """The point of a coordinate; its accuracy is half the last digit that was sent."""
        return cls(Point(float(sent.lat), float(sent.lon)), precision_m(sent.lat, sent.lon))


@dataclass(frozen=True, slots=True)
class Hit:
    """A centre and its geodesic distance in metres; `tied` when another centre is as far, to the millimetre."""

    centre: Centre
    distance_m: float
    tied: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A centre in its place in an answer; `distance_m` is None where no distance was asked for or it is farther away.

    `responsible` when its coverage names the place that was asked for.
    """

    centre: Centre
    distance_m: float | None = None
    tied: bool = False
    responsible: bool = False


@dataclass(frozen=True, slots=True)
class NearestAnswer:
    """The closest centres, nearest first.

    `certain` is False when the first two could change places within the origin's accuracy; both are then in `hits`,
    whatever the limit, unless they lie beyond the maximum distance. `responsible` are the centres whose coverage names
    the postcode's country or subdivision. `hours_unknown` counts the centres, however far, that a filter by opening
    hours left out because nobody can tell; None without that filter. `swapped` when a coordinate lies far outside
    the coverage and would lie within it with latitude and longitude the other way round.
    """

    revision: int
    origin: Origin
    certain: bool
    outside_coverage: bool
    hits: tuple[Hit, ...]
    responsible: tuple[Centre, ...]
    hours_unknown: int | None = None
    swapped: bool = False

    @property
    def shown(self) -> tuple[Shown, ...]:
        """The centres, nearest first; then those that are responsible and farther away, without a distance."""
        responsible = {centre.id for centre in self.responsible}
        near = {hit.centre.id for hit in self.hits}
        return (
            *(Shown(hit.centre, hit.distance_m, hit.tied, hit.centre.id in responsible) for hit in self.hits),
            *(Shown(centre, responsible=True) for centre in self.responsible if centre.id not in near),
        )


@dataclass(frozen=True, slots=True)
class Serving:
    """The centres that serve a postcode's area: how many, and the closest of them, nearest first."""

    origin: Origin
    total: int
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class CentresPage:
    """One page of centres in the order of their ids; `after` is the last id where more follow.

    `hours_unknown` is that of NearestAnswer.
    """

    revision: int
    total: int
    centres: tuple[Centre, ...]
    after: str | None
    hours_unknown: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What this directory is at one revision."""

    revision: int
    header: Mapping[str, Any]
    centres: int
    countries: tuple[str, ...]
    postcodes: Mapping[str, int]
    helplines: tuple[Helpline, ...]
    attributions: tuple[Mapping[str, str], ...]
