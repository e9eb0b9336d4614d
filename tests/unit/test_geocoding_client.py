"""Nominatim and Photon: what is sent, what is returned, and every way in which they can fail."""

import json
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.domain.errors import GeocoderUnavailable
from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.vocabulary import PRECISIONS
from directory_api.geocoding.client import GeocodingService
from directory_api.geocoding.http import SingleHostAdapter, scheme_of
from tests.support.fake_geocoder import FakeService, fake_service, nominatim_hit, photon_hit

NAMES = ("nominatim", "photon")
CANARY = "Kanariestraat 7"
both = pytest.mark.parametrize("name", NAMES)


@pytest.fixture
def fake() -> Iterator[FakeService]:
    """A service that knows nothing yet."""
    with fake_service() as fake:
        yield fake


def _refused(service: GeocodingService, address: str = CANARY) -> str:
    with pytest.raises(GeocoderUnavailable) as refused:
        service.geocode(address, "BE")
    said = str(refused.value)
    assert "anarie" not in said
    return said


def test_nominatim_is_asked_for_the_address_in_one_country_under_our_name(
    fake: FakeService,
) -> None:
    """Address, country, ten hits with their parts, and the product's name; nothing else is sent."""
    assert fake.service("nominatim").geocode("Cellebroersstraat 16b, 1000 Brussel", "BE") == []
    assert fake.asked[0].startswith("/search?")
    assert fake.query == {
        "q": ["Cellebroersstraat 16b, 1000 Brussel"],
        "format": ["json"],
        "limit": ["10"],
        "addressdetails": ["1"],
        "countrycodes": ["be"],
    }
    assert str(fake.user_agents[0]).startswith("directory-api/")


def test_photon_is_asked_for_the_address_under_our_name(fake: FakeService) -> None:
    """Address and ten hits; geopy's Photon has no country filter, so the answer is filtered."""
    fake.body = b'{"type": "FeatureCollection", "features": []}'
    assert fake.service("photon").geocode("Rue & place=1", "BE") == []
    assert fake.asked[0].startswith("/api?")
    assert fake.query == {"q": ["Rue & place=1"], "limit": ["10"]}
    assert str(fake.user_agents[0]).startswith("directory-api/")


@pytest.mark.parametrize(
    ("hit", "precision"),
    [
        (
            nominatim_hit(
                50.84, 4.35, "house", house_number="16b", road="Cellebroersstraat", city="Brussel"
            ),
            "exact",
        ),
        (
            nominatim_hit(50.84, 4.35, "office", house_number="16b", road="Cellebroersstraat"),
            "exact",
        ),
        (nominatim_hit(50.84, 4.35, "office", road="Cellebroersstraat", postcode="1000"), "street"),
        (
            nominatim_hit(
                50.84, 4.35, "road", road="Cellebroersstraat", postcode="1000", city="Brussel"
            ),
            "street",
        ),
        (nominatim_hit(50.84, 4.35, "postcode", postcode="1000", city="Brussel"), "postcode"),
        (nominatim_hit(50.84, 4.35, "city", city="Brussel", postcode="1000"), "municipality"),
        (nominatim_hit(50.84, 4.35, "suburb", suburb="Marollen"), "municipality"),
        (nominatim_hit(50.84, 4.35, "county", county="Vlaams-Brabant"), None),
        (nominatim_hit(50.84, 4.35, "country"), None),
        (
            photon_hit(
                50.84, 4.35, "house", housenumber="16b", street="Cellebroersstraat", city="Brussel"
            ),
            "exact",
        ),
        (photon_hit(50.84, 4.35, "house", street="Cellebroersstraat", city="Brussel"), "street"),
        (
            photon_hit(50.84, 4.35, "street", osm_key="highway", city="Brussel", postcode="1000"),
            "street",
        ),
        (photon_hit(50.84, 4.35, "other", osm_value="postcode", postcode="1000"), "postcode"),
        (photon_hit(50.84, 4.35, "city", postcode="1000"), "municipality"),
        (photon_hit(50.84, 4.35, "locality", city="Brussel"), "municipality"),
        (photon_hit(50.84, 4.35, "county"), None),
        (photon_hit(50.84, 4.35, "country"), None),
    ],
)
def test_what_the_service_calls_a_hit_is_its_precision(
    fake: FakeService, hit: Any, precision: str | None
) -> None:
    """A house number is exact, a road a street, a town a municipality; larger areas are omitted."""
    fake.says(hit)
    found = fake.service("photon" if "geometry" in hit else "nominatim").geocode("x", "BE")
    assert [one.precision for one in found] == ([] if precision is None else [precision])
    assert {one.precision for one in found} <= set(PRECISIONS)
    assert all(one.point == Point(50.84, 4.35) for one in found)


