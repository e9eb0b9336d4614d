"""Serialiser for the Human Services Data Specification 3.0 (https://docs.openreferral.org/).

A centre becomes an organization, the one service that it delivers, and the location of that
service; a helpline becomes a service without a location. docs/hsds.md has the mapping, and what is
missing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any

from directory_api.answer.as_json import timestamp
from directory_api.features.hsds import parts, shapes
from directory_api.features.hsds.parts import LANGUAGE, identity, text
from directory_api.record.parts import Phone
from directory_api.record.records import Centre, Helpline
from directory_api.record.ways import ways
from directory_api.text.translations import labels, words

Object = dict[str, Any]
VERSION = "3.0"
# We define no profile of our own.
PROFILE = "https://docs.openreferral.org/"
_STATUSES: Mapping[str, shapes.Status] = MappingProxyType(
    {"active": "active", "temporarily_closed": "temporarily closed", "closed": "inactive"}
)
_KINDS = {
    "specialised_centre": "Specialised centre for victims of human trafficking.",
    "reception_centre": "Reception centre for victims of human trafficking.",
}
_PUBLISHER = "Publishes this directory, and lists in it helplines that others run."
# By visibility: what is not published, and what the point means instead, if there is one.
_UNPUBLISHED = {
    "locality": ("The street is not published", "the postcode"),
    "hidden": ("The address is not published", "the municipality"),
}


@dataclass(frozen=True, slots=True)
class HelplineEntry:
    """A helpline, its publisher, and when its record was last changed (UTC), if known."""

    helpline: Helpline
    publisher: str
    changed: datetime | None


def about(openapi_url: str) -> Object:
    """Return the answer to /."""
    return shapes.About(version=VERSION, profile=PROFILE, openapi_url=openapi_url).to_record()


def page(contents: Sequence[Object]) -> Object:
    """Return the only page of a list."""
    header = shapes.Page(
        total_items=len(contents),
        total_pages=1,
        page_number=1,
        size=len(contents),
        first_page=True,
        last_page=True,
        empty=not contents,
    )
    return {**header.to_record(), "contents": contents}


def publisher_identity(name: str) -> str:
    """Return the id of the directory's publisher."""
    return identity("organization", "publisher", name)


def organization_identity(centre: Centre) -> str:
    """Return the id of a centre as an organization."""
    return identity("organization", "centre", centre.id)


def location_identity(centre: Centre) -> str:
    """Return the id of a centre's location."""
    return identity("location", "centre", centre.id)


def service_identity(source: Centre | Helpline) -> str:
    """Return the id of the service of a centre or helpline."""
    return identity("service", "centre" if isinstance(source, Centre) else "helpline", source.id)


def service_at_location_identity(centre: Centre) -> str:
    """Return the id of the link between a centre's service and its location."""
    return identity("service_at_location", "centre", centre.id)


def terms(centre: Centre) -> tuple[tuple[str, str], ...]:
    """Return the terms of a centre: a taxonomy and a code, without duplicates."""
    services = [("services", code) for code in centre.services]
    audiences = [("audiences", code) for code in centre.audiences]
    return tuple(dict.fromkeys(services + audiences))


def organization(centre: Centre, changed: datetime | None, is_whole: bool) -> Object:
    """Return a centre as an organization."""
    brief = _organization(centre)
    if not is_whole:
        return brief.to_record()
    return replace(
        brief,
        phones=_phones(centre),
        locations=(_location(centre, with_address=True),),
        services=(_service(centre, changed),),  # with the alert, which says what is contested
    ).to_record()


def publisher(name: str, lines: Sequence[HelplineEntry], is_whole: bool) -> Object:
    """Return the directory's publisher, as the organization of its helplines."""
    brief = _publisher(name)
    if not is_whole:
        return brief.to_record()
    services = tuple(_simple(_helpline(line)) for line in lines)
    return replace(brief, services=services).to_record()


