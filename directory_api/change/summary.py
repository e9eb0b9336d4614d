"""A semantic diff in plain English, for `diff`, import plans, history, proposals, admin pages.

It is written for maintainers who are not programmers. It is complete: each change of a record has
at least one difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from directory_api.change import formatters
from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.formatters import (
    Describe,
    Sentences,
    Table,
    items,
    itself,
    member_name,
    members,
    named,
    numbered,
    texts,
    under,
    words,
)
from directory_api.countries.area_name import AreaName
from directory_api.hours.in_words import HoursInWords
from directory_api.record.in_languages import in_languages
from directory_api.record.ways import FACTS, WAYS
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName, Day, Label, LanguageName
from directory_api.text.written import Written


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference, as a sentence.

    `pointer` is a JSON pointer (RFC 6901) into the record after the change, or, for a dropped
    value, before it.
    """

    pointer: str
    text: str


def differences(change: Change) -> tuple[Difference, ...]:
    """Return every difference, a sentence each; empty if and only if before and after are equal."""
    if change.before == change.after:
        return ()
    if change.before is None or change.after is None:
        record = _name(change) or _subject(change)
        return (
            Difference("", Message("{action}: {record}", action=_action(change), record=record)),
        )
    describe = _KINDS.get(change.kind)
    if describe is None:
        return (Difference("", Message("{record} changed", record=_subject(change))),)
    sentences = describe("", "", change.before, change.after)
    return tuple(Difference(pointer, text) for pointer, text in sentences)


def summary(change: Change) -> str:
    """Describe a change in one line: "pag-asa (PAG-ASA): phone changed: … → …; moved 3.2 km"."""
    if change.before is None or change.after is None or change.kind not in _KINDS:
        changes: Any = _action(change)
    else:
        found = tuple(difference.text for difference in differences(change))
        changes = Joined(found, "; ") if found else Message("no change")
    return Message("{record}: {changes}", record=_subject(change), changes=changes)


def _action(change: Change) -> Message:
    return _ACTIONS[change.action]


_ACTIONS: Mapping[str, Message] = {
    "added": Message("added"),
    "changed": Message("changed"),
    "removed": Message("removed"),
}


def _subject(change: Change) -> str:
    """Return the label of the changed record: its id, and its name if it has one."""
    if change.kind in COLLECTIONS:
        name = _name(change)
        return Message("{id} ({name})", id=change.id, name=name) if name else change.id
    if change.kind == "directory":
        return Message("the directory")
    called = {"boundary": "boundary of", "table": "postcodes of"}.get(change.kind, change.kind)
    return f"{called} {change.id}"


def _name(change: Change) -> str | None:
    """Return the name of a record, which a Message says in its language if it has several."""
    record = (change.before if change.after is None else change.after) or {}
    name = record.get("name", record.get("publisher"))
    if isinstance(name, Mapping):
        name = in_languages(name)
    return name if isinstance(name, str) else None


_INTERPRETER = {
    True: Message("through an interpreter now"),
    False: Message("without an interpreter now"),
    None: Message("not known any more whether through an interpreter"),
}


def _interpreter(pointer: str, _label: str, _old: Any, new: Any) -> Sentences:
    yield pointer, _INTERPRETER[new]


def _retired(pointer: str, _label: str, _old: Any, new: Any) -> Sentences:
    yield pointer, Message("retired now") if new else Message("not retired any more")


def _spoken(spoken: Mapping[str, Any]) -> Any:
    language = LanguageName(spoken["code"])
    if not spoken.get("interpreter"):
        return language
    return Message("{language} (through an interpreter)", language=language)


def _verified(pointer: str, _label: str, old: Any, new: Any) -> Sentences:
    if new and old and {**old, "digest": None} == {**new, "digest": None}:
        yield (
            f"{pointer}/digest",
            Message("noted which values were verified on {day}", day=Day(new["on"])),
        )
    elif new:
        yield pointer, _verified_now(new)
    else:
        yield pointer, _verified_before(old)


# Only the day is known of a confirmation that was taken from the public form of a record.
def _verified_now(verified: Mapping[str, Any]) -> Message:
    day = Day(verified["on"])
    if "by" not in verified:
        return Message("verified on {day}", day=day)
    if "how" not in verified:
        return Message("verified on {day} by {name}", day=day, name=Written(verified["by"]))
    return Message(
        "verified on {day} by {name} ({how})",
        day=day,
        name=Written(verified["by"]),
        how=Written(verified["how"]),
    )


