"""What holds for each operation of openapi.yaml: headers, caching, compression, HEAD, a prefix, and
how it refuses.

The canaries (test_web_canaries.py) send places to each route, and look for them in the log.
"""

import gzip
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from directory_api.bootstrap import Directory
from directory_api.web.app import create_app
from directory_api.web.http import negotiation
from directory_api.web.http.responses import LEAST_BYTES
from tests.support.api_client import ApiClient, faults, problem
from tests.support.maintainer_app import MaintainerApp, create_maintainer_app
from tests.support.moments import EXAMPLES_AT
from tests.support.openapi_document import COMMITTED, OPERATIONS, PRIVATE
from tests.support.refusals import MARK, assert_untold

NEEDS = ("device", "hsds", "desk", "reference")

PREFIX = "/help"
PARTNER = {"Origin": "https://partner.example"}
CODINGS: Mapping[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.decompress,
    **({"br": negotiation.BROTLI.decompress} if negotiation.BROTLI else {}),
}
QUERIES = {"/v1/nearest": "?postcode=1000", "/v1/postcodes": "?prefix=brus"}
KNOWN = {
    "/v1/centres/": "pag-asa",
    "/v1/helplines/": "be-112",
    "/v1/records/centres/": "pag-asa",
    "/v1/proposals/": "1-1",
}
BODIES: Mapping[str, Any] = {
    "/v1/nearest": {"postcode": "1000"},
    "/v1/nearest/batch": {"places": [{"postcode": "1000"}]},
}
PUBLIC = [name for name in OPERATIONS if name not in PRIVATE]
READS = [name for name in PUBLIC if name.startswith("GET ")]
MONITORS = ("GET /livez", "GET /readyz")
# About a place, or sent in a body so that it is in no address: kept nowhere.
PLACES = (
    *("GET /v1/nearest", "GET /v1/postcodes", "GET /v1/postcodes/{country}/{code}"),
    *(name for name in PUBLIC if name.startswith("POST ")),
)
# Its answer has the host that was asked for: no cache keeps it.
HOST = "GET /hsds"
CACHED = [name for name in PUBLIC if name not in (*PLACES, *MONITORS, HOST)]


@dataclass(frozen=True)
class Apps:
    """One directory as it is served, and below a prefix."""

    app: Flask
    prefixed: Client

    @cached_property
    def api(self) -> ApiClient:
        """A client that checks every answer against openapi.yaml."""
        return ApiClient(self.app)

    def ask(self, name: str, as_method: str = "", **headers: str) -> TestResponse:
        """Send an operation's request. Compressed answers are not compared with openapi.yaml."""
        method, path = name.split()
        body = BODIES.get(path, {}) if method == "POST" else None
        is_plain = headers.get("Accept-Encoding", "identity") == "identity"
        send = self.api.open if is_plain else self._zipped
        return send(as_method or method, self.address(path, method), json=body, headers=headers)

    def _zipped(self, method: str, path: str, **rest: Any) -> TestResponse:
        return self.app.test_client().open(path, method=method, **rest)

    def address(self, path: str, method: str = "GET") -> str:
        """The address of a path, with an id that there is, and what a GET cannot do without."""
        path = path.replace("{collection}", "centres")
        before, has_id, after = path.partition("{id}")
        if has_id:
            known = KNOWN.get(before) or self._first(before.rstrip("/"))
            return f"{before}{known}{after}"
        country = "LU" if path.startswith("/v1/bundle/names/") else "BE"
        needed = QUERIES.get(path, "") if method == "GET" else ""
        return f"{path.format(country=country, code='1000', digest=self._digest)}{needed}"

    @cached_property
    def _digest(self) -> str:
        """In the address of the postcodes of the bundle."""
        address: str = self.api.get("/v1/bundle").get_json()["postcodes"]
        return address.rpartition("/")[2].removesuffix(".json")

    def _first(self, address: str) -> str:
        return str(self.api.get(address).get_json()["contents"][0]["id"])


@pytest.fixture(scope="module")
def apps(directory: Directory) -> Apps:
    """The shipped data, with a clock that stands still: max-age ends when a centre opens."""
    settings = replace(directory.settings, url_prefix=PREFIX)
    below = create_app(replace(directory, settings=settings), now=lambda: EXAMPLES_AT)
    return Apps(create_app(directory, now=lambda: EXAMPLES_AT), below.test_client())