def test_hits_of_another_country_are_left_out(fake: FakeService) -> None:
    """A Brussels in another country is not an answer; a hit that names no country may be."""
    fake.says(
        photon_hit(43.0, -88.0, "city", name="elsewhere", countrycode="US"),
        photon_hit(50.8, 4.3, "city", name="here"),
        photon_hit(50.9, 4.3, "city", name="perhaps", countrycode=""),
    )
    assert [one.label for one in fake.service("photon").geocode("x", "BE")] == [
        "here, België",
        "perhaps, België",
    ]


@both
def test_points_have_six_digits_and_hits_their_order(fake: FakeService, name: str) -> None:
    """Eleven centimetres are enough, and the service's best hit stays first."""
    hit = nominatim_hit if name == "nominatim" else photon_hit
    fake.says(hit(50.123456789, 4.987654321, "city", city="x"), hit(0, 0, "city", city="x"))
    assert [one.point for one in fake.service(name).geocode("x", "BE")] == [
        Point(50.123457, 4.987654),
        Point(0, 0),
    ]


def test_a_label_cannot_command_a_terminal(fake: FakeService) -> None:
    """Control characters are taken out of what a service says, and a very long label is cut."""
    fake.says(nominatim_hit(50, 4, "city", "\x1b[31mred\x07\n\u202e" + "a" * 500, city="x"))
    (found,) = fake.service("nominatim").geocode("x", "BE")
    assert found.label == ("[31mred" + "a" * 500)[:200]


@both
@pytest.mark.parametrize(
    ("status", "says"),
    [
        (429, "asked too often"),
        (500, "status 500"),
        (403, "status 403"),
        (503, "status 503"),
        (404, "status 404"),
    ],
)
def test_a_refusing_service_is_reported(
    fake: FakeService, name: str, status: int, says: str
) -> None:
    """Too often, or a status: the message names the host and what to do, never the address."""
    fake.status, fake.body = status, b'{"error": "Kanariestraat"}'
    said = _refused(fake.service(name))
    assert says in said
    assert said.startswith(fake.host)
    assert "try again" in said


@both
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(fake: FakeService, name: str, status: int) -> None:
    """Nobody sends the address on to another host, nor anywhere else."""
    with fake_service() as other:
        for target in (
            f"http://{other.host}/search",
            "https://example.org/",
            "/elsewhere",
            "file:///etc/passwd",
        ):
            fake.status, fake.headers = status, {"Location": target}
            assert "not followed; check DIRECTORY_GEOCODER_HOST" in _refused(fake.service(name))
        assert other.asked == []
    assert len(fake.asked) == 4
    assert {path.partition("?")[0] for path in fake.asked} <= {"/search", "/api"}


GARBAGE = [
    b"",
    b"<html>Kanariestraat</html>",
    b"\xff\xfe",
    b'[{"lat": "50"',
    b'"text"',
    b"17",
    b"[17]",
    b'{"error": "Kanariestraat"}',
    b'{"features": {"a": 1}}',
    b'{"features": [{}]}',
    b'{"features": [{"properties": {"name": 3}, "geometry": {"coordinates": [4, 50]}}]}',
    json.dumps({"features": [{**photon_hit(50, 4, "city"), "properties": "city"}]}).encode(),
    json.dumps({"features": [photon_hit(95, 4, "city")]}).encode(),
    json.dumps({"features": [photon_hit(10**400, 4, "city")]}).encode(),
    json.dumps({"features": [photon_hit("x", 4, "city")]}).encode(),
    json.dumps({"features": [photon_hit(None, None, "city")]}).encode(),
    json.dumps([{**nominatim_hit(0, 0, "city", city="x"), "lat": None, "lon": None}]).encode(),
    json.dumps([nominatim_hit("91", 4, "city", city="x")]).encode(),
    json.dumps([nominatim_hit(50, 181, "city", city="x")]).encode(),
    json.dumps([nominatim_hit("nan", 4, "city", city="x")]).encode(),
    json.dumps([nominatim_hit("50,8", 4, "city", city="x")]).encode(),
    json.dumps([{**nominatim_hit(50, 4), "address": None}]).encode(),
    json.dumps([{**nominatim_hit(50, 4, city="x"), "display_name": None}]).encode(),
    json.dumps([{**nominatim_hit(50, 4), "type": ["city"]}]).encode(),
    b"[" * 60_000,
]


