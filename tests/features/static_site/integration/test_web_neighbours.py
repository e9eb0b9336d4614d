"""Postcodes across the border: answers, the files for devices, and the visitor's page."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.features.static_site import routes
from directory_api.live.editions import Edition
from directory_api.text.translations import country_names
from tests.support.api_client import ApiClient, problem

COUNTRIES = ("DE", "FR", "LU", "NL")


@pytest.mark.parametrize(
    ("postcode", "country", "centre"),
    [
        ("L-1111", "LU", "surya"),
        ("4561 AB", "NL", "payoke"),
        ("59000", "FR", "pag-asa"),
        ("52062", "DE", "surya"),
    ],
)
def test_a_postcode_across_the_border_has_a_closest_centre(
    api: ApiClient, postcode: str, country: str, centre: str
) -> None:
    """The answer is as for a place outside the coverage: with what to dial there."""
    asked = {"postcode": postcode, "country": country}
    body = api.get("/v1/nearest", query_string=asked).get_json()
    assert body == api.post("/v1/nearest", json=asked).get_json()
    assert body["results"][0]["id"] == centre
    assert body["covered"] is False
    assert "112" in body["notice"]
    assert body["helplines"][0]["number"] == "112"
    origin = body["place"]
    assert (origin["kind"], origin["country"]) == ("postcode", country)
    assert "also_in" not in origin
    (place,) = api.get(f"/v1/postcodes?country={country}&prefix={origin['postcode']}").get_json()[
        "postcodes"
    ]
    assert place == api.get(f"/v1/postcodes/{country}/{postcode}").get_json()
    assert (place["lat"], place["lon"]) == (origin["lat"], origin["lon"])


def test_a_bare_postcode_says_which_other_countries_have_it(api: ApiClient) -> None:
    """It is answered for the directory's own country; one that was sent is not in doubt."""
    bare = api.get("/v1/nearest?postcode=4621").get_json()
    assert (bare["place"]["country"], bare["place"]["also_in"]) == ("BE", ["LU", "NL"])
    body = api.get("/v1/nearest?postcode=4621&country=BE").get_json()
    assert "also_in" not in body["place"]
    del bare["place"]["also_in"]
    assert bare == body


@pytest.mark.parametrize(
    ("typed", "kind", "countries"),
    [
        ("Bergen", "place", ["NL"]),  # Mons in Dutch, and Bergen op Zoom
        ("Putte", "postcode", ["NL"]),
        ("Brussel", "place", None),
        ("B-1000", "postcode", None),
    ],
)
def test_a_name_says_in_which_other_countries_there_is_such_a_place(
    api: ApiClient, typed: str, kind: str, countries: list[str] | None
) -> None:
    """It is answered for the directory's own country; with a country it is not in doubt."""
    origin = api.get("/v1/nearest", query_string={"place": typed}).get_json()["place"]
    assert (origin["kind"], origin["country"], origin.get("also_in")) == (kind, "BE", countries)
    sent = {"place": typed, "country": "BE"}
    origin = api.get("/v1/nearest", query_string=sent).get_json()["place"]
    assert "also_in" not in origin


@pytest.mark.parametrize(
    ("typed", "country", "position"),
    [
        ("Deurne", "NL", -1),
        ("Kessel", "NL", -1),
        # The first word of many names, here and there.
        ("Saint", "FR", -1),
        # A much larger town, and a country that has the name of a province.
        ("Lille", "FR", 0),
        ("Luxemburg", "LU", 0),
    ],
)
def test_a_name_that_is_refused_names_the_countries_that_have_it(
    api: ApiClient, typed: str, country: str, position: int
) -> None:
    """After the places of the directory's own country; before them if none of these has exactly
    this name. A refusal repeats no name.
    """
    response = api.get("/v1/nearest", query_string={"place": typed})
    body = response.get_json()
    status = 422 if body["code"] == "place-ambiguous" else 400
    hint = problem(response, status, body["code"])["did_you_mean"][position]
    assert hint == {"label": country_names([country], "en"), "send": {"country": country}}
    sent = {"place": typed, "country": "BE"}
    hints = api.get("/v1/nearest", query_string=sent).get_json().get("did_you_mean", [])
    assert {each["send"]["country"] for each in hints} <= {"BE"}


@pytest.mark.parametrize(
    ("typed", "country", "name"),
    [
        ("Maastricht", "NL", "Maastricht"),
        # In the language of the person.
        ("Rijsel", "FR", "Lille"),
        ("Aix-la-Chapelle", "DE", "Aachen"),
    ],
)
def test_a_name_that_only_one_neighbour_has_is_answered_there(
    api: ApiClient, typed: str, country: str, name: str
) -> None:
    """Unless the country is named."""
    place = api.get("/v1/nearest", query_string={"place": typed}).get_json()["place"]
    assert (place["country"], place["name"]) == (country, name)
    sent = {"place": typed, "country": "BE"}
    problem(api.get("/v1/nearest", query_string=sent), 400, "place-unknown")


def test_the_page_offers_the_other_countries_that_have_a_place(client: FlaskClient) -> None:
    """As buttons below the answer to a name, which search for it there; beside a refusal as a
    choice.
    """
    for typed in ("Bergen", "Putte", "Lille"):
        page = client.post("/", data={"postcode": typed.upper()}).text
        country = "FR" if typed == "Lille" else "NL"
        assert f'name="country" value="{country}">' in page
        assert f'name="postcode" value="{typed}"' in page
    page = client.post("/", data={"postcode": "dEURNE"}).text
    assert '<select id="country"' in page
    assert "dEURNE" not in page
    assert '<select id="country"' not in client.post("/", data={"postcode": "xyzzy"}).text


