"""What a geocoding service has found for an address."""

from collections.abc import Callable
from dataclasses import dataclass

from directory_api.place.geometry import Point


@dataclass(frozen=True, slots=True)
class Hit:
    """A point that a service has found (WGS84 degrees, 6 digits), the service's label, and one of
    vocabulary.PRECISIONS.
    """

    point: Point
    label: str
    precision: str


@dataclass(frozen=True, slots=True)
class Located:
    """What a service has found for an address: the points, best first, and whose data it is."""

    candidates: tuple[Hit, ...]
    attribution: str


# Returns what is found for an address in a country. Raises ServiceUnavailable.
Locate = Callable[[str, str], Located]
