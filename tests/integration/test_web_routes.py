"""Each route's success; every answer here is held against openapi.yaml by `ask`."""

import html
import json
import re
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from directory_api import __version__
from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.reference import reference
from directory_api.features.reference.reference import SERVER
from directory_api.web.app import create_app
from tests.support.api_client import OPENAPI_FILES, ApiClient, problem
from tests.support.openapi_document import DOCUMENTS, OPERATIONS, PRIVATE
from tests.support.records import (
    belgian_helplines,
    directory_of,
    load,
    made_up_centre,
    shipped_records,
)
from tools.openapi.document import openapi

NEEDS = ("reference",)


def test_about_tells_what_the_directory_is(api: ApiClient) -> None:
    """/v1/ tells version, revision, counts, coverage, helplines and links, in 3 kB."""
    response = api.get("/v1/")
    body = response.get_json()
    assert len(response.data) < 3_000
    assert (body["version"], body["revision"], body["countries"]) == (__version__, "1", ["BE"])
    assert body["counts"]["centres"] == len(shipped_records()["centres"])
    assert body["counts"]["postcodes"] == {"BE": 1149}
    assert body["links"]["docs"] == "/docs"


def test_about_has_the_short_list_in_a_language(api: ApiClient) -> None:
    """That of `lang`, else of Accept-Language, as every answer about the own country."""
    french = api.get("/v1/centres?lang=fr").get_json()["helplines"]
    for answer in (api.get("/v1/?lang=fr"), api.get("/v1/", headers={"Accept-Language": "fr"})):
        assert answer.get_json()["helplines"] == french
        assert answer.headers["Content-Language"] == "fr"
        assert "Accept-Language" in answer.headers["Vary"]


def test_the_sources_of_a_record_are_listed(api: ApiClient) -> None:
    """By the ids that the members of centres and helplines name."""
    listed = {each["id"] for each in api.get("/v1/sources").get_json()["sources"]}
    whole = api.get("/v1/centres/pag-asa").get_json()
    named = {each for ids in whole["sources"].values() for each in ids}
    assert named | {*api.get("/v1/helplines/be-112").get_json()["sources"]} <= listed


def test_about_is_found_without_its_slash_and_without_a_redirect(api: ApiClient) -> None:
    """/v1 answers by itself, since a redirect would repeat the query, and with it a place."""
    assert api.get("/v1").status_code == 200
    assert "Location" not in api.get("/v1?postcode=1000").headers


def test_a_postcode_finds_the_centre_of_its_town(api: ApiClient) -> None:
    """The closest centre to Liège is Sürya, with distance, place, helplines and attribution."""
    body = api.get("/v1/nearest?postcode=4000&country=BE").get_json()
    assert body["results"][0]["id"] == "surya"
    assert 0 < body["results"][0]["distance_m"] < 5000
    assert (body["place"]["kind"], body["place"]["postcode"]) == ("postcode", "4000")
    assert body["helplines"][0]["number"] == "112"
    assert body["attribution"]


def test_a_town_is_answered_where_all_of_its_postcodes_have_one_answer(api: ApiClient) -> None:
    """The place has the name and the postcodes, and no postcode of its own."""
    body = api.get("/v1/nearest", query_string={"place": "lüttich"}).get_json()
    assert body["results"][0]["id"] == "surya"
    place = body["place"]
    assert (place["kind"], place["name"], place["country"]) == ("place", "Liège", "BE")
    assert {"4000", "4032"} <= set(place["postcodes"])
    assert "postcode" not in place
    posted = api.post("/v1/nearest/batch", json={"places": [{"place": "Luik"}]}).get_json()
    assert posted["answers"][0]["place"].items() < place.items()


def test_a_coordinate_finds_the_centre_beside_it(api: ApiClient) -> None:
    """The closest centre to a point in Liège is Sürya, and the place has the accuracy."""
    body = api.get("/v1/nearest?lat=50.64&lon=5.57").get_json()
    assert body["results"][0]["id"] == "surya"
    assert (body["place"]["kind"], body["place"]["country"]) == ("coordinate", "BE")
    assert body["place"]["accuracy_m"] == 1000


def test_zero_north_zero_east_is_a_place(api: ApiClient) -> None:
    """lat=0&lon=0 is answered as a place, outside the coverage, with a notice."""
    body = api.get("/v1/nearest?lat=0&lon=0").get_json()
    assert (body["place"]["lat"], body["place"]["lon"], body["covered"]) == (0.0, 0.0, False)
    assert "112" in body["notice"]


