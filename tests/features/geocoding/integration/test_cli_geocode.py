"""A coordinate for an address."""

from collections.abc import Iterator

import pytest

from tests.support.command_line import RunCommand, fails, rows
from tests.support.fake_geocoder import FakeService, fake_service, nominatim_hit

HOUSE = {"road": "Keizerslaan", "house_number": "4"}


@pytest.fixture
def service(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeService]:
    """A service that the commands ask."""
    with fake_service() as fake:
        monkeypatch.setenv("DIRECTORY_GEOCODER", "nominatim")
        monkeypatch.setenv("DIRECTORY_GEOCODER_HOST", fake.host)
        yield fake


def test_geocode_is_off_until_somebody_switches_it_on(run_command: RunCommand) -> None:
    """It says which setting does, and what that means; the address is not repeated."""
    result = run_command("geocode", "Secret Street 1")
    fails(result, 1, "DIRECTORY_GEOCODER=nominatim", "never ask for one that must stay secret")
    assert "Secret Street" not in result.output


def test_candidates_are_checked_against_the_postcode(
    run_command: RunCommand, service: FakeService
) -> None:
    """Points inside, outside and far from the area are distinguished; the source is named."""
    service.says(
        nominatim_hit(50.8428, 4.3505, label="here", **HOUSE),
        nominatim_hit(50.90, 4.35, label="near", **HOUSE),
        nominatim_hit(51.2, 4.4, label="far", **HOUSE),
    )
    result = run_command("geocode", "Keizerslaan", "4,", "1000", "Brussel")
    assert result.exit_code == 0
    here, near, far = rows(result)
    assert here == ["50.8428", "4.3505", "exact", "in the area of its postcode", "here"]
    assert "outside its area" in near[3]
    assert far[3].startswith("wrong place: The point is ")
    assert "OpenStreetMap" in result.stderr
    assert service.query["q"] == ["Keizerslaan 4, 1000 Brussel"]


def test_without_a_postcode_there_is_nothing_to_check_against(
    run_command: RunCommand, service: FakeService
) -> None:
    """A street alone is found without a check; --postcode gives a postcode to check against."""
    service.says(nominatim_hit(51.2, 4.4, **HOUSE))
    assert rows(run_command("geocode", "Keizerslaan"))[0][3] == "not checked: no postcode"
    assert rows(run_command("geocode", "Keizerslaan", "--postcode", "B-1000", "--country", "be"))[
        0
    ][3].startswith("wrong place")


def test_an_unknown_address_and_a_service_that_is_away_are_lines(
    run_command: RunCommand, service: FakeService
) -> None:
    """Nothing found, and no answer, end with what to do."""
    fails(run_command("geocode", "Nowhere"), 1, "knows no such address")
    service.status = 500
    fails(run_command("geocode", "Nowhere"), 1, "answers with status 500; try again later")
    fails(run_command("geocode", "Keizerslaan", "--postcode", "9999"), 1, "no such postcode")
