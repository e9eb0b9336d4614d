"""Serialiser for the Human Services Data Specification 3.0 (https://docs.openreferral.org/).

A centre becomes an organization, the one service that it delivers, and the location of that
service; a helpline becomes a service without a location. docs/hsds.md has the mapping, and what is
missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from directory_api.domain.model.records import Centre, Helpline, Phone, without_empty
from directory_api.formats.as_json import moment
from directory_api.hsds import parts
from directory_api.hsds.parts import LANGUAGE, Object, identity, text
from directory_api.hsds.places import location, location_identity, organization_identity
from directory_api.i18n.translations import labels

VERSION = "3.0"
# We define no profile of our own.
PROFILE = "https://docs.openreferral.org/"
_STATUSES = {"active": "active", "temporarily_closed": "temporarily closed", "closed": "inactive"}
_KINDS = {
    "specialised-centre": "Specialised centre for victims of human trafficking.",
    "reception-centre": "Reception centre for victims of human trafficking.",
}
_PUBLISHER = "Publishes this directory, and lists in it helplines that others run."


class DetailLevel(StrEnum):
    """How much of an object to return.

    BRIEF is what lists show, MINIMAL only the necessary members, FULL the whole object, and
    FULL_SERVICE the whole object with whole services.
    """

    BRIEF = "brief"
    MINIMAL = "minimal"
    FULL = "full"
    FULL_SERVICE = "full_service"


@dataclass(frozen=True, slots=True)
class HelplineEntry:
    """A helpline, its publisher, and when its record was last changed (UTC), if known."""

    helpline: Helpline
    publisher: str
    changed: datetime | None


def about(openapi_url: str) -> Object:
    """Return the answer to /."""
    return {"version": VERSION, "profile": PROFILE, "openapi_url": openapi_url}


def page(contents: Sequence[Object], total: int, number: int, size: int) -> Object:
    """Return a page of a list; `number` counts from 1, and `size` is the page size."""
    pages = -(-total // size)
    return {
        "total_items": total,
        "total_pages": pages,
        "page_number": number,
        "size": len(contents),
        "first_page": number == 1,
        "last_page": number >= pages,
        "empty": not contents,
        "contents": contents,
    }


def publisher_identity(name: str) -> str:
    """Return the id of the directory's publisher."""
    return identity("organization", "publisher", name)


def service_identity(source: Centre | Helpline) -> str:
    """Return the id of the service of a centre or helpline."""
    return identity("service", "centre" if isinstance(source, Centre) else "helpline", source.id)


def service_at_location_identity(centre: Centre) -> str:
    """Return the id of the link between a centre's service and its location."""
    return identity("service_at_location", "centre", centre.id)


def terms(centre: Centre) -> tuple[tuple[str, str], ...]:
    """Return the terms of a centre: a taxonomy and a code, without duplicates."""
    found = [("services", code) for code in centre.services] + [
        ("audiences", code) for code in centre.audiences
    ]
    return tuple(dict.fromkeys(found))


def organization(centre: Centre, changed: datetime | None, form: DetailLevel) -> Object:
    """Return a centre as an organization."""
    brief = _organization(centre)
    if form == DetailLevel.BRIEF:
        return brief
    whole = _full_service(centre, changed)
    service = whole if form == DetailLevel.FULL_SERVICE else _simple(whole)
    return without_empty(
        {
            **brief,
            "phones": _phones(centre),
            "locations": [location(centre, with_address=True)],
            "services": [service],
        }
    )


def publisher(name: str, lines: Sequence[HelplineEntry], form: DetailLevel) -> Object:
    """Return the directory's publisher, as the organization of its helplines."""
    brief = {"id": publisher_identity(name), "name": name, "description": _PUBLISHER}
    if form == DetailLevel.BRIEF:
        return brief
    services = [helpline(line, DetailLevel.FULL) for line in lines]
    return {
        **brief,
        "services": services if form == DetailLevel.FULL_SERVICE else list(map(_simple, services)),
    }


def _simple(service: Object) -> Object:
    return {name: service[name] for name in ("id", "organization_id", "name", "status")}


