"""Refused requests: a problem tells every fault with its place and its code, suggests what may be
meant, and repeats nothing of what was sent.

test_web_errors.py has the errors for each audience, test_web_crashes.py what is no caller's fault.
"""

import json
import random
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.text.errors import FaultCode
from directory_api.text.translations import languages
from directory_api.web.app import create_app
from directory_api.web.middleware.rate_limit import THREADS
from tests.support.api_client import ApiClient, problem
from tests.support.moments import EXAMPLES_AT
from tests.support.refusals import MARK, assert_untold
from tests.support.servers import ROOT

NEAREST, BATCH = "/v1/nearest", "/v1/nearest/batch"
# Numbers in requests that must not come back.
SECRETS = (MARK, "8675309", "8.675309", "7777", "8888", "999999999", "QQQ")


@dataclass(frozen=True)
class Refused:
    """A query or a body that is refused: its faults as in `_told`, and what must not come back."""

    sent: str | bytes
    faults: str = ""
    path: str = NEAREST
    secrets: tuple[str, ...] = ()
    status: int = 400
    kind: str = "request-invalid"
    content_type: str = "application/json"


def _told(body: dict[str, Any]) -> str:
    """The place of each fault, with its code unless the value is invalid."""
    told = (
        (each.get("parameter") or each.get("pointer") or "", each["code"])
        for each in body.get("errors", ())
    )
    return " ".join(
        sorted(place if code == "value_invalid" else f"{place}:{code}" for place, code in told)
    )


def _batch(*origins: Any, **members: Any) -> str:
    return json.dumps({"places": list(origins), **members})


QUERIES = {
    "nothing": Refused("", "postcode:missing"),
    "an unknown parameter": Refused(f"postcode=1000&postcod={MARK}", "postcod:name_unknown"),
    "an unknown parameter whose name may be a place": Refused(
        f"postcode=1000&{MARK}=1", ":name_unknown"
    ),
    "a doubled parameter": Refused(f"postcode=1000&postcode={MARK}", "postcode:repeated"),
    "a doubled parameter and another fault": Refused(f"lat=1&lat=2&lon={MARK}", "lat:repeated lon"),
    "a parameter doubled beside its own fault": Refused(
        "lat=91&lat=92&lon=1", "lat:coordinates_exchanged lat:repeated", secrets=("91", "92")
    ),
    "postcode and point": Refused(
        "postcode=1234&lat=50.87654&lon=4.3", "postcode:conflict", secrets=("50.87654", "1234")
    ),
    "postcode and half a point": Refused(
        "postcode=1234&lat=50.87654", "postcode:conflict", secrets=("50.87654", "1234")
    ),
    "lat without lon": Refused("lat=50.87654", "lon:missing", secrets=("50.87654",)),
    "lon without lat": Refused("lon=4.98765", "lat:missing", secrets=("4.98765",)),
    "lat beyond the pole": Refused("lat=91&lon=4", "lat:coordinates_exchanged", secrets=("91",)),
    "lat beyond a longitude": Refused("lat=181&lon=4", "lat", secrets=("181",)),
    "lon beyond the antimeridian": Refused("lat=50&lon=181", "lon", secrets=("181",)),
    "both out of range": Refused("lat=-90.5&lon=-180.5", "lat lon", secrets=("90.5", "180.5")),
    "a comma": Refused("lat=50,85&lon=4,35", "lat lon", secrets=("50,85", "4,35")),
    "both numbers in lat": Refused("lat=50.87,4.35", "lat lon:missing", secrets=("50.87",)),
    "not a number": Refused("lat=NaN&lon=inf", "lat lon", secrets=("NaN", "inf")),
    "an exponent": Refused("lat=5.1e1&lon=1e999999999", "lat lon", secrets=("5.1e1", "1e9")),
    "Arabic-Indic digits": Refused(
        f"lat={quote('٥٠')}&lon={quote('٤')}", "lat lon", secrets=("٥٠", "٤")
    ),
    "an empty coordinate": Refused("lat=&lon=", "lat lon"),
    "a NUL in a coordinate": Refused("lat=50%00&lon=4%00", "lat lon", secrets=("\0", "\\u0000")),
    "a surrogate in a coordinate": Refused(
        "lat=%ED%A0%80&lon=4", "lat", secrets=("\ud800", "\\ud800")
    ),
    "10,000 digits": Refused(f"lat={'7' * 10_000}&lon=4", "lat"),
    "10,000 characters in every word": Refused(
        f"postcode=1000&country={'Q' * 10_000}&speaks={'Q' * 10_000}"
        f"&service={'Q' * 10_000}&limit={'9' * 10_000}",
        "country limit service speaks",
    ),
    "limit 0": Refused("postcode=1000&limit=0", "limit"),
    "limit 51": Refused("postcode=1000&limit=51", "limit", secrets=("51",)),
    "half a limit": Refused("postcode=1000&limit=1.5", "limit", secrets=("1.5",)),
    "Arabic-Indic limit": Refused(f"postcode=1000&limit={quote('٣')}", "limit", secrets=("٣",)),
    "no language": Refused("postcode=1000&speaks=xx", "speaks:language_unknown"),
    "a country as a language": Refused("postcode=1000&speaks=jp", "speaks:language_unknown"),
    "nothing to include": Refused("postcode=1000&include=description,nome", "include"),
    "51 parameters": Refused(
        "&".join(f"name_{number}=1" for number in range(51)), ":too_many", secrets=("name_",)
    ),
    "everything at once": Refused(
        f"lat=91&lon=x{MARK}&limit=0&country={MARK}&speaks={MARK}!&service={MARK}"
        f"&audience={MARK}&include={MARK}&r=1",
        ":name_unknown audience country include lat limit lon service speaks",
    ),
    "a page of 101": Refused("limit=101", "limit", "/v1/centres", secrets=("101:",)),
    "words without end": Refused(f"q={'Q' * 10_000}", "q", "/v1/centres"),
    "a prefix without end": Refused(f"prefix={'Q' * 10_000}", "prefix", "/v1/postcodes"),
    "no prefix": Refused("limit=51", "limit prefix:missing", "/v1/postcodes", secrets=("51",)),
    "a country of three letters": Refused("country=QQQ", "country", "/v1/helplines"),
}

