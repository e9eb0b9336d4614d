"""Every way in which Nominatim and Photon can fail gives one sentence, without the address."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.desk.geocoding.client import GeocodingService
from directory_api.features.desk.geocoding.errors import GeocoderUnavailable
from directory_api.record.vocabulary import PRECISIONS
from tests.support.fake_geocoder import (
    CANARY,
    FakeService,
    Pauses,
    both,
    fake_service,
    nominatim_hit,
    photon_hit,
)


def _refused(service: GeocodingService, address: str = CANARY) -> str:
    with pytest.raises(GeocoderUnavailable) as refused:
        service.geocode(address, "BE")
    said = str(refused.value)
    assert "anarie" not in said
    return said


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
    """The address is not sent on to another host, nor anywhere else."""
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
    """No JSON makes the geocoder fail in another way, wherever it is in an answer."""
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
    """A port without a listener: which host, and what to look at."""
    with fake_service() as gone:
        service = gone.service("nominatim")
    assert _refused(service) == f"{gone.host} cannot be reached; is this machine online?"


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
def test_requests_of_one_service_are_apart(fake: FakeService, pauses: Pauses, name: str) -> None:
    """The delay holds from one request to the next, in every thread, also when the first failed."""
    service = fake.service(name, min_delay=5.0)
    fake.status = 500
    _refused(service)
    with ThreadPoolExecutor() as threads:
        assert len(list(threads.map(_refused, [service, service]))) == 2
    assert pauses.seconds >= 2 * 5.0


def test_a_failed_request_is_not_sent_again(fake: FakeService) -> None:
    """One call is one request, whatever the service answers."""
    fake.status = 503
    _refused(fake.service("nominatim"))
    assert len(fake.asked) == 1
