"""docs/bundle.md and its examples for app developers find what the server finds."""

import gzip
import json
import random
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.live.editions import Edition
from directory_api.place.geometry import Point
from directory_api.place.postcode import rules
from directory_api.text import errors
from tests.support.programs import require
from tests.support.servers import ROOT

TEXT = (ROOT / "docs/bundle.md").read_text(encoding="utf-8")
KINDS: dict[type[errors.PlaceRefused], str] = {
    errors.PlaceAmbiguous: "malformed",
    errors.PlaceUnknown: "malformed",
    errors.PostcodeUnknown: "unknown",
    errors.PostcodeNotResidential: "institution",
    errors.PostcodeForeign: "foreign",
}
# Four-digit numbers all over, every code of an institution, and what else people type.
TYPED = [f"{number:04}" for number in range(0, 10_000, 11)] + sorted(rules()["BE"].institutions)
TYPED += [
    "B-4000",
    "b 4000",
    "BE1000",
    " 2000 ",
    "75001",
    "10115",
    "1012 AB",
    "l-1111",
    "SW1A 1AA",
]
TYPED += [
    "",
    "0",
    "١٠٠",
    "hello",
    "12",
    "100",
    "123456",
    "100A",
    "B-",
    "NL",
    "é",
    "1e3",
    "33333",
]
TYPED += ["D02 X285", "K1A 0B1", "１０００"]
# In Belgium and around it, to the ends of the earth.
_CHANCE = random.Random(20261124)  # places on a map are no secrets
POSITIONS = [(_CHANCE.uniform(49, 52), _CHANCE.uniform(2, 7)) for _ in range(400)]
POSITIONS += [
    (0.0, 0.0),
    (90.0, 0.0),
    (-89.9, 180.0),
    (51.4, 4.93),
    (50.85, 4.35),
    (48.85, 2.35),
    (51.92, 4.48),
]
# Where a browser or node puts the three functions to work.
ASK_ALL = """
const places = decode(table);
const found = typed.map((text) => lookUp(table, places, text));
const countries = positions.map((position) => countriesAt(bundle, ...position));
"""


def _example(ending: str) -> str:
    return (ROOT / f"docs/examples/device/offline.{ending}").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def bundle(app: Flask) -> dict[str, Any]:
    """What the server gives out, compressed, as most will have it."""
    response = app.test_client().get("/v1/bundle", headers={"Accept-Encoding": "gzip"})
    read: dict[str, Any] = json.loads(gzip.decompress(response.data))
    return read


@pytest.fixture(scope="module")
def table(app: Flask, bundle: dict[str, Any]) -> dict[str, Any]:
    """The postcodes of the bundle, from the address in it."""
    read: dict[str, Any] = app.test_client().get(bundle["postcodes"]).get_json()
    return read


@pytest.fixture(scope="module")
def in_python(bundle: dict[str, Any], table: dict[str, Any]) -> dict[str, Any]:
    """What the page's Python makes of it."""
    page: dict[str, Callable[..., Any]] = {}
    exec(_example("py"), page)
    places = page["decode"](table)
    return {
        "places": places,
        "found": [page["look_up"](table, places, text) for text in TYPED],
        "countries": [page["countries_at"](bundle, *position) for position in POSITIONS],
    }


def test_each_postcode_is_the_servers(directory: Directory, in_python: dict[str, Any]) -> None:
    """Code, point, accuracy and name of each of the 1,149 equal the server's to the last digit."""
    places = directory.live.snapshot.gazetteer.places("BE")
    assert len(places) == 1149
    assert list(in_python["places"].values()) == [
        {
            "code": place.code,
            "lat": place.point.lat,
            "lon": place.point.lon,
            "accuracy_m": place.accuracy_m,
            "name": place.name,
        }
        for place in sorted(places, key=lambda place: place.code)
    ]


def test_what_is_no_postcode_is_refused_as_the_server_refuses_it(
    edition: Edition, in_python: dict[str, Any]
) -> None:
    """Codes, other numbers and other input give a place or the reason, as on the server."""
    for text, found in zip(TYPED, in_python["found"], strict=True):
        assert (found if isinstance(found, str) else found["code"]) == _by_server(edition, text), (
            text
        )
    assert {found for found in in_python["found"] if isinstance(found, str)} == set(KINDS.values())


def _by_server(edition: Edition, text: str) -> str:
    try:
        place = edition.places.resolve(text, "BE")
        # The bundle is of Belgium; the table of another country is a file of its own.
        return place.code if place.country == "BE" else KINDS[errors.PostcodeForeign]
    except errors.PlaceRefused as error:
        return KINDS[type(error)]


def test_the_countries_of_a_position_are_the_servers(
    edition: Edition, in_python: dict[str, Any]
) -> None:
    """In Belgium, around it and far away."""
    assert in_python["countries"] == [
        list(edition.whereabouts.countries_at(Point(lat, lon))) for lat, lon in POSITIONS
    ]
    assert in_python["countries"][400:403] == [[], [], []]
    assert {len(countries) for countries in in_python["countries"]} >= {0, 1, 2}


def test_the_javascript_says_the_same_as_the_python(
    bundle: dict[str, Any], table: dict[str, Any], in_python: dict[str, Any], tmp_path: Path
) -> None:
    """Both languages of the page agree on every postcode, text and position."""
    script = f"{_example('js')}\n{ASK_ALL}"
    given = {"bundle": bundle, "table": table, "typed": TYPED, "positions": POSITIONS}
    said = json.loads(_in_node(script, given, tmp_path))
    assert said == {**in_python, "places": list(map(list, in_python["places"].items()))}


_ANSWER = "JSON.stringify({ places: [...places], found, countries })"


def _in_node(script: str, given: dict[str, Any], folder: Path) -> str:
    file = folder / "ask.js"
    reading = (
        'const { bundle, table, typed, positions } = JSON.parse(require("fs").readFileSync(0));'
    )
    file.write_text(f"{reading}\n{script}\nprocess.stdout.write({_ANSWER});", encoding="utf-8")
    ended = subprocess.run(
        [require("node"), str(file)],
        input=json.dumps(given).encode(),
        capture_output=True,
        check=True,
    )
    return ended.stdout.decode()


def test_the_page_names_each_member(bundle: dict[str, Any], table: dict[str, Any]) -> None:
    """Each member of a bundle and of its coverage is on the page; the reference has the columns of
    its table.
    """
    for name in (*bundle, *bundle["coverage"]):
        assert name in TEXT, name
    assert len(rules()) == len(table["postcodes"]["foreign_patterns"]) + 1