def service(centre: Centre, changed: datetime | None, is_whole: bool) -> Object:
    """Return the service that a centre delivers."""
    organization = _organization(centre)
    if not is_whole:
        return replace(_service(centre, changed), organization=organization).to_record()
    place = shapes.PlaceBrief(
        id=service_at_location_identity(centre),
        service_id=service_identity(centre),
        location_id=location_identity(centre),
        location=_location(centre, with_address=True),
    )
    return replace(
        _full_service(centre, changed), organization=organization, service_at_locations=(place,)
    ).to_record()


def helpline(line: HelplineEntry, is_whole: bool) -> Object:
    """Return a helpline as a service."""
    return (_full_helpline if is_whole else _helpline)(line).to_record()


def service_at_location(centre: Centre, changed: datetime | None, is_whole: bool) -> Object:
    """Return a centre's service at its location.

    The standard's API uses the schema of a service for a single one, so it has a service's name and
    status, too.
    """
    service = _full_service(centre, changed) if is_whole else _service(centre, changed)
    return shapes.AtLocation(
        id=service_at_location_identity(centre),
        organization_id=service.organization_id if is_whole else None,
        name=service.name if is_whole else None,
        status=service.status if is_whole else None,
        service_id=service.id,
        location_id=location_identity(centre),
        location=_location(centre, with_address=is_whole),
        service=replace(service, organization=_organization(centre)),
    ).to_record()


def _simple(service: shapes.Service) -> shapes.Service:
    return shapes.Service(
        id=service.id,
        organization_id=service.organization_id,
        name=service.name,
        status=service.status,
    )


def _publisher(name: str) -> shapes.Organization:
    return shapes.Organization(id=publisher_identity(name), name=name, description=_PUBLISHER)


def _organization(centre: Centre) -> shapes.Organization:
    return shapes.Organization(
        id=organization_identity(centre),
        name=centre.name,
        alternate_name=centre.name_translations.get(LANGUAGE),
        description=text(centre.description) or _KINDS[centre.kind],
        email=centre.email,
        website=centre.website,
    )


def _helpline(line: HelplineEntry) -> shapes.Service:
    helpline, organization = line.helpline, _publisher(line.publisher)
    return shapes.Service(
        id=service_identity(helpline),
        organization_id=organization.id,
        name=text(helpline.name),
        description=text(helpline.note),
        url=helpline.url,
        application_process=_application(helpline),
        status="active",
        last_modified=timestamp(line.changed) if line.changed else None,
        organization=organization,
    )


def _full_helpline(line: HelplineEntry) -> shapes.Service:
    helpline, service = line.helpline, _helpline(line)
    phones = [
        Phone(number=way.address, kind="main", hours=way.hours)
        for way in ways(helpline)
        if way.kind == "call" and way.address
    ]
    organization = publisher_identity(line.publisher)
    return replace(
        service,
        phones=(
            *parts.phones(phones, service.id, organization),
            *parts.texted(ways(helpline), service.id, organization),
        ),
        schedules=parts.schedules(helpline.hours, None, service.id),
        service_areas=parts.service_areas(helpline.countries, service.id),
    )


def _service(centre: Centre, changed: datetime | None) -> shapes.Service:
    audiences = labels("audience")
    people = "; ".join(audiences[code][LANGUAGE] for code in dict.fromkeys(centre.audiences))
    return shapes.Service(
        id=service_identity(centre),
        organization_id=organization_identity(centre),
        name=centre.name,
        alternate_name=centre.name_translations.get(LANGUAGE),
        description=text(centre.description) or _KINDS[centre.kind],
        url=centre.website,
        email=centre.email,
        status=_STATUSES[centre.status],
        interpretation_services=parts.interpretation(centre.languages),
        application_process=_application(centre),
        eligibility_description=people and f"For: {people}.",
        alert=_alert(centre),
        assured_date=_assured(centre),
        last_modified=timestamp(changed) if changed else None,
    )


def _assured(centre: Centre) -> str | None:
    """Return the day on which the record was confirmed; None if it has changed since."""
    return centre.verified.unchanged_on if centre.verified else None


