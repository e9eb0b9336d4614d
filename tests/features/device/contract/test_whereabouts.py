"""docs/whereabouts.json: in which countries a position may be, for the rule in both languages.

After an intended change:

.venv/bin/python -m pytest tests/features/device/contract/test_whereabouts.py --write-golden
"""

import json
import math
import random
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.features.device.as_bundle import outlines
from directory_api.live.editions import Edition
from directory_api.place.geometry import Point
from tests.support.servers import ROOT

VECTORS = ROOT / "docs/whereabouts.json"
_METRES = 111_200
# Just over the border, in the countries that people there know; both where it is not certain.
TOWNS = {
    "Maastricht": (50.8514, 5.6910, ["NL"]),
    "Budel": (51.2722, 5.5739, ["NL"]),
    "Vaals": (50.7708, 6.0183, ["DE", "NL"]),
    "Tourcoing": (50.7239, 3.1612, ["FR"]),
    "Wattrelos": (50.7036, 3.2172, ["FR", "BE"]),
    "Givet": (50.1378, 4.8245, ["FR"]),
    "Bray-Dunes": (51.0783, 2.5247, ["FR"]),
    "Armentières": (50.6872, 2.8811, ["FR"]),
    "Longwy": (49.5203, 5.7600, ["FR", "LU"]),
    "Pétange": (49.5583, 5.8805, ["LU", "FR"]),
    "Aachen": (50.7753, 6.0839, ["DE"]),
    "Luxembourg": (49.6116, 6.1319, ["LU"]),
    "Lille": (50.6300, 3.0600, ["FR"]),
    "Baarle": (51.4417, 4.9300, ["BE", "NL"]),
    "Amsterdam": (52.3676, 4.9041, ["NL"]),
    "Paris": (48.8566, 2.3522, ["FR"]),
    "Bucharest": (44.4268, 26.1025, []),
    "London": (51.5074, -0.1278, []),
    "North Sea": (51.9000, 2.6000, []),
    "Oostende": (51.2300, 2.9126, ["BE"]),
    "Brussels": (50.8467, 4.3525, ["BE"]),
    "Antwerp": (51.2194, 4.4025, ["BE"]),
    "Menen": (50.7963, 3.1210, ["BE", "FR"]),
    "Arlon": (49.6833, 5.8167, ["BE"]),
}
# Where three countries meet.
CORNERS = ((50.7547, 6.0207), (50.1285, 6.1376), (49.5463, 5.8180))
FAR = ((0, 0), (90, 0), (-90, 180), (0, -180), (40.7, -74), (-50.8, -175.6), (54.5, 4.0))
# From the line of Belgium, to the left and the right, within both margins and beyond.
ASIDE_M = (-6000, -2900, -1250, -1150, -400, 400, 1150, 1250, 2900, 6000)
ACCURACIES_M = (0, 30, 700, 3000, 40_000)


def _positions(edition: Edition) -> list[tuple[float, float, int]]:
    """Return latitudes, longitudes and accuracies."""
    chance = random.Random(20261201)
    positions = [(lat, lon, 30) for lat, lon, _ in TOWNS.values()]
    positions += [(lat, lon, accuracy) for lat, lon in FAR for accuracy in (0, 40_000)]
    for lat, lon in CORNERS:
        for turn in range(8):
            metres = (500, 2000, 5000)[turn % 3]
            angle = turn * math.pi / 4
            positions.append(
                (*_moved(lat, lon, metres * math.cos(angle), metres * math.sin(angle)), 30)
            )
    ring = max(edition.whereabouts.outlines[0].rings, key=len)
    edges = [*pairwise((*ring, ring[0]))]
    for number in range(0, len(edges), len(edges) // 13):
        (lon1, lat1), (lon2, lat2) = edges[number]
        east, north = (lon2 - lon1) * math.cos(math.radians(lat1)), lat2 - lat1
        length = math.hypot(east, north)
        for aside in ASIDE_M:
            place = _moved(
                (lat1 + lat2) / 2,
                (lon1 + lon2) / 2,
                aside * east / length,
                -aside * north / length,
            )
            positions.append((*place, chance.choice(ACCURACIES_M[:3])))
    positions += [
        (
            round(chance.uniform(49.2, 51.8), 4),
            round(chance.uniform(2.2, 6.7), 4),
            chance.choice(ACCURACIES_M),
        )
        for _ in range(60)
    ]
    return positions


def _moved(lat: float, lon: float, north_m: float, east_m: float) -> tuple[float, float]:
    shrink = math.cos(math.radians(lat))
    return round(lat + north_m / _METRES, 4), round(lon + east_m / _METRES / shrink, 4)


@pytest.fixture(scope="module")
def vectors(edition: Edition) -> dict[str, Any]:
    """The vectors that the server makes now."""
    return {
        "format": 1,
        "outlines": outlines(edition.whereabouts.outlines),
        "positions": [
            {
                "lat": lat,
                "lon": lon,
                "accuracy_m": accuracy_m,
                "countries": list(edition.whereabouts.countries_at(Point(lat, lon), accuracy_m)),
            }
            for lat, lon, accuracy_m in _positions(edition)
        ],
    }


def test_the_vectors_are_what_the_server_answers(
    vectors: dict[str, Any], request: pytest.FixtureRequest
) -> None:
    """The file is current; `--write-golden` writes it."""
    if request.config.getoption("--write-golden"):
        parts = [
            f'"{name}":[\n' + ",\n".join(map(json.dumps, vectors[name])) + "\n]"
            for name in ("outlines", "positions")
        ]
        text = '{\n"format":1,\n' + ",\n".join(parts) + "\n}\n"
        VECTORS.write_text(text, encoding="utf-8")
    assert json.loads(VECTORS.read_text(encoding="utf-8")) == vectors


def test_the_vectors_have_each_kind_of_answer(vectors: dict[str, Any]) -> None:
    """None, one, two and three countries; every neighbour; and 200 positions at least."""
    answers = [tuple(each["countries"]) for each in vectors["positions"]]
    assert len(answers) >= 200
    assert {len(countries) for countries in answers} >= {0, 1, 2, 3}
    assert {country for countries in answers for country in countries} == {
        *("BE", "DE", "FR", "LU", "NL")
    }
    assert min(Counter(answers)[country,] for country in ("BE", "FR", "LU", "NL", "DE")) > 2


@pytest.mark.parametrize("town", TOWNS)
def test_the_api_says_in_which_country_a_town_at_the_border_is(
    client: FlaskClient, town: str
) -> None:
    """And that it is not covered where none of them is Belgium."""
    lat, lon, countries = TOWNS[town]
    body = client.get(f"/v1/nearest?lat={lat}&lon={lon}&accuracy_m=1").get_json()
    place = body["place"]
    assert (
        place.get("countries", [place[name] for name in ("country",) if name in place]) == countries
    )
    assert body["covered"] is ("BE" in countries)
    police = {line["number"] for line in body["helplines"] if line["kind"] == "police"}
    short = {"BE": "101", "DE": "110", "FR": "17", "LU": "113"}
    assert police == {short[country] for country in countries if country in short}
    assert body["helplines"][0]["number"] == "112"