def _verified_before(verified: Mapping[str, Any]) -> Message:
    day = Day(verified["on"])
    if "by" not in verified:
        return Message("no longer verified (was on {day})", day=day)
    return Message(
        "no longer verified (was on {day} by {name})", day=day, name=Written(verified["by"])
    )


def _member(name: str) -> formatters.Key:
    return lambda record: record.get(name)


def _source(source: Mapping[str, Any]) -> str:
    """Return a source in full: its title and its address are on the page for visitors."""
    shown = (source.get(member) for member in ("title", "publisher", "url"))
    return f"{source['id']} ({', '.join(filter(None, shown))})"


def _sources_of(member: str) -> Message:
    return Message("sources of {member}", member=member_name(member))


_ADDRESS: Table = {
    "street": (Message("street"), formatters.value),
    "street_translations": (Message("street"), texts()),
    "postal_code": (Message("postcode"), formatters.value),
    "locality": (Message("town"), texts()),
    "country": (Message("country"), named(CountryName)),
    "subdivision": (Message("region"), named(AreaName)),
}
_PHONE = numbered(
    Message("phone"),
    under(
        lambda phone: Message("phone {number}", number=formatters.printed(phone)),
        members(
            {
                "kind": (Message("kind"), formatters.word),
                "languages": (Message("language"), words(LanguageName)),
                "hours": (Message("hours"), named(HoursInWords)),
                "note": (Message("note"), texts(formatters.whole)),
            }
        ),
    ),
)
_PHONES = items(formatters.printed, [itself, _member("number"), _member("kind")], _PHONE)


