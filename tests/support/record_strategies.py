"""Valid records in canonical form, with every member that a record can have (hypothesis)."""

import re
from typing import Any

from hypothesis import strategies as st
from marshmallow import fields, validate

from directory_api.record import vocabulary
from directory_api.record.schemas import CentreSchema
from directory_api.record.ways import FACTS

Records = st.SearchStrategy[dict[str, Any]]
_Members = dict[str, st.SearchStrategy[Any]]

SOURCES = ("flyer", "general", "unhcr")  # ids that the shipped directory lists
LANGUAGES = st.sampled_from(["nl", "fr", "de", "en", "pt-BR", "zh-Hant", "ti"])
_SIGNS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"])
# What spreadsheets, CSV and this project's cells give a meaning to.
_STARTS = st.sampled_from(["", "=", "+", "-", "@", "'", "''", '"', "'t ", ";", ",", "yes", "1,5"])
LINES = (
    st.builds(str.__add__, _STARTS, st.text(_SIGNS, max_size=12))
    .map(lambda line: line.replace("<", "-").strip())
    .filter(lambda line: bool(line) and not re.search(r";\s*[=+@-]", line))
)
TEXTS = st.dictionaries(LANGUAGES, LINES, min_size=1, max_size=3)
_CITED = st.lists(st.sampled_from(SOURCES), min_size=1, max_size=3, unique=True)
_HOURS = st.sampled_from(["24/7", "Mo-Fr 09:00-17:00", "Mo-Fr 09:00-12:00,13:00-17:00; PH off"])


def codes(field: fields.Field[Any]) -> tuple[str, ...]:
    """The words of a field for one word of a vocabulary; none for any other field."""
    words = (each.choices for each in field.validators if isinstance(each, validate.OneOf))
    return tuple(next(words, ()))


