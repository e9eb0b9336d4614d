"""The values of which centres and helplines consist: addresses, phones, channels, and so on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from types import MappingProxyType
from typing import Any, Self

from directory_api.place.geometry import Point
from directory_api.record.record_value import Record, RecordValue, empty_mapping, without_empty
from directory_api.record.texts import TextsByLanguage


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(RecordValue):
    """The address of a centre; country is ISO 3166-1 alpha-2, subdivision ISO 3166-2."""

    street: str | None = None
    street_translations: TextsByLanguage = field(default_factory=empty_mapping)
    postcode: str | None = None  # only in a published address that is hidden
    locality: TextsByLanguage
    country: str
    subdivision: str | None = None


# A street's point is off by about 150 m, a postcode's by up to 3 km (postcode.LEAST_ACCURACY_M),
# and a municipality's by twice as much.
BLUR_M: Mapping[str, int] = MappingProxyType(
    {"exact": 0, "street": 150, "postcode": 3000, "municipality": 6000}
)


@dataclass(frozen=True, slots=True)
class Location(RecordValue):
    """A point (WGS84 degrees) and its precision."""

    point: Point
    precision: str

    @property
    def blur_m(self) -> float:
        """The largest distance in metres between the point and the true location."""
        return BLUR_M[self.precision]

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a validated record, in which the point has no level of its own."""
        return cls(Point(float(record["lat"]), float(record["lon"])), record["precision"])

    def to_record(self) -> dict[str, Any]:
        """Return the record."""
        return {"lat": self.point.lat, "lon": self.point.lon, "precision": self.precision}


@dataclass(frozen=True, slots=True, kw_only=True)
class Phone(RecordValue):
    """A number in E.164, or a short number as dialled; `display` is the form in the source."""

    number: str
    display: str | None = None
    kind: str
    languages: tuple[str, ...] = ()
    hours: str | None = None
    note: TextsByLanguage = field(default_factory=empty_mapping)


@dataclass(frozen=True, slots=True)
class Spoken(RecordValue):
    """A language (BCP 47) that a centre offers; `interpreter` is None if unknown."""

    code: str
    interpreter: bool | None = None
    source: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel(RecordValue):
    """A way to reach a centre or a helpline, and what its sources say about it.

    `kind` is a word of vocabulary.CHANNEL_KINDS. `address` is a number, a web address or an e-mail
    address; without one it is that of the record itself. `cost` is a word of vocabulary.COSTS.
    Each member but `kind` is None, or empty, while no source says it: what is not known must never
    be shown as safe. record/ways.py returns all ways of a record.
    """

    kind: str
    address: str | None = None
    languages: tuple[Spoken, ...] = ()
    hours: str | None = None
    cost: str | None = None
    on_phone_bill: bool | None = None
    needs_account: bool | None = None
    audible: bool | None = None
    eligibility: TextsByLanguage = field(default_factory=empty_mapping)
    note: TextsByLanguage = field(default_factory=empty_mapping)
    sources: tuple[str, ...] = ()

    @property
    def contact(self) -> Record:
        """The values that people act on; translations and sources are not among them."""
        spoken = [{"code": each.code, "interpreter": each.interpreter} for each in self.languages]
        absent = {"eligibility": None, "note": None, "sources": None}
        return without_empty(
            {**self.to_record(), "languages": list(map(without_empty, spoken)), **absent}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contested(RecordValue):
    """A member about which sources disagree: those that contradict it, and what they say.

    `value` is the value that they give, of a member in vocabulary.CLAIMED: of an address its
    street, of phones a number.
    """

    member: str
    sources: tuple[str, ...] = ()
    value: str | None = None
    note: TextsByLanguage = field(default_factory=empty_mapping)

    @property
    def key(self) -> str:
        """The key of the interface's sentence about it."""
        has_own = self.member in ("address", "opening_hours")
        return f"contested.{self.member if has_own else 'other'}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Temporary(RecordValue):
    """Values that a centre has for some time in place of its permanent ones: from the first day to
    the last, in its time zone. Without a first day, they hold at once.
    """

    from_: date | None = None
    until: date
    note: TextsByLanguage = field(default_factory=empty_mapping)
    address: Address | None = None
    location: Location | None = None
    phones: tuple[Phone, ...] = ()
    opening_hours: str | None = None

    def holds(self, day: date) -> bool:
        """Return whether the values are those of a day."""
        return (self.from_ or date.min) <= day <= self.until

    @property
    def values(self) -> dict[str, Any]:
        """The values, by the member of the centre whose place they take."""
        values = {name: getattr(self, name) for name in REPLACED}
        return {name: value for name, value in values.items() if value}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permanent(RecordValue):
    """The permanent values of a centre, while temporary ones are shown in their place."""

    address: Address
    location: Location | None = None
    phones: tuple[Phone, ...] = ()
    opening_hours: str | None = None


# The members of a centre that can have a temporary value.
REPLACED = tuple(member.name for member in fields(Permanent))


# What a contested entry says may have the true street of a hidden address.
WHERE = frozenset({"address", "location"})


@dataclass(frozen=True, slots=True)
class Acknowledged(RecordValue):
    """A warning (a word of vocabulary.WARNINGS) that a maintainer has checked: the values it was
    about, and why they are right. It ends when a value changes.
    """

    warning: str
    value: str
    reason: str


def address_line(street: str | None, postcode: str | None, town: str | None) -> str:
    """Return the published parts of an address in one line: `Rue Haute 1, 1000 Brussels`."""
    return ", ".join(filter(None, (street, " ".join(filter(None, (postcode, town))))))