def service(centre: Centre, changed: datetime | None, form: DetailLevel) -> Object:
    """Return the service that a centre delivers."""
    if form == DetailLevel.MINIMAL:
        return _minimal(service_identity(centre), centre.name, _STATUSES[centre.status], changed)
    organized = {"organization": _organization(centre)}
    if form == DetailLevel.BRIEF:
        return {**_service(centre, changed), **organized}
    place = {**_service_at_location(centre), "location": location(centre, with_address=True)}
    return {**_full_service(centre, changed), **organized, "service_at_locations": [place]}


def helpline(line: HelplineEntry, form: DetailLevel) -> Object:
    """Return a helpline as a service."""
    found, id_ = line.helpline, service_identity(line.helpline)
    if form == DetailLevel.MINIMAL:
        return _minimal(id_, text(found.name), "active", line.changed)
    organization = publisher(line.publisher, (), DetailLevel.BRIEF)
    brief = without_empty(
        {
            "id": id_,
            "organization_id": organization["id"],
            "name": text(found.name),
            "description": text(found.note),
            "url": found.url,
            "status": "active",
            "last_modified": line.changed and moment(line.changed),
            "organization": organization,
        }
    )
    if form == DetailLevel.BRIEF:
        return brief
    phones = [Phone(number=found.number, kind="main", hours=found.hours)] if found.number else []
    return without_empty(
        {
            **brief,
            "phones": parts.phones(phones, id_, organization["id"]),
            "schedules": parts.schedules(found.hours, None, id_),
            "service_areas": parts.service_areas(found.countries, id_),
        }
    )


def service_at_location(centre: Centre, changed: datetime | None, form: DetailLevel) -> Object:
    """Return a centre's service at its location.

    The standard's API uses the schema of a service for a single one, so it has a service's name and
    status, too.
    """
    is_full = form == DetailLevel.FULL
    service = _full_service(centre, changed) if is_full else _service(centre, changed)
    return {
        **(_simple(service) if is_full else {}),
        **_service_at_location(centre),
        "location": location(centre, with_address=is_full),
        "service": {**service, "organization": _organization(centre)},
    }


def _service_at_location(centre: Centre) -> Object:
    return {
        "id": service_at_location_identity(centre),
        "service_id": service_identity(centre),
        "location_id": location_identity(centre),
    }


def _minimal(identity: str, name: str | None, status: str, changed: datetime | None) -> Object:
    """Return the minimal form.

    The standard's text requires id and modified_date only, its schema also name and status.
    """
    return without_empty(
        {
            "id": identity,
            "name": name,
            "status": status,
            "modified_date": changed and moment(changed),
        }
    )


def _organization(centre: Centre) -> Object:
    return without_empty(
        {
            "id": organization_identity(centre),
            "name": centre.name,
            "alternate_name": centre.name_translations.get(LANGUAGE),
            "description": text(centre.description) or _KINDS[centre.kind],
            "email": centre.email,
            "website": centre.website,
        }
    )


def _service(centre: Centre, changed: datetime | None) -> Object:
    audiences = labels("audience")
    people = "; ".join(audiences[code][LANGUAGE] for code in dict.fromkeys(centre.audiences))
    return without_empty(
        {
            "id": service_identity(centre),
            "organization_id": organization_identity(centre),
            "name": centre.name,
            "alternate_name": centre.name_translations.get(LANGUAGE),
            "description": text(centre.description) or _KINDS[centre.kind],
            "url": centre.website,
            "email": centre.email,
            "status": _STATUSES[centre.status],
            "interpretation_services": parts.interpretation(centre.languages),
            "eligibility_description": people and f"For: {people}.",
            "assured_date": centre.verified and centre.verified.on.isoformat(),
            "last_modified": changed and moment(changed),
        }
    )


def _full_service(centre: Centre, changed: datetime | None) -> Object:
    id_ = service_identity(centre)
    # The hours do not apply while the centre is closed.
    hours = centre.opening_hours if centre.status == "active" else None
    return without_empty(
        {
            **_service(centre, changed),
            "phones": _phones(centre),
            "schedules": parts.schedules(hours, centre.timezone, id_),
            "service_areas": parts.service_areas(centre.coverage, id_),
            "languages": parts.languages(centre.languages, id_),
            "attributes": parts.attributes(terms(centre), id_),
        }
    )


def _phones(centre: Centre) -> list[Object]:
    phones = (
        centre.phones
        if centre.status == "active"
        else [replace(phone, hours=None) for phone in centre.phones]
    )
    return parts.phones(phones, service_identity(centre), organization_identity(centre))
