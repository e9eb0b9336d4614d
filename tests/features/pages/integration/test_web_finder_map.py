"""The map of the visitor's page, and the links that open an address in a map."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from directory_api.bootstrap import open_directory
from directory_api.change.guards import ALL_ALLOWED
from directory_api.config import Settings
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.finder_pages import NOON, app_of, get, send
from tests.support.records import TERMINAL, made_up_centre, shipped_records

NEEDS = ("desk",)


def test_the_map_is_numbered_like_the_list(client: FlaskClient) -> None:
    """Each number of the map is a link to its centre in the list, before and after a search."""
    for page in (get(client, "/?lang=nl"), send(client, {"postcode": "2000", "lang": "nl"})):
        (svg,) = page.all("svg", **{"class": "map"})
        assert svg.attributes["aria-label"] == words("nl")["map.label"]
        names = {link.attributes["href"]: link.attributes["aria-label"] for link in svg.all("a")}
        assert len(names) == 3
        (answer,) = page.all("section", **{"class": "results"})
        for heading in answer.all("h3"):
            name = heading.text.replace(" ,", ",")
            assert name.startswith(names[f"#{heading.attributes['id']}"])


def test_a_number_of_the_map_is_as_large_as_a_finger(client: FlaskClient) -> None:
    """A larger circle with the same middle is below the visible one."""
    for link in get(client).all("svg", **{"class": "map"})[0].all("a"):
        reach, mark = (each.attributes for each in link.all("circle"))
        assert [reach["class"], mark["class"]] == ["reach", "mark"]
        assert (reach["cx"], reach["cy"]) == (mark["cx"], mark["cy"])
        assert reach["r"] == "22"


def test_a_public_address_opens_in_the_devices_own_map(client: FlaskClient) -> None:
    """By its street and town, never by the centre's name, which the map may keep; the note on what
    the link reveals comes before it.
    """
    page = get(client, "/?lang=fr")
    links = [
        link.attributes["href"] for link in page.all("a") if link.text == words("fr")["address.map"]
    ]
    assert links == [
        "geo:50.84280,4.34970?q=Rue%20des%20Alexiens%2016b%2C%201000%20Bruxelles",
        "geo:51.22480,4.40430?q=Leguit%204%2C%202000%20Anvers",
        "geo:50.64150,5.56550?q=Rue%20Rouveroy%202%2C%204000%20Li%C3%A8ge",
    ]
    for folded in page.all("details"):
        if words("fr")["address.map"] in folded.text:
            note, link = words("fr")["address.map_help"], words("fr")["address.map"]
            assert folded.text.index(note) < folded.text.index(link)


@pytest.mark.parametrize("visibility", ["hidden", "locality"])
def test_an_address_that_is_not_public_opens_in_no_map(tmp_path: Path, visibility: str) -> None:
    """It has no link to a map, and nothing to copy."""
    centre = made_up_centre(1, address_visibility=visibility)
    page = get(app_of(tmp_path, [centre], NOON).test_client(), "/?lang=en")
    assert "geo:" not in str(page.root)
    assert words("en")["address.copy"] not in page.text


ABROAD: dict[str, Any] = {
    "address": {"postcode": "1012 AB", "locality": {"nl": "Amsterdam"}, "country": "NL"},
    "location": {"lat": 52.37, "lon": 4.89, "precision": "street"},
}


def app_abroad(folder: Path, centres: list[dict[str, Any]]) -> Flask:
    """The same as app_of, for the Netherlands, which have no boundary here."""
    records = {**shipped_records(), "centres": centres}
    path = folder / "abroad.json"
    path.write_text(json.dumps(records), encoding="utf-8")
    directory = open_directory(
        Settings(database_url=f"sqlite:///{folder / 'directory.db'}", rate_limit="")
    )
    directory.prepare()
    importer_of(directory).bring_in(TERMINAL, Incoming.of(path), "test", allowed=ALL_ALLOWED)
    return create_app(directory, now=lambda: NOON)


def test_many_centres_are_not_shown_before_a_search(tmp_path: Path) -> None:
    """Eight centres are points of the map without numbers; one that lies off it has none."""
    centres = [*(made_up_centre(number) for number in range(1, 8)), made_up_centre(8, **ABROAD)]
    page = get(app_abroad(tmp_path, centres).test_client())
    (svg,) = page.all("svg", **{"class": "map"})
    assert len(svg.all("circle")) == 7
    assert svg.all("text") == []
    assert page.centres == []


def test_no_boundary_no_map(tmp_path: Path) -> None:
    """Centres in a country without a boundary: the page is whole, without a map."""
    client = app_abroad(tmp_path, [made_up_centre(1, **ABROAD)]).test_client()
    assert get(client).all("svg", **{"class": "map"}) == []
    assert send(client, {"postcode": "1000"}).centres == ["made-up-001"]
