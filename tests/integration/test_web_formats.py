"""The format of an answer by parameter and Accept, with correct headers, and nothing hidden
in any.
"""

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MIMEAccept
from werkzeug.test import TestResponse

from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.records import Centre, Location
from directory_api.features import create_app
from directory_api.formats.registry import FORMATS, Format
from directory_api.web.http.negotiation import media_types
from tests.support import fast_yaml, listings
from tests.support.api_client import OPENAPI_YAML, ApiClient, faults, problem
from tests.support.record_strategies import CENTRES
from tests.support.records import directory_of, load, made_up_centre, shipped_records

EACH = pytest.mark.parametrize("wanted", FORMATS, ids=lambda wanted: wanted.name)
PLACE = {"postcode": "1000", "country": "BE"}
PATHS = ("/v1/nearest?postcode=1000&country=BE", "/v1/centres?limit=50", "/v1/centres/surya")
WORDED = {"text", "vcard"}
NUMBERS = ("112", "101", "+3278055800")


def _answers(api: ApiClient, wanted: Format) -> Iterator[TestResponse]:
    """The answer of each route in a format, asked for in each way that there is."""
    accept = {"Accept": wanted.media_type}
    for path in PATHS:
        yield api.get(path, headers=accept)
        yield api.get(
            f"{path}{'&' if '?' in path else '?'}format={wanted.name}",
            headers={"Accept": "image/png"},
        )
    yield api.post("/v1/nearest", json=PLACE, headers=accept)
    yield api.post("/v1/nearest", json={**PLACE, "format": wanted.name})


@EACH
def test_each_route_answers_in_each_format(api: ApiClient, wanted: Format) -> None:
    """By Accept and by `format`, by GET and by POST: the same bytes with the format's media
    type.
    """
    near, near_again, page, page_again, one, one_again, posted, posted_again = _answers(api, wanted)
    assert near.data == near_again.data == posted.data == posted_again.data
    assert page.data == page_again.data or wanted.name == "json"
    assert one.data == one_again.data
    for answer in (near, page, one, posted):
        assert (answer.status_code, answer.mimetype) == (200, wanted.media_type)
        assert answer.content_type.endswith("; charset=utf-8") is wanted.media_type.startswith(
            "text/"
        )


@EACH
def test_what_an_answer_depends_on_is_in_vary(api: ApiClient, wanted: Format) -> None:
    """Vary names Accept and Accept-Encoding, and Accept-Language for formats with texts; these
    have Content-Language.
    """
    for answer in _answers(api, wanted):
        worded = wanted.name in WORDED
        (vary,) = answer.headers.get_all("Vary")
        assert set(vary.split(", ")) == {
            "Accept",
            "Accept-Encoding",
            *(["Accept-Language"] if worded else []),
        }
        assert answer.headers.get("Content-Language") == ("en" if worded else None)


@EACH
def test_a_file_has_a_neutral_name(api: ApiClient, wanted: Format) -> None:
    """Browsers save contact.vcf or list.csv, whatever was requested; other formats have no file
    name.
    """
    names = {
        "vcard": 'attachment; filename="contact.vcf"',
        "csv": 'attachment; filename="list.csv"',
    }
    for answer in _answers(api, wanted):
        assert answer.headers.get("Content-Disposition") == names.get(wanted.name)


