"""A centre in words: what each output for people lays out, of which some show only a part.

A fact that makes another less certain is a caveat. An output that shows a member shows its caveats,
too: `about` returns them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.record.numbers import DUTY_PHONE, FAX
from directory_api.record.parts import WHERE, Address, Phone, Temporary, address_line
from directory_api.record.record_value import empty_mapping
from directory_api.record.records import Centre
from directory_api.record.speaker import Speaker
from directory_api.record.texts import TextsByLanguage, text_in
from directory_api.record.verified import Verified, confirmed_on, freshness
from directory_api.record.vocabulary import DUTY

# The kinds of caveats; the first and the last are about the whole record.
CLOSED, TEMPORARY, HIDDEN, CONTESTED = "closed", "temporary", "hidden", "contested"
UNCONFIRMED = "unconfirmed"
# The label of a member that may be temporary.
_LABELS: Mapping[str, str] = MappingProxyType(
    {"phones": "phone.main", "opening_hours": "hours.label", "address": "address"}
)


@dataclass(frozen=True, slots=True)
class Caveat:
    """What to know before one calls or goes, about a member, or about all if `member` is empty.

    `text` is that of `key`, with the day `until` which it holds. `note` is what the record itself
    says about it, by language.
    """

    kind: str
    member: str
    key: str
    text: str
    until: date | None = None
    note: TextsByLanguage = field(default_factory=empty_mapping)

    def labelled(self, say: Speaker) -> str:
        """Return it where it is not beside its member: "Phone: Until 31 December 2026"."""
        return f"{say(_LABELS[self.member])}: {self.text}" if self.kind == TEMPORARY else self.text


@dataclass(frozen=True, slots=True)
class NumberInWords:
    """A number: as dialled, as displayed, and its kind with its label. `hours` say when calls to it
    are answered, if that is known; with `has_unclear_hours` no one can understand those of the
    record.
    """

    number: str
    display: str
    kind: str
    label: str
    hours: str | None
    has_unclear_hours: bool
    note: str | None

    @property
    def is_called(self) -> bool:
        """Whether people can call it."""
        return self.kind != FAX

    def line(self, say: Speaker) -> str:
        """Return all of it in one line."""
        hours = say("open.unknown") if self.has_unclear_hours else self.hours
        return "; ".join(filter(None, (f"{self.display} ({self.label})", hours, self.note)))


@dataclass(frozen=True, slots=True)
class TemporaryInWords:
    """Values for some time: its days, and the values with their labels."""

    first: date | None
    last: date
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CentreInWords:
    """A centre in the language of a speaker. `street` is None unless it is public. `hours` are
    lines; there are none if they cannot be understood, and None if the record has no hours.
    """

    centre: Centre
    say: Speaker
    name: str
    town: str | None
    description: str | None
    numbers: tuple[NumberInWords, ...]
    street: str | None
    email: str | None
    website: str | None
    hours: tuple[str, ...] | None
    languages: tuple[str, ...]
    services: tuple[str, ...]
    audiences: tuple[str, ...]
    caveats: tuple[Caveat, ...]

    def about(self, *members: str, kind: str = "") -> tuple[Caveat, ...]:
        """Return the caveats about some members, perhaps those of a kind only."""
        return tuple(
            each for each in self.caveats if each.member in members and kind in ("", each.kind)
        )

    @property
    def callable_numbers(self) -> tuple[NumberInWords, ...]:
        """The numbers that people can call."""
        return tuple(each for each in self.numbers if each.is_called)

    @property
    def closure(self) -> Caveat | None:
        """That it is closed, and until when."""
        return next(iter(self.about("", kind=CLOSED)), None)

    @property
    def unconfirmed(self) -> Caveat | None:
        """That what is said is not confirmed."""
        return next(iter(self.about("", kind=UNCONFIRMED)), None)

    @property
    def address(self) -> str:
        """What the public may see of its address, in one line: perhaps the town alone."""
        place = self.centre.address
        code = None if self.centre.address_visibility == "hidden" else place.postcode
        return address_line(self.street, code, text_in(place.locality, self.say.tag))

    @property
    def hours_lines(self) -> tuple[str, ...]:
        """The opening hours as `known_hours`."""
        centre = self.centre
        return known_hours(centre.opening_hours, centre.address.country, self.say)

    @property
    def neutral(self) -> "CentreInWords":
        """The same without what says which centre it is, or what it is for: that an address is
        secret tells that.
        """
        say = self.say
        return replace(
            self,
            name=say("neutral.name"),
            description=None,
            numbers=tuple(replace(each, note=None) for each in self.numbers),
            email=None,
            website=None,
            services=(),
            audiences=(),
            caveats=tuple(
                replace(
                    each,
                    text=say("flyer.call_first") if each.kind == HIDDEN else each.text,
                    note=empty_mapping(),
                )
                for each in self.caveats
            ),
        )

    @property
    def temporary(self) -> TemporaryInWords | None:
        """The values for some time, whichever hold today."""
        found = self.centre.temporary
        return _temporary(found, self.centre, self.say) if found else None


def describe_centre(centre: Centre, say: Speaker, fresh_days: int | None = None) -> CentreInWords:
    """Return a centre in words. For `fresh_days` a confirmation counts as recent; without it,
    nothing is said of the confirmation.

    Nothing that the public may not see is in it, whether the record is a published or a stored one.
    """
    place = centre.address
    is_public = centre.address_visibility == "public"
    return CentreInWords(
        centre=centre,
        say=say,
        name=centre.name_translations.get(say.tag, centre.name),
        town=say.record_text(place.locality),
        description=say.record_text(centre.description),
        numbers=tuple(_number(phone, centre, say) for phone in centre.phones),
        street=place.street_translations.get(say.tag, place.street) if is_public else None,
        email=centre.email,
        website=centre.website,
        hours=say.lines(centre.opening_hours, place.country) if centre.opening_hours else None,
        languages=tuple(map(say.language_name, centre.languages)),
        services=tuple(say(f"service.{code}") for code in centre.services),
        audiences=tuple(say(f"audience.{code}") for code in centre.audiences),
        caveats=tuple(caveats_of(centre, say, fresh_days)),
    )


def caveats_of(centre: Centre, say: Speaker, fresh_days: int | None) -> Iterator[Caveat]:
    """Yield the caveats of a centre alone; those of the whole record are the first and the last."""
    if centre.status != "active":
        until = centre.closed_through(say.today) if say.today else centre.closed_until
        key = "status.closed_until" if until else f"status.{centre.status}"
        yield _caveat(say, CLOSED, "", key, until, centre.closed_reason)
    for member in _LABELS:
        if until := centre.shown_until(member):
            yield _caveat(say, TEMPORARY, member, "temporary.until", until)
    if centre.address_visibility != "public":
        yield _caveat(say, HIDDEN, "address", "address.hidden")
    for entry in centre.contested:
        # What is said about where it is may have the street of an address that is not public.
        if entry.member not in WHERE or centre.address_visibility == "public":
            yield _caveat(say, CONTESTED, entry.member, entry.key, note=entry.note)
    unconfirmed = _key_of_unconfirmed(centre.verified, say.today, fresh_days)
    if unconfirmed:
        yield _caveat(say, UNCONFIRMED, "", unconfirmed)


def is_for_emergencies(centre: Centre, phone: Phone) -> bool:
    """Return whether a number that is answered day and night is so for emergencies only."""
    is_duty = DUTY in centre.services or phone.kind == DUTY_PHONE
    return phone.hours == AROUND_THE_CLOCK and is_duty


def known_hours(expression: str | None, country: str, say: Speaker) -> tuple[str, ...]:
    """Return hours as lines; none without hours, and a sentence if they cannot be understood."""
    if not expression:
        return ()
    return say.lines(expression, country) or (say("open.unknown"),)


def _number(phone: Phone, centre: Centre, say: Speaker) -> NumberInWords:
    lines = say.lines(phone.hours, centre.address.country) if phone.hours else ()
    hours = None
    if phone.hours == AROUND_THE_CLOCK:
        is_limited = is_for_emergencies(centre, phone)
        hours = say("phone.emergencies" if is_limited else "phone.always")
    elif lines:
        hours = say.fill("phone.hours", hours=say.join_lines(lines))
    return NumberInWords(
        phone.number,
        phone.display or phone.number,
        phone.kind,
        say(f"phone.{phone.kind}"),
        # No one answers at a permanently closed centre.
        None if centre.status == "closed" else hours,
        bool(phone.hours) and not lines,
        say.record_text(phone.note),
    )


def _caveat(
    say: Speaker,
    kind: str,
    member: str,
    key: str,
    until: date | None = None,
    note: TextsByLanguage | None = None,
) -> Caveat:
    text = say(key, date=say.day(until)) if until else say(key)
    return Caveat(kind, member, key, text, until, note or empty_mapping())


def _key_of_unconfirmed(
    verified: Verified | None, today: date | None, fresh_days: int | None
) -> str | None:
    if today is None or fresh_days is None:
        return None
    is_changed = verified and verified.changed_since
    if is_changed and freshness(verified, today, fresh_days) == "due":
        return "record.changed"
    return None if confirmed_on(verified, today, fresh_days) else "record.unconfirmed"


def _temporary(temporary: Temporary, centre: Centre, say: Speaker) -> TemporaryInWords:
    def lines() -> Iterator[tuple[str, str]]:
        for phone in temporary.phones:
            yield "phones", _number(phone, centre, say).line(say)
        # The schema lets a centre whose address is not public have no temporary one.
        if temporary.address and centre.address_visibility == "public":
            yield "address", _line(temporary.address, say)
        for line in known_hours(temporary.opening_hours, centre.address.country, say):
            yield "opening_hours", line

    note = say.record_text(temporary.note)
    return TemporaryInWords(
        temporary.from_,
        temporary.until,
        (
            *((note,) if note else ()),
            *(f"{say(_LABELS[member])}: {line}" for member, line in lines()),
        ),
    )


def _line(place: Address, say: Speaker) -> str:
    street = place.street_translations.get(say.tag, place.street)
    return address_line(street, place.postcode, text_in(place.locality, say.tag))
