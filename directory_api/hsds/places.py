"""The location of a centre in HSDS 3.0: its point, and its address if complete and public."""

from directory_api.domain.model.records import Centre, without_empty
from directory_api.hsds.parts import Object, identity, text

# By visibility: what is not published, and what the point means instead, if there is one.
_UNPUBLISHED = {
    "locality": ("The street is not published", "the postcode"),
    "hidden": ("The address is not published", "the municipality"),
}


def organization_identity(centre: Centre) -> str:
    """Return the id of a centre as an organization."""
    return identity("organization", "centre", centre.id)


def location_identity(centre: Centre) -> str:
    """Return the id of a centre's location."""
    return identity("location", "centre", centre.id)


def location(centre: Centre, *, with_address: bool) -> Object:
    """Return the published location of a centre; `precision` says what its point means."""
    address = _address(centre)
    # An address in HSDS must be complete. The known part of an incomplete one goes into the
    # description.
    told = (_unpublished(centre), None if address else f"{_in_words(centre)}.")
    point = centre.location and centre.location.point
    return without_empty(
        {
            "id": location_identity(centre),
            "location_type": "physical",
            "organization_id": organization_identity(centre),
            "description": " ".join(part for part in told if part),
            "latitude": point and point.lat,
            "longitude": point and point.lon,
            "precision": centre.location and centre.location.precision,
            "addresses": [address] if address and with_address else [],
        }
    )


def _unpublished(centre: Centre) -> str | None:
    if centre.address_visibility not in _UNPUBLISHED:
        return None
    what, stands_for = _UNPUBLISHED[centre.address_visibility]
    return f"{what}; the point stands for {stands_for}." if centre.location else f"{what}."


def _address(centre: Centre) -> Object | None:
    """Return the address if every member that the standard requires is known, else None."""
    address = centre.address
    required = {
        "address_1": address.street,
        "city": text(address.locality),
        "state_province": address.subdivision,
        "postal_code": address.postal_code,
        "country": address.country,
    }
    if not all(required.values()):
        return None
    id_ = identity("address", "centre", centre.id)
    return {
        "id": id_,
        "location_id": location_identity(centre),
        **required,
        "address_type": "physical",
    }


def _in_words(centre: Centre) -> str:
    address = centre.address
    town = " ".join(part for part in (address.postal_code, text(address.locality)) if part)
    return ", ".join(part for part in (address.street, town, address.country) if part)