@EACH
@pytest.mark.parametrize("path", PATHS[1:])
def test_each_format_has_an_etag_of_its_own(api: ApiClient, wanted: Format, path: str) -> None:
    """304 to the ETag of the same format with the same Vary, 200 to that of another."""
    first = api.get(path, headers={"Accept": wanted.media_type})
    again = api.get(
        path, headers={"Accept": wanted.media_type, "If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Vary"] == first.headers["Vary"]
    others = {
        api.get(path, headers={"Accept": each.media_type}).headers["ETag"] for each in FORMATS
    }
    assert len(others) == len(FORMATS)


def test_only_json_is_a_version_of_a_record(api: ApiClient) -> None:
    """The ETag for a write begins with the revision; that of another format does not."""
    versions = [
        api.get(f"/v1/centres/surya?format={each.name}").headers["ETag"].startswith('"1.')
        for each in FORMATS
    ]
    assert versions == [True] + [False] * (len(FORMATS) - 1)


@pytest.mark.parametrize(
    "path",
    ["/v1/nearest?postcode=9999", "/v1/nearest", "/v1/centres/nobody", "/v1/centres?limit=0"],
)
def test_a_refusal_varies_like_the_answer(api: ApiClient, path: str) -> None:
    """A problem is a problem whatever Accept says, and says that Accept matters here."""
    for each in FORMATS:
        refused = api.get(path, headers={"Accept": each.media_type})
        assert refused.mimetype == "application/problem+json"
        assert refused.headers["Vary"] == "Accept, Accept-Encoding"


def test_what_never_reaches_the_routes_varies_too(tmp_path: Path) -> None:
    """429 comes from a layer before them; a route that has one format says nothing of Accept."""
    app = create_app(directory_of(tmp_path, [made_up_centre(1)], rate_limit="1/hour"))
    api = ApiClient(app)
    batch = api.post("/v1/nearest/batch", json={"origins": [PLACE]})
    assert batch.headers["Vary"] == "Accept-Encoding"
    limited = api.get(PATHS[0])
    assert (limited.status_code, limited.headers["Vary"]) == (429, "Accept, Accept-Encoding")


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        ("", "json"),
        ("*/*", "json"),
        ("application/json, text/plain, */*", "json"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", "json"),
        ("application/*", "json"),
        ("APPLICATION/JSON; charset=UTF-8", "json"),
        ("text/plain, application/json", "json"),
        ("application/json;q=0, */*", "geojson"),
        ("application/json;q=0.5, application/geo+json", "geojson"),
        (
            'application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted", */*;q=0.1',
            "jsonld",
        ),
        ("text/*", "text"),
        ("text/html, text/plain;q=0.5", "text"),
        ("text/csv;q=0.3, text/vcard;q=0.9;version=4.0", "vcard"),
        ("text/csv; header=present", "csv"),
    ],
)
def test_accept_chooses_as_clients_mean_it(api: ApiClient, accept: str, name: str) -> None:
    """Quality first, then exact names, then JSON; parameters of a media type do not matter."""
    (media_type,) = (each.media_type for each in FORMATS if each.name == name)
    for path in PATHS:
        assert api.get(path, headers={"Accept": accept}).mimetype == media_type


@pytest.mark.parametrize(
    "accept", ["text/html", "image/png;q=1", "*/*;q=0", "nonsense", "application/problem+json"]
)
def test_accept_without_a_format_that_there_is_is_told_which_there_are(
    api: ApiClient, accept: str
) -> None:
    """406 with every media type in its detail, on each route, and nothing of what was sent."""
    for path in PATHS:
        refused = api.get(path, headers={"Accept": accept})
        told = problem(refused, 406, "format-refused")
        assert all(each.media_type in told["detail"] for each in FORMATS)
        assert refused.headers["Vary"] == "Accept, Accept-Encoding"
    assert api.post("/v1/nearest", json=PLACE, headers={"Accept": accept}).status_code == 406


def test_a_header_that_no_program_sends_counts_as_none(api: ApiClient) -> None:
    """Spaces in a row take time that grows with their square: 60,000 stopped a server."""
    spaces = f"text/b{' ' * 60_000}x"
    assert media_types(spaces) == MIMEAccept()
    assert media_types(f"text/csv {' ' * 900}; q=1")[0] == ("text/csv", 1)
    for path in PATHS:
        assert api.get(path, headers={"Accept": spaces}).mimetype == "application/json"
    assert api.get("/nowhere", headers={"Accept": spaces}).mimetype == "application/problem+json"


def test_a_format_that_there_is_not_is_one_fault_among_others(api: ApiClient) -> None:
    """400 names the parameter and the choices, with the other faults of the request."""
    told = problem(api.get("/v1/nearest?format=xml&lang=!"), 400, "request-invalid")
    assert faults(told) == ["format", "lang", "postcode"]
    (choices,) = (fault["detail"] for fault in told["errors"] if fault["parameter"] == "format")
    assert choices == f"Use one of: {', '.join(each.name for each in FORMATS)}."
    told = problem(api.post("/v1/nearest", json={**PLACE, "format": "xml"}), 400, "request-invalid")
    assert faults(told) == ["/format"]


