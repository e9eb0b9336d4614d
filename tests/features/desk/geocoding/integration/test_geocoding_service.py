"""The points of an address: which are offered, and what is never sent."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.desk.geocoding.errors import GeocoderUnavailable
from directory_api.features.desk.geocoding.service import LONGEST, MOST, Geocoder, open_geocoder
from directory_api.live.editions import Edition
from directory_api.place.distance import geodesic_m
from directory_api.place.geometry import Point
from directory_api.text.errors import NotReady
from tests.support.amount import tried
from tests.support.fake_geocoder import FakeService, fake_service, nominatim_hit, photon_hit
from tests.support.sqlite_stores import sqlite_store
from tests.support.write_side import live_snapshot

ADDRESS = "Cellebroersstraat 16b, 1000 Brussel"
HOUSE = {"house_number": "16b", "road": "Cellebroersstraat", "city": "Brussel"}


@pytest.fixture
def fake() -> Iterator[FakeService]:
    """A service that knows one address in Brussels."""
    with fake_service() as fake:
        fake.says(
            nominatim_hit(50.84283, 4.34809, label="16b, Cellebroersstraat, Brussel", **HOUSE)
        )
        yield fake


@pytest.fixture
def geocoder(directory: Directory, fake: FakeService) -> Geocoder:
    """A geocoder over the shipped data."""
    return Geocoder(directory.live, fake.service("nominatim"))


@pytest.mark.parametrize("name", ["nominatim", "photon"])
def test_two_settings_switch_it_on(loaded_database: Path, fake: FakeService, name: str) -> None:
    """With a service and a host in the settings, an address has a point, a precision, a source and
    a check.
    """
    label = "16b, Cellebroersstraat, Brussel"
    if name == "photon":
        fake.says(
            photon_hit(
                50.84283, 4.34809, street="Cellebroersstraat", housenumber="16b", city="Brussel"
            )
        )
        label = "a place, Cellebroersstraat 16b, Brussel, België"
    chosen = Settings(
        database_url=f"sqlite:///{loaded_database}",
        of_features={"geocoder": name, "geocoder_host": fake.host},
    )
    directory = open_directory(chosen)
    directory.prepare()
    located = open_geocoder(directory).locate(ADDRESS, "BE")
    (candidate,) = located.candidates
    assert (candidate.point, candidate.precision, candidate.label) == (
        Point(50.84283, 4.34809),
        "exact",
        label,
    )
    assert located.attribution == "© OpenStreetMap contributors, ODbL"
    assert fake.query["q"] == [ADDRESS]


def test_without_a_host_the_public_one_is_asked(loaded_database: Path) -> None:
    """The public host is the default, through the machine's proxy if there is one."""
    with fake_service() as proxy, pytest.MonkeyPatch.context() as patch:
        patch.setenv("https_proxy", f"http://{proxy.host}")
        patch.delenv("no_proxy", raising=False)
        directory = open_directory(
            Settings(
                database_url=f"sqlite:///{loaded_database}", of_features={"geocoder": "photon"}
            )
        )
        directory.prepare()
        with pytest.raises(GeocoderUnavailable, match=r"\Aphoton\.komoot\.io cannot be reached"):
            open_geocoder(directory).locate(ADDRESS, "BE")
        assert proxy.asked == ["CONNECT photon.komoot.io:443"]


@settings(max_examples=tried(40), deadline=None)
@given(st.floats(-0.06, 0.06), st.floats(-0.06, 0.06))
def test_a_point_far_from_its_postcode_is_left_out(
    directory: Directory, edition: Edition, north: float, east: float
) -> None:
    """Outside the area of the postcode, by the geodesic from its middle, it is another place."""
    place = edition.places.resolve("1000", "BE")
    point = Point(round(place.point.lat + north, 6), round(place.point.lon + east, 6))
    with fake_service() as fake:
        fake.says(nominatim_hit(point.lat, point.lon, **HOUSE))
        located = Geocoder(directory.live, fake.service("nominatim")).locate(ADDRESS, "BE")
    assert bool(located.candidates) is (geodesic_m(point, place.point) <= place.accuracy_m)