BODIES = {
    "nothing": Refused(b""),
    "broken JSON": Refused(f'{{"postcode": "{MARK}"'),
    "40 KB of brackets": Refused(b"[" * 40_000),
    "not UTF-8": Refused(b'{"postcode": "\xff"}'),
    "a name twice": Refused(f'{{"postcode": "1000", "postcode": "{MARK}"}}'),
    "5,000 digits": Refused(b'{"lat": ' + b"7" * 5_000 + b', "lon": 4}'),
    "an array": Refused(f'["{MARK}"]', ":type_wrong"),
    "a string": Refused(f'"{MARK}"', ":type_wrong"),
    "null": Refused(b"null", ":type_wrong"),
    "an empty object": Refused(b"{}", "/postcode:missing"),
    "null members": Refused(
        b'{"lat": null, "lon": null, "limit": null}', "/lat:null /limit:null /lon:null"
    ),
    "booleans": Refused(b'{"lat": true, "lon": false, "limit": true}', "/lat /limit /lon"),
    "a number as postcode": Refused(
        b'{"postcode": 8675309, "country": 8675309}', "/country:type_wrong /postcode:type_wrong"
    ),
    "a list as postcode": Refused(f'{{"postcode": ["{MARK}"]}}', "/postcode:type_wrong"),
    "an object as lat": Refused(f'{{"lat": {{"{MARK}": 1}}, "lon": 4}}', "/lat"),
    "a huge exponent": Refused(b'{"lat": 1e999999999, "lon": -1e999999999}', "/lat /lon"),
    "a huge limit": Refused(b'{"postcode": "1000", "limit": 1e999999999}', "/limit"),
    "half a limit": Refused(b'{"postcode": "1000", "limit": 1.5}', "/limit"),
    "out of range": Refused(b'{"lat": 91, "lon": 181}', "/lat /lon"),
    "lat beyond the pole": Refused(
        b'{"lat": 100.123, "lon": 4.456}', "/lat:coordinates_exchanged", secrets=("100.123",)
    ),
    "postcode and point": Refused(
        f'{{"postcode": "{MARK}", "lat": 50, "lon": 4}}', "/postcode:conflict"
    ),
    "half a point": Refused(b'{"lon": 8.675309}', "/lat:missing"),
    "70 KB": Refused(b'{"postcode": "' + b"8" * 70_000 + b'"}', status=413, kind="too-large"),
    **{
        f"{content_type or 'no content type'}": Refused(
            b'{"postcode": "8675309"}',
            status=415,
            kind="media-type-unsupported",
            content_type=content_type,
        )
        for content_type in ("application/x-www-form-urlencoded", "text/plain", "")
    },
    "a batch of nothing": Refused("{}", "/places:missing", BATCH),
    "a batch of no origins": Refused(_batch(), "/places", BATCH),
    "a batch of 101": Refused(_batch(*[{"postcode": "1000"}] * 101), "/places", BATCH),
    "a batch that is an object": Refused(
        f'{{"places": {{"{MARK}": 1}}}}', "/places:type_wrong", BATCH
    ),
    "a batch of strings": Refused(_batch(MARK, None), "/places/0:type_wrong /places/1:null", BATCH),
    "a batch with faults in three origins": Refused(
        _batch(
            {"postcode": "1000"},
            {"lat": 91, "lon": 181},
            {},
            {"postcode": "1000", MARK: 1},
            limit=0,
        ),
        "/limit /places/1/lat /places/1/lon /places/2/postcode:missing /places/3:name_unknown",
        BATCH,
    ),
    "a batch with a filter in an origin": Refused(
        _batch({"postcode": "1000", "speaks": "nl"}, limit=0),
        "/limit /places/0:name_unknown",
        BATCH,
    ),
}


