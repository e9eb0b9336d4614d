"""Addresses that are hidden: what a stranger who measures distances learns of them."""

import json
import math
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from geopy.distance import geodesic

from directory_api.answer.registry import FORMATS
from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.place.geometry import Point
from directory_api.web.app import create_app
from directory_api.web.wsgi.application import Application
from tests.faults.outcome import Outcome, Size, fault
from tests.support.moments import EXAMPLES_AT
from tests.support.records import TERMINAL, made_up_centre
from tests.support.servers import create
from tests.support.write_side import open_write_side

# Postcodes of one municipality, Ghent.
CODES = ("9000", "9030", "9031", "9040", "9050")
# What an attacker may choose from: a box around Belgium, in degrees.
SOUTH, NORTH, WEST, EAST = 49.4, 51.6, 2.4, 6.5
BATCH = 50
# Distances are told in whole metres.
EXACT_M = 2.0


@dataclass(frozen=True)
class Place:
    """Where a centre really is, as its record says."""

    code: str
    point: Point
    street: str


@dataclass(frozen=True)
class Served:
    """An app with two centres that do not publish where they are: `hidden` and `locality`."""

    app: Application
    directory: Directory

    def ask(self, path: str, body: Any = None) -> bytes:
        """The body of an answer, without the links of revisions, which are random."""
        client = self.app.test_client()
        if path in ("/", "/embed") and body:
            response = client.post(path, data=body)
        else:
            response = client.post(path, json=body) if body else client.get(path)
        assert response.status_code == 200, (path, response.status_code)
        answer: bytes = response.data
        for link in self.directory.live.snapshot.links.links.values():
            answer = answer.replace(link.encode(), b"link")
        # The ids of a feed's entries are made from the links.
        return re.sub(rb"urn:uuid:[0-9a-f-]+", b"id", answer) if "atom" in path else answer

    def published(self, identity: str) -> Point:
        """The point that everybody may know."""
        location = json.loads(self.ask(f"/v1/centres/{identity}"))["location"]
        return Point(location["lat"], location["lon"])


# The centres of an answer, by each way to ask for distances from many coordinates.
Ask = Callable[[Served, Sequence[Point]], Iterator[tuple[Point, list[dict[str, Any]]]]]


def _by_get(served: Served, origins: Sequence[Point]) -> Iterator[tuple[Point, Any]]:
    for origin in origins:
        answer = served.ask(f"/v1/nearest?lat={origin.lat}&lon={origin.lon}&limit=20")
        yield origin, json.loads(answer)["results"]


def _by_batch(served: Served, origins: Sequence[Point]) -> Iterator[tuple[Point, Any]]:
    for start in range(0, len(origins), BATCH):
        part = origins[start : start + BATCH]
        body = {"places": [{"lat": each.lat, "lon": each.lon} for each in part], "limit": 20}
        batch = json.loads(served.ask("/v1/nearest/batch", body))
        for origin, answer in zip(part, batch["answers"], strict=True):
            yield (
                origin,
                [{**batch["centres"][each["id"]], **each} for each in answer["results"]],
            )


_WAYS: Mapping[str, Ask] = {"GET": _by_get, "batch": _by_batch}


@fault(
    "hidden addresses measured from many coordinates, by least squares",
    "the best fit is the public point of the municipality or postcode, and no response depends on "
    "where in it the true address is",
)
def test_measured_distances_lead_to_the_published_point(outcome: Outcome, size: Size) -> None:
    """Distances from many coordinates, by two ways, and the point that fits them best."""
    chance = random.Random(13)  # the same coordinates in each run
    farthest, nearest_true = 0.0, math.inf
    with TemporaryDirectory() as name:
        here, there = _two_places(chance, _middles(Path(name)))
        with _served(Path(name) / "here", here) as one, _served(Path(name) / "there", there) as two:
            origins = [_anywhere(chance) for _ in range(size.of(200, 2000))]
            for way, ask in _WAYS.items():
                measured = list(ask(one, origins))
                outcome.tries += len(measured)
                same = measured == list(ask(two, origins))
                outcome.expect(same, "leaked", f"distances by {way} depend on the true point")
                for identity in here:
                    estimate = _solved(_distances(measured, identity))
                    off = _metres(estimate, one.published(identity))
                    outcome.expect(off < EXACT_M, "leaked", f"{off:.0f} m off, by {way}")
                    farthest = max(farthest, off)
                    nearest_true = min(nearest_true, _metres(estimate, here[identity].point))
            _compare_the_rest(outcome, one, two)
    outcome.figures = (
        f"estimates at most {farthest:.1f} m from the published point, "
        f"at least {nearest_true:,.0f} m from the true one"
    )


