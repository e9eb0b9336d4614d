"""The helplines of an answer are those of the country of the place, in each format and error."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient
from tests.support.finder_pages import BASES, Node, Page, get, send

FRENCH = ["fr-112", "fr-17", "fr-119", "fr-3919", "fr-sms-114"]
# Without the lines for some people.
BELGIAN = ["be-112", "be-101", "be-trafficking-line", "be-reporting-site", "be-child-focus"]
EVERY_BELGIAN = [
    *("be-112", "be-101", "be-trafficking-line", "be-1712", "be-partner-violence"),
    *("be-tele-onthaal", "be-reporting-site", "be-child-focus"),
]
# Those that can be called, or opened, from abroad.
REACHABLE = ["be-trafficking-line", "be-reporting-site"]


def _ids(lines: Iterable[Any]) -> list[str]:
    return [line["id"] for line in lines]


@pytest.mark.parametrize(
    ("place", "countries", "lines"),
    [
        ("postcode=59000&country=FR", ["FR"], FRENCH + REACHABLE),
        ("place=59000+Lille", ["FR"], FRENCH + REACHABLE),
        ("postcode=1000", ["BE"], BELGIAN),
        ("lat=50.85&lon=4.35", ["BE"], BELGIAN),
        ("lat=50.63&lon=3.06", ["FR"], FRENCH + REACHABLE),
        ("lat=48.85&lon=2.35", ["FR"], FRENCH + REACHABLE),
        # Far away, and at sea: no short number of Belgium.
        ("lat=44.4268&lon=26.1025", [], ["be-112", *REACHABLE]),
        ("lat=51.9&lon=2.6", [], ["be-112", *REACHABLE]),
    ],
)
def test_a_place_has_the_helplines_of_its_country(
    api: ApiClient, place: str, countries: list[str], lines: list[str]
) -> None:
    """The emergency number is first, and no police but that of the country is among them."""
    for path in ("/v1/nearest", "/v1/nearest.geojson"):
        body = api.get(f"{path}?{place}&limit=1").get_json()
        assert [body["place"]["country"]] if countries else countries == []
        assert "countries" not in body["place"]
        assert _ids(body["helplines"]) == lines


def test_the_other_helplines_are_there_for_who_includes_them(api: ApiClient) -> None:
    """As in the list of all; each once in a batch."""
    for path in ("/v1/nearest?postcode=1000&", "/v1/centres?"):
        body = api.get(f"{path}include=other_helplines").get_json()
        assert _ids(body["helplines"]) == EVERY_BELGIAN
    asked = {"places": [{"postcode": "1000"}], "include": "other_helplines"}
    batch = api.post("/v1/nearest/batch", json=asked).get_json()
    assert _ids(batch["helplines"]) == batch["answers"][0]["helplines"] == EVERY_BELGIAN


def test_a_helpline_has_its_texts_and_its_site_in_one_language(api: ApiClient) -> None:
    """In words of the interface where its record has no name in it."""
    for lang, emergency, site in (
        ("nl", "Noodnummer", "https://www.stopmensenhandel.be/"),
        ("de", words("de")["helpline.emergency"], "https://www.stophumantrafficking.be/"),
        ("uk", words("uk")["helpline.emergency"], "https://www.stophumantrafficking.be/"),
    ):
        lines = api.get(f"/v1/nearest?postcode=1000&lang={lang}").get_json()["helplines"]
        assert lines[0] == {
            "id": "be-112",
            "kind": "emergency",
            "number": "112",
            "name": emergency,
            "country": "BE",
        }
        assert [line["url"] for line in lines if "url" in line] == [site]


def test_a_point_near_the_border_may_be_in_two_countries(api: ApiClient) -> None:
    """The boundary is simplified: 0.5 km from it, the police of both are named."""
    for place, countries, lines in (
        ("lat=50.7840&lon=3.1210", ["FR", "BE"], FRENCH + BELGIAN),
        ("lat=50.7963&lon=3.1210", ["BE", "FR"], BELGIAN + FRENCH),
    ):
        body = api.get(f"/v1/nearest?{place}").get_json()
        assert (body["place"]["countries"], body["covered"]) == (countries, True)
        assert "country" not in body["place"]
        assert _ids(body["helplines"]) == lines


def test_no_number_of_another_country_stands_out(client: FlaskClient) -> None:
    """No source says whether 078 is reached from there: the number beside the centre is 112."""
    page = send(client, {"postcode": "6211 AB Maastricht", "lang": "en"})
    (night,) = page.all("a", **{"class": "button night"})
    assert night.attributes["href"] == "tel:112"


def test_each_answer_of_a_batch_names_its_helplines(client: FlaskClient) -> None:
    """Each helpline is in the batch once, first those of the directory's own country."""
    origins = [{"postcode": "59000", "country": "FR"}, {"postcode": "1000"}, {"postcode": "59000"}]
    batch = client.post("/v1/nearest/batch", json={"places": origins}).get_json()
    french, belgian, refused = batch["answers"]
    assert french["helplines"] == FRENCH + REACHABLE
    assert belgian["helplines"] == BELGIAN
    assert refused["problem"]["code"] == "postcode-foreign"
    assert refused["helplines"] == ["fr-112", "de-112", "be-trafficking-line"]
    assert _ids(batch["helplines"]) == [*BELGIAN, *FRENCH, "de-112"]


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        # It may be French or German.
        ("postcode=59000", ["fr-112", "de-112", "be-trafficking-line"]),
        ("postcode=59999&country=FR", ["fr-112", "be-trafficking-line"]),
        ("postcode=x&country=FR", ["fr-112", "be-trafficking-line"]),
        ("postcode=08001&country=ES", ["emergency-es", "be-trafficking-line"]),
        ("postcode=9999", ["be-112", "be-trafficking-line"]),
        ("lat=91&lon=4", ["be-112", "be-trafficking-line"]),
    ],
)
def test_a_refusal_has_the_helplines_of_the_countries_that_may_be_meant(
    api: ApiClient, query: str, lines: list[str]
) -> None:
    """What to call in danger, and the line for every victim. A refusal that has no place has those
    of the directory's own country.
    """
    refused = api.get(f"/v1/nearest?{query}").get_json()
    assert refused["status"] >= 400
    assert _ids(refused["helplines"]) == lines


