"""With `lang`, the names of places are in that language, where they have a name in it."""

from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from directory_api.text.translations import words
from directory_api.web.http.problems import of_status
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
    place = {"place": typed}
    got = api.get("/v1/nearest", query_string={**place, "lang": lang}).get_json()
    posted = api.post("/v1/nearest", json={**place, "lang": lang}).get_json()
    batch = api.post("/v1/nearest/batch", json={"places": [place], "lang": lang}).get_json()
    for answer in (got, posted, *batch["answers"]):
        assert answer["place"]["name"] == name
    assert got["place"]["kind"] == kind


def test_without_a_language_it_is_the_one_of_the_header_or_english(api: ApiClient) -> None:
    for typed, english, french in (("1000", "Brussels", "Bruxelles"), ("Gent", "Ghent", "Gand")):
        asked = {"place": typed}
        response = api.get("/v1/nearest", query_string=asked)
        assert response.get_json()["place"]["name"] == english
        response = api.get("/v1/nearest", query_string=asked, headers={"Accept-Language": "fr"})
        assert response.get_json()["place"]["name"] == french
        assert response.headers["Content-Language"] == "fr"


def _places(hints: list[dict[str, Any]]) -> list[str]:
    """The names after the postcodes."""
    return [hint["label"].partition(" ")[2] for hint in hints if "postcode" in hint["send"]]


def test_suggestions_have_the_names_of_the_language(api: ApiClient) -> None:
    """In the problem, and in that of a batch; what is wrong is said in it, too."""
    got = problem(api.get("/v1/nearest?place=100&lang=fr"), 400, "place-unknown")
    sent = {"place": "100", "lang": "fr"}
    posted = problem(api.post("/v1/nearest", json=sent), 400, "place-unknown")
    body = {"places": [{"place": "100"}], "lang": "fr"}
    (batch,) = api.post("/v1/nearest/batch", json=body).get_json()["answers"]
    for refused in (got, posted, batch["problem"]):
        assert _places(refused["did_you_mean"])[0] == "Bruxelles"
        assert refused["detail"] == words("fr")["error.place-unknown"]
    plain = problem(api.get("/v1/nearest?place=100"), 400, "place-unknown")
    assert _places(plain["did_you_mean"])[0] == "Brussels"
    header = {"Accept-Language": "nl"}
    other = problem(api.get("/v1/nearest?place=100", headers=header), 400, "place-unknown")
    assert other["detail"] == words("nl")["error.place-unknown"]
    assert other["helplines"][0]["name"] == "Noodnummer"


NEAREST = "/v1/nearest"
# What is sent, the code, and the keys of the title and the detail, which names parameters without.
REFUSED = [
    (f"{NEAREST}?place=x", "place-unknown", "title.place", "place-unknown"),
    (f"{NEAREST}?postcode=9999", "postcode-unknown", "title.place", "postcode-unknown"),
    (f"{NEAREST}?place=Deurne", "place-ambiguous", "place-ambiguous", "place-ambiguous"),
    (f"{NEAREST}?postcode=59000", "postcode-foreign", "title.place", "postcode-foreign"),
    (f"{NEAREST}?postcode=1012AB", "postcode-foreign", "title.place", "postcode-far"),
    (f"{NEAREST}?postcode=SW1A1AA", "postcode-foreign", "title.place", "country-unsupported"),
    (
        f"{NEAREST}?postcode=1000&country=ES",
        "country-unsupported",
        "title.place",
        "country-unsupported",
    ),
    (f"{NEAREST}?postcode=1000&limit=0", "request-invalid", "title.request", None),
    (f"{NEAREST}?x=1", "request-invalid", "title.request", None),
    ("/v1/postcodes/BE/9999?", "postcode-unknown", "title.place", "postcode-unknown"),
    ("/v1/centres/nobody?", "centre-unknown", "title.not-found", "not-found"),
    ("/v1/nothing?", "not-found", "title.not-found", "not-found"),
]


@pytest.mark.parametrize(("path", "code", "title", "detail"), REFUSED)
def test_a_problem_is_told_in_the_language(
    api: ApiClient, path: str, code: str, title: str, detail: str | None
) -> None:
    """Its title and its detail, by `lang` and by Accept-Language."""
    texts = words("uk")
    by_name = api.get(f"{path}&lang=uk").get_json()
    by_header = api.get(path.removesuffix("?"), headers={"Accept-Language": "uk"}).get_json()
    for told in (by_name, by_header):
        assert (told["code"], told["title"]) == (code, texts[f"error.{title}"])
        english = told["detail"].isascii()
        assert english if detail is None else told["detail"] == texts[f"error.{detail}"]
    assert api.get(path.removesuffix("?")).get_json()["title"].isascii()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_who_has_to_wait_is_told_so_in_the_language(status: int) -> None:
    told = replace(of_status(status), language="uk").members("")
    texts = words("uk")
    assert (told["title"], told["detail"]) == (texts["error.title.away"], texts["error.wait"])


def test_a_body_names_the_language_of_its_problem(api: ApiClient) -> None:
    """Also if it has other faults, alone and in a batch; an unknown language is English."""
    for lang, title in (("nl", words("nl")["error.title.request"]), (7, "Invalid request")):
        sent = {"postcode": "1000", "limit": 0, "lang": lang}
        assert problem(api.post(NEAREST, json=sent), 400, "request-invalid")["title"] == title
    body = {"places": [{"lat": 91, "lon": 4}], "lang": "nl"}
    (batch,) = api.post(f"{NEAREST}/batch", json=body).get_json()["answers"]
    assert batch["problem"]["title"] == words("nl")["error.title.request"]


def test_the_other_places_of_a_name_have_it_in_the_language(api: ApiClient) -> None:
    plain = api.get("/v1/nearest?place=Mons").get_json()["did_you_mean"]
    named = api.get("/v1/nearest?place=Mons&lang=nl").get_json()["did_you_mean"]
    assert [hint["send"] for hint in named] == [hint["send"] for hint in plain]
    assert all(_places(named))


def test_postcodes_have_their_names_in_the_language(client: FlaskClient, api: ApiClient) -> None:
    assert api.get("/v1/postcodes/BE/1000?lang=fr").get_json()["name"] == "Bruxelles"
    assert api.get("/v1/postcodes/BE/1000").get_json()["name"] == "Brussels"
    found = api.get("/v1/postcodes?country=BE&prefix=brux&lang=fr").get_json()["postcodes"]
    assert {"Bruxelles"} == {each["name"] for each in found if each["postcode"] == "1000"}
    refused = client.get("/v1/postcodes/BE/1000?lang=!")
    assert refused.get_json()["errors"][0]["parameter"] == "lang"