def _middles(folder: Path) -> Mapping[str, Point]:
    """The point of each postcode."""
    database = create(folder / "directory.db")
    directory = open_directory(Settings(database_url=f"sqlite:///{database}"))
    directory.live.refresh()
    places = directory.live.snapshot.gazetteer.places("BE")
    return {place.code: place.point for place in places}


def _two_places(
    chance: random.Random, middles: Mapping[str, Point]
) -> tuple[Mapping[str, Place], Mapping[str, Place]]:
    """Two places of each centre that must look the same: of one municipality or one postcode."""

    def place(code: str) -> Place:
        north, east = (chance.choice([-1, 1]) * chance.uniform(0.002, 0.006) for _ in range(2))
        middle = middles[code]
        return Place(code, Point(middle.lat + north, middle.lon + east), f"{chance.random()}")

    hidden = chance.sample(CODES, 2)
    first, second = ({"hidden": place(code), "locality": place("9000")} for code in hidden)
    return first, second


@contextmanager
def _served(folder: Path, places: Mapping[str, Place]) -> Iterator[Served]:
    folder.mkdir()
    database = create(folder / "directory.db")
    write_side = open_write_side(database)
    for number, (visibility, place) in enumerate(places.items()):
        record = _record(number, visibility, place)
        write_side.editor.create(write_side.edit(visibility, actor=TERMINAL), record)
    directory = open_directory(Settings(database_url=f"sqlite:///{database}", rate_limit=""))
    directory.live.refresh()
    yield Served(create_app(directory, now=lambda: EXAMPLES_AT, log_requests=False), directory)


def _record(number: int, visibility: str, place: Place) -> dict[str, Any]:
    return made_up_centre(
        number,
        id=visibility,
        address={
            "street": place.street,
            "postcode": place.code,
            "locality": {"nl": "Gent"},
            "country": "BE",
            "subdivision": "BE-VOV",
        },
        address_visibility=visibility,
        location={"lat": place.point.lat, "lon": place.point.lon, "precision": "exact"},
    )


def _anywhere(chance: random.Random) -> Point:
    lat, lon = chance.uniform(SOUTH, NORTH), chance.uniform(WEST, EAST)
    return Point(round(lat, 6), round(lon, 6))


def _distances(measured: Any, identity: str) -> list[tuple[Point, float]]:
    """The distance of one centre from each origin, in metres."""
    return [
        (origin, float(result["distance_m"]))
        for origin, results in measured
        for result in results
        if result["id"] == identity
    ]


def _solved(distances: Sequence[tuple[Point, float]]) -> Point:
    """The point whose distances fit best, by Gauss and Newton's method of least squares."""
    assert len(distances) > 2
    point = min(distances, key=lambda each: each[1])[0]
    step = 1e-5  # degrees, about a metre
    for _ in range(5):
        north, east = Point(point.lat + step, point.lon), Point(point.lat, point.lon + step)
        aa = ab = bb = ar = br = 0.0
        for origin, distance in distances:
            now = _metres(point, origin)
            a = (_metres(north, origin) - now) / step
            b = (_metres(east, origin) - now) / step
            rest = distance - now
            aa, ab, bb = aa + a * a, ab + a * b, bb + b * b
            ar, br = ar + a * rest, br + b * rest
        size = aa * bb - ab * ab
        point = Point(
            point.lat + (ar * bb - br * ab) / size, point.lon + (br * aa - ar * ab) / size
        )
    return point


def _metres(one: Point, other: Point) -> float:
    return float(geodesic((one.lat, one.lon), (other.lat, other.lon)).meters)


def _compare_the_rest(outcome: Outcome, one: Served, two: Served) -> None:
    """Every other answer that has a point, an address or a distance is byte for byte the same."""
    for path, body in _REST:
        outcome.tries += 1
        outcome.expect(one.ask(path, body) == two.ask(path, body), "leaked", path.split("?")[0])


_NEAR = ("postcode=9000", "lat=51.05&lon=3.72")
_REST: tuple[tuple[str, Any], ...] = (
    *((f"/v1/centres.{each.ending}", None) for each in FORMATS),
    *((f"/v1/centres/{name}", None) for name in ("hidden", "locality")),
    *((f"/v1/nearest.{each.ending}?{near}&limit=20", None) for each in FORMATS for near in _NEAR),
    *((f"/{page}", {"postcode": "9000"}) for page in ("", "embed")),
    ("/v1/nearest", {"postcode": "9050", "limit": 20}),
    *((path, None) for path in ("/", "/embed", "/v1/bundle", "/v1/changes.atom")),
    *((f"/hsds/{name}", None) for name in ("services", "organizations", "service_at_locations")),
)
