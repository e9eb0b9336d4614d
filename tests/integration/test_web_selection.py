"""`lang` and `include`: in which language the texts are, and what an answer has besides a card."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.answer.selection import ALL, INCLUDES
from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from tests.support.amount import some
from tests.support.api_client import ApiClient, faults, problem
from tests.support.records import directory_of, made_up_centre

PLACE = {"postcode": "1000"}
NEAREST = "/v1/nearest"
# What is added to a card, by what includes it.
ADDED = {
    "description": {"description"},
    "services": {"services", "audiences"},
    "opening_hours": {"opening_hours", "timezone"},
    "channels": {"channels"},
    "sources": {"sources"},
    "contested": {"contested"},
    "other_helplines": set[str](),
    "translations": {"translations"},
}
PHONE = {"number": "+3225116464", "display": "02 511 64 64"}
CENTRE = made_up_centre(
    1,
    name_translations={"fr": "Centre", "nl": "Centrum"},
    description={"en": "Advice.", "fr": "Conseils.", "uk": "Поради."},
    phones=[{**PHONE, "kind": "main", "note": {"en": "Ask.", "nl": "Vraag."}}],
    audiences=["victims"],
    opening_hours="Mo-Fr 09:00-17:00",
    timezone="Europe/Brussels",
    channels=[{"kind": "in_person", "eligibility": {"fr": "Femmes"}, "sources": ["flyer"]}],
    sources={"phones": ["flyer"]},
    contested=[{"member": "phones", "sources": ["flyer"], "note": {"en": "Old.", "fr": "Vieux."}}],
)


@pytest.fixture(scope="module")
def one(tmp_path_factory: pytest.TempPathFactory) -> ApiClient:
    """An app over a centre that has everything."""
    return ApiClient(create_app(directory_of(tmp_path_factory.mktemp("selection"), [CENTRE])))


def _cards(api: ApiClient, **selected: str) -> dict[str, dict[str, Any]]:
    """The card of the centre in each answer that has one, without why it is shown."""
    asked = {**PLACE, **selected}
    got = api.get(NEAREST, query_string=asked).get_json()
    posted = api.post(NEAREST, json=asked).get_json()
    batch = api.post(f"{NEAREST}/batch", json={"places": [PLACE], **selected}).get_json()
    listed = api.get("/v1/centres", query_string=selected).get_json()
    cards = {
        "GET": got["results"][0],
        "POST": posted["results"][0],
        "batch": batch["centres"]["made-up-001"],
        "list": listed["centres"][0],
    }
    of_result = {"shown_because", "distance_m"}
    return {
        name: {member: value for member, value in card.items() if member not in of_result}
        for name, card in cards.items()
    }


def test_a_card_is_the_same_in_every_answer(one: ApiClient) -> None:
    """With what a person needs to call or to go, and nothing that is empty."""
    cards = _cards(one)
    assert all(card == cards["GET"] for card in cards.values())
    assert cards["GET"] == {
        "id": "made-up-001",
        "name": CENTRE["name"],
        "phones": [{**PHONE, "note": "Ask."}],
        "address": {"postcode": "1000", "locality": "Brussel", "country": "BE"},
        "location": CENTRE["location"],
        "languages": [CENTRE["languages"][0]["code"]],
        "office": {"state": "open", "until": "2026-12-01T17:00:00+01:00"},
        "verified_on": None,
        "warnings": [
            {
                "about": "phones",
                "text": "Sources differ about this. Please check before you rely on it.",
            }
        ],
    } | {"warnings": cards["GET"]["warnings"]}
    assert [each["about"] for each in cards["GET"]["warnings"]] == ["phones"]


@pytest.mark.parametrize("name", INCLUDES)
def test_to_include_adds_members_and_changes_none(one: ApiClient, name: str) -> None:
    """Each alone, and all together, in every answer."""
    plain, everything = _cards(one), _cards(one, include=ALL)
    for answer, card in _cards(one, include=name).items():
        assert card.keys() - plain[answer].keys() == ADDED[name]
        assert card.items() >= {**plain[answer]}.items() if not ADDED[name] else True
        assert {each: card[each] for each in plain[answer]} == plain[answer]
        assert {each: everything[answer][each] for each in card} == card
    assert set(everything["GET"]) == set(plain["GET"]).union(*ADDED.values())


def test_several_are_included_with_commas(one: ApiClient) -> None:
    card = _cards(one, include="description, services")["GET"]
    assert (card["description"], card["audiences"]) == ("Advice.", ["victims"])


def test_texts_are_in_one_language_and_translations_in_all(one: ApiClient) -> None:
    """In that of `lang`, else of Accept-Language, else in English; where a text has none of them,
    in the first one.
    """
    french = _cards(one, include=ALL, lang="fr")["GET"]
    assert (french["name"], french["description"]) == ("Centre", "Conseils.")
    assert french["channels"][0]["eligibility"] == "Femmes"
    assert french["contested"][0]["note"] == "Vieux."
    assert french["phones"][0]["note"] == "Ask."
    assert french["translations"] == {
        "name": CENTRE["name_translations"],
        "locality": CENTRE["address"]["locality"],
        "description": CENTRE["description"],
    }
    header = {"Accept-Language": "uk,nl"}
    for query, description in (("", "Поради."), ("&lang=nl", "Advice."), ("&lang=xx", "Поради.")):
        response = one.get(f"{NEAREST}?postcode=1000&include=description{query}", headers=header)
        assert response.get_json()["results"][0]["description"] == description
        assert "Accept-Language" in response.headers["Vary"]


def test_the_whole_record_is_in_all_languages(one: ApiClient) -> None:
    """With what is computed of it; `lang` is that of the helplines."""
    body = one.get("/v1/centres/made-up-001?lang=nl").get_json()
    assert {name: body[name] for name in CENTRE} == CENTRE
    assert body.keys() - CENTRE.keys() == {"freshness", "office", "helplines"}
    assert body["helplines"][0]["name"] == "Noodnummer"


@pytest.mark.parametrize("sent", ["", "Marktstraat 12", "description,", "DESCRIPTION", "id"])
def test_what_cannot_be_included_is_a_fault_that_names_what_can(api: ApiClient, sent: str) -> None:
    """On every route, and without what was sent: it could be a place."""
    batch = {"places": [PLACE], "include": sent}
    for response, where in (
        (api.get(NEAREST, query_string={**PLACE, "include": sent}), "include"),
        (api.post(NEAREST, json={**PLACE, "include": sent}), "/include"),
        (api.post(f"{NEAREST}/batch", json=batch), "/include"),
        (api.get("/v1/centres", query_string={"include": sent}), "include"),
    ):
        body = problem(response, 400, "request-invalid")
        assert faults(body) == [where]
        assert "description" in body["errors"][0]["detail"]
        assert "Marktstraat" not in response.text


@pytest.mark.parametrize(
    ("name", "sent", "shown"),
    [("include", ["services"], '"description,services"'), ("prefer_speaks", ["ar"], '"ar,fr"')],
)
def test_several_words_are_one_text(api: ApiClient, name: str, sent: list[str], shown: str) -> None:
    """A list in a body is a fault that shows how to write it."""
    response = api.post(NEAREST, json={**PLACE, name: sent})
    (error,) = problem(response, 400, "request-invalid")["errors"]
    assert error["pointer"] == f"/{name}"
    assert shown in error["detail"]


def test_the_next_page_has_the_same_members(client: FlaskClient) -> None:
    """Following `next` gives each centre once, as it was asked for."""
    path = "/v1/centres?limit=1&include=description&lang=de"
    seen = []
    while path:
        page = client.get(path).get_json()
        (centre,) = page["centres"]
        assert isinstance(centre["description"], str)
        seen.append(centre["id"])
        path = page["next"]
    assert seen == ["pag-asa", "payoke", "surya"]


def test_an_answer_is_small(client: FlaskClient, directory: Directory) -> None:
    """For 100 postcodes: with nothing but the place and one or three centres, and all together."""
    places = some(directory.live.snapshot.gazetteer.places("BE"), 11)[:100]
    for place in places:
        one, three = (
            client.get(f"{NEAREST}?postcode={place.code}&limit={limit}") for limit in (1, 3)
        )
        # Where it is not certain which is the closest, there are more.
        centres = len(one.get_json()["results"])
        assert len(one.data) < 2_000 + 500 * (centres - 1), place.code
        assert len(three.data) < 3_000, place.code


def test_a_card_names_the_languages_of_interpreters(tmp_path: Path) -> None:
    """They are languages of the centre, and a filter finds them; without any, nothing is said."""
    spoken = [{"code": "nl", "interpreter": False}, {"code": "ar", "interpreter": True}]
    centres = [made_up_centre(1, languages=spoken), made_up_centre(2, languages=spoken[:1])]
    api = ApiClient(create_app(directory_of(tmp_path, centres)))
    first, second = api.get("/v1/centres").get_json()["centres"]
    assert (first["languages"], first["interpreters"]) == (["nl", "ar"], ["ar"])
    assert "interpreters" not in second
    found = api.get("/v1/centres?speaks=ar").get_json()["centres"]
    assert [each["id"] for each in found] == [first["id"]]


def test_a_centre_with_a_hidden_address_says_so(tmp_path: Path) -> None:
    """Its card has the town alone, and what to do."""
    centre = made_up_centre(
        1,
        address={**CENTRE["address"], "street": "Kaai 2"},
        address_visibility="hidden",
    )
    api = ApiClient(create_app(directory_of(tmp_path, [centre])))
    card = api.get("/v1/centres").get_json()["centres"][0]
    assert card["address"].keys() == {"locality", "country"}
    assert card["location"]["precision"] == "municipality"
    assert [each["about"] for each in card["warnings"]] == ["address"]
    assert "Kaai" not in json.dumps(card)