@pytest.mark.parametrize("name", QUERIES)
def test_a_faulty_query_is_told_all_its_faults(api: ApiClient, name: str) -> None:
    case = QUERIES[name]
    response = api.get(f"{case.path}?{case.sent!s}")
    assert _told(problem(response, case.status, case.kind)) == case.faults
    assert_untold(response.text, (*SECRETS, *case.secrets))


@pytest.mark.parametrize("name", BODIES)
def test_a_faulty_body_is_told_all_its_faults(api: ApiClient, name: str) -> None:
    case = BODIES[name]
    response = api.post(case.path, data=case.sent, content_type=case.content_type)
    assert _told(problem(response, case.status, case.kind)) == case.faults
    assert_untold(response.text, (*SECRETS, *case.secrets))


def test_the_only_fault_is_the_detail_with_its_place(api: ApiClient) -> None:
    """A program that shows only `detail` shows what is wrong; with several, how many there are."""
    for response in (
        api.get(f"{NEAREST}?postcode=1000&limit=0"),
        api.post(NEAREST, json={"postcode": "1000", "limit": 0}),
    ):
        one = problem(response, 400, "request-invalid")
        assert one["detail"] == f"limit: {one['errors'][0]['detail']}"
    two = problem(api.get(f"{NEAREST}?limit=0"), 400, "request-invalid")
    assert re.findall("[0-9]+", two["detail"]) == ["2"]


def test_the_page_of_problems_explains_each_code() -> None:
    page = (ROOT / "docs/problems.md").read_text(encoding="utf-8")
    assert [code for code in FaultCode if f"`{code}`" not in page] == []


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/v1/nearest?postcode=1000", "country", "BE"),
        ("/v1/nearest?postcode=1000", "lang", "nl"),
        ("/v1/centres?limit=1", "speaks", "nl"),
        ("/v1/helplines?", "country", "BE"),
    ],
)
def test_a_line_feed_ends_no_word(api: ApiClient, path: str, name: str, value: str) -> None:
    """A word followed by a line feed is refused, although a pattern's `$` would match it."""
    response = api.get(f"{path}&{name}={value}%0A")
    assert _told(problem(response, 400, "request-invalid")) == name


# Bodies


def test_a_body_that_claims_to_be_endless_is_refused_unread(api: ApiClient) -> None:
    """A Content-Length of a gigabyte is 413 before a byte is read."""
    response = api.post(
        NEAREST,
        data=b"{}",
        content_type="application/json",
        environ_overrides={"CONTENT_LENGTH": "1000000000"},
    )
    problem(response, 413, "too-large")


def test_json_may_name_its_charset(api: ApiClient) -> None:
    """`application/json; charset=utf-8` is JSON, with or without a byte order mark."""
    for body in (b'{"postcode": "1000"}', b'\xef\xbb\xbf{"postcode": "1000"}'):
        sent = api.post(NEAREST, data=body, content_type="application/json; charset=utf-8")
        assert sent.status_code == 200


def test_a_get_ignores_a_body(api: ApiClient) -> None:
    """A body with a GET changes nothing about its answer."""
    bare = api.get("/v1/nearest?postcode=1000&limit=1")
    assert api.get("/v1/nearest?postcode=1000&limit=1", data=b"[[[[").data == bare.data


