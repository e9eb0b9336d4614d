"""A record as the public sees it, part by part, in one language."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from functools import partial

from directory_api.features.desk.own_confirmation.texts import texts
from directory_api.hours.in_words import hours_lines
from directory_api.record.records import (
    Address,
    Centre,
    Channel,
    Helpline,
    Phone,
    Temporary,
    address_line,
    text_in,
)
from directory_api.text.translations import (
    Words,
    country_names,
    language_name,
    long_date,
    words,
)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record: its key, its label and its lines."""

    key: str
    label: str
    lines: tuple[str, ...]


def parts(record: Centre | Helpline, tag: str, today: date) -> tuple[Part, ...]:
    """Return the parts of a published record in a language of texts.LANGUAGES, with the hours from
    a day on. Those that are always asked about may have no lines.
    """
    if isinstance(record, Centre):
        hours = partial(_hours, record.address.country, today, tag)
        return tuple(_of_centre(record, tag, hours))
    hours = partial(_hours, next(iter(record.countries), ""), today, tag)
    return tuple(_of_helpline(record, tag, hours))


# Hours in words; none without any.
_Hours = Callable[[str | None], tuple[str, ...]]


def _hours(country: str, today: date, tag: str, expression: str | None) -> tuple[str, ...]:
    if not expression:
        return ()
    unknown = words(tag)["open.unknown"]
    return hours_lines(expression, country, today, tag) or (unknown,)


def name_in(record: Centre | Helpline, tag: str) -> str:
    """Return the name of a record in a language."""
    if isinstance(record, Centre):
        return record.name_translations.get(tag, record.name)
    return text_in(record.name, tag) or record.id


def _of_centre(centre: Centre, tag: str, hours: _Hours) -> Iterator[Part]:
    own, say = texts(tag), words(tag)
    description = text_in(centre.description, tag)
    yield Part("name", own["part.name"], _known(name_in(centre, tag), description))
    if centre.status != "active":
        until = centre.closed_until
        line = (
            say.say("status.closed_until", date=long_date(until, tag))
            if until
            else say[f"status.{centre.status}"]
        )
        yield Part("status", own["part.status"], _known(line, text_in(centre.closed_reason, tag)))
    phones = tuple(_phone(phone, tag, hours) for phone in centre.phones)
    yield Part("phones", say["phone.main"], phones)
    yield Part("email", say["email"], _known(centre.email))
    yield Part("website", say["website"], _known(centre.website))
    yield from _channels(centre, tag, hours)
    yield Part("address", say["address"], _address(centre, tag))
    yield Part("hours", say["hours.label"], hours(centre.opening_hours))
    if centre.temporary:
        lines = _temporary(centre.temporary, centre, tag, hours)
        yield Part("temporary", own["part.temporary"], tuple(lines))
    spoken = (
        say.say("spoken.interpreter", language=language_name(each.code, tag))
        if each.interpreter
        else language_name(each.code, tag)
        for each in centre.languages
    )
    yield Part("languages", say["spoken.label"], tuple(spoken))
    yield Part("services", say["services.label"], _words(say, "service", centre.services))
    yield Part("audiences", say["audiences.label"], _words(say, "audience", centre.audiences))
    if centre.contested:
        doubts = dict.fromkeys(say[each.key] for each in centre.contested)
        yield Part("contested", own["part.contested"], tuple(doubts))


def _of_helpline(line: Helpline, tag: str, hours: _Hours) -> Iterator[Part]:
    own, say = texts(tag), words(tag)
    yield Part("name", own["part.name"], _known(name_in(line, tag), text_in(line.note, tag)))
    yield Part("phones", say["phone.main"], _known(line.display or line.number))
    yield Part("website", say["website"], _known(line.url_translations.get(tag, line.url)))
    yield from _channels(line, tag, hours)
    answered = say["phone.hours"].format(hours="").strip(" :")
    yield Part("hours", answered, hours(line.hours))
    yield Part("countries", say["country.label"], (country_names(line.countries, tag),))


def _phone(phone: Phone, tag: str, hours: _Hours) -> str:
    say = words(tag)
    answered = " · ".join(hours(phone.hours))
    about = "; ".join(_known(say[f"phone.{phone.kind}"], answered, text_in(phone.note, tag)))
    return f"{phone.display or phone.number} ({about})"


def _channels(record: Centre | Helpline, tag: str, hours: _Hours) -> Iterator[Part]:
    if record.channels:
        lines = tuple(_channel(each, tag, hours) for each in record.channels)
        yield Part("channels", texts(tag)["part.channels"], lines)


def _channel(channel: Channel, tag: str, hours: _Hours) -> str:
    """Return a channel in one line: its kind, its address, and what is known of it."""
    own = texts(tag)
    facts = (
        own[f"{name}.{'yes' if value else 'no'}"]
        for name in ("on_bill", "needs_account", "makes_sound")
        if (value := getattr(channel, name)) is not None
    )
    spoken = (language_name(each.code, tag) for each in channel.languages)
    known = _known(
        channel.address,
        own[f"cost.{channel.cost}"] if channel.cost else None,
        *facts,
        " · ".join(hours(channel.hours)),
        ", ".join(spoken),
        text_in(channel.for_whom, tag),
        text_in(channel.note, tag),
    )
    kind = own[f"channel.{channel.kind}"]
    return f"{kind}: {'; '.join(known)}" if known else kind


def _temporary(temporary: Temporary, centre: Centre, tag: str, hours: _Hours) -> Iterator[str]:
    """Yield the days of temporary values, then the values."""
    own, say = texts(tag), words(tag)
    first = temporary.from_ and long_date(temporary.from_, tag)
    key = "temporary.first.last" if first else "temporary.last"
    yield own[key].format(first=first, last=long_date(temporary.until, tag))
    yield from _known(text_in(temporary.note, tag))
    for phone in temporary.phones:
        yield f"{say['phone.main']}: {_phone(phone, tag, hours)}"
    # The schema lets a centre whose address is not public have no temporary one.
    if temporary.address and centre.address_visibility == "public":
        yield f"{say['address']}: {_line(temporary.address, tag)}"
    for line in hours(temporary.opening_hours):
        yield f"{say['hours.label']}: {line}"


def _line(address: Address, tag: str) -> str:
    street = address.street_translations.get(tag, address.street)
    return address_line(street, address.postal_code, text_in(address.locality, tag))


def _address(centre: Centre, tag: str) -> tuple[str, ...]:
    line = _line(centre.address, tag)
    is_public = centre.address_visibility == "public"
    return (line,) if is_public else (line, words(tag)["address.hidden"])


def _words(say: Words, kind: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(say[f"{kind}.{code}"] for code in codes)


def _known(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value)
