"""Cards: what an answer has of a centre and of a helpline, with texts in one language. Members that
say nothing are absent. tools/openapi describes them.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo

from directory_api.hours.rules import CLOSED
from directory_api.hours.timetable import OpenState
from directory_api.record.centre_in_words import CONTESTED, caveats_of, is_for_emergencies
from directory_api.record.helpline_in_words import HelplineInWords, describe_helpline
from directory_api.record.parts import Phone
from directory_api.record.record_value import without_empty
from directory_api.record.records import Centre, Helpline, in_language
from directory_api.record.speaker import Speaker
from directory_api.record.texts import text_in
from directory_api.record.verified import confirmed_on
from directory_api.text.translations import ENGLISH

# The kind of a phone that needs no word.
_MAIN = "main"


def centre_card(
    centre: Centre, say: Speaker, state: OpenState, fresh_days: int, include: Collection[str]
) -> dict[str, Any]:
    """Return the card of a published centre, with what is included (selection.INCLUDES)."""
    place = centre.address
    confirmed = say.today and confirmed_on(centre.verified, say.today, fresh_days)
    card = without_empty(
        {
            "id": centre.id,
            "name": centre.name_translations.get(say.tag, centre.name),
            "status": centre.status if centre.status != "active" else None,
            "phones": [_phone(phone, centre, say) for phone in centre.phones],
            "email": centre.email,
            "website": centre.website,
            "address": without_empty(
                {
                    "street": place.street_translations.get(say.tag, place.street),
                    "postcode": place.postcode,
                    "locality": say.record_text(place.locality),
                    "country": place.country,
                }
            ),
            "location": centre.location and centre.location.to_record(),
            "languages": [spoken.code for spoken in centre.languages],
            "interpreters": [spoken.code for spoken in centre.languages if spoken.interpreter],
            "office": office(centre, state),
        }
    )
    card["verified_on"] = confirmed.isoformat() if confirmed else None
    # That nothing is confirmed, `verified_on` says; what the sources say, `contested`.
    warnings = [
        without_empty(
            {
                "about": caveat.member or "status",
                "text": caveat.labelled(say),
                "note": say.record_text(caveat.note) if caveat.kind != CONTESTED else None,
            }
        )
        for caveat in caveats_of(centre, say, None)
    ]
    for name, included in _INCLUDED.items():
        if name in include:
            card |= without_empty(included(centre, say.tag))
    return card | ({"warnings": warnings} if warnings else {})


def office(centre: Centre, state: OpenState) -> dict[str, str]:
    """Return whether the office of a centre is open, closed or unknown, and until when, in
    its time zone.
    """
    if centre.status != "active":
        return {"state": CLOSED}
    if state.next_change is None or centre.timezone is None:
        return {"state": state.word}
    until = state.next_change.astimezone(ZoneInfo(centre.timezone))
    return {"state": state.word, "until": until.isoformat()}


def _phone(phone: Phone, centre: Centre, say: Speaker) -> dict[str, Any]:
    # No one answers at a permanently closed centre.
    is_limited = centre.status != "closed" and is_for_emergencies(centre, phone)
    limit = say("phone.emergencies") if is_limited else None
    return without_empty(
        {
            "number": phone.number,
            "display": phone.display,
            "kind": phone.kind if phone.kind != _MAIN else None,
            "hours": phone.hours,
            "languages": list(phone.languages),
            "note": " ".join(filter(None, (limit, say.record_text(phone.note)))),
        }
    )


def _record(centre: Centre, language: str, *names: str) -> dict[str, Any]:
    """Return members of the record, with their texts in a language."""
    record = centre.to_record()
    return in_language({name: record[name] for name in names if name in record}, language)


def _translations(centre: Centre) -> dict[str, Any]:
    """Return each text of the card by language."""
    texts = {
        "name": centre.name_translations,
        "street": centre.address.street_translations,
        "locality": centre.address.locality,
        "description": centre.description,
        "closed_reason": centre.closed_reason,
    }
    return {"translations": without_empty({name: dict(each) for name, each in texts.items()})}


_INCLUDED: Mapping[str, Callable[[Centre, str], dict[str, Any]]] = MappingProxyType(
    {
        "description": lambda centre, tag: {"description": text_in(centre.description, tag)},
        "services": lambda centre, tag: _record(centre, tag, "services", "audiences"),
        "opening_hours": lambda centre, tag: _record(centre, tag, "opening_hours", "timezone"),
        "channels": lambda centre, tag: _record(centre, tag, "channels"),
        "sources": lambda centre, tag: _record(centre, tag, "sources"),
        "contested": lambda centre, tag: _record(centre, tag, "contested"),
        "translations": lambda centre, _tag: _translations(centre),
    }
)


def cards_of_helplines(
    lines: Iterable[Helpline], say: Speaker, countries: Collection[str] = ()
) -> list[dict[str, Any]]:
    """Return the cards of helplines, for a place in some countries."""
    return [helpline_card(line, describe_helpline(line, say), countries) for line in lines]


def helpline_card(
    line: Helpline, in_words: HelplineInWords | None = None, countries: Collection[str] = ()
) -> dict[str, Any]:
    """Return the card of a helpline, in words; without them, as its record has it."""
    language = in_words.tag if in_words else ENGLISH
    kinds = [channel.kind for channel in line.channels] if line.number else []
    return without_empty(
        {
            "id": line.id,
            "kind": line.kind,
            "number": line.number,
            "display": line.display,
            "url": line.url_translations.get(language, line.url),
            "name": (in_words.original or in_words.name)
            if in_words
            else text_in(line.name, language),
            "country": next(
                (each for each in line.countries if each in countries), line.countries[0]
            ),
            "hours": line.hours,
            "channels": [] if "call" in kinds else kinds,
        }
    )