# Names


@pytest.mark.parametrize(
    ("sent", "place", "meant", "position"),
    [
        # Those of other APIs, similar ones, and capitals.
        (f"longitude={MARK}", "longitude", "lon", ""),
        (f"zip={MARK}", "zip", "postcode", ""),
        ("postcode=1000&speak=nl", "speak", "speaks", ""),
        ("postcode=1000&POSTCODE=1000", "", "postcode", "2"),
        ("lat=1&lon=4&Lng=4", "", "lon", "3"),
        # The name of a town is told by its position.
        (f"postcode=1000&antwerpen={MARK}", "", "", "2"),
        ({"longitude": MARK}, "/longitude", "lon", ""),
        ({"zip": MARK}, "/zip", "postcode", ""),
        ({"postcode": "1000", "antwerpen": MARK}, "", "", "2"),
        ({"antwerpen/~gent": MARK, "postcode": "1000"}, "", "", "1"),
    ],
)
def test_an_unknown_name_leads_to_the_one_that_is_meant(
    api: ApiClient, sent: str | dict[str, str], place: str, meant: str, position: str
) -> None:
    """It is repeated if it resembles one of ours, and otherwise told by its position."""
    if isinstance(sent, str):
        response = api.get(f"{NEAREST}?{sent}")
    else:
        response = api.post(NEAREST, data=json.dumps(sent), content_type="application/json")
    _hold_name(problem(response, 400, "request-invalid"), place, meant, position)
    assert_untold(response.text, (MARK, "antwerpen", "POSTCODE", "Lng"))


def _hold_name(told: dict[str, Any], place: str, meant: str, position: str) -> None:
    (unknown,) = [each for each in told["errors"] if each["code"] == "name_unknown"]
    assert (unknown.get("parameter") or unknown.get("pointer") or "") == place
    assert (f"mean {meant}?" in unknown["detail"]) is bool(meant)
    assert "".join(re.findall("[0-9]+", unknown["detail"])) == position


def test_an_unknown_member_of_a_batch_is_told_by_its_position(api: ApiClient) -> None:
    """In the body, and in an origin, whose pointer is that of its object."""
    body = {"limit": 1, "places": [], "lang": "nl", "antwerpen": 1}
    response = api.post(BATCH, data=json.dumps(body), content_type="application/json")
    assert response.get_json()["errors"][-1]["detail"].endswith(" 4 of the object.")
    origins = [{"postcode": "1000"}, {"country": "BE", "postcode": "1000", "antwerpen": MARK}]
    body = {"places": origins}
    response = api.post(BATCH, data=json.dumps(body), content_type="application/json")
    refused = response.get_json()["answers"][1]["problem"]
    _hold_name(refused, "/places/1", "", "3")
    assert_untold(json.dumps(refused), (MARK, "antwerpen"))


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (NEAREST, {"postcode": "1000"}),
        (BATCH, {"places": [{"postcode": "1000"}]}),
    ],
)
def test_a_query_beside_a_body_is_refused(api: ApiClient, path: str, body: Any) -> None:
    """The answer would not be the one that was asked for. No value is repeated."""
    assert api.post(path, json=body).status_code == 200
    response = api.post(f"{path}?limit={MARK}&antwerpen=1&limits=2", json=body)
    told = problem(response, 400, "request-invalid")["errors"]
    assert [(each.get("parameter"), each["code"]) for each in told] == [
        ("limit", "conflict"),
        (None, "name_unknown"),
        ("limits", "name_unknown"),
    ]
    assert_untold(response.text, (MARK, "antwerpen"))


def test_unknown_names_are_listed_in_the_order_of_the_request(api: ApiClient) -> None:
    """In every process, after the faults of known names."""
    names = [f"name_{number}" for number in range(1, 10)]
    query = "&".join([*(f"{name}=1" for name in names), "lat=x", "lon=4"])
    told = api.get(f"{NEAREST}?{query}").get_json()["errors"]
    assert told[0]["parameter"] == "lat"
    positions = [re.findall("[0-9]+", fault["detail"]) for fault in told[1:]]
    assert positions == [[str(number)] for number in range(1, 10)]


# Addresses


