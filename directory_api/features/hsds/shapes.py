"""The objects of HSDS 3.0 that the directory has, with the members that it uses.

Each member is declared here once: schemas.py derives the schemas of openapi.yaml from these
classes, and objects.py and parts.py fill them in, which mypy checks. A member without a default is
always present. A text in `Annotated` is the description of the member.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Literal

from directory_api.record.record_value import RecordValue


@dataclass(frozen=True, slots=True)
class Format:
    """The format of a text, as JSON Schema calls it."""

    name: str


Identity = Annotated[str, Format("uuid")]
Email = Annotated[str, Format("email")]
Url = Annotated[str, Format("url")]
Day = Annotated[str, Format("date")]
Time = Annotated[str, Format("date-time")]
PhoneType = Literal["voice", "cell", "fax", "text"]
Status = Literal["active", "inactive", "temporarily closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape(RecordValue):
    """An object with an id."""

    id: Annotated[Identity, "The same in all revisions and on all servers."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taxonomy(Shape):
    """A closed vocabulary."""

    name: str
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Term(Shape):
    """A term of a closed vocabulary."""

    code: Annotated[str, "As in /v1/services."]
    name: str
    description: str
    taxonomy: str
    taxonomy_detail: Taxonomy
    language: Annotated[str, "ISO 639-1."]
    taxonomy_id: Identity
    labels: Annotated[Mapping[str, str], "Not in HSDS: the names by language."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute(Shape):
    """A term that a service has."""

    link_id: Identity
    taxonomy_term_id: Identity
    link_type: str
    link_entity: str
    taxonomy_term: Term


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Shape):
    """A language that is spoken without an interpreter, or where that is not known."""

    service_id: Identity | None = None
    phone_id: Identity | None = None
    name: Annotated[str, "In English."]
    code: Annotated[str, "ISO 639-1 or ISO 639-3."]
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(Shape):
    """A phone."""

    service_id: Identity
    organization_id: Identity
    number: Annotated[str, "E.164, or a short number as it is dialled."]
    type: PhoneType
    description: str
    languages: tuple[Language, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Shape):
    """Opening hours as a text, and as a rule if rules can express all of them."""

    service_id: Identity
    description: Annotated[str, "All hours, in the syntax of OpenStreetMap."]
    timezone_name: Annotated[str | None, "Not in HSDS: the time zone of the times (IANA)."] = None
    freq: Literal["WEEKLY"] | None = None
    byday: Annotated[str | None, "RFC 5545."] = None
    opens_at: Annotated[str | None, "HH:MM, local time in `timezone_name`."] = None
    closes_at: Annotated[str | None, "HH:MM, local time in `timezone_name`."] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArea(Shape):
    """An area that a service is responsible for."""

    service_id: Identity
    name: Annotated[str, "ISO 3166."]
    extent: str
    extent_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(Shape):
    """A complete address."""

    location_id: Identity
    address_1: str
    city: str
    state_province: Annotated[str, "ISO 3166-2."]
    postal_code: str
    country: Annotated[str, "ISO 3166-1."]
    address_type: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Location(Shape):
    """The published location of a centre."""

    location_type: str
    organization_id: Identity
    description: str | None = None
    latitude: Annotated[float | None, "Degrees, WGS84."] = None
    longitude: Annotated[float | None, "Degrees, WGS84."] = None
    precision: Annotated[str | None, "Not in HSDS: what the point represents."] = None
    addresses: tuple[Address, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganizationBrief(Shape):
    """An organization that delivers a service, as in lists."""

    name: str
    alternate_name: str | None = None
    description: str
    email: Email | None = None
    website: Url | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceBrief(Shape):
    """A service at a location, within its service."""

    service_id: Identity
    location_id: Identity
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Service(Shape):
    """A service; in a list with `full`, with all nested objects."""

    organization_id: Identity | None = None
    name: str | None = None
    alternate_name: str | None = None
    description: str | None = None
    url: Url | None = None
    email: Email | None = None
    status: Status | None = None
    interpretation_services: str | None = None
    application_process: Annotated[
        str | None, "The ways to reach it that its sources name, and what they say of each."
    ] = None
    eligibility_description: str | None = None
    alert: Annotated[
        str | None, "Why it is closed, until when values hold, what sources disagree about."
    ] = None
    assured_date: Annotated[Day | None, "When a maintainer last confirmed the record."] = None
    last_modified: Annotated[Time | None, "When the record was changed."] = None
    organization: OrganizationBrief | None = None
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    service_at_locations: tuple[PlaceBrief, ...] = ()
    languages: tuple[Language, ...] = ()
    attributes: tuple[Attribute, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Organization(OrganizationBrief):
    """An organization; in a list with `full`, with all nested objects."""

    phones: tuple[Phone, ...] = ()
    locations: tuple[Location, ...] = ()
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AtLocation(PlaceBrief):
    """A service at its location; alone or with `full`, with the name and status of the service."""

    organization_id: Identity | None = None
    name: str | None = None
    status: Status | None = None
    service: Service


@dataclass(frozen=True, slots=True, kw_only=True)
class About(RecordValue):
    """The version and description of the API."""

    version: Annotated[str, "The version of HSDS."]
    profile: Annotated[str, "The address of the profile that defines the members."]
    openapi_url: Annotated[str, "The address of the OpenAPI document."]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(RecordValue):
    """A page of a list, without its objects."""

    total_items: Annotated[int, "The number of objects on all pages."]
    total_pages: int
    page_number: Annotated[int, "Counted from 1."]
    size: Annotated[int, "The number of objects on this page."]
    first_page: bool
    last_page: bool
    empty: bool