@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("", "", "en"),
        ("", "fr-BE, en;q=0.5", "fr"),
        ("&lang=nl", "fr", "nl"),
        ("&lang=uk", "", "uk"),
        ("&lang=eo", "fr", "fr"),
        ("", "eo", "en"),
    ],
)
def test_words_are_in_the_language_that_was_asked_for(
    api: ApiClient, query: str, accepted: str, language: str
) -> None:
    """`lang` takes precedence over Accept-Language; unknown languages are skipped; English is the
    default.
    """
    for name in WORDED:
        answer = api.get(f"{PATHS[0]}&format={name}{query}", headers={"Accept-Language": accepted})
        assert answer.headers["Content-Language"] == language
    by_body = {**PLACE, "format": "text", "lang": "nl"}
    assert "Noodnummer 112" in api.post("/v1/nearest", json=by_body).text


def test_json_is_the_same_for_every_reader(api: ApiClient) -> None:
    """Accept-Language and a format by name change no byte of it, also on the way before Flask."""
    plain = api.get(PATHS[0])
    for query, headers in (
        ("", {"Accept-Language": "fr"}),
        ("&format=json", {"Accept": "text/csv"}),
    ):
        asked = api.get(f"{PATHS[0]}{query}", headers=headers)
        assert (asked.data, sorted(asked.headers.items())) == (
            plain.data,
            sorted(plain.headers.items()),
        )


@EACH
def test_the_next_page_is_of_the_same_format(api: ApiClient, wanted: Format) -> None:
    """The Link header keeps `format` and `lang`, and leads to the rest."""
    met, following = "", f"/v1/centres?limit=1&format={wanted.name}&lang=nl"
    while following:
        answer = api.get(following)
        assert answer.mimetype == wanted.media_type
        met += answer.text
        following = answer.headers.get("Link", "<>").partition(">")[0].removeprefix("<")
    assert [name in met for name in ("PAG-ASA", "Payoke", "Sürya")] == [True] * 3


@EACH
def test_every_format_has_the_helplines(api: ApiClient, wanted: Format) -> None:
    """Each number is before the first centre, as it is dialled; 112 belongs to no single
    country.
    """
    for path in PATHS:
        text = api.get(path, headers={"Accept": wanted.media_type}).text
        assert "+32112" not in text
        if wanted.name != "json":
            first = min(
                text.index(number) for number in ("+3225116464", "+3242324030") if number in text
            )
            assert all(text.index(number) < first for number in NUMBERS)


def test_the_contract_has_the_formats_of_the_registry() -> None:
    """These operations document each media type, and no other, with real examples; others document
    none.
    """
    contract = fast_yaml.load(OPENAPI_YAML.read_text(encoding="utf-8"))
    promised: dict[str, Any] = {}
    for path, operations in contract["paths"].items():
        for method in operations.keys() - {"parameters"}:
            content = operations[method]["responses"].get("200", {}).get("content", {})
            if len(content) > 1 and "application/x-ndjson" not in content:
                promised[f"{method} {path}"] = content
    assert set(promised) == {
        "get /v1/nearest",
        "post /v1/nearest",
        "get /v1/centres",
        "get /v1/centres/{id}",
    }
    for content in promised.values():
        assert list(content) == [each.media_type for each in FORMATS]
        assert all(kind["examples"] for kind in content.values())


def test_geojson_is_what_rfc_7946_says(api: ApiClient) -> None:
    """A FeatureCollection with positions in longitude and latitude, and foreign members."""
    found = api.get(f"{PATHS[0]}&format=geojson").get_json()
    assert found["type"] == "FeatureCollection"
    # Sections 4 and 7.1.
    assert not {"coordinates", "geometries", "geometry", "properties", "crs"} & set(found)
    for feature in found["features"]:
        assert set(feature) == {"type", "id", "geometry", "properties"}
        lon, lat = feature["geometry"]["coordinates"]
        assert (feature["type"], feature["geometry"]["type"]) == ("Feature", "Point")
        assert (2.5 < lon < 6.5, 49.4 < lat < 51.6) == (True, True)
    own = api.get(PATHS[0]).get_json()
    for member in ("revision", "helplines", "certain", "outside_coverage", "attribution"):
        assert found[member] == own[member]
    for feature, hit in zip(found["features"], own["results"], strict=True):
        properties = {**hit["centre"], "distance_m": hit["distance_m"], "tied": hit["tied"]}
        properties["precision"] = properties.pop("location")["precision"]
        assert feature["properties"] == properties