@pytest.mark.parametrize("name", PUBLIC)
def test_its_headers_protect_the_caller(apps: Apps, name: str) -> None:
    """No sniffing, no referrer, no frame, no cookie. Any site may read it, but no monitor."""
    response = apps.ask(name, **PARTNER)
    headers = response.headers
    assert response.status_code == 200
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "Set-Cookie" not in headers
    assert "Access-Control-Allow-Credentials" not in headers
    if name in MONITORS:
        assert "Access-Control-Allow-Origin" not in headers
        return
    assert headers.get_all("Access-Control-Allow-Origin") == ["*"]
    exposed = set(headers["Access-Control-Expose-Headers"].split(", "))
    assert {"ETag", "Link", "Retry-After"} <= exposed
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize("name", CACHED)
def test_it_is_cached_and_compared_by_a_strong_etag(apps: Apps, name: str) -> None:
    """304 to its ETag among others, with the same Cache-Control; 200 to another."""
    response = apps.ask(name)
    etag, cached = response.headers["ETag"], response.headers["Cache-Control"]
    assert etag.startswith('"')
    assert "public" in cached
    # A cache would show an old number once more, a day later; postcodes abroad hardly change.
    assert ("stale-while-revalidate" in cached) is (name == "GET /v1/bundle/names/{country}")
    again = apps.ask(name, **{"If-None-Match": f'"other", {etag}'})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", etag)
    assert again.headers["Cache-Control"] == cached
    assert apps.ask(name, **{"If-None-Match": '"other"'}).status_code == 200


def test_no_two_have_the_same_etag(apps: Apps) -> None:
    """But those of one answer at two addresses."""
    tags = [apps.ask(name).headers["ETag"] for name in CACHED if name != "GET /v1/bundle/{country}"]
    assert len(tags) == len(set(tags))


