"""The records of the directory: centres and helplines, and their published forms."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import Any, Self, TypeVar, get_args
from zoneinfo import ZoneInfo

from directory_api.hours.timetable import HoursKey
from directory_api.record import phone_numbers
from directory_api.record.parts import (
    REPLACED,
    WHERE,
    Acknowledged,
    Address,
    Channel,
    Contested,
    Location,
    Permanent,
    Phone,
    Spoken,
    Temporary,
)
from directory_api.record.record_value import (
    Private,
    Public,
    Record,
    RecordValue,
    absent_members,
    empty_mapping,
    fields_of,
    without_empty,
)
from directory_api.record.texts import TextsByLanguage, text_in
from directory_api.record.verified import Verified, VerifiedPart
from directory_api.record.vocabulary import EMERGENCY_KINDS, HELPLINE_KINDS

# Between these days, every day has a moment at which it begins in UTC.
_EARLIEST, _LATEST = date(1, 1, 3), date(9999, 12, 29)
# The syntax of an id in a lookup; schemas.py has the stricter rule for new ids.
SLUG = re.compile(r"[a-z0-9-]{1,60}", re.ASCII)

# The parts of an address that visitors see, by its visibility.
_SHOWN: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "public": frozenset({"street", "postcode", "locality", "country"}),
        "locality": frozenset({"postcode", "locality", "country"}),
        "hidden": frozenset(),
    }
)


def contact_digest(record: "Centre | Helpline") -> str:
    """Return a digest of the values by which people reach a centre or a helpline: one of each part.

    It is a text that no spreadsheet takes for a number.
    """
    return "-".join((_SHA256, *part_digests(record).values()))


_SHA256 = "sha256"
# The members of `contact` in each part of a record that can be confirmed alone.
CONTACT_PARTS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "phones": ("phones", "number", "channels"),
        "address": ("address", "location"),
        "hours": ("opening_hours", "hours", "timezone"),
        "web": ("email", "website", "url"),
    }
)


def contact_parts(record: "Centre | Helpline") -> dict[str, Record]:
    """Return the values by which people reach a centre or a helpline by their part, with those for
    some time.
    """
    contact = without_empty(record.contact)
    temporary = without_empty(contact.get("temporary", {}))
    days = {name: temporary[name] for name in ("from", "until") if name in temporary}
    parts: dict[str, Record] = {}
    for part, members in CONTACT_PARTS.items():
        own, short = (
            {name: values[name] for name in members if name in values}
            for values in (contact, temporary)
        )
        parts[part] = {**own, "temporary": {**days, **short}} if short else own
    return parts


def part_digests(record: "Centre | Helpline") -> dict[str, str]:
    """Return a digest of the values of each part."""
    return {part: _digest(values) for part, values in contact_parts(record).items()}


def _digest(values: Record) -> str:
    return hashlib.sha256(_canonical(values).encode()).hexdigest()[:16]


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def confirmation(record: "Centre | Helpline") -> Verified | None:
    """Return what is public of the confirmation of a record: the day of the part that was confirmed
    first, and whether what was confirmed has changed since; None if a part never was. A part
    without values does not matter.
    """
    verified = record.verified
    if verified is None:
        return None
    valid, parts = confirmations(record), contact_parts(record)
    filled = {part for part, values in parts.items() if values.keys() - {"timezone"}}
    if verified.on is None and not filled <= valid.keys():
        return None
    has_changed = verified.on is not None and len(valid) < len(parts)
    days = [each.on for part, each in valid.items() if part in filled or each is not verified]
    day = min(filter(None, [*days, verified.on if has_changed else None]), default=verified.on)
    return (
        Verified(day, changed_since=has_changed or verified.changed_since or None) if day else None
    )


def confirmations(record: "Centre | Helpline") -> Mapping[str, "Verified | VerifiedPart"]:
    """Return the confirmations that hold, by part: its own, or that of the whole record. A part
    that was never confirmed, or has changed since, has none.
    """
    verified = record.verified or Verified()
    if not (verified.digest or verified.parts):
        return dict.fromkeys(CONTACT_PARTS, verified) if verified.on else {}
    digests = part_digests(record)
    confirmed = verified.digest.split("-")[1:] if verified.digest else digests.values()
    valid: dict[str, Verified | VerifiedPart] = {}
    for (part, digest), confirmed_digest in zip(digests.items(), confirmed, strict=True):
        own = verified.parts.get(part)
        if own and own.digest == digest:
            valid[part] = own
        elif verified.on and confirmed_digest == digest:
            valid[part] = verified
    return valid


def _contacts(channels: Iterable[Channel]) -> list[Record]:
    return sorted((channel.contact for channel in channels), key=_canonical)


_Noted = TypeVar("_Noted", bound="Centre | Helpline")


def _without_notes(record: _Noted) -> _Noted:
    """Return a record without what only maintainers see: who verified it and how, and which
    warnings were acknowledged.
    """
    verified = confirmation(record)
    absent = absent_members(type(record), "private")  # type: ignore[arg-type]  # see RecordValue
    has_notes = record.verified or any(getattr(record, name) for name in absent)
    return replace(record, **{**absent, "verified": verified}) if has_notes else record


_Numbered = TypeVar("_Numbered", bound="Phone | Helpline")
_Centre = TypeVar("_Centre", bound="Centre")


def _with_display(numbered: _Numbered) -> _Numbered:
    """Return a phone or a helpline with the usual printed form of its number, if the record has no
    other and it differs.
    """
    if numbered.display or numbered.number is None:
        return numbered
    display = phone_numbers.printed(numbered.number)
    return numbered if display == numbered.number else replace(numbered, display=display)


def _with_displays(centre: _Centre) -> _Centre:
    phones, temporary = tuple(map(_with_display, centre.phones)), centre.temporary
    if temporary and temporary.phones:
        temporary = replace(temporary, phones=tuple(map(_with_display, temporary.phones)))
    if (phones, temporary) == (centre.phones, centre.temporary):
        return centre
    return replace(centre, phones=phones, temporary=temporary)


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
        """The opening hours; None while it is closed, temporarily or permanently."""
        return self.hours_key(self.opening_hours) if self.status == "active" else None

    def effective_at(self, moment: datetime) -> Self:
        """Return the published centre with the values that it has at a moment: while temporary
        ones hold, they replace the permanent ones, whose sources do not state them.
        """
        temporary = self.temporary
        if temporary is None or not temporary.holds(moment.astimezone(self._zone).date()):
            return self
        permanent = Permanent(**{name: getattr(self, name) for name in REPLACED})
        stated = {name: ids for name, ids in self.sources.items() if name not in temporary.values}
        sources = MappingProxyType(stated)
        return replace(self, **temporary.values, permanent=permanent, sources=sources)

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
        """Return the public form of the centre, without the notes of maintainers and with each
        phone as it is printed; `instead` is the location of a hidden one.

        With the visibility `hidden` the record has no street and no postcode, and its location is
        the point of its municipality. With `locality` it has no street, and its location is the
        point of its postcode. Many distance requests from different places therefore reveal that
        point only.

        `municipality` replaces the name of the locality, because the name of a district can reveal
        the postcode: some districts have only one. The sources of the address, and what they say
        about a contested one, are left out, and so is every other member that is not marked as
        Public.
        """
        noteless = _with_displays(_without_notes(self))
        if self.address_visibility == "public":
            return noteless
        code = self.address.postcode if self.address_visibility == "locality" else None
        town = municipality or self.address.locality
        address = replace(
            self.address,
            street=None,
            street_translations=empty_mapping(),
            postcode=code,
            locality=town,
        )
        contested = tuple(each for each in self.contested if each.member not in WHERE)
        # The title of a source may say where it is.
        sources = {member: cited for member, cited in self.sources.items() if member not in WHERE}
        absent = absent_members(type(self), None)  # type: ignore[arg-type]  # see RecordValue
        # The schema lets a centre whose address is not public have no temporary one.
        temporary = noteless.temporary and replace(noteless.temporary, address=None, location=None)
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
        """Return the public form of the helpline, without the notes of maintainers and with its
        number as it is printed.
        """
        return _with_display(_without_notes(self))


def _texts(name: str, hint: Any) -> Iterator[str]:
    """Yield the names of the texts by language in a member of this type, at any depth."""
    if hint == TextsByLanguage:
        yield name
    elif isinstance(hint, type) and issubclass(hint, RecordValue):
        for member in fields_of(hint):
            yield from _texts(member.name, member.type)
    else:
        for part in get_args(hint):
            yield from _texts(name, part)


# The members that are texts by language, in a record or below it.
TRANSLATED = frozenset(name for kind in (Centre, Helpline) for name in _texts("", kind))


def in_dialling_order(records: Iterable[Record]) -> list[Record]:
    """Sort records of helplines by priority: first by the order of the kinds, then by id."""
    return sorted(records, key=lambda record: (HELPLINE_KINDS.index(record["kind"]), record["id"]))


def in_language(record: Record, language: str) -> dict[str, Any]:
    """Return the record with each of its texts by language as one text, that of `text_in`."""
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
        else:
            trimmed[name] = text_in(value, language)
    return trimmed
