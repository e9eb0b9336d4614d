"""The records: centres, helplines and their value objects.

Each reads a validated record and writes the same record back. Both follow from the fields of the
dataclasses: their names, their order and their types. So does what of a record is published: the
type of a member says who may see it, as Public and Private explain.
"""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache, partial
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from directory_api.hours.timetable import HoursKey
from directory_api.place.geometry import Point
from directory_api.record.vocabulary import EMERGENCY_KINDS, HELPLINE_KINDS

Record = Mapping[str, Any]
TextsByLanguage = Mapping[str, str]

_Any = TypeVar("_Any")
# A member of a centre that cannot reveal where it is: it is also published if the address is
# hidden. Without this mark, `Centre.published` leaves it out then.
Public = Annotated[_Any, "public"]
# A member that only maintainers see.
Private = Annotated[_Any, "private"]
_TRANSLATIONS = "_translations"
# Between these days, every day has a moment at which it begins in UTC.
_EARLIEST, _LATEST = date(1, 1, 3), date(9999, 12, 29)


# Returns an empty mapping. It is called for most records, and takes half the time of a function.
empty_mapping: Callable[[], Mapping[str, Any]] = partial(MappingProxyType, {})


def without_empty(record: Record) -> dict[str, Any]:
    """Return a record without its empty members.

    An unknown value is an absent member, so that each record has one canonical form.
    """
    return {
        name: value
        for name, value in record.items()
        if value is not None and value not in ({}, [], "")
    }


