"""What each format of an answer contains: GeoJSON, CSV and vCard."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from directory_api.answer.format import Format
from directory_api.answer.registry import FORMATS
from directory_api.record.records import Centre
from directory_api.text.translations import words
from directory_api.web.app import create_app
from tests.features.formats.each import EACH, PATHS
from tests.support import listings
from tests.support.api_client import ApiClient
from tests.support.openapi_document import COMMITTED
from tests.support.records import belgian_helplines, directory_of, made_up_centre

NUMBERS = ("112", "101", "+3278055800")


@EACH
def test_every_format_has_the_helplines(api: ApiClient, wanted: Format) -> None:
    """Each number is before the first centre, as it is dialled; 112 belongs to no single
    country.
    """
    for path in PATHS:
        text = api.get(path, headers={"Accept": wanted.media_type}).text
        assert "+32112" not in text
        if wanted.name not in ("json", "csv"):  # a table has one kind of rows
            first = min(
                text.index(number) for number in ("+3225116464", "+3242324030") if number in text
            )
            assert all(text.index(number) < first for number in NUMBERS)


def test_the_contract_has_the_formats_of_the_registry() -> None:
    """These operations document each media type, and no other, with real examples; others document
    none.
    """
    promised: dict[str, Any] = {}
    for path, operations in COMMITTED["paths"].items():
        for method in operations.keys() - {"parameters"}:
            content = operations[method]["responses"].get("200", {}).get("content", {})
            if len(content) > 1 and "application/x-ndjson" not in content:
                promised[f"{method} {path}"] = content
    assert set(promised) == {
        "get /v1/nearest",
        "post /v1/nearest",
        "get /v1/centres",
        "get /v1/centres/{id}",
        "get /v1/helplines",
    }
    assert list(promised.pop("get /v1/helplines")) == ["application/json", "text/csv"]
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
    for member in ("revision", "helplines", "place", "certain", "covered", "attribution"):
        assert found[member] == own[member]
    for feature, hit in zip(found["features"], own["results"], strict=True):
        assert feature["properties"] == hit


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
        "attribution",
    }


def test_who_is_responsible_is_told(tmp_path: Path) -> None:
    """A centre that is responsible, but not among the closest, is there, too."""
    address = {"postcode": "4000", "locality": {"fr": "Liège"}, "country": "BE"}
    point = {"lat": 50.64, "lon": 5.57, "precision": "street"}
    far = made_up_centre(2, address=address, location=point, coverage=["BE"])
    api = ApiClient(create_app(directory_of(tmp_path, [made_up_centre(1), far])))
    path = f"{PATHS[0]}&limit=1"
    features = api.get(f"{path}&format=geojson").get_json()["features"]
    reasons = [feature["properties"]["shown_because"] for feature in features]
    assert reasons == [["closest"], ["responsible"]]
    rows = _rows(api.get(f"{path}&format=csv"))
    assert [row["shown_because"] for row in rows] == ["closest", "responsible"]


def _rows(response: TestResponse) -> list[dict[str, str]]:
    return list(
        csv.DictReader(io.StringIO(response.data.decode("utf-8-sig"), newline=""), strict=True)
    )


def test_csv_is_read_back_by_its_header(api: ApiClient) -> None:
    """Metres and the order as in JSON; texts in the language of the caller."""
    rows = _rows(api.get(f"{PATHS[0]}&format=csv&lang=nl"))
    own = api.get(PATHS[0]).get_json()["results"]
    assert [(row["id"], row["distance_m"]) for row in rows] == [
        (hit["id"], str(hit["distance_m"])) for hit in own
    ]
    assert rows[0]["locality"] == "Brussel"
    assert "distance_m" not in _rows(api.get(f"{PATHS[1]}&format=csv"))[0]


def test_the_helplines_have_a_table_of_their_own(api: ApiClient) -> None:
    """Those of one country with `country`, as in JSON, in the language of the caller."""
    response = api.get("/v1/helplines.csv", headers={"Accept-Language": "nl"})
    assert (response.mimetype, response.headers["Content-Language"]) == ("text/csv", "nl")
    assert "Accept-Language" in response.headers["Vary"]
    rows = _rows(response)
    assert rows[0]["name"] == "Europees noodnummer"
    for query in ("", "?country=fr"):
        own = api.get(f"/v1/helplines{query}").get_json()["helplines"]
        rows = _rows(api.get(f"/v1/helplines.csv{query}"))
        assert [row["id"] for row in rows] == [line["id"] for line in own]
    assert api.get("/v1/helplines.csv?country=zzz").status_code == 400


def test_vcards_begin_with_the_helplines(api: ApiClient) -> None:
    """A card for each helpline with a number, each with its UID, lines of at most 75
    octets, CRLF.
    """
    raw = api.get(f"{PATHS[1]}&format=vcard&lang=fr").data
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
    cards = re.sub(rb"\r\n[ \t]", b"", raw).decode().split("END:VCARD\r\n")[:-1]
    assert len(cards) == 4 + 3
    assert all(card.startswith("BEGIN:VCARD\r\nVERSION:4.0\r\n") for card in cards)
    assert 'TEL;VALUE=text;TYPE="voice,work":112' in cards[0]
    assert "FN:Numéro d’urgence européen" in cards[0]
    assert len(set(re.findall(r"UID:(\S+)", "".join(cards)))) == len(cards)


def test_a_vcard_names_a_helpline_in_a_language_without_its_name(api: ApiClient) -> None:
    """By its kind, as the JSON does: an address book in Ukrainian has no English name."""
    raw = api.get(f"{PATHS[1]}&format=vcard&lang=uk").data
    cards = re.sub(rb"\r\n[ \t]", b"", raw).decode()
    texts = words("uk")
    for kind in ("emergency", "police", "national_line"):
        assert f"FN:{texts[f'helpline.{kind}']}\r\n" in cards


def test_a_card_says_what_else_is_known_of_a_helpline(tmp_path: Path) -> None:
    """A card has the helpline's site and note in the language; that of a closed centre says so."""
    line = {
        **belgian_helplines()[2],
        "url": "https://example.org/",
        "note": {"nl": "Ook, ’s nachts"},
    }
    shown = listings.of(
        [Centre.from_record(made_up_centre(1, status="temporarily_closed"))],
        "nl",
        [listings.LINES[0], type(listings.LINES[0]).from_record(line), listings.LINES[3]],
    )
    (vcard,) = (each for each in FORMATS if each.name == "vcard")
    text = vcard.write(shown).decode()
    assert "URL:https://example.org/\r\nNOTE;LANGUAGE=nl:Ook\\, ’s nachts\r\n" in text
    assert "NOTE;LANGUAGE=nl:Tijdelijk gesloten\r\n" in text
    assert text.count("BEGIN:VCARD") == 3


def test_geojson_is_utf_8_without_spaces(app: Flask) -> None:
    """It is as compact as JSON, with letters as they are."""
    body = ApiClient(app).get(f"{PATHS[2]}?format=geojson").data
    assert "Sürya".encode() in body
    assert body == json.dumps(json.loads(body), ensure_ascii=False, separators=(",", ":")).encode()
