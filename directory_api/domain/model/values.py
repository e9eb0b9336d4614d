"""The parts of a record: address, location, phone, language, confirmation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from directory_api.domain.geo.point import Point

Record = Mapping[str, Any]
Texts = Mapping[str, str]


def texts(record: Record, name: str) -> Texts:
    """A member that holds texts by language, empty where it is absent."""
    return MappingProxyType(dict(record.get(name) or {}))


def no_texts() -> Texts:
    """No texts."""
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Said:
    """A text and the language that it is in (BCP 47)."""

    tag: str
    text: str


def in_language(found: Texts, language: str) -> Said | None:
    """The text in a language, else in English, else in the first that is there; None where there is none."""
    tag = next((tag for tag in (language, "en", *found) if tag in found), None)
    return None if tag is None else Said(tag, found[tag])


def filled(record: Record) -> dict[str, Any]:
    """A record without its empty members: what is unknown is absent, so that a record has one spelling."""
    return {name: value for name, value in record.items() if value is not None and value not in ({}, [], "")}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a centre is; country is ISO 3166-1 alpha-2, subdivision ISO 3166-2."""

    postal_code: str | None
    locality: Texts
    country: str
    street: str | None = None
    street_translations: Texts = field(default_factory=no_texts)
    subdivision: str | None = None

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a checked record."""
        return cls(
            postal_code=record.get("postal_code"),
            locality=texts(record, "locality"),
            country=record["country"],
            street=record.get("street"),
            street_translations=texts(record, "street_translations"),
            subdivision=record.get("subdivision"),
        )

    def to_record(self) -> dict[str, Any]:
        """Write the record it was read from."""
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


# A street's point is about 150 m off, a postcode's up to 3 km (postcode.LEAST_ACCURACY_M), a municipality's twice that.
BLUR_M: Mapping[str, int] = MappingProxyType({"exact": 0, "street": 150, "postcode": 3000, "municipality": 6000})


@dataclass(frozen=True, slots=True)
class Location:
    """A point (WGS84 degrees) and how it was found."""

    point: Point
    precision: str

    @property
    def blur_m(self) -> float:
        """Within how many metres of the point it may really be."""
        return BLUR_M[self.precision]

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a checked record."""
        return cls(Point(float(record["lat"]), float(record["lon"])), record["precision"])

    def to_record(self) -> dict[str, Any]:
        """Write the record it was read from."""
        return {"lat": self.point.lat, "lon": self.point.lon, "precision": self.precision}


@dataclass(frozen=True, slots=True)
class Phone:
    """A number in E.164, or a short number as it is dialled; `display` is how the source prints it."""

    number: str
    kind: str
    display: str | None = None
    languages: tuple[str, ...] = ()
    hours: str | None = None
    note: Texts = field(default_factory=no_texts)

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a checked record."""
        return cls(
            number=record["number"],
            kind=record["kind"],
            display=record.get("display"),
            languages=tuple(record.get("languages") or ()),
            hours=record.get("hours"),
            note=texts(record, "note"),
        )

    def to_record(self) -> dict[str, Any]:
        """Write the record it was read from."""
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
    """A language (BCP 47) that a centre can be spoken to in; `interpreter` is None where nobody knows."""

    code: str
    interpreter: bool | None = None
    source: str | None = None

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a checked record."""
        return cls(record["code"], record.get("interpreter"), record.get("source"))

    def to_record(self) -> dict[str, Any]:
        """Write the record it was read from."""
        return filled({"code": self.code, "interpreter": self.interpreter, "source": self.source})


@dataclass(frozen=True, slots=True)
class Verified:
    """The last time a maintainer confirmed the record."""

    on: date
    by: str
    how: str

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a checked record."""
        return cls(date.fromisoformat(record["on"]), record["by"], record["how"])

    def to_record(self) -> dict[str, Any]:
        """Write the record it was read from."""
        return {"on": self.on.isoformat(), "by": self.by, "how": self.how}