def _point(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    if old and new:
        yield from formatters.moved(pointer, label, old, new)
    else:
        sides = (f"{side['lat']}, {side['lon']}" if side else None for side in (old, new))
        yield from formatters.value(pointer, label, *sides)


_TEMPORARY = members(
    {
        "from": (Message("first day of the temporary values"), named(Day)),
        "until": (Message("last day of the temporary values"), named(Day)),
        "note": (Message("note on the temporary values"), texts(formatters.whole)),
        "address": (
            Message("temporary address"),
            under(lambda _: Message("temporary address"), members(_ADDRESS)),
        ),
        "location": (
            Message("temporary point"),
            under(lambda _: Message("temporary address"), _point),
        ),
        "phones": (
            Message("temporary phone"),
            under(lambda _: Message("temporary phones"), _PHONES),
        ),
        "opening_hours": (Message("temporary opening hours"), named(HoursInWords)),
    }
)
_SPOKEN = under(
    lambda spoken: Message("language {language}", language=LanguageName(spoken["code"])),
    members({"interpreter": (Message("interpreter"), _interpreter)}),
)
_ANSWERS = {True: Message("yes"), False: Message("no")}


def _answer(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Describe a fact that is true, false or not known."""
    known = (_ANSWERS.get(each, each) if each in (True, False) else each for each in (old, new))
    yield from formatters.whole(pointer, label, *known)


def _way(channel: Mapping[str, Any]) -> Any:
    kind = WAYS.get(channel.get("kind", ""), channel.get("kind"))
    if "address" not in channel:
        return kind
    return Message("{kind}, {address}", kind=kind, address=channel["address"])


def _kind_and_address(channel: Mapping[str, Any]) -> tuple[Any, Any]:
    return channel.get("kind"), channel.get("address")


_CHANNELS = items(
    _way,
    [itself, _kind_and_address, _member("kind")],
    under(
        lambda channel: Message("way to reach it ({way})", way=_way(channel)),
        members(
            {
                "kind": (Message("kind"), named(lambda kind: WAYS.get(kind, kind))),
                "address": (Message("number or address"), formatters.whole),
                "languages": (
                    Message("language"),
                    items(_spoken, [itself, _member("code")], _SPOKEN),
                ),
                "hours": (Message("hours"), named(HoursInWords)),
                "cost": (Message("cost"), named(lambda cost: FACTS["cost"].get(cost, cost))),
                "on_bill": (Message("on the phone bill"), _answer),
                "needs_account": (Message("needs an account, an app or a registration"), _answer),
                "makes_sound": (Message("makes sound"), _answer),
                "for_whom": (Message("for whom"), texts(formatters.whole)),
                "note": (Message("note"), texts(formatters.whole)),
                "sources": (Message("source"), words(itself)),
            }
        ),
    ),
)
_CONTESTED = under(
    lambda entry: Message("contested {member}", member=member_name(entry["member"])),
    members(
        {
            "sources": (Message("source"), words(itself)),
            "value": (Message("value"), formatters.whole),
            "note": (Message("note"), texts(formatters.whole)),
        }
    ),
)
_ACKNOWLEDGED = items(
    lambda each: Message(
        "{warning} ({reason})", warning=each["warning"], reason=formatters.cut(each["reason"])
    ),
    [itself, _member("warning")],
    under(
        lambda each: Message("acknowledged warning {warning}", warning=each["warning"]), members({})
    ),
)
_CENTRE: Table = {
    "name": (Message("name"), formatters.value),
    "name_translations": (Message("name"), texts()),
    "kind": (Message("kind"), formatters.word),
    "status": (Message("status"), formatters.word),
    "closed_until": (Message("closed until"), named(Day)),
    "closed_reason": (Message("reason of the closure"), texts(formatters.whole)),
    "description": (Message("description"), formatters.long_texts),
    "address": (Message("address"), members(_ADDRESS)),
    "address_visibility": (Message("address visibility"), formatters.word),
    "location": (Message("location"), formatters.moved),
    "phones": (Message("phone"), _PHONES),
    "email": (Message("e-mail"), formatters.whole),
    "website": (Message("web address"), formatters.web),
    "channels": (Message("way to reach it"), _CHANNELS),
    "languages": (Message("language"), items(_spoken, [itself, _member("code")], _SPOKEN)),
    "services": (Message("service"), words(partial(Label, "service"))),
    "audiences": (Message("audience"), words(partial(Label, "audience"))),
    "opening_hours": (Message("opening hours"), named(HoursInWords)),
    "timezone": (Message("time zone"), formatters.value),
    "coverage": (Message("area covered"), words(AreaName)),
    "temporary": (Message("temporary values"), _TEMPORARY),
    "sources": (Message("sources"), members({}, _sources_of)),
    "contested": (
        Message("contested"),
        items(
            lambda entry: Message(
                "{member} ({sources})",
                member=member_name(entry["member"]),
                sources=Joined.of(entry["sources"]),
            ),
            [itself, _member("member")],
            _CONTESTED,
        ),
    ),
    "verified": (Message("verification"), _verified),
    "acknowledged": (Message("acknowledged warning"), _ACKNOWLEDGED),
}
_HELPLINE: Table = {
    "kind": (Message("kind"), formatters.word),
    "url": (Message("web address"), formatters.web),
    "url_translations": (Message("web address"), texts(formatters.web)),
    "name": (Message("name"), texts()),
    "countries": (Message("country"), words(CountryName)),
    "hours": (Message("hours"), named(HoursInWords)),
    "channels": (Message("way to reach it"), _CHANNELS),
    "note": (Message("note"), texts(formatters.whole)),
    "sources": (Message("source"), words(itself)),
    "verified": (Message("verification"), _verified),
    "acknowledged": (Message("acknowledged warning"), _ACKNOWLEDGED),
}
_DIRECTORY: Table = {
    "publisher": (Message("publisher"), formatters.whole),
    "licence": (
        Message("licence"),
        members(
            {
                "name": (Message("licence"), formatters.whole),
                "url": (Message("address of the licence"), formatters.whole),
            }
        ),
    ),
    "sources": (
        Message("source"),
        items(
            _source,
            [itself, _member("id")],
            under(
                lambda source: Message("source {id}", id=source["id"]),
                members(
                    {
                        "title": (Message("title"), formatters.whole),
                        "publisher": (Message("publisher"), formatters.whole),
                        "url": (Message("url"), formatters.whole),
                        "published": (Message("date"), named(Day)),
                        "read_in": (Message("month in which it was read"), named(Day)),
                        "retired": (Message("retired"), _retired),
                    }
                ),
            ),
        ),
    ),
}
_KINDS: Mapping[str, Describe] = {
    "centre": members(_CENTRE),
    "helpline": numbered(Message("number"), members(_HELPLINE)),
    "directory": members(_DIRECTORY),
}
