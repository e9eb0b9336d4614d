"""`q=` finds centres by name, telephone number and what they offer, however that is written."""

import pytest
from flask.testing import FlaskClient

from directory_api.text.translations import labels


def _ids(client: FlaskClient, words: str) -> list[str]:
    response = client.get("/v1/centres", query_string={"q": words})
    assert response.status_code == 200
    return [centre["id"] for centre in response.get_json()["centres"]]


@pytest.mark.parametrize(
    "words", ["pagasa", "PAG-ASA", "pag asa", "Pag.Asa", "paga", "pagasa brussels"]
)
def test_a_name_is_found_with_and_without_its_hyphen(client: FlaskClient, words: str) -> None:
    """Also its beginning, and with another word."""
    assert _ids(client, words) == ["pag-asa"]


@pytest.mark.parametrize(
    "words",
    [
        *("+32 2 511 64 64", "+3225116464", "0032 2 511 64 64", "+32 (0)2 511.64.64"),
        *("025116464", "02/511.64.64", "02 511 64 64", "(02) 511-64-64", "511 64 64", "2 511 64"),
        *("pag-asa 02 511 64 64", "02/511.64.64 legal"),
    ],
)
def test_a_telephone_number_is_found_in_each_form(client: FlaskClient, words: str) -> None:
    """International, national, local and incomplete, with each separator, and with other words."""
    assert _ids(client, words) == ["pag-asa"]


@pytest.mark.parametrize("words", ["02 511 64 65", "+31 2 511 64 64", "64 64", "payoke 025116464"])
def test_another_number_finds_nothing(client: FlaskClient, words: str) -> None:
    """Nor does its end, which many numbers may share."""
    assert _ids(client, words) == []


def test_a_service_is_found_by_its_words_in_each_language(client: FlaskClient) -> None:
    """Its label in English, Dutch, French and German finds the centres that offer it."""
    for service, texts in labels("service").items():
        offering = [
            centre["id"]
            for centre in client.get("/v1/centres").get_json()["centres"]
            if service in centre.get("services", ())
        ]
        assert {"en", "nl", "fr", "de"} <= texts.keys()
        for tag in ("en", "nl", "fr", "de"):
            assert set(offering) <= set(_ids(client, texts[tag])), texts[tag]


def test_an_empty_search_leaves_nothing_out(client: FlaskClient) -> None:
    """A form whose field is empty sends it, too."""
    whole = client.get("/v1/centres").get_json()["total"]
    assert whole > 0
    for blank in ("", "%20"):
        assert client.get(f"/v1/centres?q={blank}").get_json()["total"] == whole


def test_an_answer_to_words_is_kept_nowhere(client: FlaskClient) -> None:
    """They may be the name of a person's town, also where all that is found is on one page."""
    headers = client.get("/v1/centres", query_string={"q": "liege"}).headers
    assert (headers["Cache-Control"], headers["X-Robots-Tag"]) == ("no-store", "noindex")