@both
@pytest.mark.parametrize("body", GARBAGE)
def test_an_answer_of_another_form_is_one_sentence(
    fake: FakeService, name: str, body: bytes
) -> None:
    """Whatever comes instead of hits is refused in words of our own."""
    fake.body = body
    assert (
        _refused(fake.service(name))
        == f"{fake.host} gives an answer that cannot be read; does it speak {name}?"
    )


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=8
    )
)
@both
def test_any_json_gives_hits_or_the_one_refusal(name: str, value: Any) -> None:
    """No JSON makes the geocoder fail in another way, wherever it stands in an answer."""
    with fake_service() as fake:
        service = fake.service(name)
        bodies: list[Any] = [value, [value], {"features": value}, {"features": [value]}]
        bodies += [
            [{**nominatim_hit(50, 4, city="x"), key: value}]
            for key in ("lat", "address", "type", "display_name")
        ]
        bodies += [
            {"features": [{**photon_hit(50, 4, "city"), key: value}]}
            for key in ("properties", "geometry")
        ]
        for body in bodies:
            fake.body = json.dumps(body).encode()
            try:
                found = service.geocode("x", "BE")
            except GeocoderUnavailable:
                continue
            assert all(one.precision in PRECISIONS for one in found)


@both
def test_a_huge_answer_is_not_read_to_its_end(fake: FakeService, name: str) -> None:
    """After 64 KB the door is shut, whatever length was announced."""
    fake.body = b" " * 5_000_000
    for headers in ({}, {"Content-Length": "99999999999"}):
        fake.headers = headers
        assert "more than any address needs" in _refused(fake.service(name))


@both
@pytest.mark.parametrize("stall_after", [0, 1, 3])
def test_a_slow_service_is_given_up(fake: FakeService, name: str, stall_after: int) -> None:
    """When the answer stops before its end, the wait does too."""
    fake.body, fake.stall_after = b"[1, 2]", stall_after
    assert "takes too long" in _refused(fake.service(name, timeout=0.1))


def test_a_service_that_never_answers_is_given_up(fake: FakeService) -> None:
    """A connection without any data is slow; one that is closed without data is unreachable."""
    fake.raw, fake.stall_after = b"", 0
    assert "takes too long" in _refused(fake.service("nominatim", timeout=0.1))
    fake.stall_after = None
    assert "cannot be reached" in _refused(fake.service("nominatim"))


def test_a_service_that_drips_is_given_up(fake: FakeService) -> None:
    """The time is for the whole answer: a byte now and then does not prolong it."""
    fake.body = b"[" + b" " * 50_000 + b"]"
    moments = iter([0.0, 11.0])
    assert "takes too long" in _refused(
        fake.service("nominatim", timeout=10, clock=lambda: next(moments))
    )


def test_what_is_no_http_is_reported(fake: FakeService) -> None:
    """Another kind of server on that port is as good as none."""
    fake.raw = b"220 mail.example.org ESMTP\r\n"
    assert "cannot be reached; is this machine online?" in _refused(fake.service("nominatim"))


