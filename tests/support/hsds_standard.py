"""The members of HSDS 3.0 as a table: their types, and which of them are required.

Written from the documentation of the standard (https://docs.openreferral.org/); docs/hsds.md says
why its schema files are not used. The table is stricter than they are: a page has every member, a
latitude is at most 90, and a member that the standard does not have is one of `OURS`.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

# The members of this directory's answers beside those of the standard.
OURS = {"revision", "helplines", "precision", "timezone_name", "labels"}


def _uuid(value: Any) -> bool:
    return isinstance(value, str) and str(UUID(value)) == value


def _text(value: Any) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _within(most: float) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, int | float) and abs(value) <= most


def _uri(value: Any) -> bool:
    parts = urlsplit(value)
    return parts.scheme in ("http", "https") and bool(parts.netloc) and " " not in value


def _matches(pattern: str) -> Callable[[Any], bool]:
    return lambda value: (
        isinstance(value, str) and re.fullmatch(pattern, value, re.ASCII) is not None
    )


def _day(value: Any) -> bool:
    return bool(date.fromisoformat(value))


def _moment(value: Any) -> bool:
    """Whether a value is an RFC 3339 time in UTC with milliseconds."""
    return bool(datetime.fromisoformat(value)) and bool(
        re.fullmatch(r".{10}T.{8}\.[0-9]{3}Z", value)
    )


def _flag(value: Any) -> bool:
    return isinstance(value, bool)


# Each member has its name, with ! if it is required, and one of these: a check, the values of an
# enumeration, the name of an object, or a list with the name of an object for a list of objects.
Members = Mapping[str, Any]
_EMAIL = _matches(r"[^@\s]+@[^@\s]+")
_TIME = _matches(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_KINDS = ("physical", "postal", "virtual")

_ORGANIZATION: Members = {
    "id!": _uuid, "name!": _text, "alternate_name": _text, "description!": _text, "email": _EMAIL,
    "website": _uri,
}  # fmt: skip
_SERVICE: Members = {
    "id!": _uuid, "organization_id": _uuid, "name!": _text, "alternate_name": _text,
    "description": _text,
    "url": _uri, "email": _EMAIL,
    "status!": ("active", "inactive", "defunct", "temporarily closed"),
    "interpretation_services": _text, "application_process": _text,
    "eligibility_description": _text, "assured_date": _day,
    "alert": _text, "last_modified": _moment, "organization": "organization_list",
}  # fmt: skip
_LOCATION: Members = {
    "id!": _uuid, "location_type!": _KINDS, "organization_id": _uuid, "description": _text,
    "latitude": _within(90), "longitude": _within(180),
}  # fmt: skip
_LINK: Members = {"id!": _uuid, "service_id": _uuid, "location_id": _uuid}
_NESTED: Members = {
    "phones": ["phone"], "schedules": ["schedule"], "service_areas": ["service_area"],
    "languages": ["language"],
    "attributes": ["attribute"],
}  # fmt: skip
_PAGE: Members = {
    "total_items!": _whole, "total_pages!": _whole, "page_number!": _whole, "size!": _whole,
    "first_page!": _flag,
    "last_page!": _flag, "empty!": _flag,
}  # fmt: skip

OBJECTS: Mapping[str, Members] = {
    "about": {"version!": _matches(r"3\.0"), "profile!": _uri, "openapi_url!": _uri},
    "organization_list": _ORGANIZATION,
    "organization": {
        **_ORGANIZATION, "phones": ["phone"], "locations": ["location"], "services": ["service"],
    },
    "service_list": _SERVICE,
    "service": {**_SERVICE, **_NESTED, "service_at_locations": ["service_at_location_nested"]},
    "service_at_location_list": {**_LINK, "location": "location_list", "service": "service_list"},
    "service_at_location_nested": {**_LINK, "location": "location"},
    # The API of the standard has the schema of a service here, so its required members, too.
    "service_at_location": {
        **_LINK, "name!": _text, "status!": _SERVICE["status!"], "organization_id": _uuid,
        "location!": "location",
        "service!": "service",
    },
    "location_list": _LOCATION,
    "location": {**_LOCATION, "addresses": ["address"]},
    "address": {
        "id!": _uuid, "location_id": _uuid, "address_1!": _text, "city!": _text,
        "state_province!": _matches(r"[A-Z]{2}-[A-Z0-9]{1,3}"), "postal_code!": _text,
        "country!": _matches(r"[A-Z]{2}"), "address_type!": _KINDS,
    },
    "phone": {
        "id!": _uuid, "service_id": _uuid, "organization_id": _uuid,
        "number!": _matches(r"\+[1-9][0-9]{6,14}|[0-9]+"),
        "type": ("text", "voice", "fax", "cell", "video", "pager", "textphone"),
        "description": _text,
        "languages": ["language"],
    },
    "language": {
        "id!": _uuid, "service_id": _uuid, "phone_id": _uuid, "name": _text,
        "code": _matches(r"[a-z]{2,3}"),
        "note": _text,
    },
    "schedule": {
        "id!": _uuid, "service_id": _uuid, "description": _text, "freq": ("WEEKLY", "MONTHLY"),
        "byday": _matches(r"(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*"), "opens_at": _TIME,
        "closes_at": _TIME,
    },
    "service_area": {
        "id!": _uuid, "service_id": _uuid, "name": _text, "extent": _text,
        "extent_type": ("geojson", "topojson", "kml", "text"),
    },
    "attribute": {
        "id!": _uuid, "link_id": _uuid, "taxonomy_term_id": _uuid, "link_type": _text,
        "link_entity": _text,
        "taxonomy_term": "taxonomy_term",
    },
    "taxonomy": {"id!": _uuid, "name!": _text, "description!": _text},
    "taxonomy_term": {
        "id!": _uuid, "code": _text, "name!": _text, "description!": _text, "taxonomy": _text,
        "taxonomy_detail": "taxonomy", "language": _matches("[a-z]{2}"), "taxonomy_id": _uuid,
    },
    "services page": {**_PAGE, "contents!": ["service_list"]},
    "organizations page": {**_PAGE, "contents!": ["organization_list"]},
    "service_at_locations page": {**_PAGE, "contents!": ["service_at_location_list"]},
    "taxonomies page": {**_PAGE, "contents!": ["taxonomy"]},
    "taxonomy_terms page": {**_PAGE, "contents!": ["taxonomy_term"]},
}  # fmt: skip


def faults(kind: str, value: Any, where: str = "") -> Iterator[str]:
    """Yield what does not conform to HSDS 3.0 in an object of a kind, each with its place."""
    expected = {name.rstrip("!"): check for name, check in OBJECTS[kind].items()}
    if not isinstance(value, dict):
        yield f"{where} is not an object"
        return
    yield from (
        f"{where}/{name[:-1]} is missing"
        for name in OBJECTS[kind]
        if name[-1] == "!" and name[:-1] not in value
    )
    for name, member in value.items():
        if name in expected:
            yield from _faults_of(expected[name], member, f"{where}/{name}")
        elif name not in OURS:
            yield f"{where}/{name} is not in the standard"


def _faults_of(check: Any, member: Any, where: str) -> Iterator[str]:
    if isinstance(check, str):
        yield from faults(check, member, where)
    elif isinstance(check, list):
        for number, item in enumerate(member):
            yield from faults(check[0], item, f"{where}/{number}")
    elif not (member in check if isinstance(check, tuple) else check(member)):
        yield f"{where} is {member!r}"


def nested(value: Any) -> Iterator[dict[str, Any]]:
    """Yield a value and all objects nested in it."""
    if isinstance(value, dict):
        yield value
        for member in value.values():
            yield from nested(member)
    if isinstance(value, list):
        for item in value:
            yield from nested(item)