def _some(values: st.SearchStrategy[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(values, min_size=1, max_size=3)


PHONES = st.fixed_dictionaries(
    {"number": st.just("+3225116464"), "kind": st.sampled_from(vocabulary.PHONE_KINDS)},
    optional={
        "display": st.sampled_from(["02 511 64 64", "+32 2 511 64 64", "(02) 511.64.64"]),
        "languages": _some(LANGUAGES),
        "hours": _HOURS,
        "note": TEXTS,
    },
)
SPOKEN = st.fixed_dictionaries(
    {"code": LANGUAGES, "interpreter": st.booleans()}, optional={"source": st.sampled_from(SOURCES)}
)
_FACTS: _Members = {
    "languages": st.lists(SPOKEN, min_size=1, max_size=2),
    "hours": _HOURS,
    "cost": st.sampled_from(vocabulary.COSTS),
    "on_phone_bill": st.booleans(),
    "needs_account": st.booleans(),
    "audible": st.booleans(),
    "eligibility": TEXTS,
    "note": TEXTS,
    "sources": _CITED,
}
_CHANNEL_ADDRESSES = {
    "call": st.sampled_from(["+3225116464", "+3232011690"]),
    "sms": st.just("+32470123456"),
    "email": st.just("help@pag-asa.be"),
    **dict.fromkeys(("chat", "app", "form", "relay"), st.just("https://www.pag-asa.be/chat")),
}


def _channel(kind: str) -> Records:
    """A channel with an address where its kind may have one, and any facts."""
    address = {"address": _CHANNEL_ADDRESSES[kind]} if kind in _CHANNEL_ADDRESSES else {}
    known = {"kind": st.just(kind), **address}
    without = {name: value for name, value in _FACTS.items() if name not in FACTS}
    # Facts have a source.
    cited = {name: value for name, value in _FACTS.items() if name != "sources"}
    return st.fixed_dictionaries(known, optional=without) | st.fixed_dictionaries(
        {**known, "sources": _CITED}, optional=cited
    )


CHANNELS: Records = st.sampled_from(vocabulary.CHANNEL_KINDS).flatmap(_channel)
# A helpline has no place at which to meet.
_AWAY: Records = st.sampled_from(sorted(_CHANNEL_ADDRESSES)).flatmap(_channel)
ADDRESSES = st.fixed_dictionaries(
    {"postcode": st.sampled_from(["1000", "2000"]), "locality": TEXTS, "country": st.just("BE")},
    optional={"street": LINES, "street_translations": TEXTS, "subdivision": st.just("BE-BRU")},
)
LOCATIONS = st.fixed_dictionaries(
    {
        "lat": st.floats(-90, 90),
        "lon": st.floats(-180, 180),
        "precision": st.sampled_from(vocabulary.PRECISIONS),
    }
)
_CLAIMS = {
    "address": LINES,
    "phones": st.just("+3225116464"),
    "email": st.just("info@pag-asa.be"),
    "website": st.just("https://www.pag-asa.be/"),
    "opening_hours": _HOURS,
}
CONTESTED: Records = st.sampled_from(vocabulary.CONTESTABLE).flatmap(
    lambda member: st.fixed_dictionaries(
        {"member": st.just(member), "sources": _CITED},
        optional={"note": TEXTS}
        | ({"value": _CLAIMS[member]} if member in vocabulary.CLAIMED else {}),
    )
)
ACKNOWLEDGED: Records = st.fixed_dictionaries(
    {"warning": st.sampled_from(vocabulary.WARNINGS), "value": LINES, "reason": LINES}
)
_NOTED = st.lists(ACKNOWLEDGED, min_size=1, max_size=2)
_SOURCED = (
    "name",
    "description",
    "address",
    "phones",
    "email",
    "website",
    "languages",
    "services",
    "opening_hours",
)

_SECRET = "Verborgen pad 7"


def _with_its_own_street(centre: dict[str, Any]) -> dict[str, Any]:
    """The centre, of which no text names the street if that is hidden."""
    if centre["address_visibility"] == "public":
        return centre
    address = dict(centre["address"])
    if "street" in address:
        address["street"] = _SECRET
    if "street_translations" in address:
        address["street_translations"] = dict.fromkeys(address["street_translations"], _SECRET)
    return {**centre, "address": address}


_CLOSURE: _Members = {
    "closed_until": st.dates().map(lambda day: day.isoformat()),
    "closed_reason": TEXTS,
}


def _coded(*, required: bool) -> _Members:
    """The members of a centre that are a word of a vocabulary."""
    return {
        name: st.sampled_from(codes(field))
        for name, field in CentreSchema().fields.items()
        if codes(field) and field.required is required
    }


_REQUIRED: _Members = {
    "id": st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8})?", fullmatch=True),
    "name": LINES,
    "address": ADDRESSES,
    "location": LOCATIONS,
    **_coded(required=True),
}
_OPTIONAL: _Members = {
    "name_translations": TEXTS,
    "description": TEXTS,
    "phones": st.lists(PHONES, min_size=1, max_size=12),
    "email": st.sampled_from(["info@pag-asa.be", "+a@pag-asa.be", "=b@pag-asa.be"]),
    "website": st.sampled_from(["https://www.pag-asa.be/", "https://payoke.be/a,b;c?d=e"]),
    "languages": st.lists(SPOKEN, min_size=1, max_size=3),
    "services": _some(st.sampled_from(sorted(vocabulary.SERVICES))),
    "audiences": _some(st.sampled_from(sorted(vocabulary.AUDIENCES))),
    "timezone": st.sampled_from(["Europe/Brussels", "UTC"]),
    "coverage": st.lists(st.sampled_from(["BE", "BE-BRU", "LU"]), min_size=1, max_size=3),
    "sources": st.dictionaries(st.sampled_from(_SOURCED), _CITED, min_size=1, max_size=4),
    "contested": st.lists(
        CONTESTED, min_size=1, max_size=3, unique_by=lambda entry: entry["member"]
    ),
    "verified": st.fixed_dictionaries(
        {"on": st.dates().map(lambda on: on.isoformat()), "by": LINES, "how": LINES}
    ),
    "acknowledged": _NOTED,
    **_coded(required=False),
}
_DAYS = st.lists(st.dates(), min_size=2, max_size=2).map(
    lambda days: {
        "from": min(days).isoformat(),
        "until": max(days).isoformat(),
    }
)