@pytest.mark.parametrize("name", [*PLACES, *MONITORS])
def test_an_answer_about_a_place_or_a_moment_is_kept_nowhere(apps: Apps, name: str) -> None:
    """No cache, no ETag; no search engine lists a place."""
    headers = apps.ask(name).headers
    assert headers["Cache-Control"] == "no-store"
    assert "ETag" not in headers
    assert name in MONITORS or headers["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("name", PUBLIC)
def test_it_has_the_same_bytes_compressed(apps: Apps, name: str, coding: str) -> None:
    """Twice, because the second may be stored; an answer that fits into one packet is sent as it
    is. Each coding has an ETag of its own, which is answered with 304 for this coding only.
    """
    for _ in range(2):
        plain, sent = (apps.ask(name, **{"Accept-Encoding": each}) for each in ("identity", coding))
        for answer in (plain, sent):
            (vary,) = answer.headers.get_all("Vary")
            assert "Accept-Encoding" in vary.split(", ")
        assert "Content-Encoding" not in plain.headers
        assert int(sent.headers["Content-Length"]) == len(sent.data)
        if len(plain.data) <= LEAST_BYTES:
            assert sent.data == plain.data
            assert "Content-Encoding" not in sent.headers
            continue
        assert sent.headers["Content-Encoding"] == coding
        assert CODINGS[coding](sent.data) == plain.data
        assert len(sent.data) < len(plain.data)
        tag, own = plain.headers.get("ETag"), sent.headers.get("ETag")
        assert own == (tag and f'{tag[:-1]}-{coding}"')
        for wanted, given, other in (("identity", tag, own), (coding, own, tag)):
            for value, status in ((given, 304), (other, 200)):
                asked = {"Accept-Encoding": wanted, "If-None-Match": value or '"x"'}
                assert apps.ask(name, **asked).status_code == (status if tag else 200)


@pytest.mark.parametrize("name", READS)
@pytest.mark.parametrize("coding", ["identity", "gzip"])
def test_head_is_get_without_the_body(apps: Apps, name: str, coding: str) -> None:
    """The same status and headers, the length and the ETag of the coding among them."""
    got = apps.ask(name, **{"Accept-Encoding": coding})
    head = apps.ask(name, "HEAD", **{"Accept-Encoding": coding})
    assert (head.status_code, head.data) == (200, b"")
    assert {**head.headers, "Date": ""} == {**got.headers, "Date": ""}


@pytest.mark.parametrize("name", READS)
def test_a_parameter_that_it_does_not_know_is_a_fault(apps: Apps, name: str) -> None:
    """Not ignored. Neither its name, which may be that of a town, nor its value is repeated."""
    path = apps.address(name.split()[1])
    response = apps.api.get(f"{path}{'&' if '?' in path else '?'}antwerpen={MARK}")
    assert faults(problem(response, 400, "request-invalid")) == [""]
    assert_untold(response.text, (MARK, "antwerpen"))


@pytest.mark.parametrize("path", COMMITTED["paths"])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", MARK.upper()])
def test_another_method_is_told_the_right_ones(apps: Apps, path: str, method: str) -> None:
    """405 with Allow and the helplines; the method is not repeated."""
    allowed = {each.upper() for each in COMMITTED["paths"][path] if each != "parameters"}
    if method in allowed:
        return
    response = apps.api.open(method, apps.address(path))
    problem(response, 405, "method-not-allowed")
    also = {"HEAD", "OPTIONS"} if "GET" in allowed else {"OPTIONS"}
    assert set(response.headers["Allow"].split(", ")) == allowed | also
    assert_untold(response.text, (MARK, MARK.upper()))


@pytest.mark.parametrize("path", COMMITTED["paths"])
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_preflight_lets_any_site_ask_and_none_write(apps: Apps, path: str, method: str) -> None:
    """It may be remembered for a day; no token, condition or other method than GET and POST is
    allowed. Monitors and private operations are for no other site.
    """
    asked = {
        **PARTNER,
        "Access-Control-Request-Method": method,
        "Access-Control-Request-Headers": "content-type, authorization, if-match, idempotency-key",
    }
    response = apps.api.open("OPTIONS", apps.address(path), headers=asked)
    assert response.status_code == 200
    headers = response.headers
    assert "Access-Control-Allow-Credentials" not in headers
    assert headers["Access-Control-Allow-Headers"] == "Content-Type, If-None-Match"
    assert not re.search("PUT|PATCH|DELETE|[*]", headers["Access-Control-Allow-Methods"])
    public = {name.split()[0] for name in PUBLIC if name.endswith(f" {path}")}
    if f"GET {path}" in MONITORS or not public:
        assert "Access-Control-Allow-Origin" not in headers
        return
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Access-Control-Max-Age"] == "86400"
    assert public <= set(headers["Access-Control-Allow-Methods"].split(", "))


@pytest.mark.parametrize("name", PUBLIC)
def test_below_a_prefix_it_is_the_same_and_outside_nothing(apps: Apps, name: str) -> None:
    """Every address in its answer has the prefix. Only monitors ask the server itself."""
    method, path = name.split()
    address = apps.address(path, method)
    sent: Any = {"method": method, "base_url": "https://localhost"}
    if method == "POST":
        sent["json"] = BODIES.get(path, {})
    plain = apps.app.test_client().open(address, **sent)
    below = apps.prefixed.open(f"{PREFIX}{address}", **sent)
    assert below.status_code == plain.status_code == 200
    if name != HOST and "/v1" not in plain.text:
        assert below.data == plain.data
        assert {**below.headers, "Date": ""} == {**plain.headers, "Date": ""}
    outside = apps.prefixed.open(address, **sent)
    assert outside.status_code == (200 if name in MONITORS else 404)
    if name not in MONITORS:
        assert outside.get_json()["helplines"][0]["number"] == "112"
        assert outside.get_json()["type"] == f"{PREFIX}/problems#not-found"


@pytest.fixture(scope="module")
def shut(tmp_path_factory: pytest.TempPathFactory) -> MaintainerApp:
    """An app for requests that change nothing."""
    return create_maintainer_app(tmp_path_factory.mktemp("shut"))


@pytest.mark.parametrize("name", PRIVATE)
def test_a_private_operation_needs_a_token_and_is_for_no_other_site(
    shut: MaintainerApp, name: str
) -> None:
    """401 with the helplines, whatever else is wrong with the request. With a token or without, no
    page of another site reads the answer, no cache keeps it, no search engine lists it.
    """
    method, path = name.split()
    address = path.replace("{id}", "pag-asa")
    bad = {"data": b"{", "content_type": "application/json"}
    refused = [
        shut.send(method, address, by=None, headers=PARTNER, **rest)
        for rest in ({}, {"query_string": {"nonsense": "1"}}, bad)
    ]
    for response in refused:
        problem(response, 401, "token-refused")
        assert response.headers["WWW-Authenticate"] == "Bearer"
    for response in (*refused, shut.send(method, address, by="dora", headers=PARTNER)):
        headers = response.headers
        assert not [each for each, _ in headers if each.startswith("Access-Control")]
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["X-Content-Type-Options"] == "nosniff"
