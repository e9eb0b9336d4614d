"""Where a centre is in HSDS 3.0: an address if it is complete and public, else words."""

from typing import Any

import pytest

from directory_api.features.hsds import objects
from directory_api.record.records import Centre
from tests.features.hsds.centres import CHANGED, published
from tests.support.records import made_up_centre

ADDRESS = {
    "street": "Leguit 4",
    "postcode": "2000",
    "locality": {"nl": "Antwerpen", "en": "Antwerp"},
    "country": "BE",
    "subdivision": "BE-VAN",
}


def place(**members: Any) -> dict[str, Any]:
    """Where a made-up centre is, with its address."""
    centre = published(made_up_centre(1, **members))
    found: dict[str, Any] = objects.service_at_location(centre, CHANGED, True)["location"]
    return found


_MAKERS = (objects.service, objects.organization, objects.service_at_location)


def test_what_is_hidden_is_said_to_be() -> None:
    """A location says what is not published, and its town; a postcode only if it is published."""
    told = place(address=ADDRESS, address_visibility="locality")
    assert told["description"] == (
        "The street is not published; the point represents the postcode. 2000 Antwerp, BE."
    )
    told = place(address=ADDRESS, address_visibility="hidden")
    assert (
        told["description"]
        == "The address is not published; the point represents the municipality. Antwerp, BE."
    )
    assert told["location_type"] == "physical"


def test_a_whole_address_is_an_address() -> None:
    """An address with all required members is an address object, with ISO 3166 codes."""
    told = place(address=ADDRESS)
    (address,) = told["addresses"]
    assert {
        name: address[name]
        for name in ("address_1", "city", "state_province", "postal_code", "country")
    } == {
        "address_1": "Leguit 4",
        "city": "Antwerp",
        "state_province": "BE-VAN",
        "postal_code": "2000",
        "country": "BE",
    }
    assert "description" not in told


@pytest.mark.parametrize("missing", ["street", "subdivision"])
def test_nothing_is_made_up_for_an_address(missing: str) -> None:
    """An address that lacks what the standard requires is told in words, with all that is known."""
    told = place(address={name: value for name, value in ADDRESS.items() if name != missing})
    assert "addresses" not in told
    assert (
        told["description"] == ("" if missing == "street" else "Leguit 4, ") + "2000 Antwerp, BE."
    )


def test_a_centre_without_a_point_has_none() -> None:
    """A hidden centre whose municipality has no known point is at no latitude."""
    centre = Centre.from_record(made_up_centre(1, address_visibility="hidden")).published(None)
    told = objects.service_at_location(centre, CHANGED, True)["location"]
    assert not {"latitude", "longitude", "precision"} & told.keys()


def test_the_equator_is_a_place() -> None:
    """Latitude 0 and longitude 0 are told."""
    told = place(location={"lat": 0.0, "lon": 0.0, "precision": "exact"})
    assert (told["latitude"], told["longitude"]) == (0.0, 0.0)
