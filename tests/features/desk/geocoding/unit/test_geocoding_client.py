"""What is sent to Nominatim and Photon, to which host, and which places are returned."""

import logging
from collections.abc import Callable
from typing import Any

import pytest

from directory_api.features.desk.geocoding.client import GeocodingService
from directory_api.features.desk.geocoding.errors import GeocoderUnavailable
from directory_api.features.desk.geocoding.http import SingleHostAdapter, scheme_of
from directory_api.place.geometry import Point
from directory_api.record.vocabulary import PRECISIONS
from tests.support.fake_geocoder import CANARY, FakeService, Pauses, both, nominatim_hit, photon_hit


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


def test_by_default_requests_are_a_second_apart(fake: FakeService, pauses: Pauses) -> None:
    """The public services allow one request a second."""
    service = GeocodingService("nominatim", fake.host)
    for _ in range(2):
        assert service.geocode("x", "BE") == []
    assert pauses.seconds == 1.0


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
