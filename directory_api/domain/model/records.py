"""The records: centres, helplines and their value objects.

Each reads a validated record and writes the same record back.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from directory_api.domain.geo.geometry import Point
from directory_api.domain.model.vocabulary import HELPLINE_KINDS

Record = Mapping[str, Any]
Texts = Mapping[str, str]


def texts(record: Record, name: str) -> Texts:
    """Return a member that holds texts by language; empty if the member is absent."""
    return MappingProxyType(dict(record.get(name) or {}))


def no_texts() -> Texts:
    """Return an empty mapping."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text and its language (BCP 47)."""

    tag: str
    text: str


def in_language(found: Texts, language: str) -> LocalizedText | None:
    """Return the text in a language, else in English, else the first; None if there is none."""
    tag = next((tag for tag in (language, "en", *found) if tag in found), None)
    return None if tag is None else LocalizedText(tag, found[tag])


def filled(record: Record) -> dict[str, Any]:
    """Return a record without its empty members.

    An unknown value is an absent member, so that each record has one canonical form.
    """
    return {
        name: value
        for name, value in record.items()
        if value is not None and value not in ({}, [], "")
    }


@dataclass(frozen=True, slots=True)
class Address:
    """The address of a centre; country is ISO 3166-1 alpha-2, subdivision ISO 3166-2."""

    postal_code: str | None
    locality: Texts
    country: str
    street: str | None = None
    street_translations: Texts = field(default_factory=no_texts)
    subdivision: str | None = None

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record."""
        return cls(
            postal_code=record.get("postal_code"),
            locality=texts(record, "locality"),
            country=record["country"],
            street=record.get("street"),
            street_translations=texts(record, "street_translations"),
            subdivision=record.get("subdivision"),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the record."""
        return filled(
            {
                "street": self.street,
                "street_translations": dict(self.street_translations),
                "postal_code": self.postal_code,
                "locality": dict(self.locality),
                "country": self.country,
                "subdivision": self.subdivision,
            }
        )


# A street's point is off by about 150 m, a postcode's by up to 3 km (postcode.LEAST_ACCURACY_M),
# and a municipality's by twice as much.
BLUR_M: Mapping[str, int] = MappingProxyType(
    {"exact": 0, "street": 150, "postcode": 3000, "municipality": 6000}
)


@dataclass(frozen=True, slots=True)
class Location:
    """A point (WGS84 degrees) and its precision."""

    point: Point
    precision: str

    @property
    def blur_m(self) -> float:
        """The largest distance in metres between the point and the true location."""
        return BLUR_M[self.precision]

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record."""
        return cls(Point(float(record["lat"]), float(record["lon"])), record["precision"])

    def to_record(self) -> dict[str, Any]:
        """Return the record."""
        return {"lat": self.point.lat, "lon": self.point.lon, "precision": self.precision}


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164, or a short number as dialled; `display` is the form in the source."""

    number: str
    kind: str
    display: str | None = None
    languages: tuple[str, ...] = ()
    hours: str | None = None
    note: Texts = field(default_factory=no_texts)

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record."""
        return cls(
            number=record["number"],
            kind=record["kind"],
            display=record.get("display"),
            languages=tuple(record.get("languages") or ()),
            hours=record.get("hours"),
            note=texts(record, "note"),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the record."""
        return filled(
            {
                "number": self.number,
                "display": self.display,
                "kind": self.kind,
                "languages": list(self.languages),
                "hours": self.hours,
                "note": dict(self.note),
            }
        )


@dataclass(frozen=True, slots=True)
class Spoken:
    """A language (BCP 47) that a centre offers; `interpreter` is None if unknown."""

    code: str
    interpreter: bool | None = None
    source: str | None = None

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record."""
        return cls(record["code"], record.get("interpreter"), record.get("source"))

    def to_record(self) -> dict[str, Any]:
        """Return the record."""
        return filled({"code": self.code, "interpreter": self.interpreter, "source": self.source})


@dataclass(frozen=True, slots=True)
class Verified:
    """The last confirmation of the record by a maintainer."""

    on: date
    by: str
    how: str

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record."""
        return cls(date.fromisoformat(record["on"]), record["by"], record["how"])

    def to_record(self) -> dict[str, Any]:
        """Return the record."""
        return {"on": self.on.isoformat(), "by": self.by, "how": self.how}


# The syntax of an id in a lookup; schemas.SLUG is the stricter rule for new ids.
SLUG = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)


def _no_sources() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({})


def freshness(verified: Verified | None, today: date, fresh_days: int) -> str:
    """Return how recent the last confirmation is, as a word of vocabulary.FRESHNESS.

    `fresh` up to `fresh_days` days after it, `due` up to twice as many, and `stale` after that.
    `unverified` without a confirmation, or with a date in the future.
    """
    if verified is None or verified.on > today:  # a date in the future is an error
        return "unverified"
    days = (today - verified.on).days
    return "fresh" if days <= fresh_days else "due" if days <= 2 * fresh_days else "stale"


def due_on(verified: Verified, fresh_days: int) -> date:
    """Return the first day on which the record is no longer fresh."""
    return date.fromordinal(min(verified.on.toordinal() + fresh_days + 1, date.max.toordinal()))


