"""The Centre value object, which reads a validated record and writes the same record back."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from directory_api.domain.model.values import (
    Address,
    Location,
    Phone,
    Record,
    Spoken,
    Texts,
    Verified,
    filled,
    no_texts,
    texts,
)

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