@pytest.mark.parametrize(
    ("path", "kind", "meant"),
    [
        ("/v1/nearset", "not-found", "/v1/nearest"),
        ("/nearest", "not-found", "/v1/nearest"),
        ("/v1/Nearest", "not-found", "/v1/nearest"),
        ("/v1/centers", "not-found", "/v1/centres"),
        ("/v1/nearest/1000", "not-found", "/v1/nearest"),
        ("/v1//nearest", "not-found", None),
        (f"/v1/postcodes/BE/{MARK}/x", "not-found", None),
        ("/v1/antwerpen", "not-found", ""),
        ("/v1/2018", "not-found", ""),
        ("/v1/gent/nearest", "not-found", ""),
        (f"/v1/{MARK}", "not-found", ""),
        ("/nowhere", "not-found", ""),
        # Outside /v1 only an address that is spelled right is one of ours.
        ("/nearset", "not-found", ""),
        ("/v1/centres/PAG-ASA", "centre-unknown", "/v1/centres/pag-asa"),
        ("/v1/helplines/BE-112", "helpline-unknown", "/v1/helplines/be-112"),
        (f"/v1/centres/{MARK}", "centre-unknown", None),
        ("/v1/centres/..", "centre-unknown", None),
        ("/v1/centres/%00", "centre-unknown", None),
        (f"/v1/centres/{'a' * 10_000}", "centre-unknown", None),
    ],
)
def test_an_address_where_nothing_is_leads_to_the_one_that_is_meant(
    api: ApiClient, path: str, kind: str, meant: str | None
) -> None:
    """404 without a redirect and without the address. One that resembles none leads to no other."""
    response = api.get(path)
    hrefs = [each.get("href") for each in problem(response, 404, kind).get("did_you_mean", ())]
    if meant is not None:
        first = hrefs if kind == "not-found" else hrefs[:1]
        assert first == ([meant] if meant else [])
    assert_untold(response.text, (MARK, "antwerpen", "nearset", "centers", "2018", "PAG-ASA"))


def test_an_address_without_its_country_shows_an_example(api: ApiClient) -> None:
    """The suggestion has an example of its own, and not the postcode that was typed."""
    answer = api.get("/v1/postcodes/2018")
    hints = problem(answer, 404, "not-found")["did_you_mean"]
    (named,) = [each for each in hints if "{country}/{code}" in each["label"]]
    assert "/v1/postcodes/BE/4000" in named["label"]
    assert "href" not in named
    assert "2018" not in answer.text


def test_another_address_in_the_place_of_an_id_is_suggested(api: ApiClient) -> None:
    """Also where its parameters are refused first."""
    alone = problem(api.get("/v1/centres/nearest"), 404, "centre-unknown")["did_you_mean"]
    assert [hint["href"] for hint in alone] == ["/v1/nearest", "/v1/centres"]
    body = problem(api.get("/v1/centres/nearest?postcode=1000"), 400, "request-invalid")
    assert body["did_you_mean"] == alone[:1]


@pytest.mark.parametrize(
    "sent", ["%ED%A0%80", "%ED%BF%BF1000", "%FF%FE", "%C0%80", "1000%ED%A0%80"]
)
def test_what_is_no_utf_8_is_refused_everywhere(api: ApiClient, sent: str) -> None:
    """Bytes that are not UTF-8, and lone surrogates, are a 4xx problem in a query and in a path."""
    for path in ("/v1/nearest?postcode=", "/v1/postcodes/BE/", "/v1/centres/", "/"):
        response = api.get(f"{path}{sent}")
        assert response.status_code in (400, 404), path
        assert response.get_json()["helplines"]


@pytest.mark.parametrize("path", ["/v1/nearest?postcode=1000", "/v1/centres.csv", "/", "/nowhere"])
def test_a_method_is_only_known_as_it_is_spelled(app: Flask, path: str) -> None:
    """RFC 9110, section 9.1: `get` is not GET. It is refused as any other word, whatever is
    stored.
    """
    client = app.test_client()
    for _ in range(2):
        refused = [
            client.open(path, environ_overrides={"REQUEST_METHOD": method})
            for method in ("FOO", "get", "Get", "head", "options", "post")
        ]
        assert {response.status_code for response in refused} in ({404}, {405})
        assert all("112" in response.text for response in refused)
        client.get(path)


# Places

BAD_PLACES = {
    "place-ambiguous": {"place": "Deurne"},
    "place-unknown": {"postcode": "x"},
    "postcode-unknown": {"postcode": "9999"},
    "postcode-not-residential": {"postcode": "1005"},
    "postcode-foreign": {"postcode": "1234AB"},
    "country-unsupported": {"postcode": "1000", "country": "ZZ"},
}