@dataclass(frozen=True, slots=True)
class Centre:
    """A specialised centre. `id` is a slug that is never reused for another centre.

    `location` is None only in a published centre whose address is hidden and whose municipality has
    no known point.
    """

    id: str
    name: str
    kind: str
    status: str
    address: Address
    address_visibility: str
    location: Location | None
    name_translations: Texts = field(default_factory=no_texts)
    description: Texts = field(default_factory=no_texts)
    phones: tuple[Phone, ...] = ()
    email: str | None = None
    website: str | None = None
    languages: tuple[Spoken, ...] = ()
    services: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ()
    opening_hours: str | None = None
    timezone: str | None = None
    coverage: tuple[str, ...] = ()
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=_no_sources)
    verified: Verified | None = None

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a record that domain/validation/schemas.py has validated.

        May raise KeyError for any other record.
        """
        return cls(
            id=record["id"],
            name=record["name"],
            kind=record["kind"],
            status=record["status"],
            address=Address.from_record(record["address"]),
            address_visibility=record["address_visibility"],
            location=Location.from_record(record["location"]),
            name_translations=texts(record, "name_translations"),
            description=texts(record, "description"),
            phones=tuple(map(Phone.from_record, record.get("phones") or ())),
            email=record.get("email"),
            website=record.get("website"),
            languages=tuple(map(Spoken.from_record, record.get("languages") or ())),
            services=tuple(record.get("services") or ()),
            audiences=tuple(record.get("audiences") or ()),
            opening_hours=record.get("opening_hours"),
            timezone=record.get("timezone"),
            coverage=tuple(record.get("coverage") or ()),
            sources=MappingProxyType(
                {field: tuple(ids) for field, ids in (record.get("sources") or {}).items()}
            ),
            verified=Verified.from_record(record["verified"]) if record.get("verified") else None,
        )

    def to_record(self) -> dict[str, Any]:
        """Return the canonical record: members in a fixed order, without empty ones."""
        return filled(
            {
                "id": self.id,
                "name": self.name,
                "name_translations": dict(self.name_translations),
                "kind": self.kind,
                "status": self.status,
                "description": dict(self.description),
                "address": self.address.to_record(),
                "address_visibility": self.address_visibility,
                "location": self.location.to_record() if self.location else None,
                "phones": [phone.to_record() for phone in self.phones],
                "email": self.email,
                "website": self.website,
                "languages": [spoken.to_record() for spoken in self.languages],
                "services": list(self.services),
                "audiences": list(self.audiences),
                "opening_hours": self.opening_hours,
                "timezone": self.timezone,
                "coverage": list(self.coverage),
                "sources": {field: list(ids) for field, ids in self.sources.items()},
                "verified": self.verified.to_record() if self.verified else None,
            }
        )

    def published(self, instead: Location | None, municipality: Texts | None = None) -> Self:
        """Return the public form of the centre; `instead` is the location of a hidden one.

        With the visibility `hidden` the record has no street and no postcode, and its location is
        the point of its municipality. With `locality` it has no street, and its location is the
        point of its postcode. Many distance requests from different places therefore reveal that
        point only.

        `municipality` replaces the name of the locality, because the name of a district can reveal
        the postcode: some districts have only one.
        """
        if self.address_visibility == "public":
            return self
        code = self.address.postal_code if self.address_visibility == "locality" else None
        town = municipality or self.address.locality
        address = replace(
            self.address,
            street=None,
            street_translations=no_texts(),
            postal_code=code,
            locality=town,
        )
        return replace(self, address=address, location=instead)


@dataclass(frozen=True, slots=True)
class Helpline:
    """A telephone number or web site for immediate help.

    `number` is a short number as dialled (112), or E.164.
    """

    id: str
    kind: str
    name: Texts
    countries: tuple[str, ...]
    number: str | None = None
    display: str | None = None
    url: str | None = None
    url_translations: Texts = field(default_factory=no_texts)
    hours: str | None = None
    note: Texts = field(default_factory=no_texts)
    sources: tuple[str, ...] = ()

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record."""
        return cls(
            id=record["id"],
            kind=record["kind"],
            name=texts(record, "name"),
            countries=tuple(record["countries"]),
            number=record.get("number"),
            display=record.get("display"),
            url=record.get("url"),
            url_translations=texts(record, "url_translations"),
            hours=record.get("hours"),
            note=texts(record, "note"),
            sources=tuple(record.get("sources") or ()),
        )

    def to_record(self) -> dict[str, Any]:
        """Return the canonical record."""
        return filled(
            {
                "id": self.id,
                "kind": self.kind,
                "number": self.number,
                "display": self.display,
                "url": self.url,
                "url_translations": dict(self.url_translations),
                "name": dict(self.name),
                "countries": list(self.countries),
                "hours": self.hours,
                "note": dict(self.note),
                "sources": list(self.sources),
            }
        )


def in_dialling_order(records: Iterable[Record]) -> list[Record]:
    """Sort records of helplines by priority: first by the order of the kinds, then by id."""
    return sorted(records, key=lambda record: (HELPLINE_KINDS.index(record["kind"]), record["id"]))