class RecordValue:
    """A frozen dataclass that has a JSON form.

    A field may be a text, a Literal, a number, a boolean, a date (ISO 8601 in JSON), another
    RecordValue, a tuple or a mapping of these, or one of these and None. The library cattrs does
    the same, but reads a centre in 27 instead of 20 microseconds, and its import takes 90 ms and
    5 MB (November 2026).
    """

    __slots__ = ()

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a record that record/schemas.py has validated; ignore unknown members.

        May raise KeyError for any other record.
        """
        values = {
            attribute: value if read is None else read(value)
            for attribute, name, read in _readers(cls)  # type: ignore[arg-type]  # is hashable
            if (value := record.get(name)) is not None
        }
        try:
            return cls(**values)
        except TypeError:
            raise KeyError(f"a required member of {cls.__name__}") from None

    def to_record(self) -> dict[str, Any]:
        """Return the canonical record: members in the order of the fields, without empty ones."""
        record = {}
        for attribute, name, write in _writers(type(self)):  # type: ignore[arg-type]  # see above
            value = getattr(self, attribute)
            if value or value == 0:  # False and 0 are values
                record[name] = value if write is None else write(value)
        return record


_Convert = Callable[[Any], Any]


# The names of attributes and members, each with the function that reads or writes its value; None
# stands for a function that returns its argument, which most would be. A member with the name of a
# keyword of Python has an attribute with an underscore at the end.
_Members = tuple[tuple[str, str, _Convert | None], ...]


@cache
def _readers(kind: type[RecordValue]) -> _Members:
    return tuple(
        (member.name, member.name.rstrip("_"), _converters(member.type)[0])
        for member in _fields(kind)
    )


@cache
def _writers(kind: type[RecordValue]) -> _Members:
    return tuple(
        (member.name, member.name.rstrip("_"), _converters(member.type)[1])
        for member in _fields(kind)
    )


def _fields(kind: type[RecordValue]) -> tuple[Field[Any], ...]:
    return fields(kind)  # type: ignore[arg-type]  # each subclass of RecordValue is a dataclass


def _converters(hint: Any) -> tuple[_Convert | None, _Convert | None]:
    """Return the functions that read and write a value of a type."""
    origin, args = get_origin(hint), get_args(hint)
    # In `X | None` a member that is None is absent; Annotated adds a description to X.
    if origin in (UnionType, Union, Annotated):
        return _converters(args[0])
    if origin is Literal:
        return None, None
    if origin is tuple:
        read, write = _converters(args[0])
        return _each(tuple, read), _each(list, write)
    if origin is Mapping:
        read, write = _converters(args[1])
        return _each_value(_frozen, read), _each_value(dict, write)
    if hint is date:
        return date.fromisoformat, date.isoformat
    return (hint.from_record, hint.to_record) if issubclass(hint, RecordValue) else (None, None)


def _mark(member: Field[Any]) -> str | None:
    marks: tuple[str, ...] = getattr(member.type, "__metadata__", ())
    return marks[0] if marks else None


@cache
def private_members(kind: type[RecordValue]) -> tuple[str, ...]:
    """Return the members of a class that only maintainers see."""
    return tuple(member.name for member in _fields(kind) if _mark(member) == "private")


@cache
def _absent(kind: type[RecordValue], mark: str | None) -> Record:
    """Return the members with a mark, each with the value that it has if it is absent.

    That of a required one is MISSING, which cannot be written as JSON: the caller replaces it.
    """
    return {
        member.name: member.default
        if member.default_factory is MISSING
        else member.default_factory()
        for member in _fields(kind)
        if _mark(member) == mark
    }


def _frozen(values: Record) -> Record:
    return MappingProxyType(dict(values))


def _each(collect: _Convert, convert: _Convert | None) -> _Convert:
    """Return a function that converts the items of a sequence and collects them."""
    return (lambda items: collect(map(convert, items))) if convert else collect


def _each_value(collect: _Convert, convert: _Convert | None) -> _Convert:
    """Return a function that converts the values of a mapping and collects them with their keys."""
    if convert is None:
        return collect
    return lambda values: collect({key: convert(value) for key, value in values.items()})


@dataclass(frozen=True, slots=True)
class LocalizedText:
    """A text and its language (BCP 47)."""

    tag: str
    text: str


def localized(texts: TextsByLanguage, language: str) -> LocalizedText | None:
    """Return the text in a language, else in English, else the first; None if there is none."""
    tag = next((tag for tag in (language, "en", *texts) if tag in texts), None)
    return None if tag is None else LocalizedText(tag, texts[tag])


def text_in(texts: TextsByLanguage, language: str = "en") -> str | None:
    """Return the text of `localized` without its language."""
    text = localized(texts, language)
    return text.text if text else None


def only(texts: TextsByLanguage, language: str) -> dict[str, str]:
    """Return the text of `localized` by its language."""
    text = localized(texts, language)
    return {text.tag: text.text} if text else {}


def in_language(record: Record, language: str) -> dict[str, Any]:
    """Return the record with each of its texts in one language, as an object with one member.

    That is the language itself (BCP 47), else English, else the first one. Translations of another
    member (`name_translations`) are absent without that language: the other member is the text.
    """
    trimmed: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, list):
            trimmed[name] = [
                in_language(item, language) if isinstance(item, dict) else item for item in value
            ]
        elif not isinstance(value, dict):
            trimmed[name] = value
        elif name not in TRANSLATED:
            trimmed[name] = in_language(value, language)
        elif language in value or not name.endswith(_TRANSLATIONS):
            trimmed[name] = only(value, language)
    return trimmed


@dataclass(frozen=True, slots=True, kw_only=True)
class Address(RecordValue):
    """The address of a centre; country is ISO 3166-1 alpha-2, subdivision ISO 3166-2."""

    street: str | None = None
    street_translations: TextsByLanguage = field(default_factory=empty_mapping)
    postal_code: str | None = None  # only in a published address that is hidden
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
    on_bill: bool | None = None
    needs_account: bool | None = None
    makes_sound: bool | None = None
    for_whom: TextsByLanguage = field(default_factory=empty_mapping)
    note: TextsByLanguage = field(default_factory=empty_mapping)
    sources: tuple[str, ...] = ()

    @property
    def contact(self) -> Record:
        """The values that people act on; translations and sources are not among them."""
        spoken = [{"code": each.code, "interpreter": each.interpreter} for each in self.languages]
        absent = {"for_whom": None, "note": None, "sources": None}
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


def with_permanent_values(published: Record) -> dict[str, Any]:
    """Return the record of which `published` is the form that GET returns while temporary values
    are shown: what is in the place of a permanent value is the temporary one.

    The record may be invalid; then it is returned so that the schema finds the fault.
    """
    permanent, temporary = published.get("permanent"), published.get("temporary")
    if not isinstance(permanent, Mapping) or not isinstance(temporary, Mapping):
        return dict(published)
    shown = {name: published[name] for name in REPLACED if name in published}
    replaced = {name: shown[name] for name in shown if name in temporary}
    others = {
        name: value
        for name, value in published.items()
        if name != "permanent" and name not in temporary
    }
    kept = {name: permanent[name] for name in temporary if name in REPLACED and name in permanent}
    unknown = {name: value for name, value in permanent.items() if name not in REPLACED}
    return {**others, **kept, **unknown, "temporary": {**temporary, **replaced}}


# What a contested entry says may have the true street of a hidden address.
WHERE = frozenset({"address", "location"})


@dataclass(frozen=True, slots=True)
class Verified(RecordValue):
    """The last confirmation of the record by a maintainer.

    `digest` is the `contact_digest` of what was confirmed; without it the record has not changed
    since. Only a published record has `changed_since`: True if it differs from what was confirmed.
    """

    on: date
    by: Private[str | None] = None
    how: Private[str | None] = None
    digest: Private[str | None] = None
    changed_since: bool | None = None


@dataclass(frozen=True, slots=True)
class Acknowledged(RecordValue):
    """A warning (a word of vocabulary.WARNINGS) that a maintainer has checked: the values it was
    about, and why they are right. It ends when a value changes.
    """

    warning: str
    value: str
    reason: str


# The syntax of an id in a lookup; schemas.py has the stricter rule for new ids.
SLUG = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)


def freshness(verified: Verified | None, today: date, fresh_days: int) -> str:
    """Return how recent the last confirmation is, as a word of vocabulary.FRESHNESS.

    `fresh` up to `fresh_days` days after it, `due` up to twice as many, and `stale` after that.
    `due` at once if the record has changed since. `unverified` without a confirmation, or with a
    date in the future.
    """
    if verified is None or verified.on > today:  # a date in the future is an error
        return "unverified"
    days = (today - verified.on).days
    if days <= fresh_days and not verified.changed_since:
        return "fresh"
    return "due" if days <= 2 * fresh_days else "stale"


def confirmed_on(verified: Verified | None, today: date, fresh_days: int) -> date | None:
    """Return the day of the last confirmation; None if there is none, if it is old, or if the
    record has changed since.
    """
    if verified is None or verified.changed_since:
        return None
    is_old = freshness(verified, today, fresh_days) in ("unverified", "stale")
    return None if is_old else verified.on


def due_on(verified: Verified, fresh_days: int) -> date:
    """Return the first day on which the record is no longer fresh."""
    return date.fromordinal(min(verified.on.toordinal() + fresh_days + 1, date.max.toordinal()))


# The parts of an address that visitors see, by its visibility.
_SHOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "public": frozenset({"street", "postal_code", "locality", "country"}),
        "locality": frozenset({"postal_code", "locality", "country"}),
        "hidden": frozenset(),
    }
)


def contact_digest(record: "Centre | Helpline") -> str:
    """Return a digest of the values by which people reach a centre or a helpline.

    It is a short text that no spreadsheet takes for a number.
    """
    text = _canonical(without_empty(record.contact))
    return f"sha256-{hashlib.sha256(text.encode()).hexdigest()[:16]}"


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def confirmation(record: "Centre | Helpline") -> Verified | None:
    """Return what is public of the confirmation of a record: its day, and whether what was
    confirmed has changed since.
    """
    verified = record.verified
    if verified is None:
        return None
    changed = verified.changed_since or verified.digest not in (None, contact_digest(record))
    return Verified(verified.on, changed_since=True if changed else None)


def _contacts(channels: Iterable[Channel]) -> list[Record]:
    return sorted((channel.contact for channel in channels), key=_canonical)


_Noted = TypeVar("_Noted", bound="Centre | Helpline")


def _without_notes(record: _Noted) -> _Noted:
    """Return a record without what only maintainers see: who verified it and how, and which
    warnings were acknowledged.
    """
    verified = confirmation(record)
    absent = _absent(type(record), "private")  # type: ignore[arg-type]  # see RecordValue
    has_notes = verified or any(getattr(record, name) for name in absent)
    return replace(record, **{**absent, "verified": verified}) if has_notes else record


@dataclass(frozen=True, slots=True, kw_only=True)
class Centre(RecordValue):
    """A specialised centre. `id` is a slug that is never reused for another centre.

    `location` is None only in a published centre whose address is hidden and whose municipality has
    no known point.
    """

    id: Public[str]
    name: Public[str]
    name_translations: Public[TextsByLanguage] = field(default_factory=empty_mapping)
    kind: Public[str]
    status: Public[str]
    closed_until: Public[date | None] = None
    closed_reason: Public[TextsByLanguage] = field(default_factory=empty_mapping)
    description: Public[TextsByLanguage] = field(default_factory=empty_mapping)
    address: Address
    address_visibility: Public[str]
    location: Location | None = None
    phones: Public[tuple[Phone, ...]] = ()
    email: Public[str | None] = None
    website: Public[str | None] = None
    channels: Public[tuple[Channel, ...]] = ()
    languages: Public[tuple[Spoken, ...]] = ()
    services: Public[tuple[str, ...]] = ()
    audiences: Public[tuple[str, ...]] = ()
    opening_hours: Public[str | None] = None
    timezone: Public[str | None] = None
    coverage: Public[tuple[str, ...]] = ()
    temporary: Temporary | None = None
    # Only in a published record, while temporary values are shown.
    permanent: Permanent | None = None
    sources: Public[Mapping[str, tuple[str, ...]]] = field(default_factory=empty_mapping)
    contested: tuple[Contested, ...] = ()
    verified: Public[Verified | None] = None
    acknowledged: Private[tuple[Acknowledged, ...]] = ()

    @property
    def needs_confirmation(self) -> bool:
        """Whether maintainers confirm the record again and again."""
        return self.status != "closed"

    @property
    def contact(self) -> Record:
        """The values by which people reach the centre. Translations are not among them, nor is the
        hidden part of an address: everybody could see when it is changed.
        """
        shown = _SHOWN[self.address_visibility]
        phones = (
            without_empty({"number": each.number, "kind": each.kind, "hours": each.hours})
            for each in self.phones
        )
        return {
            "phones": sorted(phones, key=_canonical),
            "address": {
                name: value for name, value in self.address.to_record().items() if name in shown
            },
            "email": self.email,
            "website": self.website,
            "channels": _contacts(self.channels),
            "opening_hours": self.opening_hours,
            "timezone": self.timezone,
            "temporary": {**self.temporary.to_record(), "note": None} if self.temporary else None,
        }

    def hours_key(self, expression: str | None) -> HoursKey:
        """Return what opening hours of the centre, or of one of its phones, depend on."""
        return HoursKey(expression, self.timezone, self.address.country)

    @property
    def open_hours(self) -> HoursKey | None:
        """The opening hours; None while it is closed, temporarily or for good."""
        return self.hours_key(self.opening_hours) if self.status == "active" else None

    def at(self, moment: datetime) -> Self:
        """Return the published centre with the values that it has at a moment: while temporary
        ones hold, they are in the place of the permanent ones.
        """
        temporary = self.temporary
        if temporary is None or not temporary.holds(moment.astimezone(self._zone).date()):
            return self
        permanent = Permanent(**{name: getattr(self, name) for name in REPLACED})
        return replace(self, **temporary.values, permanent=permanent)

    def shown_until(self, member: str) -> date | None:
        """Return the last day of the temporary value that a member of REPLACED has now; None if it
        has its permanent value.
        """
        temporary = self.temporary
        is_replaced = self.permanent and temporary and member in temporary.values
        return temporary.until if temporary and is_replaced else None

    @property
    def switches(self) -> tuple[datetime, ...]:
        """The moments (UTC) at which temporary values begin to hold, and end."""
        if self.temporary is None:
            return ()
        first, last = self.temporary.from_, self.temporary.until
        after = last + timedelta(days=1) if last < date.max else None
        return tuple(
            datetime.combine(day, time(), self._zone).astimezone(UTC)
            for day in (first, after)
            if day and _EARLIEST < day < _LATEST
        )

    @property
    def _zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone or "UTC")

    def closed_through(self, today: date) -> date | None:
        """Return the last day on which a temporarily closed centre is closed; None if it is not
        known, or has passed: when it opens is not known then, either.
        """
        is_ahead = self.closed_until is not None and self.closed_until >= today
        return self.closed_until if is_ahead else None

    def published(
        self, instead: Location | None, municipality: TextsByLanguage | None = None
    ) -> Self:
        """Return the public form of the centre, without the notes of maintainers; `instead` is the
        location of a hidden one.

        With the visibility `hidden` the record has no street and no postcode, and its location is
        the point of its municipality. With `locality` it has no street, and its location is the
        point of its postcode. Many distance requests from different places therefore reveal that
        point only.

        `municipality` replaces the name of the locality, because the name of a district can reveal
        the postcode: some districts have only one. The sources of the address, and what they say
        about a contested one, are left out, and so is every other member that is not marked as
        Public.
        """
        noteless = _without_notes(self)
        if self.address_visibility == "public":
            return noteless
        code = self.address.postal_code if self.address_visibility == "locality" else None
        town = municipality or self.address.locality
        address = replace(
            self.address,
            street=None,
            street_translations=empty_mapping(),
            postal_code=code,
            locality=town,
        )
        contested = tuple(each for each in self.contested if each.member not in WHERE)
        # The title of a source may say where it is.
        sources = {member: cited for member, cited in self.sources.items() if member not in WHERE}
        absent = _absent(type(self), None)  # type: ignore[arg-type]  # see RecordValue
        # The schema lets a centre whose address is not public have no temporary one.
        temporary = self.temporary and replace(self.temporary, address=None, location=None)
        parts = {
            "address": address,
            "location": instead,
            "sources": MappingProxyType(sources),
            "contested": contested,
            "temporary": temporary,
        }
        return replace(noteless, **{**absent, **parts})


@dataclass(frozen=True, slots=True, kw_only=True)
class Helpline(RecordValue):
    """A telephone number or web site for immediate help.

    `number` is a short number as dialled (112), or E.164. No member is marked as Public, because a
    helpline has no address to hide.
    """

    id: str
    kind: str
    number: str | None = None
    display: str | None = None
    url: str | None = None
    url_translations: TextsByLanguage = field(default_factory=empty_mapping)
    name: TextsByLanguage
    countries: tuple[str, ...]
    hours: str | None = None
    channels: tuple[Channel, ...] = ()
    note: TextsByLanguage = field(default_factory=empty_mapping)
    sources: tuple[str, ...] = ()
    verified: Verified | None = None
    acknowledged: Private[tuple[Acknowledged, ...]] = ()

    @property
    def needs_confirmation(self) -> bool:
        """Whether maintainers confirm the record again and again: if the helpline has a number of
        its own. Emergency and police numbers are those of a country.
        """
        return self.number is not None and self.kind not in EMERGENCY_KINDS

    @property
    def contact(self) -> Record:
        """The values by which people reach the helpline."""
        return {
            "number": self.number,
            "url": self.url,
            "hours": self.hours,
            "channels": _contacts(self.channels),
        }

    def published(self) -> Self:
        """Return the public form of the helpline, without the notes of maintainers."""
        return _without_notes(self)


def _texts(name: str, hint: Any) -> Iterator[str]:
    """Yield the names of the texts by language in a member of this type, at any depth."""
    if hint == TextsByLanguage:
        yield name
    elif isinstance(hint, type) and issubclass(hint, RecordValue):
        for member in _fields(hint):
            yield from _texts(member.name, member.type)
    else:
        for part in get_args(hint):
            yield from _texts(name, part)


# The members that are texts by language, in a record or below it.
TRANSLATED = frozenset(name for kind in (Centre, Helpline) for name in _texts("", kind))


def in_dialling_order(records: Iterable[Record]) -> list[Record]:
    """Sort records of helplines by priority: first by the order of the kinds, then by id."""
    return sorted(records, key=lambda record: (HELPLINE_KINDS.index(record["kind"]), record["id"]))


def address_line(street: str | None, postal_code: str | None, town: str | None) -> str:
    """Return the published parts of an address in one line: `Rue Haute 1, 1000 Brussels`."""
    return ", ".join(filter(None, (street, " ".join(filter(None, (postal_code, town))))))