@pytest.mark.parametrize("kind", BAD_PLACES)
def test_a_place_that_is_refused_is_so_on_each_way(api: ApiClient, kind: str) -> None:
    """By its code, with what to do: no fault of the request is beside it."""
    place = BAD_PLACES[kind]
    typed = place.get("postcode") or place["place"]
    in_path = f"/v1/postcodes/{place.get('country', 'BE')}/{typed}"
    batch = api.post(BATCH, json={"places": [{"postcode": "1000"}, place]}).get_json()
    for told in (
        api.get(NEAREST, query_string=place).get_json(),
        api.post(NEAREST, json=place).get_json(),
        api.get(in_path).get_json(),
        batch["answers"][1]["problem"],
    ):
        assert told["code"] == kind
        assert told["detail"]
        assert "errors" not in told


def test_a_problem_is_small(api: ApiClient) -> None:
    """Less than 1,000 bytes with what to call, in each language, unless many places have a name or
    several parameters are wrong.
    """
    faulty: list[dict[str, Any]] = [{}, {"postcode": "1000", "limit": 0}, {"lat": 91, "lon": 4}]
    for place in (*BAD_PLACES.values(), {"postcode": "1012 AB"}, *faulty):
        for lang in ("ti", *(each.tag for each in languages())):
            response = api.get(NEAREST, query_string={**place, "lang": lang})
            assert len(response.data) < 1_000, (place, lang)
            assert len(response.get_json()["helplines"]) >= 2


def test_the_known_names_are_listed_once(api: ApiClient) -> None:
    """A request with several unknown names has them with the first."""
    response = api.get(NEAREST, query_string={"postcode": "1000", "zxy": 1, "abc": 2, "qqq": 3})
    first, *others = [each["detail"] for each in response.get_json()["errors"]]
    assert "Use one of: lang," in first
    assert others == [
        f"The name is unknown. It is parameter {number} of the query." for number in (3, 4)
    ]


# What is asked; the label, what to send, and the address of the first suggestion.
SUGGESTED: dict[str, tuple[str, dict[str, Any], str | None]] = {
    "/v1/nearest?place=Deurne": (
        "2100 Deurne (Antwerp)",
        {"postcode": "2100", "country": "BE"},
        None,
    ),
    "/v1/nearest?place=Mons&lang=fr": ("", {"country": "BE"}, None),
    "/v1/nearest?place=100": ("1000 Brussels", {"postcode": "1000", "country": "BE"}, None),
    "/v1/nearest?postcode=59000&lang=fr": ("France", {"country": "FR"}, None),
    "/v1/nearest?postcode=59000&lang=nl": ("Frankrijk", {"country": "FR"}, None),
    "/v1/nearest?postcode=SW1A1AA": ("send lat and lon", {"lat": None, "lon": None}, None),
    "/v1/nearest?postcode=1000&limt=3": ("Did you mean limit?", {"limit": None}, None),
    "/v1/nearest?zip=1000": ("Did you mean postcode?", {"postcode": None}, None),
    "/v1/nearest?lat=4.456&lon=51.234": (
        "other way round",
        {"lat": "51.234", "lon": "4.456"},
        None,
    ),
    "/v1/nearset": ("Did you mean /v1/nearest?", {}, "/v1/nearest"),
    "/v1/centres/PAG-ASA": ("Did you mean /v1/centres/pag-asa?", {}, "/v1/centres/pag-asa"),
}


@pytest.mark.parametrize("path", SUGGESTED)
def test_what_may_be_meant_has_one_shape(api: ApiClient, path: str) -> None:
    """Whatever it is: a text to show, and what to send; an address only if it is another one."""
    label, send, href = SUGGESTED[path]
    first, *others = api.get(path).get_json()["did_you_mean"]
    for each in (first, *others):
        assert each.keys() - {"href"} == {"label", "send"}
    assert label in first["label"]
    assert first["send"].items() >= send.items()
    assert first.get("href") == href


