"""Centres and helplines as flat rows for tables: members with one value each, by the names that
they have in JSON, and short lists. Texts are in one language.
"""

from typing import Any

from directory_api.record.numbers import FAX
from directory_api.record.parts import Phone
from directory_api.record.records import Centre, Helpline
from directory_api.record.texts import text_in


def centre_row(centre: Centre, language: str) -> dict[str, Any]:
    """Return a published centre, without its phones and languages."""
    address, location, verified = centre.address, centre.location, centre.verified
    street = address.street_translations.get(language, address.street)
    return {
        "id": centre.id,
        "name": centre.name_translations.get(language, centre.name),
        "kind": centre.kind,
        "status": centre.status,
        "closed_until": centre.closed_until and centre.closed_until.isoformat(),
        "email": centre.email,
        "website": centre.website,
        "street": street,
        "postcode": address.postcode,
        "locality": text_in(address.locality, language),
        "country": address.country,
        "subdivision": address.subdivision,
        "lat": location and location.point.lat,
        "lon": location and location.point.lon,
        "precision": location and location.precision,
        "services": list(centre.services),
        "audiences": list(centre.audiences),
        "opening_hours": centre.opening_hours,
        "timezone": centre.timezone,
        # The last day of the values that replace permanent ones now.
        "temporary_until": centre.temporary.until.isoformat()
        if centre.temporary and centre.permanent
        else None,
        # The members about which sources disagree.
        "contested": [each.member for each in centre.contested],
        "verified_on": verified.unchanged_on if verified else None,
        "description": text_in(centre.description, language),
    }


def numbers_of(centre: Centre) -> list[Phone]:
    """Return the numbers of a centre that one can call."""
    return [phone for phone in centre.phones if phone.kind != FAX]


def helpline_row(line: Helpline, language: str) -> dict[str, Any]:
    """Return a published helpline."""
    return {
        "id": line.id,
        "kind": line.kind,
        "name": text_in(line.name, language),
        "number": line.number,
        "url": line.url_translations.get(language, line.url),
        "countries": list(line.countries),
        "hours": line.hours,
        "note": text_in(line.note, language),
    }