def test_geojson_tells_where_the_directory_ends(api: ApiClient) -> None:
    """Outside the coverage it has the notice of the JSON answer; a list has neither notice nor
    certainty.
    """
    outside = api.get("/v1/nearest?lat=0&lon=0&format=geojson").get_json()
    assert outside["notice"] == api.get("/v1/nearest?lat=0&lon=0").get_json()["notice"]
    assert set(api.get(f"{PATHS[1]}&format=geojson").get_json()) == {
        "type",
        "revision",
        "helplines",
        "features",
    }


def test_who_is_responsible_is_told(tmp_path: Path) -> None:
    """A centre that is responsible but not among the closest comes last, without a distance."""
    address = {"postal_code": "4000", "locality": {"fr": "Liège"}, "country": "BE"}
    point = {"lat": 50.64, "lon": 5.57, "precision": "street"}
    far = made_up_centre(2, address=address, location=point, coverage=["BE"])
    api = ApiClient(create_app(directory_of(tmp_path, [made_up_centre(1), far])))
    path = f"{PATHS[0]}&limit=1"
    features = api.get(f"{path}&format=geojson").get_json()["features"]
    assert [feature["properties"].get("responsible") for feature in features] == [None, True]
    assert [("distance_m" in feature["properties"]) for feature in features] == [True, False]
    rows = _rows(api.get(f"{path}&format=csv"))[4:]
    assert [row["responsible"] for row in rows] == ["", "yes"]
    assert [bool(row["distance_m"]) for row in rows] == [True, False]


def _rows(answer: TestResponse) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline=""), strict=True)
    )


def test_csv_is_read_back_by_its_header(api: ApiClient) -> None:
    """CRLF, rows of equal length, helplines before centres, metres as in JSON; no open state."""
    answer = api.get(f"{PATHS[0]}&format=csv")
    assert answer.data.count(b"\n") == answer.data.count(b"\r\n") == 1 + 4 + 3
    rows = _rows(answer)
    assert [row["type"] for row in rows] == ["helpline"] * 4 + ["centre"] * 3
    assert [row["number"].lstrip("'") for row in rows[:3]] == list(NUMBERS)
    own = api.get(PATHS[0]).get_json()["results"]
    assert [row["distance_m"] for row in rows[4:]] == [str(hit["distance_m"]) for hit in own]
    assert [row["id"] for row in rows[4:]] == [hit["centre"]["id"] for hit in own]
    assert {row["freshness"] for row in rows[4:]} == {"unverified"}
    assert not {"open_state", "next_change"} & set(rows[0])


