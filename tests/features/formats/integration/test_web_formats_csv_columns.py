"""`fields` and `lang` select the columns of CSV, which always has the helplines."""

import csv
import io

from flask.testing import FlaskClient

from tests.support.api_client import ApiClient, problem

EIGHT = "fields=name,phones.number,address.locality,email,website&lang=nl"


def _table(client: FlaskClient, address: str) -> list[dict[str, str]]:
    response = client.get(address)
    assert (response.status_code, response.mimetype) == (200, "text/csv")
    return list(csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline="")))


def test_a_list_of_centres_has_the_selected_columns(client: FlaskClient) -> None:
    rows = _table(client, f"/v1/centres.csv?{EIGHT}")
    assert list(rows[0]) == [
        "type",
        "name",
        "number",
        "phones.1.number",
        "url",
        "address.locality.nl",
        "email",
        "website",
    ]
    centres = {row["name"]: row for row in rows if row["type"] == "centre"}
    assert centres["PAG-ASA"] == {
        "type": "centre",
        "name": "PAG-ASA",
        "number": "",
        "phones.1.number": "'+3225116464",
        "url": "",
        "address.locality.nl": "Brussel",
        "email": "info@pag-asa.be",
        "website": "https://www.pag-asa.be/",
    }


def test_the_helplines_are_in_it_with_what_a_person_needs(client: FlaskClient) -> None:
    """Their names are in the language; a site has its address in it."""
    rows = _table(client, "/v1/centres.csv?fields=id&lang=nl")
    assert list(rows[0]) == ["type", "id", "name", "number", "url"]
    lines = [row for row in rows if row["type"] == "helpline"]
    assert (lines[0]["name"], lines[0]["number"]) == ("Europees noodnummer", "112")
    assert "https://www.stopmensenhandel.be/" in {line["url"] for line in lines}


def test_a_search_keeps_its_distances(client: FlaskClient) -> None:
    """As in JSON; by POST, too."""
    got = client.get("/v1/nearest?postcode=1000&format=csv&fields=id,phones.display")
    sent = {"postcode": "1000", "format": "csv", "fields": "id,phones.display"}
    assert client.post("/v1/nearest", json=sent).data == got.data
    rows = _table(client, "/v1/nearest.csv?postcode=1000&fields=id,phones.display")
    assert list(rows[0]) == [
        "type",
        "id",
        "name",
        "number",
        "url",
        "distance_m",
        "responsible",
        "phones.1.display",
    ]
    hits = client.get("/v1/nearest?postcode=1000").get_json()["results"]
    centres = [row for row in rows if row["type"] == "centre"]
    assert [(row["id"], row["distance_m"]) for row in centres] == [
        (hit["centre"]["id"], str(hit["distance_m"])) for hit in hits
    ]


def test_a_whole_member_has_all_its_columns(client: FlaskClient) -> None:
    every = _table(client, "/v1/centres.csv")[0]
    header = set(_table(client, "/v1/centres.csv?fields=address")[0])
    of_address = {column for column in every if column.startswith("address.")}
    assert len(of_address) > 4
    assert header == {"type", "name", "number", "url", *of_address}


def test_without_fields_a_language_leaves_out_the_others(client: FlaskClient) -> None:
    every, dutch = (_table(client, f"/v1/centres.csv{query}")[0] for query in ("", "?lang=nl"))
    assert {"description.nl", "description.fr"} <= set(every)
    assert "description.nl" in dutch
    assert "description.fr" not in dutch


def test_a_member_that_no_centre_has_is_refused(api: ApiClient) -> None:
    body = problem(api.get("/v1/centres.csv?fields=nome"), 400, "request-invalid")
    assert [fault["code"] for fault in body["errors"]] == ["member-unknown"]
