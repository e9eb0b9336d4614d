"""A record as the public sees it, part by part, in one language."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from directory_api.features.desk.call_round.sheet import channel_in_words
from directory_api.features.desk.catalogues import texts_in
from directory_api.features.desk.own_confirmation.texts import texts
from directory_api.record.centre_in_words import (
    CONTESTED,
    HIDDEN,
    TemporaryInWords,
    describe_centre,
    known_hours,
)
from directory_api.record.parts import Channel
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.texts import text_in
from directory_api.text.message import translate
from directory_api.text.translations import country_names, long_date, words


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record: its key, its label and its lines."""

    key: str
    label: str
    lines: tuple[str, ...]


def parts(record: Centre | Helpline, tag: str, today: date) -> tuple[Part, ...]:
    """Return the parts of a published record in a language of texts.LANGUAGES, with the hours from
    a day on. Those that are always asked about may have no lines. The key of a part is a member.
    """
    say = Speaker(words(tag), today)
    of_record = _of_centre(record, say) if isinstance(record, Centre) else _of_helpline(record, say)
    return tuple(of_record)


def name_in(record: Centre | Helpline, tag: str) -> str:
    """Return the name of a record in a language."""
    if isinstance(record, Centre):
        return record.name_translations.get(tag, record.name)
    return text_in(record.name, tag) or record.id


def _of_centre(centre: Centre, say: Speaker) -> Iterator[Part]:
    own, told = texts(say.tag), describe_centre(centre, say)
    yield Part("name", own["part.name"], _known(told.name, told.description))
    if told.closure:
        yield Part(
            "status",
            own["part.status"],
            _known(told.closure.text, say.record_text(told.closure.note)),
        )
    yield Part("phones", say("phone.main"), tuple(each.line(say) for each in told.numbers))
    yield Part("email", say("email"), _known(told.email))
    yield Part("website", say("website"), _known(told.website))
    yield from _channels(centre.channels, centre.address.country, say)
    hidden = (each.text for each in told.about("address", kind=HIDDEN))
    yield Part("address", say("address"), _known(told.address, *hidden))
    yield Part("opening_hours", say("hours.label"), told.hours_lines)
    if told.temporary:
        lines = (_days(told.temporary, say), *told.temporary.lines)
        yield Part("temporary", own["part.temporary"], lines)
    yield Part("languages", say("spoken.label"), told.languages)
    yield Part("services", say("services.label"), told.services)
    yield Part("audiences", say("audiences.label"), told.audiences)
    doubts = [each for each in told.caveats if each.kind == CONTESTED]
    if doubts:
        lines = tuple(dict.fromkeys(each.text for each in doubts))
        yield Part("contested", own["part.contested"], lines)


def _days(temporary: TemporaryInWords, say: Speaker) -> str:
    first = temporary.first and long_date(temporary.first, say.tag)
    key = "temporary.first.last" if first else "temporary.last"
    return texts(say.tag)[key].format(first=first, last=long_date(temporary.last, say.tag))


def _of_helpline(line: Helpline, say: Speaker) -> Iterator[Part]:
    own, tag = texts(say.tag), say.tag
    country = next(iter(line.countries), "")
    yield Part("name", own["part.name"], _known(name_in(line, tag), say.record_text(line.note)))
    yield Part("number", say("phone.main"), _known(line.display or line.number))
    yield Part("url", say("website"), _known(line.url_translations.get(tag, line.url)))
    yield from _channels(line.channels, country, say)
    answered = say("phone.hours", hours="").strip(" :")
    yield Part("hours", answered, known_hours(line.hours, country, say))
    yield Part("countries", say("country.label"), (country_names(line.countries, tag),))


def _channels(channels: Iterable[Channel], country: str, say: Speaker) -> Iterator[Part]:
    in_language = texts_in(say.tag)
    lines = tuple(
        _capital(translate(channel_in_words(each, country, say), in_language)) for each in channels
    )
    if lines:
        yield Part("channels", texts(say.tag)["part.channels"], lines)


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _known(*values: str | None) -> tuple[str, ...]:
    return tuple(value for value in values if value)
