"""The schemas of cards, for openapi.yaml; directory_api/answer/cards.py writes them."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import marshmallow as ma
from marshmallow import fields

from directory_api.record import schemas

_Field = TypeVar("_Field", bound=fields.Field[Any])


def _may(kind: Callable[..., _Field], description: str, **options: Any) -> _Field:
    """Return a field that is absent if it says nothing."""
    return kind(metadata={"description": description}, **options)


def _is(kind: Callable[..., _Field], description: str, **options: Any) -> _Field:
    """Return a field that is always present."""
    return _may(kind, description, required=True, **options)


def _list(of: fields.Field[Any]) -> Callable[..., fields.List[Any]]:
    return partial(fields.List, of)


def _nested(schema: type[ma.Schema]) -> Callable[..., fields.Nested]:
    return partial(fields.Nested, schema)


_TEXTS = partial(fields.Dict, keys=fields.String(), values=fields.String())


class CardPhoneDocument(ma.Schema):
    """A number of a centre."""

    number = _is(fields.String, "E.164, or a short number as it is dialled.")
    display = _may(
        fields.String,
        "As the source prints it, to show in the country of the centre; elsewhere, show `number`.",
    )
    kind = _may(
        fields.String,
        "`duty`, `mobile` or `fax`: a fax takes no calls. Absent for the main number.",
    )
    hours = _may(
        fields.String,
        "When calls are answered, in the opening_hours syntax of OpenStreetMap. Absent: not known.",
    )
    languages = _may(_list(fields.String()), "Languages on this number (BCP 47), if recorded.")
    note = _may(fields.String, "What to know before calling.")


class CardAddressDocument(ma.Schema):
    """What the public may see of an address."""

    street = _may(fields.String, "With the house number. Absent if the address is hidden.")
    postcode = _may(fields.String, "Absent if it would reveal a hidden address.")
    locality = _may(fields.String, "The town.")
    country = _is(fields.String, "ISO 3166-1.")


class OfficeDocument(ma.Schema):
    """Whether the office is open, when the answer was made."""

    state = _is(
        fields.String,
        "`open`, `closed`, or `unknown` if the hours are not known. Phones may have other hours.",
    )
    until = _may(
        fields.DateTime,
        "When the state changes next, in the time zone of the centre. Compare it with the clock "
        "before you show a stored answer.",
    )


class WarningDocument(ma.Schema):
    """What to say beside a value, before a person calls or goes."""

    about = _is(
        fields.String,
        "The member that it is about, such as `phones`, `address` or `opening_hours`; `status` if "
        "the centre is closed.",
    )
    text = _is(fields.String, "A sentence to show.")
    note = _may(fields.String, "The reason, in the words of the record.")


class CardChannelDocument(schemas.ChannelSchema):
    """A way to reach a centre, with what its sources say about it."""

    # Texts in one language have another type than those of the record.
    eligibility = _may(fields.String, "Whom it is for.")  # type: ignore[assignment]
    note = _may(fields.String, "What to know before using it.")  # type: ignore[assignment]


class CardContestedDocument(schemas.ContestedSchema):
    """A member about which sources disagree: never show its value as certain."""

    note = _may(fields.String, "What the sources say.")  # type: ignore[assignment]  # see above


class TranslationsDocument(ma.Schema):
    """Texts of the card in all languages that the record has, by language (BCP 47)."""

    name = _may(_TEXTS, "The name of the centre in other languages.")
    street = _may(_TEXTS, "The street in other languages.")
    locality = _may(_TEXTS, "The town.")
    description = _may(_TEXTS, "What the centre offers.")
    closed_reason = _may(_TEXTS, "Why it is closed.")


class CardDocument(ma.Schema):
    """A centre, with texts in one language. Members that say nothing are absent."""

    id = _is(fields.String, "Never reused for another centre.")
    name = _is(fields.String, "The name of the centre.")
    status = _may(
        fields.String,
        "`temporarily_closed`, or `closed` permanently. Absent for an open centre.",
    )
    phones = _may(_list(fields.Nested(CardPhoneDocument)), "The first is the one to call.")
    email = _may(fields.String, "The e-mail address.")
    website = _may(fields.String, "The URL of the website.")
    address = _is(_nested(CardAddressDocument), "Where it is, as far as that is public.")
    location = _may(
        _nested(schemas.LocationSchema),
        "The point that distances are measured to, and how exact it is. That of a hidden address "
        "is its town.",
    )
    languages = _may(
        _list(fields.String()),
        "Languages (BCP 47), those of `interpreters` too. Absent: not known.",
    )
    interpreters = _may(
        _list(fields.String()),
        "Those of the languages for which an interpreter is called: say so beside each.",
    )
    office = _is(_nested(OfficeDocument), "Whether the office is open.")
    verified_on = _is(
        fields.Date,
        "The day on which a maintainer last confirmed the record; null if never, long ago, or if "
        "it has changed since.",
        allow_none=True,
    )
    warnings = _may(
        _list(fields.Nested(WarningDocument)), "Show each beside the value that it is about."
    )
    description = _may(fields.String, "With include=description: what it offers.")
    services = _may(_list(fields.String()), "With include=services: codes of /v1/services.")
    audiences = _may(
        _list(fields.String()), "With include=services: whom it is for, codes of /v1/services."
    )
    opening_hours = _may(
        fields.String,
        "With include=opening_hours: of the office, in the syntax of OpenStreetMap.",
    )
    timezone = _may(fields.String, "With include=opening_hours: IANA time zone.")
    channels = _may(
        _list(fields.Nested(CardChannelDocument)),
        "With include=channels: every way to reach it, with what is known of cost and privacy.",
    )
    sources = _may(
        partial(fields.Dict, keys=fields.String(), values=fields.List(fields.String())),
        "With include=sources: for each member the ids of its sources, which /v1/sources lists.",
    )
    contested = _may(
        _list(fields.Nested(CardContestedDocument)),
        "With include=contested: what sources disagree about, and what they say.",
    )
    translations = _may(
        _nested(TranslationsDocument), "With include=translations: the texts in all languages."
    )


class HelplineCardDocument(ma.Schema):
    """A number to call or a site to report at."""

    id = _is(fields.String, "As in /v1/helplines.")
    kind = _is(
        fields.String,
        "`emergency`, `police`, `national_line`, `other_line`, `reporting_site` or `child_line`.",
    )
    number = _may(
        fields.String, "E.164, or a short number, which works in its country only. Or `url`."
    )
    display = _may(
        fields.String, "As it is printed in its country: elsewhere, show `number` instead."
    )
    url = _may(fields.String, "The site, in the language of the answer if it has that.")
    name = _is(fields.String, "What it is, in the language of the answer.")
    country = _is(fields.String, "ISO 3166-1. Show it if it is not the country of the place.")
    hours = _may(fields.String, "In the opening_hours syntax of OpenStreetMap, such as `24/7`.")
    channels = _may(
        _list(fields.String()), "If the number cannot be called: how it is reached, such as `sms`."
    )