def test_every_country_has_an_emergency_number(api: ApiClient) -> None:
    """Those of records, or the one of the tables of numbers, which has an address of its own."""
    french = api.get("/v1/helplines?country=fr").get_json()
    assert (french["country"], _ids(french["helplines"])) == ("FR", FRENCH)
    spanish = api.get("/v1/helplines?country=ES").get_json()["helplines"]
    assert [(line["kind"], line["number"]) for line in spanish] == [("emergency", "112")]
    assert api.get(f"/v1/helplines/{spanish[0]['id']}").get_json() == spanish[0]
    every = api.get("/v1/helplines").get_json()
    assert every["country"] == "BE"
    assert _ids(every["helplines"])[: len(EVERY_BELGIAN)] == EVERY_BELGIAN
    assert {*_ids(every["helplines"])} > {*EVERY_BELGIAN, *FRENCH}


def test_a_text_and_a_card_name_the_country_of_another_helpline(api: ApiClient) -> None:
    """In words, in the language of the answer; the names that fill a text message are not in it."""
    place = "postcode=59000&country=FR&lang=nl"
    lines = api.get(f"/v1/nearest.txt?{place}").text.splitlines()
    assert lines[2:5] == [
        "Politie 17",
        "Belgie:",
        "Lijn voor slachtoffers van mensenhandel +3278055800",
    ]
    assert "101" not in "\n".join(lines)
    cards = api.get(f"/v1/nearest.vcf?{place}").text
    assert "FN:Politie\\, bij onmiddellijk gevaar\r\n" in cards
    assert "FN:België: Belgische lijn voor slachtoffers van mensenhandel" in cards
    assert 'TEL;VALUE=text;TYPE="voice,work":101' not in cards


