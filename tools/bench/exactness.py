"""Answers of the search against a brute-force scan with geopy's geodesics.

The scan leaves out only what cannot be among the nearest. Where two points keep their geographic
coordinates, an arc on the unit sphere becomes a path on the WGS84 ellipsoid that is stretched
everywhere by a radius of curvature: between a(1 - e²) in the meridian at the equator and a²/b at
the poles. A centre whose arc times the smallest radius is longer than the third-shortest arc times
the largest is therefore farther away than three others. geopy measures all the rest.
"""

import math
import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from geopy.distance import geodesic

from tools.bench import centres
from tools.bench.report import Table
from tools.bench.subject import Subject

Point = tuple[float, float]
CENTRES = 1_000
QUERIES = 20_000
_LEAST_RADIUS_M = 6_378_137.0 * (1 - 0.00669437999014)
_MOST_RADIUS_M = 6_378_137.0**2 / 6_356_752.314245
_SLACK_M = 0.01


class BruteForce:
    """Measures the distance of every centre that may be among the nearest."""

    def __init__(self, points: Sequence[tuple[float, float, str]]) -> None:
        self._points = points
        self._vectors = [_vector(lat, lon) for lat, lon, _ in points]

    def nearest(self, lat: float, lon: float, limit: int = 3) -> list[tuple[float, str]]:
        """Return the distances in metres and the ids: by distance to the millimetre, then id."""
        x, y, z = _vector(lat, lon)
        chords = [(a - x) ** 2 + (b - y) ** 2 + (c - z) ** 2 for a, b, c in self._vectors]
        arcs = [_arc(chord) for chord in sorted(chords)[:limit]]
        reach = (arcs[-1] * _MOST_RADIUS_M + _SLACK_M) / _LEAST_RADIUS_M
        longest = 4.0 if reach >= math.pi else (2 * math.sin(reach / 2)) ** 2
        measured = [
            (geodesic((lat, lon), (clat, clon)).meters, identity)
            for chord, (clat, clon, identity) in zip(chords, self._points, strict=True)
            if chord <= longest
        ]
        return sorted(measured, key=lambda each: (round(each[0], 3), each[1]))[:limit]


@dataclass
class Wrong:
    """How many answers have another order than the scan, and how many another distance."""

    order: int = 0
    distance: int = 0

    def count(self, response: Mapping[str, Any], nearest: Sequence[tuple[float, str]]) -> None:
        """Count an answer; distances are compared to the metre, where the order is right."""
        found = [(each["distance_m"], each["id"]) for each in response["results"][:3]]
        if [identity for _, identity in found] != [identity for _, identity in nearest]:
            self.order += 1
        elif any(
            abs(distance - exact) > 1.0
            for (distance, _), (exact, _) in zip(found, nearest, strict=True)
        ):
            self.distance += 1

    def __str__(self) -> str:
        return f"{self.order} / {self.distance}"


def _vector(lat: float, lon: float) -> tuple[float, float, float]:
    latitude, longitude = math.radians(lat), math.radians(lon)
    around = math.cos(latitude)
    return around * math.cos(longitude), around * math.sin(longitude), math.sin(latitude)


def _arc(squared_chord: float) -> float:
    return 2 * math.asin(min(1.0, math.sqrt(squared_chord) / 2))


def _globe(chance: random.Random) -> Iterator[Point]:
    while True:  # even on the sphere
        yield math.degrees(math.asin(chance.uniform(-1, 1))), chance.uniform(-180, 180)


def _clusters(chance: random.Random) -> Iterator[Point]:
    """Towns of ten centres within some hundred metres."""
    for lat, lon in _globe(chance):
        for _ in range(10):
            yield (
                max(-90.0, min(90.0, lat + chance.gauss(0, 0.003))),
                max(-180.0, min(180.0, lon + chance.gauss(0, 0.003))),
            )


def _duplicates(chance: random.Random) -> Iterator[Point]:
    """Each point four times."""
    for point in _globe(chance):
        yield from (point,) * 4


def _poles(chance: random.Random) -> Iterator[Point]:
    while True:
        yield chance.choice((-1, 1)) * (90 - abs(chance.gauss(0, 1.0))), chance.uniform(-180, 180)


def _antimeridian(chance: random.Random) -> Iterator[Point]:
    while True:
        lon = chance.choice((-1, 1)) * (180 - abs(chance.gauss(0, 0.5)))
        yield chance.uniform(-80, 80), lon


DISTRIBUTIONS: tuple[tuple[str, Callable[[random.Random], Iterator[Point]]], ...] = (
    ("globe", _globe),
    ("clusters", _clusters),
    ("duplicates", _duplicates),
    ("poles", _poles),
    ("antimeridian", _antimeridian),
)


def records(points: Iterable[Point]) -> Iterator[dict[str, Any]]:
    """Yield records of active centres at points; points in the order of no id."""
    made = list(points)
    whole = map(centres.slim, centres.records(len(made)))
    for record, (lat, lon) in zip(whole, made, strict=True):
        location = {"lat": round(lat, 5), "lon": round(lon, 5), "precision": "exact"}
        yield {**record, "status": "active", "location": location}


def differences(
    distribution: Callable[[random.Random], Iterator[Point]], queries: int, count: int = CENTRES
) -> tuple[int, float]:
    """Return how many random queries have another order than the scan, and by how many
    millimetres a distance differs at most.

    One query in ten is anywhere, the others are where the centres are.
    """
    chance = random.Random(centres.SEED)
    spots = distribution(chance)
    made = list(records(next(spots) for _ in range(count)))
    subject = Subject(made)
    scan = BruteForce(
        [(each["location"]["lat"], each["location"]["lon"], each["id"]) for each in made]
    )
    anywhere, wrong, off = _globe(chance), 0, 0.0
    for number in range(queries):
        lat, lon = (round(each, 5) for each in next(spots if number % 10 else anywhere))
        found, nearest = subject.nearest(subject.query(lat, lon))[:3], scan.nearest(lat, lon)
        wrong += [identity for _, identity in found] != [identity for _, identity in nearest]
        pairs = zip(found, nearest, strict=True)
        off = max(off, *(abs(distance - exact) * 1000 for (distance, _), (exact, _) in pairs))
    return wrong, off


def measure(queries: int) -> Table:
    """Count the differences for each distribution of centres."""
    rows = []
    for name, distribution in DISTRIBUTIONS:
        wrong, off = differences(distribution, queries)
        rows.append((name, f"{CENTRES:,}", f"{queries:,}", f"{wrong}", f"{off:.4f}"))
    return Table(
        (
            "centres",
            "how many",
            "random queries",
            "another order",
            "largest difference of a distance, mm",
        ),
        rows,
    )