@pytest.mark.parametrize("typed", ["1000", "B-1000", " 1000 ", "1OOO", "١٠٠٠"])
def test_a_postcode_is_taken_as_people_type_it(api: ApiClient, typed: str) -> None:
    """A postcode with prefix, spaces or Arabic-Indic digits is the same postcode."""
    for name in ("postcode", "place"):
        body = api.get("/v1/nearest", query_string={name: typed}).get_json()
        assert body["place"]["postcode"] == "1000"


@pytest.mark.parametrize("typed", ["1000 Brussel", "Gent", "Rue 1, 1000 Bruxelles", "51.2,4.4", ""])
def test_only_a_code_is_a_postcode(api: ApiClient, typed: str) -> None:
    """Anything else is a place, as the refusal says."""
    refused = api.get("/v1/nearest", query_string={"postcode": typed}).get_json()
    assert refused["code"] == "place-unknown"
    assert "as place" in refused["detail"]
    if typed:
        assert api.get("/v1/nearest", query_string={"place": typed}).status_code == 200


def test_filters_and_limit_are_kept(api: ApiClient) -> None:
    """limit, language, service and audience each narrow the answer."""

    def ids(**query: str) -> list[str]:
        found = api.get("/v1/nearest", query_string={"postcode": "4000", **query}).get_json()[
            "results"
        ]
        return [each["id"] for each in found if "does_not_match" not in each]

    assert ids(limit="1") == ["surya"]
    assert len(ids(limit="50")) == 3
    assert set(ids(speaks="fr")) < set(ids(limit="50"))
    assert ids(speaks="eo") == []
    assert ids(audience="victims", service="legal")


def test_a_small_country_code_is_taken(api: ApiClient) -> None:
    """country=be means BE on each route that takes a country."""
    for path in (
        "/v1/nearest?country=be&postcode=1000",
        "/v1/helplines?country=be",
        "/v1/postcodes?country=be&prefix=10",
        "/v1/postcodes/be/1000",
    ):
        assert api.get(path).status_code == 200, path


def test_one_centre_is_shown_as_recorded(api: ApiClient) -> None:
    """/v1/centres/surya is its public record in all languages, with freshness and helplines. Its
    hours are not known.
    """
    record = next(centre for centre in shipped_records()["centres"] if centre["id"] == "surya")
    del record["acknowledged"]  # it is not public
    body = api.get("/v1/centres/surya").get_json()
    assert body.pop("helplines")
    added = {"freshness": "unverified", "office": {"state": "unknown"}}
    assert body == {**record, **added}


@pytest.mark.parametrize(
    "path", ["/v1/", "/v1/centres", "/v1/centres?q=nobody", "/v1/centres/payoke", "/hsds/"]
)
def test_the_helplines_come_with_what_is_listed(api: ApiClient, path: str) -> None:
    """Also where nothing was found: who reads a list may need to call first."""
    ids = [line["id"] for line in api.get(path).get_json()["helplines"]]
    assert ids[:3] == ["be-112", "be-101", "be-trafficking-line"]


def test_helplines_come_with_those_of_the_own_country_first(api: ApiClient) -> None:
    """/v1/helplines gives all lines, else in the order in which to try them."""
    own, every = belgian_helplines(), shipped_records()["helplines"]
    for line in every:
        line.pop("acknowledged", None)  # it is not public
    lines = api.get("/v1/helplines").get_json()["helplines"]
    assert lines == [*own, *(line for line in every if line not in own)]


def test_languages_are_named_in_themselves_and_in_english(api: ApiClient) -> None:
    """/v1/languages names French as français and French, with a count."""
    languages = api.get("/v1/languages").get_json()["languages"]
    french = next(language for language in languages if language["code"] == "fr")
    assert (french["name"], french["name_en"]) == ("français", "French")
    assert french["centres"] >= 1


def test_services_and_audiences_have_labels(api: ApiClient) -> None:
    """/v1/services labels each service and audience in four languages."""
    body = api.get("/v1/services").get_json()
    for entry in (*body["services"], *body["audiences"]):
        assert {"en", "nl", "fr", "de"} <= set(entry["labels"])


def test_a_postcode_stands_for_a_place(api: ApiClient) -> None:
    """/v1/postcodes/BE/4000 tells names, point, accuracy and subdivision."""
    body = api.get("/v1/postcodes/BE/4000").get_json()
    assert body["names"]["nl"] == "Luik"
    assert body["subdivision"] == "BE-WLG"
    assert body["accuracy_m"] >= 3000


@pytest.mark.parametrize("prefix", ["liè", "LIE", "40", "luik"])
def test_postcodes_are_found_by_their_beginning(api: ApiClient, prefix: str) -> None:
    """/v1/postcodes finds Liège by digits and by letters of either language, without accents."""
    found = api.get("/v1/postcodes", query_string={"country": "BE", "prefix": prefix}).get_json()[
        "postcodes"
    ]
    assert "4000" in [place["postcode"] for place in found]


