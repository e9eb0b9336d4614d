"""URLs that end in the name of a format: the same answers as by Accept, and nothing else
changes.
"""

import re
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from directory_api.answer.format import Format
from directory_api.answer.registry import FORMATS
from directory_api.web.app import create_app
from tests.support.api_client import ApiClient, problem
from tests.support.openapi_document import OPERATIONS
from tests.support.records import directory_of, made_up_centre

EACH = pytest.mark.parametrize("wanted", FORMATS, ids=lambda wanted: wanted.name)
OTHERS = pytest.mark.parametrize("wanted", FORMATS[1:], ids=lambda wanted: wanted.name)
IN_EACH_FORMAT = (
    ("/v1/nearest", "?postcode=1000"),
    ("/v1/centres", "?limit=50"),
    ("/v1/centres/surya", ""),
)
READ = sorted(
    name.removeprefix("GET ") for name in OPERATIONS if name.startswith(("GET /v1/", "GET /hsds/"))
)
QUERIES = {"/v1/nearest": "?postcode=1000", "/v1/postcodes": "?prefix=brus"}
KNOWN = {
    "/v1/centres/": "pag-asa",
    "/v1/records/centres/": "pag-asa",
    "/v1/helplines/": "be-112",
    "/v1/proposals/": "1-1",
}


def _seen(response: TestResponse) -> tuple[int, list[tuple[str, str]], bytes]:
    """All of an answer but its second."""
    headers = sorted(header for header in response.headers.items() if header[0] != "Date")
    return response.status_code, headers, response.data


def _address(api: ApiClient, path: str) -> str:
    """The path of an operation with an id that there is."""
    before, has_id, after = path.replace("{collection}", "centres").partition("{id}")
    if has_id:
        known = KNOWN.get(before) or api.get(before.rstrip("/")).get_json()["contents"][0]["id"]
        return f"{before}{known}{after}"
    country = "LU" if path.startswith("/v1/bundle/names/") else "BE"
    return path.format(country=country, code="1000", digest="0").rstrip("/")


@EACH
@pytest.mark.parametrize("accept", [None, "image/png", "text/html"])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_an_ending_chooses_as_accept_does(
    api: ApiClient, wanted: Format, accept: str | None, method: str
) -> None:
    """The same bytes and headers as with Accept, whatever the caller's own Accept says."""
    for address, query in IN_EACH_FORMAT:
        by_accept = api.open(method, address + query, headers={"Accept": wanted.media_type})
        headers = {"Accept": accept} if accept else {}
        by_ending = api.open(method, f"{address}.{wanted.ending}{query}", headers=headers)
        assert _seen(by_ending) == _seen(by_accept)
        assert (by_ending.status_code, by_ending.mimetype) == (200, wanted.media_type)


@pytest.mark.parametrize("path", READ)
def test_everything_that_is_read_can_end_in_json(api: ApiClient, path: str) -> None:
    """Each GET of openapi.yaml has the same answer or error with and without .json, on both
    paths.
    """
    address, query = _address(api, path), QUERIES.get(path, "")
    plain = api.get(address + query)
    assert _seen(api.get(f"{address}.json{query}")) == _seen(plain)
    assert plain.status_code == (401 if OPERATIONS[f"GET {path}"]["security"] else 200)


@OTHERS
@pytest.mark.parametrize(
    "address",
    [
        "/v1/helplines/be-112",
        "/v1/records/centres/surya/history",
        "/v1/nearest/batch",
        "/v1/",
        "/v1/centres/",
        "/v1",
        "/hsds/",
    ],
)
def test_what_is_only_json_has_no_other_ending(
    api: ApiClient, wanted: Format, address: str
) -> None:
    """Any other address with such an ending stays as it is: there is nothing."""
    assert api.get(f"{address}.{wanted.ending}").status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/partners.json", "/livez.json", "/metrics.json", "/v1x.json", "/hsdsx.json",
     "/v1/centres.json.json", "/v1/centres.xml", "/v1/centres.JSON", "/v1/centres.",
     "/.json", "json"],
)  # fmt: skip
def test_other_addresses_and_endings_are_nothing_new(api: ApiClient, address: str) -> None:
    """Outside the API, twice, or under a name that no format has, an ending leads nowhere."""
    assert api.get(address).status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_what_is_read_has_endings(api: ApiClient, method: str) -> None:
    """A write to an address with an ending finds nothing, and so changes nothing."""
    assert api.open(method, "/v1/nearest.json", json={"postcode": "1000"}).status_code == 404


@pytest.mark.parametrize("address", ["/v1/centres.csv", "/v1/nearest.json", "/v1/bundle/BE.json"])
def test_a_browser_may_ask_before_it_reads_an_ending(api: ApiClient, address: str) -> None:
    """A script of another site that sends If-None-Match is preceded by an OPTIONS."""
    response = api.open("OPTIONS", address)
    assert response.status_code == 200
    assert "If-None-Match" in response.headers["Access-Control-Allow-Headers"]


def test_a_refusal_is_a_problem_whatever_the_ending(api: ApiClient) -> None:
    """A place or a centre that is not there is told as without an ending."""
    for ending in (each.ending for each in FORMATS):
        problem(api.get(f"/v1/nearest.{ending}?postcode=9999"), 404, "postcode-unknown")
        problem(api.get(f"/v1/centres/nobody.{ending}"), 404, "centre-unknown")


def test_the_parameter_goes_before_the_ending(api: ApiClient) -> None:
    """As before Accept."""
    assert api.get("/v1/centres.csv?format=geojson").mimetype == "application/geo+json"


@OTHERS
def test_the_next_page_has_the_same_format(tmp_path: Path, wanted: Format) -> None:
    """Its link says the format, which no header of the caller's does."""
    api = ApiClient(create_app(directory_of(tmp_path, [made_up_centre(1), made_up_centre(2)])))
    first = api.get(f"/v1/centres.{wanted.ending}?limit=1")
    (following,) = re.findall(r'<(.+)>; rel="next"', first.headers["Link"])
    second = api.get(following)
    assert (second.status_code, second.mimetype) == (200, wanted.media_type)
    assert second.data != first.data