def test_each_name_that_may_be_meant_is_suggested_once(api: ApiClient) -> None:
    """Also of a body and of the places of a batch, and without the value, which may be a place."""
    sent = {"zip": MARK, "zipcode": MARK, "language": MARK}
    body = problem(api.post(NEAREST, json=sent), 400, "request-invalid")
    names = [{"speaks": None}, {"lang": None}, {"postcode": None}]
    assert [each["send"] for each in body["did_you_mean"]] == names
    assert_untold(str(body["did_you_mean"]), (MARK,))
    (answer,) = api.post(BATCH, json={"places": [{"zip": MARK}]}).get_json()["answers"]
    assert [each["send"] for each in answer["problem"]["did_you_mean"]] == names[2:]


@pytest.mark.parametrize(
    "path",
    [
        "/v1/nearest?postcode=1000&country=ES",
        "/v1/postcodes?country=ES&prefix=1",
        "/v1/postcodes/ES/1000",
    ],
)
def test_a_country_without_postcodes_is_told_those_that_have_some(
    api: ApiClient, path: str
) -> None:
    """The directory's own first."""
    body = problem(api.get(path), 422, "country-unsupported")
    countries = [each["send"]["country"] for each in body["did_you_mean"]]
    assert countries[0] == "BE"
    assert "NL" in countries
    assert "ES" not in countries


@pytest.mark.parametrize(
    "text",
    ["51.234,4.456", "51.234, 4.456", "51.234 4.456", "51,234 4,456", "51.234°N 4.456°E",
     "-51.234;4.456"],
)  # fmt: skip
def test_a_coordinate_that_is_typed_is_a_place(api: ApiClient, text: str) -> None:
    """It is as exact as one without an accuracy; O would be east in Dutch and west in French."""
    for response in (
        api.get(NEAREST, query_string={"place": text}),
        api.post(NEAREST, json={"place": text}),
    ):
        place = response.get_json()["place"]
        assert (abs(place["lat"]), place["lon"]) == (51.234, 4.456)
        assert place["accuracy_m"] == 1000
    refused = api.get(NEAREST, query_string={"place": f"{text} O"})
    assert_untold(refused.text, ("51.234", "4.456"))


def test_exchanged_degrees_are_suggested_beside_the_answer(api: ApiClient) -> None:
    """In JSON, GeoJSON and the batch; a right coordinate has no suggestions."""
    for path in (NEAREST, "/v1/nearest.geojson"):
        answer = api.get(f"{path}?lat=4.456&lon=51.234").get_json()
        (hint,) = answer["did_you_mean"]
        assert "lat and lon the other way round" in hint["label"]
        assert "51.234" not in hint["label"]
        assert hint["send"] == {"lat": "51.234", "lon": "4.456"}
        assert "did_you_mean" not in api.get(path, query_string=hint["send"]).get_json()
    batch = api.post(BATCH, json={"places": [{"lat": 4.456, "lon": 51.234}]})
    assert batch.get_json()["answers"][0]["did_you_mean"] == [hint]


# Requests together

SHARED = (
    ("GET", "/v1/nearest?postcode=1000&limit=1", None),
    ("GET", "/v1/nearest?lat=50.85&lon=4.35&limit=3&speaks=nl", None),
    ("GET", "/v1/nearest?postcode=1000&postcode=2000&limit=0&limt=2", None),
    ("GET", "/v1/nearest?lat=91", None),
    ("POST", NEAREST, {"postcode": "1000", "limit": 2}),
    ("POST", NEAREST, {"lat": 50.85, "lon": "x", "limit": 21}),
    ("POST", BATCH, {"places": [{"postcode": "1000"}, {"lat": 50, "lon": 4}]}),
    ("POST", BATCH, {"places": [{"postcode": "1000"}, {"lat": 91}], "limit": 0}),
)


def test_requests_share_a_schema_and_nothing_else(directory: Directory) -> None:
    """In any order and concurrently, each request is answered as by a fresh app."""

    def answer(app: Flask, method: str, path: str, body: Any) -> tuple[int, bytes]:
        # Each thread is a caller of its own.
        caller = {"REMOTE_ADDR": f"thread {threading.get_ident()}"}
        response = app.test_client().open(path, method=method, json=body, environ_base=caller)
        return response.status_code, response.get_data()

    def app() -> Flask:
        return create_app(directory, now=lambda: EXAMPLES_AT, log_requests=False)

    alone = {request: answer(app(), *SHARED[request]) for request in range(len(SHARED))}
    assert {status for status, _ in alone.values()} == {200, 400}
    shared, order = app(), random.Random(3).choices(range(len(SHARED)), k=400)
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda request: answer(shared, *SHARED[request]), order))
    assert answers == [alone[request] for request in order]