def test_how_many_postcodes_is_asked(api: ApiClient) -> None:
    """/v1/postcodes gives 10 places unless told otherwise."""
    assert len(api.get("/v1/postcodes?prefix=1").get_json()["postcodes"]) == 10
    assert len(api.get("/v1/postcodes?prefix=1&limit=2").get_json()["postcodes"]) == 2


def test_probes_answer(api: ApiClient, directory: Directory) -> None:
    """/livez says live and /readyz says ready with the revision and its link."""
    assert api.get("/livez").get_json() == {"status": "live"}
    link = directory.live.snapshot.revision_hash
    assert api.get("/readyz").get_json() == {
        "status": "ready",
        "revision": "1",
        "revision_hash": link,
        "writes": "available",
    }


def test_metrics_count_by_route_template(api: ApiClient) -> None:
    """/metrics counts a request under its route template."""
    api.get("/v1/centres/surya")
    response = api.get("/metrics")
    assert response.content_type.startswith("text/plain; version=")
    assert (
        'directory_requests_total{method="GET",route="/v1/centres/<id>",status="200"}'
        in response.text
    )


def test_metrics_count_the_centres_by_freshness(tmp_path: Path) -> None:
    """/metrics counts the centres that are not closed by their freshness on that day."""
    moment = datetime(2026, 7, 1, 23, 59, tzinfo=UTC)

    def verified(on: str) -> dict[str, Any]:
        return {"verified": {"on": on, "by": "a", "how": "called"}}

    members = [
        {},
        {**verified("2026-06-30"), "status": "closed"},
        verified("2026-06-30"),
        verified("2026-01-02"),
    ]
    centres = [made_up_centre(number, **each) for number, each in enumerate(members)]
    directory = directory_of(tmp_path, centres)
    client = create_app(directory, now=lambda: moment).test_client()

    def counts() -> dict[str, float]:
        found = re.findall(
            r'^directory_centres\{confirmation="(\w+)"\} (\S+)$',
            client.get("/metrics").text,
            re.MULTILINE,
        )
        return {word: float(count) for word, count in found}

    assert counts() == {"unconfirmed": 1, "fresh": 2, "due": 0, "stale": 0}
    moment = datetime(2026, 7, 2, tzinfo=UTC)
    assert counts() == {"unconfirmed": 1, "fresh": 1, "due": 1, "stale": 0}
    load(directory, centres[:1])
    assert counts() == {"unconfirmed": 1, "fresh": 0, "due": 0, "stale": 0}


def test_metrics_are_there_before_anything_is_loaded(tmp_path: Path) -> None:
    """/metrics answers while nothing is loaded, and counts no centres."""
    directory = open_directory(Settings(database_url=f"sqlite:///{tmp_path}/none.db"))
    response = create_app(directory).test_client().get("/metrics")
    assert response.status_code == 200
    assert "# TYPE directory_centres gauge" in response.text
    assert "directory_centres{" not in response.text


def test_security_txt_says_where_to_report(tmp_path: Path) -> None:
    """The file has the configured contact, and expires within a year of the app's clock
    (RFC 9116).
    """
    contact = "mailto:security@example.org"
    directory = open_directory(
        Settings(database_url=f"sqlite:///{tmp_path}/none.db", security_contact=contact)
    )
    client = create_app(
        directory, now=lambda: datetime(2026, 7, 1, 23, 59, tzinfo=UTC)
    ).test_client()
    response = client.get("/.well-known/security.txt")
    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert response.text == (
        "Contact: mailto:security@example.org\nExpires: 2027-07-01T00:00:00Z\n"
        "Preferred-Languages: en\n"
    )
    again = client.get(
        "/.well-known/security.txt", headers={"If-None-Match": response.headers["ETag"]}
    )
    assert again.status_code == 304


def test_without_a_security_contact_there_is_no_security_txt(api: ApiClient) -> None:
    """The address is refused as every other unknown one, with the helplines."""
    problem(api.get("/.well-known/security.txt"), 404, "not-found")


@pytest.mark.parametrize("path", OPENAPI_FILES, ids=lambda path: path.name)
def test_a_document_is_served_as_committed(api: ApiClient, path: Path) -> None:
    """/openapi.yaml is the committed file, and so are the others."""
    response = api.get(f"/{path.name}")
    assert response.content_type.startswith("application/yaml")
    assert response.data == path.read_bytes()