@pytest.mark.parametrize(
    ("typed", "abroad", "status"),
    [
        # The names are those of the tables.
        ("6200 mAASTRICHT", {"NL": "Maastricht"}, 200),
        ("8000 luxembourg", {"LU": "Luxembourg"}, 200),
        ("1000 roubaix", {"FR": "Roubaix"}, 200),
        ("6200 valkenburg aan de geul", {"NL": "Valkenburg"}, 200),
        ("9999", {"LU": "9999"}, 200),
        # There it is another place's: its page offers both.
        ("59100 lille", {"DE": "59100", "FR": "59100 Lille"}, 400),
        # Too far from the border.
        ("10115 berlin", {"DE": "10115", "FR": "10115"}, 422),
        # The first word of many names.
        ("saint", {}, None),
    ],
)
@pytest.mark.parametrize("chosen", [{}, {"country": "BE"}])
def test_a_refusal_has_a_button_for_each_country_that_may_be_meant(
    client: FlaskClient,
    typed: str,
    abroad: dict[str, str],
    status: int | None,
    chosen: dict[str, str],
) -> None:
    """Without scripts; the button searches there for the place, as the table writes it."""
    if chosen and typed == "saint":
        abroad, status = {}, None  # a name is looked for in the chosen country only
    page = client.post("/", data={"postcode": typed, "language": "nl", **chosen}).text
    forms = re.findall(
        r'<form id="abroad-([A-Z]{2})" [^>]*data-choice>\s*'
        r'<input type="hidden" name="language" value="nl">'
        r'<input type="hidden" name="lang" value="en">'
        r'<input type="hidden" name="postcode" value="([^"]*)">',
        page,
    )
    assert dict(forms) == abroad
    buttons = re.findall(
        r'<button form="abroad-([A-Z]{2})" name="country" value="([A-Z]{2})">', page
    )
    assert buttons == [(country, country) for country in abroad]
    for country, text in list(abroad.items())[-1:]:
        found = client.post("/", data={"postcode": text, "country": country, "language": "nl"})
        assert found.status_code == status


def _own_postcodes(api: ApiClient) -> Any:
    """Those that belong to the bundle."""
    return api.get(api.get("/v1/bundle").get_json()["postcodes"]).get_json()["postcodes"]


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_device_loads_the_postcodes_of_one_country(api: ApiClient, country: str) -> None:
    """Which the bundle lists, so that a device asks for no file that does not exist. It is the same
    table as in a bundle; its ETag follows from its content.
    """
    bundle = api.get("/v1/bundle").get_json()
    assert bundle["neighbours"] == list(COUNTRIES)
    response = api.get(f"/v1/bundle/names/{country}")
    body = response.get_json()
    assert (body["format"], body["country"]) == (2, country)
    assert set(body["postcodes"]) >= set(_own_postcodes(api))
    assert body["attribution"][0]["licence"] == "CC BY 4.0"
    assert api.get(f"/v1/bundle/names/{country.lower()}.json").data == response.data
    tag = response.headers["ETag"]
    unchanged = api.get(f"/v1/bundle/names/{country}", headers={"If-None-Match": tag})
    assert unchanged.status_code == 304


def _means(api: ApiClient, country: str) -> dict[str, Any]:
    """What each name of a country means."""
    entries = api.get(f"/v1/bundle/names/{country}").get_json()["names"]
    return {name: each for each in entries for name in each["names"]}


def test_a_device_knows_towns_by_their_names_in_other_languages(api: ApiClient) -> None:
    """With each postcode that is called after the town."""
    names = _means(api, "FR")
    assert names["Rijsel"] is names["Lille"]
    assert {"59000", "59800"} <= {*names["Lille"]["town"].split()}
    assert "59140" in names["Duinkerke"]["town"].split()


def test_a_device_loads_every_name_of_the_own_country(api: ApiClient) -> None:
    """Villages, and the names in other languages, which the bundle does not have."""
    names = _means(api, "BE")
    assert names["Ehein"]["parts"] == "4120"
    assert names["Брюссель"]["town"] == names["Brussel"]["town"]
    # Most people mean Sint-Jans-Molenbeek.
    assert names["Molenbeek"]["town"] == "1080"
    # A province has several towns, unless one of them has its name: Luik is a town.
    assert names["Henegouwen"]["towns"].startswith("6000 7000")
    assert "town" in names["Luik"]


@pytest.mark.parametrize("country", ["ES", "1000", "LU1"])
def test_there_is_no_file_of_another_country(api: ApiClient, country: str) -> None:
    """The problem lists those that exist."""
    body = problem(api.get(f"/v1/bundle/names/{country}"), 404, "bundle-unknown")
    assert [each["href"] for each in body["did_you_mean"]] == [
        f"/v1/bundle/names/{each}" for each in ("BE", *COUNTRIES)
    ]


def test_a_static_site_has_the_file_of_each_neighbour(edition: Edition) -> None:
    """But no answer for each of their postcodes."""
    paths = {each.path for each in routes.static_files(edition, has_origin=False)}
    assert {f"v1/bundle/names/{country}.json" for country in ("BE", *COUNTRIES)} <= paths
    assert "v1/nearest/LU/1111.json" not in paths
