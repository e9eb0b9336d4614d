"""With `lang`, the names of places are in that language, where they have a name in it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.support.api_client import ApiClient, problem


@pytest.mark.parametrize(
    ("typed", "kind", "lang", "name"),
    [
        ("1000", "postcode", "fr", "Bruxelles"),
        ("1000", "postcode", "fr-BE", "Bruxelles"),
        ("1000", "postcode", "nl", "Brussel"),
        ("Gent", "place", "fr", "Gand"),
        ("Mons", "place", "nl", "Bergen"),
        ("9000", "postcode", "so", "Gent"),
    ],
)
def test_the_origin_has_its_name_in_the_language(
    api: ApiClient, typed: str, kind: str, lang: str, name: str
) -> None:
    """By GET, by POST and in a batch."""
    place = {"postcode": typed}
    got = api.get("/v1/nearest", query_string={**place, "lang": lang}).get_json()
    posted = api.post("/v1/nearest", json={**place, "lang": lang}).get_json()
    batch = api.post("/v1/nearest/batch", json={"origins": [place], "lang": lang}).get_json()
    for answer in (got, posted, *batch["answers"]):
        assert (answer["origin"]["kind"], answer["origin"]["place"]) == (kind, name)


def test_without_a_language_nothing_changes(api: ApiClient) -> None:
    for typed, name in (("1000", "Brussel"), ("Gent", "Gent"), ("Mons", "Mons")):
        answer = api.get("/v1/nearest", query_string={"postcode": typed}).get_json()
        assert answer["origin"]["place"] == name


def _places(hints: list[dict[str, Any]]) -> list[str]:
    return [hint["place"] for hint in hints if "place" in hint]


def test_suggestions_have_the_names_of_the_language(api: ApiClient) -> None:
    """In `place`, and in the sentence: in the problem, and in that of a batch."""
    got = problem(api.get("/v1/nearest?postcode=100&lang=fr"), 400, "postcode-malformed")
    sent = {"postcode": "100", "lang": "fr"}
    posted = problem(api.post("/v1/nearest", json=sent), 400, "postcode-malformed")
    body = {"origins": [{"postcode": "100"}], "lang": "fr"}
    (batch,) = api.post("/v1/nearest/batch", json=body).get_json()["answers"]
    for refused in (got, posted, batch["problem"]):
        assert _places(refused["suggestions"])[0] == "Bruxelles"
        assert refused["suggestions"][0]["detail"] == "Did you mean 1000 Bruxelles?"
    plain = problem(api.get("/v1/nearest?postcode=100"), 400, "postcode-malformed")
    assert plain["suggestions"][0]["detail"] == "Did you mean 1000 Brussel?"


def test_the_other_places_of_a_name_have_it_in_the_language(api: ApiClient) -> None:
    plain = api.get("/v1/nearest?postcode=Mons").get_json()["alternatives"]
    named = api.get("/v1/nearest?postcode=Mons&lang=nl").get_json()["alternatives"]
    assert [hint["postcode"] for hint in named] == [hint["postcode"] for hint in plain]
    for hint in named:
        assert hint["detail"] == f"Did you mean {hint['postcode']} {hint['place']}?"


def test_postcodes_have_their_names_in_the_language(client: FlaskClient, api: ApiClient) -> None:
    assert api.get("/v1/postcodes/BE/1000?lang=fr").get_json()["place"] == "Bruxelles"
    assert api.get("/v1/postcodes/BE/1000").get_json()["place"] == "Brussel"
    found = api.get("/v1/postcodes?country=BE&prefix=brux&lang=fr").get_json()["postcodes"]
    assert {"Bruxelles"} == {each["place"] for each in found if each["postcode"] == "1000"}
    refused = client.get("/v1/postcodes/BE/1000?lang=!")
    assert refused.get_json()["errors"][0]["parameter"] == "lang"