def test_the_reference_loads_one_stylesheet_and_one_script(api: ApiClient) -> None:
    """/docs and /problems have a main element, and both files are of this server."""
    for path in ("/docs", "/problems"):
        page = api.get(path)
        assert page.content_type.startswith("text/html")
        assert "<main" in page.text
        assert re.findall(r"<script[^>]*>", page.text) == [
            '<script type="module" src="/docs/reference.js">'
        ]
        assert "<style" not in page.text
        assert re.findall(r'(?:src|href)="(https?:|//)', page.text) == []
        assert re.findall(r'<link rel="stylesheet" href="([^"]+)"', page.text) == [
            "/docs/reference.css"
        ]
    assert api.get("/docs/reference.css").content_type.startswith("text/css")
    assert api.get("/docs/reference.js").content_type.startswith("text/javascript")
    assert api.get("/docs/reference.html").status_code == 404


def test_the_reference_is_made_once(directory: Directory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Also when several threads ask for it before it is there."""
    made = []

    def render(_: Path, *, static_site: bool) -> str:
        made.append(static_site)
        time.sleep(0.1)
        return "the reference"

    monkeypatch.setattr(reference, "render", render)
    app = create_app(directory)
    with ThreadPoolExecutor(8) as threads:
        pages = threads.map(lambda _: app.test_client().get("/docs").text, range(8))
        assert set(pages) == {"the reference"}
    assert made == [False]


@pytest.mark.parametrize(
    ("page", "name"), [*zip(("/docs", "/docs/editing", "/docs/hsds"), DOCUMENTS, strict=True)]
)
def test_the_reference_has_everything_that_is_in_a_document(
    api: ApiClient, page: str, name: str
) -> None:
    """Each operation, parameter, member and media type; its links lead to elements of the page."""
    document = DOCUMENTS[name]
    text = html.unescape(api.get(page).text)
    anchors = re.findall(r'id="([^"]+)"', text)
    assert len(anchors) == len(set(anchors))
    assert set(re.findall(r'href="#([^"]+)"', text)) <= set(anchors)
    operations = [
        operation
        for members in document["paths"].values()
        for method, operation in members.items()
        if method != "parameters"
    ]
    for operation in operations:
        assert operation["operationId"] in anchors
        assert operation["summary"] in text
        parameters = [parameter["name"] for parameter in operation.get("parameters", ())]
        contents = [
            media_type
            for response in operation["responses"].values()
            for media_type in response.get("content", ())
        ]
        assert all(f"<code>{name}</code>" in text for name in (*parameters, *contents))
    for named, schema in document["components"]["schemas"].items():
        assert named in anchors
        assert all(f"<code>{member}</code>" in text for member in schema.get("properties", ()))


def test_each_public_read_has_a_sample_and_its_answer(api: ApiClient) -> None:
    """In three languages; the answer has 20 lines at most. The page stays small."""
    page = api.get("/docs").text
    reads = [name for name in OPERATIONS if name not in PRIVATE and "/hsds" not in name]
    samples = re.findall(r'<div class="sample">(.*?)</div>', page, re.DOTALL)
    assert len(samples) == len(reads)
    for sample in samples:
        *requests, answer = re.findall(r"<pre>(.*?)</pre>", sample, re.DOTALL)
        assert [f"{SERVER}/" in request for request in requests] == [True] * 3
        assert len(answer.splitlines()) <= 21
    assert len(page.encode()) < 150_000


def test_the_start_says_what_the_server_has(api: ApiClient) -> None:
    """Features, formats and languages, so that a client need not try."""
    about = api.get("/v1/").get_json()
    assert "reference" in about["features"]
    assert "json" in about["formats"]
    assert {"en", "nl", "fr"} <= {*about["languages"]}


def test_the_reference_gives_out_no_other_file(api: ApiClient) -> None:
    """Below /docs there is only the stylesheet."""
    assert api.get("/docs/docs.html").status_code == 404
    assert api.get("/docs/..%2fapp.py").status_code == 404


def test_every_problem_type_leads_to_its_explanation(api: ApiClient) -> None:
    """The fragment of a problem's type is an anchor on /problems."""
    page = api.get("/problems").text
    for path in (
        "/v1/nearest",
        "/v1/nearest?postcode=9999",
        "/v1/nearest?postcode=1005",
        "/nowhere",
    ):
        kind = api.get(path).get_json()["type"].removeprefix("/problems#")
        assert f'id="{kind}"' in page


def test_answers_are_compact_utf_8(api: ApiClient) -> None:
    """Letters with accents are sent as they are, without spaces between members."""
    body = api.get("/v1/nearest?postcode=4000&limit=1").data
    assert "Sürya".encode() in body
    assert body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()


def test_an_example_that_fails_stops_the_making_of_the_contract() -> None:
    """openapi() refuses an operation whose example request is not answered with 200."""
    not_loaded = create_app(open_directory(Settings(rate_limit="")))
    with pytest.raises(RuntimeError, match="the example of GET /v1/"):
        openapi(not_loaded)