def _is_seen(phones: list[dict[str, Any]]) -> bool:
    """Whether visitors see one of the phones."""
    return any(phone["kind"] != "fax" for phone in phones)


_VALUES = st.fixed_dictionaries(
    {"opening_hours": _HOURS},
    optional={"note": TEXTS, "phones": st.lists(PHONES, min_size=1, max_size=2).filter(_is_seen)},
)
_PLACES: Records = st.fixed_dictionaries({"address": ADDRESSES, "location": LOCATIONS})


def _temporary(centre: dict[str, Any]) -> Records:
    """Temporary values, with an address if that of the centre is public."""
    places = _PLACES if centre["address_visibility"] == "public" else st.just({})
    return st.builds(lambda *parts: {**parts[0], **parts[1], **parts[2]}, _DAYS, _VALUES, places)


# Every member that the generated centres have.
MEMBERS = frozenset({*_REQUIRED, *_OPTIONAL, *_CLOSURE, "opening_hours", "temporary", "channels"})
_CENTRES: Records = st.fixed_dictionaries(_REQUIRED, optional=_OPTIONAL)


def _with_dependent(centre: dict[str, Any]) -> Records:
    """Centres with the members that depend on others: hours, and the end of a closure."""
    dependent: _Members = {}
    if "timezone" in centre:
        dependent["opening_hours"] = _HOURS
        dependent["channels"] = st.lists(CHANNELS, min_size=1, max_size=3)
        dependent["temporary"] = _temporary(centre)
    if centre["status"] == "temporarily_closed":
        dependent |= _CLOSURE
    return st.fixed_dictionaries({}, optional=dependent).map(lambda more: {**centre, **more})


CENTRES = _CENTRES.flatmap(_with_dependent).map(_with_its_own_street)
HELPLINES: Records = st.fixed_dictionaries(
    {
        "id": st.from_regex(r"line-[a-z0-9]{1,8}", fullmatch=True),
        "kind": st.sampled_from(vocabulary.HELPLINE_KINDS),
        "name": TEXTS,
        # A new list for each example: tests change them.
        "countries": st.builds(list, st.just(("BE", "LU"))),
    },
    optional={
        "hours": _HOURS,
        "channels": st.lists(_AWAY, min_size=1, max_size=3),
        "note": TEXTS,
        "sources": _CITED,
        "acknowledged": _NOTED,
    },
).flatmap(
    lambda line: st.sampled_from(
        [_emergency(line)] if line["kind"] in vocabulary.EMERGENCY_KINDS else _reachable(line)
    )
)


def _emergency(line: dict[str, Any]) -> dict[str, Any]:
    """A line whose calls go to its own number, day and night."""
    always = {"hours": "24/7"} if "hours" in line else {}
    own = [_to_its_number(channel) for channel in line.get("channels", ())]
    return {**line, "number": "112", **always, **({"channels": own} if own else {})}


def _to_its_number(channel: dict[str, Any]) -> dict[str, Any]:
    is_call = channel["kind"] == "call"
    return {name: value for name, value in channel.items() if name != "address" or not is_call}


def _reachable(line: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {**line, "number": "116000"},
        {**line, "number": "+3278055800", "display": "078 055 800"},
        {
            **line,
            "url": "https://stoptraite.be/",
            "url_translations": {"fr": "https://stoptraite.be/fr"},
        },
    ]


SOURCE_RECORDS: Records = st.fixed_dictionaries(
    {"id": st.from_regex(r"source-[a-z0-9]{1,8}", fullmatch=True), "title": LINES},
    optional={
        "publisher": LINES,
        "url": st.just("https://payoke.be/"),
        "published": st.dates().map(lambda on: on.isoformat()),
        "accessed": st.dates().map(lambda on: on.isoformat()[:7]),
    },
)