def test_a_service_that_is_not_there_is_reported() -> None:
    """A port that nobody listens on: which host, and what to look at."""
    with fake_service() as gone:
        service = gone.service("nominatim")
    assert _refused(service) == f"{gone.host} cannot be reached; is this machine online?"


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/search?q=Kanarie",
        "http://nominatim.openstreetmap.org/search?q=Kanarie",
        "https://nominatim.openstreetmap.org:8443/search",
        "https://nominatim.openstreetmap.org@example.org/search",
        "https://nominatim.openstreetmap.org.example.org/search",
        "ftp://nominatim.openstreetmap.org/search",
        "file:///etc/passwd",
        "data:,Kanarie",
    ],
)
def test_the_adapter_connects_to_one_host_by_https_only(url: str) -> None:
    """Any other host, port or scheme is refused before a connection, and without being named."""
    adapter = _adapter("nominatim.openstreetmap.org")
    with pytest.raises(GeocoderUnavailable) as refused:
        adapter.get_text(url, timeout=1.0, headers={})
    assert str(refused.value) == "the geocoder asks nominatim.openstreetmap.org and no other host"


@pytest.mark.parametrize(
    ("host", "scheme"),
    [
        ("127.0.0.1:8080", "http"),
        ("localhost", "http"),
        ("127.0.0.1.example.org", "https"),
        ("localhost.example.org:80", "https"),
        ("photon.komoot.io", "https"),
        ("10.0.0.1", "https"),
    ],
)
def test_only_this_machine_is_asked_without_tls(host: str, scheme: str) -> None:
    """An address in clear text never leaves the machine."""
    assert scheme_of(host) == scheme


@pytest.mark.parametrize(
    ("name", "host"), [("nominatim", "nominatim.openstreetmap.org"), ("photon", "photon.komoot.io")]
)
def test_through_a_proxy_the_address_is_inside_tls(
    monkeypatch: pytest.MonkeyPatch, name: str, host: str
) -> None:
    """The public host is the default; a proxy sees only its name; loopback needs no proxy."""
    with fake_service() as proxy, fake_service() as here:
        monkeypatch.setenv("https_proxy", f"http://{proxy.host}")
        monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
        monkeypatch.delenv("no_proxy", raising=False)
        assert "cannot be reached" in _refused(GeocodingService(name))
        assert proxy.asked == [f"CONNECT {host}:443"]
        here.body = b'{"features": []}' if name == "photon" else b"[]"
        assert here.service(name).geocode("x", "BE") == []
        assert (len(proxy.asked), len(here.asked)) == (1, 1)


@both
def test_requests_of_one_service_are_apart(fake: FakeService, name: str) -> None:
    """The delay holds from one request to the next, in every thread, also when the first failed."""
    service = fake.service(name, min_delay=0.15)
    fake.status = 500
    started = time.perf_counter()
    _refused(service)
    with ThreadPoolExecutor() as threads:
        assert len(list(threads.map(_refused, [service, service]))) == 2
    assert time.perf_counter() - started >= 2 * 0.15


def test_a_failed_request_is_not_sent_again(fake: FakeService) -> None:
    """One call is one request, whatever the service answers."""
    fake.status = 503
    _refused(fake.service("nominatim"))
    assert len(fake.asked) == 1


def test_by_default_requests_are_a_second_apart(fake: FakeService) -> None:
    """The public services allow one request a second."""
    service = GeocodingService("nominatim", fake.host)
    started = time.perf_counter()
    for _ in range(2):
        assert service.geocode("x", "BE") == []
    assert time.perf_counter() - started >= 1.0


FAILURES: list[Callable[[FakeService], None]] = [
    lambda fake: fake.says(),
    lambda fake: setattr(fake, "status", 429),
    lambda fake: setattr(fake, "body", b"Kanariestraat"),
    lambda fake: setattr(fake, "raw", b"Kanariestraat"),
]


@both
@pytest.mark.parametrize("failure", FAILURES)
def test_the_address_is_in_no_log(
    fake: FakeService,
    caplog: pytest.LogCaptureFixture,
    name: str,
    failure: Callable[[FakeService], None],
) -> None:
    """geopy logs each URL at its lowest level; here it does not, with all logging enabled."""
    caplog.set_level(logging.DEBUG)
    failure(fake)
    try:
        fake.service(name).geocode(CANARY, "BE")
    except GeocoderUnavailable as error:
        logging.getLogger(__name__).exception("failed", exc_info=error)
    assert fake.asked
    assert "anarie" in fake.asked[0]
    assert "anarie" not in caplog.text


def _adapter(host: str) -> SingleHostAdapter:
    return SingleHostAdapter(host, lambda: 0.0, proxies=None, ssl_context=None)