def _alert(centre: Centre) -> str | None:
    say = words(LANGUAGE).say
    until = f" until {centre.closed_until}" if centre.closed_until else ""
    is_closed = centre.status == "temporarily_closed"
    sentences = (
        f"{say('status.temporarily_closed')}{until}." if is_closed else None,
        text(centre.closed_reason),
        _temporary(centre),
        *(part for entry in centre.contested for part in (say(entry.key), text(entry.note))),
    )
    return " ".join(filter(None, sentences)) or None


def _temporary(centre: Centre) -> str | None:
    """Return until when temporary values hold, with their names; None if none do."""
    last_days = {name: centre.shown_until(name) for name in ("address", "phones", "opening_hours")}
    names = [name.replace("_", " ") for name, day in last_days.items() if day]
    until = centre.temporary and centre.temporary.until
    return f"Only until {until}: {', '.join(names)}." if names else None


def _full_service(centre: Centre, changed: datetime | None) -> shapes.Service:
    service = _service(centre, changed)
    # The hours do not apply while the centre is closed.
    hours = centre.opening_hours if centre.status == "active" else None
    return replace(
        service,
        phones=_phones(centre),
        schedules=parts.schedules(hours, centre.timezone, service.id),
        service_areas=parts.service_areas(centre.coverage, service.id),
        languages=parts.languages(centre.languages, service.id),
        attributes=parts.attributes(terms(centre), service.id),
    )


def _phones(centre: Centre) -> tuple[shapes.Phone, ...]:
    phones = (
        centre.phones
        if centre.status == "active"
        else [replace(phone, hours=None) for phone in centre.phones]
    )
    service, organization = service_identity(centre), organization_identity(centre)
    own = {phone.number for phone in centre.phones}
    reached = ways(centre) if centre.status == "active" else ()
    others = [
        Phone(number=way.address, kind="main", hours=way.hours)
        for way in reached
        if way.kind == "call" and way.address and way.address not in own
    ]
    return (
        *parts.phones([*phones, *others], service, organization),
        *parts.texted(reached, service, organization),
    )


def _application(record: Centre | Helpline) -> str | None:
    """Return the ways that a record's channels name; None if it has no channel or is closed."""
    if not record.channels or (isinstance(record, Centre) and record.status != "active"):
        return None
    named = {channel.kind for channel in record.channels}
    return parts.application(way for way in ways(record) if way.kind in named)


def _location(centre: Centre, *, with_address: bool) -> shapes.Location:
    """Return the published location of a centre; `precision` says what its point means."""
    address = _address(centre)
    # An address in HSDS must be complete. The known part of an incomplete one goes into the
    # description.
    notes = (_unpublished(centre), None if address else f"{_address_text(centre)}.")
    location = centre.location
    return shapes.Location(
        id=location_identity(centre),
        location_type="physical",
        organization_id=organization_identity(centre),
        description=" ".join(note for note in notes if note),
        latitude=location.point.lat if location else None,
        longitude=location.point.lon if location else None,
        precision=location.precision if location else None,
        addresses=(address,) if address and with_address else (),
    )


def _unpublished(centre: Centre) -> str | None:
    if centre.address_visibility not in _UNPUBLISHED:
        return None
    what, represents = _UNPUBLISHED[centre.address_visibility]
    return f"{what}; the point represents {represents}." if centre.location else f"{what}."


def _address(centre: Centre) -> shapes.Address | None:
    """Return the address if every member that the standard requires is known, else None."""
    address, city = centre.address, text(centre.address.locality)
    if not (address.street and city and address.subdivision and address.postcode):
        return None
    return shapes.Address(
        id=identity("address", "centre", centre.id),
        location_id=location_identity(centre),
        address_1=address.street,
        city=city,
        state_province=address.subdivision,
        postal_code=address.postcode,
        country=address.country,
        address_type="physical",
    )


def _address_text(centre: Centre) -> str:
    address = centre.address
    town = " ".join(part for part in (address.postcode, text(address.locality)) if part)
    return ", ".join(part for part in (address.street, town, address.country) if part)
