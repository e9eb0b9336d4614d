"""A directory of a country for which no code was written, from a postal file of GeoNames."""

import json
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from tests.features.country_folders.support import ROWS, add_centre, load, make
from tests.support.frozen import DATA
from tests.support.servers import SERVE, Served, environment, run_process, serving_as_it_is

pytestmark = pytest.mark.nightly

ZONES = {
    "AT": "Europe/Vienna",
    "NL": "Europe/Amsterdam",
    "LU": "Europe/Luxembourg",
    "FR": "Europe/Paris",
    "DE": "Europe/Berlin",
    "GB": "Europe/London",
    "JP": "Asia/Tokyo",
}
# Its first language, where the page has it: beside English without a choice of the device.
# What people there type for their first postcode.
TYPED = {
    "AT": ("1010", "A-1010", "1010 Wien", "AT-1010"),
    "NL": ("1012", "1012 AB", "1012 Amsterdam", "1012ab"),
    "LU": ("1111", "L-1111", "L-1111 Luxembourg"),
    "FR": ("59000", "F-59000", "59000 Lille", "Lille"),
    "DE": ("10115", "D-10115", "10115 Berlin", "Berlin"),
    "GB": ("EH1", "EH1 1AA", "eh11aa", "EH1 1AA Edinburgh"),
    "JP": ("060-0001", "0600001", "０６０－０００１", "060 0001"),
}


def _nearest(served: Served, typed: str) -> Any:
    reply = served.ask(f"/v1/nearest?place={quote(typed)}")
    assert reply.status == 200, (typed, reply.body[:300])
    return reply.json()


def _in_danger(answer: Any) -> set[str]:
    """The countries of the numbers for danger."""
    lines = (line for line in answer["helplines"] if line["kind"] in ("emergency", "police"))
    return {line["country"] for line in lines}


@pytest.mark.parametrize("country", sorted(ROWS))
def test_a_country_needs_no_code(country: str, tmp_path: Path) -> None:
    """Its postcodes are understood as people there write them, a place in it is not outside, and
    nothing of Belgium is left.
    """
    data = tmp_path / "data"
    said = make(tmp_path, data, country)
    assert "postcodes of " + country in said
    assert "Before you go live" in said
    add_centre(data, country, ZONES[country])
    load(data, tmp_path / "directory.db")
    with serving_as_it_is(SERVE, tmp_path, data=str(data)) as served:
        for typed in TYPED[country]:
            answer = _nearest(served, typed)
            assert answer["place"]["country"] == country, typed
            assert answer["covered"], typed
            assert answer["results"][0]["id"] == f"example-{country.lower()}"
            assert {line["id"][:2] for line in answer["helplines"]} == {country.lower()}
        _, _, lat, lon = ROWS[country][0]
        near = served.ask(f"/v1/nearest?lat={lat}&lon={lon}").json()
        assert (near["place"]["country"], near["covered"]) == (country, True)
        bundle = served.ask("/v1/bundle").json()
        assert bundle["country"] == country
        table = served.ask(bundle["postcodes"]).json()
        assert len(table["postcodes"]["codes"]) == len(
            [code for code, *_ in ROWS[country] if "CEDEX" not in code]
        )
        page = served.ask("/").body.decode()
        assert "Example Centre" in page
        refused = served.ask("/v1/nearest?postcode=%21%21").json()
        assert {line["country"] for line in refused["helplines"]} == {country}
        for text in (page, served.ask("/v1").body.decode(), str(bundle)):
            assert not any(word in text for word in ("Belgi", "Statbel", "078 055", "PAG-ASA"))


def test_three_countries_are_one_directory(tmp_path: Path) -> None:
    """A person in Maastricht gets the Dutch helplines and the closest centre, which is in Belgium;
    one in Luxembourg those of Luxembourg.
    """
    data = tmp_path / "data"
    taken = ("directory_api", "country", "new", "BE", "--out", str(data))
    assert run_process(taken, environment(tmp_path / "none.db")).returncode == 0
    for country in ("NL", "LU"):
        make(tmp_path, data, country)
    load(data, tmp_path / "directory.db")
    with serving_as_it_is(SERVE, tmp_path, data=str(data)) as served:
        maastricht = _nearest(served, "6211 Maastricht")
        assert maastricht["place"]["country"] == "NL"
        assert maastricht["results"][0]["id"] == "surya"
        assert maastricht["results"][0]["address"]["country"] == "BE"
        assert _in_danger(maastricht) == {"NL"}
        assert _nearest(served, "L-1111")["place"]["country"] == "LU"
        assert _nearest(served, "1000")["place"]["country"] == "BE"
        assert _nearest(served, "9711 Groningen")["place"]["country"] == "NL"


def test_a_place_in_a_country_without_centres_gets_its_helplines(tmp_path: Path) -> None:
    """The directory knows its boundary, and its police, but no centre in it."""
    data, boundary = tmp_path / "data", tmp_path / "nl.geojson"
    shutil.copytree(DATA, data)
    ring = [[4.5, 52], [7, 52], [7, 53.5], [4.5, 53.5], [4.5, 52]]
    feature = {"type": "Feature", "geometry": {"type": "Polygon", "coordinates": [ring]}}
    collection = {"type": "FeatureCollection", "features": [feature]}
    boundary.write_text(json.dumps(collection), encoding="utf-8")
    shutil.rmtree(data / "countries/nl")
    make(tmp_path, data, "NL", boundary)
    load(data, tmp_path / "directory.db")
    with serving_as_it_is(SERVE, tmp_path, data=str(data)) as served:
        groningen = served.ask("/v1/nearest?lat=53.2194&lon=6.5665").json()
        assert (groningen["place"]["country"], groningen["covered"]) == ("NL", False)
        assert _in_danger(groningen) == {"NL"}
        assert groningen["results"][0]["address"]["country"] == "BE"
        filtered = served.ask("/v1/nearest?lat=53.2194&lon=6.5665&speaks=nl").json()
        assert filtered["helplines"] == groningen["helplines"]
        coverage = served.ask("/v1/bundle").json()["coverage"]
        assert coverage["countries"] == ["BE"]
        exact = [each["country"] for each in coverage["outlines"] if each["is_exact"]]
        assert exact == ["BE", "NL"]


def test_a_code_that_two_countries_have_goes_to_the_one_with_the_name(tmp_path: Path) -> None:
    """5020 is in Namur and is Salzburg, and the directory has both."""
    data = tmp_path / "data"
    shutil.copytree(DATA, data)
    make(tmp_path, data, "AT")
    load(data, tmp_path / "directory.db")
    with serving_as_it_is(SERVE, tmp_path, data=str(data)) as served:
        salzburg = _nearest(served, "5020 Salzburg")["place"]
        assert (salzburg["country"], salzburg["name"]) == ("AT", "Salzburg")
        assert _nearest(served, "5020 Namur")["place"]["country"] == "BE"