def test_vcards_begin_with_the_helplines(api: ApiClient) -> None:
    """A card for each helpline with a number, each with its UID, lines of at most 75
    octets, CRLF.
    """
    raw = api.get(f"{PATHS[1]}&format=vcard&lang=fr").data
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    cards = re.sub(rb"\r\n[ \t]", b"", raw).decode().split("END:VCARD\r\n")[:-1]
    assert len(cards) == 3 + 3
    assert all(card.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n") for card in cards)
    assert 'TEL;VALUE=text;TYPE="voice,work":112' in cards[0]
    assert "FN:Numéro d’urgence européen" in cards[0]
    assert len(set(re.findall(r"UID:(\S+)", "".join(cards)))) == len(cards)


def test_a_card_says_what_else_is_known_of_a_helpline(tmp_path: Path) -> None:
    """A card has the helpline's site and note in the language; that of a closed centre says so."""
    records = shipped_records()
    line = {
        **records["helplines"][2],
        "url": "https://example.org/",
        "note": {"nl": "Ook, ’s nachts"},
    }
    shown = listings.of(
        [Centre.from_record(made_up_centre(1, status="temporarily_closed"))],
        "nl",
        [type(listings.LINES[0]).from_record(line), listings.LINES[3]],
    )
    (vcard,) = (each for each in FORMATS if each.name == "vcard")
    text = vcard.write(shown).decode()
    assert "URL:https://example.org/\r\nNOTE;LANGUAGE=nl:Ook\\, ’s nachts\r\n" in text
    assert "NOTE;LANGUAGE=nl:Tijdelijk gesloten\r\n" in text
    assert text.count("BEGIN:VCARD") == 2


# Of the centres that the test hides: a street, a postcode in a municipality of several, and a
# point.
SECRETS = ("Kanarie", "51.0912", "3.5512")
CODE = "9881"


def _secret(visibility: str) -> dict[str, Any]:
    """What a record hides."""
    return {
        "address": {
            "street": "Kanariestraat 7",
            "street_translations": {"fr": "Rue Kanarie 7"},
            "postal_code": CODE,
            "locality": {"nl": "Aalter"},
            "country": "BE",
        },
        "address_visibility": visibility,
        "location": {"lat": 51.0912345, "lon": 3.5512345, "precision": "exact"},
        "phones": [{"number": "+3225116464", "kind": "main"}],
    }


@EACH
def test_a_hidden_address_is_in_no_answer(tmp_path: Path, wanted: Format) -> None:
    """No byte of any route has street or point of a hidden centre, or its postcode unless
    public.
    """
    centres = [made_up_centre(n, **_secret(("hidden", "locality")[n % 2])) for n in range(2)]
    api = ApiClient(create_app(directory_of(tmp_path, centres)))
    paths = ["/v1/nearest?postcode=9900&limit=9&", "/v1/centres?", "/v1/centres/made-up-000?"]
    texts = [
        api.get(f"{path}format={wanted.name}&lang={tag}").text
        for path in paths
        for tag in ("nl", "fr")
    ]
    texts.append(api.post("/v1/nearest", json={"postcode": "9900", "format": wanted.name}).text)
    for text in texts:
        assert "+3225116464" in text
        assert not [secret for secret in SECRETS if secret in text]
    of_the_hidden_one = texts[4]
    assert CODE not in of_the_hidden_one


@EACH
def test_how_a_record_was_checked_is_in_no_answer(tmp_path: Path, wanted: Format) -> None:
    """Of a confirmation only the day and the name are public; also in HSDS and in the bundle."""
    verified = {"on": "2026-11-01", "by": "anna", "how": "called 0470 11 22 33"}
    api = ApiClient(create_app(directory_of(tmp_path, [made_up_centre(0, verified=verified)])))
    paths = [f"{path}format={wanted.name}" for path in ("/v1/centres?", "/v1/centres/made-up-000?")]
    for path in (*paths, "/v1/bundle", "/hsds/services?full=true"):
        answer = api.get(path)
        assert answer.status_code == 200, path
        assert "0470" not in answer.text, path


@given(CENTRES, st.sampled_from(["hidden", "locality"]), st.booleans())
def test_no_format_writes_what_a_record_hides(
    record: dict[str, Any], visibility: str, located: bool
) -> None:
    """Whatever a record contains, its public form has no street or point in any format and
    language.
    """
    instead = Location(Point(50.85, 4.35), "municipality") if located else None
    centre = Centre.from_record({**record, **_secret(visibility)}).published(instead)
    for each in FORMATS[1:]:
        for language in ("nl", "fr"):
            shown = (
                listings.near([listings.hit(centre, 5.0)], language),
                listings.of([centre], language),
            )
            for text in (each.write(one).decode() for one in shown):
                assert not [secret for secret in ("Kanarie", "51.0912", "3.5512") if secret in text]


@given(CENTRES)
def test_no_cell_of_an_answer_is_a_formula(record: dict[str, Any]) -> None:
    """No spreadsheet program finds a cell that it would calculate or run."""
    (wanted,) = (each for each in FORMATS if each.name == "csv")
    text = wanted.write(listings.near([listings.hit(Centre.from_record(record), 5.0)])).decode(
        "utf-8-sig"
    )
    for row in csv.reader(io.StringIO(text, newline=""), strict=True):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_an_answer_changes_with_the_revision(tmp_path: Path) -> None:
    """After a load every format has the new name and another ETag."""
    directory = directory_of(tmp_path, [made_up_centre(1)])
    api = ApiClient(create_app(directory))
    paths = [f"/v1/centres/made-up-001?format={each.name}" for each in FORMATS]
    before = [api.get(path).headers["ETag"] for path in paths]
    load(directory, tmp_path, [made_up_centre(1, name="Renamed")])
    for path, old in zip(paths, before, strict=True):
        answer = api.get(path, headers={"If-None-Match": old})
        assert answer.status_code == 200
        assert "Renamed" in answer.text


def test_every_json_format_is_utf_8_without_spaces(app: Flask) -> None:
    """GeoJSON and JSON-LD are as compact as JSON, with letters as they are."""
    api = ApiClient(app)
    for name in ("geojson", "jsonld"):
        body = api.get(f"{PATHS[2]}?format={name}").data
        assert "Sürya".encode() in body
        assert (
            body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
        )