@pytest.mark.parametrize(
    ("address", "is_near"),
    [
        (ADDRESS, True),
        ("Waversesteenweg 1500, 4000 Luik", False),
        ("4000 Luik, Waversesteenweg 1500", False),
        ("Cellebroersstraat 16b, Brussel", True),
    ],
)
def test_the_postcode_is_the_one_in_the_address(
    geocoder: Geocoder, address: str, *, is_near: bool
) -> None:
    """House numbers do not count; without a postcode nothing is left out."""
    assert bool(geocoder.locate(address, "BE").candidates) is is_near


def test_in_a_country_without_postcodes_nothing_is_left_out(
    geocoder: Geocoder, fake: FakeService
) -> None:
    """An address of a country without a postcode table is looked up in that country."""
    fake.says(nominatim_hit(49.6, 6.1, "city", city="Luxembourg", country_code="lu"))
    assert len(geocoder.locate("L-1111 Luxembourg", "LU").candidates) == 1
    assert fake.query["countrycodes"] == ["lu"]


def test_the_best_three_are_enough(geocoder: Geocoder, fake: FakeService) -> None:
    """Of many hits the service's first three are candidates, in its order."""
    fake.says(
        *(
            nominatim_hit(50.84 + number / 10_000, 4.35, label=f"hit {number}", **HOUSE)
            for number in range(7)
        )
    )
    candidates = geocoder.locate(ADDRESS, "BE").candidates
    assert [candidate.label for candidate in candidates] == [
        f"hit {number}" for number in range(MOST)
    ]


def test_an_unknown_address_has_no_points(geocoder: Geocoder, fake: FakeService) -> None:
    """No hits, or only a county."""
    for hits in ((), (nominatim_hit(50.9, 4.6, "county", county="Vlaams-Brabant"),)):
        fake.says(*hits)
        assert geocoder.locate("Kanariestraat 7", "BE").candidates == ()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "a" * (LONGEST + 1),
        "Kanariestraat\n7",
        "Kanarie\x00",
        "Kanarie\x1b[31m",
        "Kanarie\ud800",
        "\u200b",
    ],
)
def test_what_is_no_address_is_not_sent(
    geocoder: Geocoder, fake: FakeService, address: str
) -> None:
    """Blank, too long, several lines, control characters, half surrogates."""
    assert geocoder.locate(address, "BE").candidates == ()
    assert fake.asked == []


def test_an_address_of_the_greatest_length_is_sent_tidied(
    geocoder: Geocoder, fake: FakeService
) -> None:
    """Invisible and foreign spaces do not leave with it."""
    geocoder.locate("  Rue\u200b de\u00a0la Loi" + "i" * (LONGEST - 16), "BE")
    assert fake.query["q"][0].startswith("Rue de la Loii")


@pytest.mark.parametrize("country", ["be", "BEL", "", "ÄÖ", "B1\n"])
def test_what_is_no_country_is_not_sent(
    geocoder: Geocoder, fake: FakeService, country: str
) -> None:
    """As maintainers may type it."""
    assert geocoder.locate(ADDRESS, country).candidates == ()
    assert fake.asked == []


def test_before_the_first_load_nothing_is_sent(fake: FakeService, tmp_path: Path) -> None:
    """Without postcodes there is no check, so there is no question either."""
    live = live_snapshot(sqlite_store(tmp_path / "gone.db"), tmp_path)
    with pytest.raises(NotReady):
        Geocoder(live, fake.service("nominatim")).locate(ADDRESS, "BE")
    assert fake.asked == []


@pytest.mark.parametrize("change", [{"status": 500}, {"status": 429}, {"body": b"no"}])
def test_a_service_that_fails_is_unavailable(
    geocoder: Geocoder, fake: FakeService, change: dict[str, Any]
) -> None:
    """Every failure of the service arrives as one kind of error, without the address."""
    for name, value in change.items():
        setattr(fake, name, value)
    with pytest.raises(GeocoderUnavailable) as refused:
        geocoder.locate("Kanariestraat 7", "BE")
    assert "anarie" not in str(refused.value)
