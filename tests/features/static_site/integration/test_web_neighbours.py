"""Postcodes across the border: answers, the files for devices, and the visitor's page."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.features.static_site import routes
from directory_api.live.editions import Edition
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
    assert body["results"][0]["centre"]["id"] == centre
    assert body["outside_coverage"] is True
    assert "112" in body["notice"]["en"]
    assert body["helplines"][0]["number"] == "112"
    origin = body["origin"]
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
    assert (bare["origin"]["country"], bare["origin"]["also_in"]) == ("BE", ["LU", "NL"])
    sent = api.get("/v1/nearest?postcode=4621&country=BE").get_json()
    assert "also_in" not in sent["origin"]
    del bare["origin"]["also_in"]
    assert bare == sent


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
    origin = api.get("/v1/nearest", query_string={"postcode": typed}).get_json()["origin"]
    assert (origin["kind"], origin["country"], origin.get("also_in")) == (kind, "BE", countries)
    sent = {"postcode": typed, "country": "BE"}
    origin = api.get("/v1/nearest", query_string=sent).get_json()["origin"]
    assert "also_in" not in origin


@pytest.mark.parametrize(
    ("typed", "country", "position"),
    [
        ("Deurne", "NL", -1),
        ("Kessel", "NL", -1),
        # The first word of many names, here and there.
        ("Saint", "FR", -1),
        ("Maastricht", "NL", 0),
        # In the language of the person: Lille, Aachen, Luxembourg.
        ("Rijsel", "FR", 0),
        ("Aken", "DE", 0),
        ("Aix-la-Chapelle", "DE", 0),
        ("Luxemburg", "LU", 0),
    ],
)
def test_a_name_that_is_refused_names_the_countries_that_have_it(
    api: ApiClient, typed: str, country: str, position: int
) -> None:
    """After the places of the directory's own country; before them if none of these has exactly
    this name. A refusal repeats no name.
    """
    response = api.get("/v1/nearest", query_string={"postcode": typed})
    body = response.get_json()
    status = 422 if body["code"] == "place-ambiguous" else 400
    hint = problem(response, status, body["code"])["suggestions"][position]
    assert (hint["country"], hint.get("postcode")) == (country, None)
    assert f"send country={country}" in hint["detail"]
    sent = {"postcode": typed, "country": "BE"}
    hints = api.get("/v1/nearest", query_string=sent).get_json()["suggestions"]
    assert {each["country"] for each in hints} == {"BE"}


def test_the_page_offers_the_other_countries_that_have_a_place(client: FlaskClient) -> None:
    """As buttons below the answer to a name, which search for it there; beside a refusal as a
    choice.
    """
    for typed in ("Bergen", "Putte", "Lille"):
        page = client.post("/", data={"postcode": typed.upper()}).text
        country = "FR" if typed == "Lille" else "NL"
        assert f'name="country" value="{country}">' in page
        assert f'name="postcode" value="{typed}"' in page
    for typed in ("dEURNE", "mAASTRICHT"):
        page = client.post("/", data={"postcode": typed}).text
        assert '<select id="country"' in page
        assert typed not in page
    assert '<select id="country"' not in client.post("/", data={"postcode": "xyzzy"}).text


@pytest.mark.parametrize(
    ("typed", "abroad", "status"),
    [
        # The names are those of the tables.
        ("6200 mAASTRICHT", {"NL": "Maastricht"}, 200),
        ("rijsel", {"FR": "Lille"}, 200),
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
    if chosen and typed in {"rijsel", "saint"}:
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
    response = api.get(f"/v1/bundle/postcodes/{country}")
    body = response.get_json()
    assert (body["format"], body["country"]) == (2, country)
    assert set(body["postcodes"]) >= set(_own_postcodes(api))
    assert body["attribution"][0]["licence"] == "CC BY 4.0"
    assert api.get(f"/v1/bundle/postcodes/{country.lower()}.json").data == response.data
    tag = response.headers["ETag"]
    unchanged = api.get(f"/v1/bundle/postcodes/{country}", headers={"If-None-Match": tag})
    assert unchanged.status_code == 304


def test_a_device_knows_towns_by_their_names_in_other_languages(api: ApiClient) -> None:
    """With each postcode that is called after the town; the others have no further names."""
    names = api.get("/v1/bundle/postcodes/FR").get_json()["postcodes"]["other_names"]
    assert names["59000"] == names["59800"] == ["Rijsel", "Rysel"]
    assert names["59140"] == ["Duinkerke", "Duinkerken", "Dunkirk", "Dünkirchen"]
    assert "59300" not in names


def test_a_device_loads_every_name_of_the_own_country(api: ApiClient) -> None:
    """Villages, and the names in other languages, which the bundle does not have."""
    response = api.get("/v1/bundle/postcodes/BE")
    table = response.get_json()["postcodes"]
    bundle = _own_postcodes(api)
    columns = ("codes", "lat", "lon", "names", "parts", "other_names_in")
    assert [table[name] for name in columns] == [bundle[name] for name in columns]
    row = next(at for at, name in enumerate(table["names"]) if name == "Neupré")
    assert "Ehein" in table["more_parts"][row]
    assert table["population"][0] > 100_000
    assert table["other_names"]["1000"][0] == "Bruxelles"
    assert "Брюссель" in table["other_names"]["1000"]
    # Most people mean Sint-Jans-Molenbeek.
    assert [code for code, each in table["other_names"].items() if "Molenbeek" in each] == ["1080"]
    assert not any("Molenbeek" in each for each in table["more_parts"])


def test_a_device_loads_the_names_of_provinces(api: ApiClient) -> None:
    """Each with its postcodes, except a name that a town of the province has: Luik is a town."""
    table = api.get("/v1/bundle/postcodes/BE").get_json()["postcodes"]
    provinces, rows = table["provinces"], table["province"]
    assert len(rows) == len(table["codes"])
    names = {name: at for at, each in enumerate(provinces) for name in each}
    assert names.keys() >= {"Henegouwen", "Hainaut", "Limburg", "Brabant wallon", "Provincie Luik"}
    assert names.keys().isdisjoint({"Luik", "Liège", "Antwerpen", "Anvers", "Namen", "Namur"})
    of_province = names["Henegouwen"]
    towns = {name for name, at in zip(table["names"], rows, strict=True) if at == of_province}
    assert towns >= {"Charleroi", "Mons", "Tournai"}
    assert towns.isdisjoint({"Gent", "Namur", "Liège"})
    bundle = _own_postcodes(api)
    abroad = api.get("/v1/bundle/postcodes/LU").get_json()["postcodes"]
    assert {"province", "provinces"}.isdisjoint({*bundle, *abroad})


@pytest.mark.parametrize("country", ["ES", "1000", "LU1"])
def test_there_is_no_file_of_another_country(api: ApiClient, country: str) -> None:
    """The problem lists those that exist."""
    body = problem(api.get(f"/v1/bundle/postcodes/{country}"), 404, "bundle-unknown")
    assert [each["href"] for each in body["suggestions"]] == [
        f"/v1/bundle/postcodes/{each}" for each in ("BE", *COUNTRIES)
    ]


def test_a_static_site_has_the_file_of_each_neighbour(edition: Edition) -> None:
    """But no answer for each of their postcodes."""
    paths = {each.path for each in routes.every(edition, has_origin=False)}
    assert {f"v1/bundle/postcodes/{country}.json" for country in ("BE", *COUNTRIES)} <= paths
    assert "v1/nearest/LU/1111.json" not in paths
