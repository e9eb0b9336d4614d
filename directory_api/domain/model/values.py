"""Value objects in a record: address, location, phone, language, confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from directory_api.domain.geo.point import Point

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