@BASES
def test_the_page_begins_with_the_police_of_the_place(client: FlaskClient, base: str) -> None:
    """Those of Belgium that can be called from there follow, with their country."""
    page = send(client, {"postcode": "59000", "country": "FR", "lang": "en"}, base)
    lists = _lists(page)
    links = [link.attributes["href"] for each in lists for link in each.all("a")]
    assert links[:5] == ["tel:112", "tel:17", "tel:119", "tel:3919", "tel:114"]
    assert links[5] == "tel:+3278055800"
    assert "17 Police – France" in lists[0].text
    assert sum(each.text.count("– Belgium") for each in lists) == 2
    (night,) = page.all("a", **{"class": "button night"})
    assert night.attributes["href"] == "tel:3919"
    # It is above the answer, to which the page is scrolled.
    (danger,) = page.all("div", **{"class": "row danger"})
    assert [link.text for link in danger.all("a")] == ["112", "17 Police – France"]


@BASES
def test_a_bare_postcode_of_two_countries_shows_the_police_of_both(
    client: FlaskClient, base: str
) -> None:
    """`59000` may be French or German, and 112 works in both."""
    page = send(client, {"postcode": "59000", "lang": "en"}, base, 422)
    (note,) = page.all("div", id="form-error")
    (danger,) = note.all("div", **{"class": "row danger"})
    assert [link.text for link in danger.all("a")] == [
        "17 Police – France",
        "110 Police – Germany",
    ]
    assert note.all("a")[0].attributes["href"] == "tel:112"


def test_a_police_number_always_has_its_country(client: FlaskClient) -> None:
    """It stays on the page when a place is found in another country; 112 works in both."""
    (section,) = get(client, "/?lang=fr").all("section", **{"aria-labelledby": "helplines"})
    assert "101 Police – Belgique" in section.text
    assert "112 Numéro d’urgence 101" in section.text


def test_what_another_line_is_for_is_said_in_a_language_that_it_has(client: FlaskClient) -> None:
    """In Arabic the word for its kind comes first; the name follows in English, marked as that."""
    page = send(client, {"postcode": "59000", "country": "FR", "lang": "ar"})
    section = _lists(page)[-1]
    names = [span.text for span in section.all("span", lang="en")]
    assert names[0] == "French line for children"
    kind, always = words("ar")["helpline.other_line"], words("ar")["hours.always"]
    (children,) = section.all("a", href="tel:119")
    assert children.text == f"119 {kind} · French line for children"
    (women,) = section.all("a", href="tel:3919")
    assert women.text.startswith(f"3919 {kind} · {always} · French line for women")


def _lists(page: Page) -> list[Node]:
    """Return the helplines above the doors, and those below."""
    (first,) = page.all("section", **{"aria-labelledby": "helplines"})
    return [first, *page.all("div", **{"class": "helplines"})]


def _no_data(tmp_path: Path, country: str) -> FlaskClient:
    settings = Settings(database_url=f"sqlite:///{tmp_path}/none.db", country=country)
    return create_app(open_directory(settings)).test_client()


@pytest.mark.parametrize(
    ("country", "lines"),
    [
        ("BE", ["be-112", "be-trafficking-line"]),
        ("FR", ["fr-112"]),
        ("ES", ["emergency-es"]),
        ("JP", ["emergency-jp"]),
    ],
)
def test_a_server_without_data_shows_the_numbers_of_its_own_country(
    tmp_path: Path, country: str, lines: list[str]
) -> None:
    """No number of Belgium is shown elsewhere, in no error and on no page."""
    client = _no_data(tmp_path, country)
    refused = client.get("/v1/nearest?postcode=1000").get_json()
    assert refused["status"] == 503
    assert _ids(refused["helplines"]) == lines
    page = Page(client.get("/?lang=en"))
    (section,) = page.all("section", **{"aria-labelledby": "helplines"})
    first = section.all("a")[0].attributes["href"]
    assert first == f"tel:{refused['helplines'][0]['number']}"
    if country != "BE":
        assert not [line for line in refused["helplines"] if line["country"] == "BE"]
        assert "101" not in section.text
