"""A semantic diff in plain English, for `diff`, import plans, history, proposals, admin pages.

It is written for maintainers who are not programmers. It is complete: each change of a record has
at least one difference.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from directory_api.change import formatters
from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.formatters import (
    Describe,
    Sentences,
    Table,
    items,
    itself,
    members,
    numbered,
    texts,
    under,
)
from directory_api.record.records import text_in


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
        return (Difference("", f"{change.action}: {_name(change) or _subject(change)}"),)
    describe = _KINDS.get(change.kind)
    if describe is None:
        return (Difference("", f"{_subject(change)} changed"),)
    sentences = describe("", "", change.before, change.after)
    return tuple(Difference(pointer, text) for pointer, text in sentences)


def summary(change: Change) -> str:
    """Describe a change in one line: "pag-asa (PAG-ASA): phone changed: … → …; moved 3.2 km"."""
    if change.before is None or change.after is None or change.kind not in _KINDS:
        return f"{_subject(change)}: {change.action}"
    sentences = "; ".join(difference.text for difference in differences(change))
    return f"{_subject(change)}: {sentences or 'no change'}"


def _subject(change: Change) -> str:
    """Return the label of the changed record: its id, and its name if it has one."""
    if change.kind in COLLECTIONS:
        name = _name(change)
        return f"{change.id} ({name})" if name else change.id
    if change.kind == "directory":
        return "the directory"
    called = {"boundary": "boundary of", "table": "postcodes of"}.get(change.kind, change.kind)
    return f"{called} {change.id}"


def _name(change: Change) -> str | None:
    """Return the name of a record, in English if it has several."""
    record = (change.before if change.after is None else change.after) or {}
    name = record.get("name", record.get("publisher"))
    if isinstance(name, Mapping):
        name = text_in(name)
    return name if isinstance(name, str) else None


_INTERPRETER = {
    True: "through an interpreter now",
    False: "without an interpreter now",
    None: "not known any more whether through an interpreter",
}


def _interpreter(pointer: str, _label: str, _old: Any, new: Any) -> Sentences:
    yield pointer, _INTERPRETER[new]


def _spoken(spoken: Mapping[str, Any]) -> str:
    return f"{spoken['code']}{' (through an interpreter)' if spoken.get('interpreter') else ''}"


def _verified(pointer: str, _label: str, old: Any, new: Any) -> Sentences:
    if new and old and {**old, "digest": None} == {**new, "digest": None}:
        yield f"{pointer}/digest", f"noted which values were verified on {new['on']}"
    elif new:
        how = f" ({new['how']})" if "how" in new else ""
        yield pointer, f"verified on {new['on']}{_by(new)}{how}"
    else:
        yield pointer, f"no longer verified (was on {old['on']}{_by(old)})"


def _by(verified: Mapping[str, Any]) -> str:
    """Return who confirmed a record; nothing for one that a repair took from its public form."""
    return f" by {verified['by']}" if "by" in verified else ""


def _member(name: str) -> formatters.Key:
    return lambda record: record.get(name)


def _source(source: Mapping[str, Any]) -> str:
    """Return a source in full: its title and its address are on the page for visitors."""
    shown = (source.get(member) for member in ("title", "publisher", "url"))
    return f"{source['id']} ({', '.join(filter(None, shown))})"


_ADDRESS: Table = {
    "street": ("street", formatters.value),
    "street_translations": ("street", texts()),
    "postal_code": ("postcode", formatters.value),
    "locality": ("town", texts()),
    "country": ("country", formatters.value),
    "subdivision": ("region", formatters.value),
}
_PHONE = numbered(
    "phone",
    under(
        lambda phone: f"phone {formatters.printed(phone)}: ",
        members(
            {
                "kind": ("kind", formatters.word),
                "languages": ("language", formatters.words),
                "hours": ("hours", formatters.whole),
                "note": ("note", texts(formatters.whole)),
            }
        ),
    ),
)
_SPOKEN = under(
    lambda spoken: f"language {spoken['code']}: ",
    members({"interpreter": ("interpreter", _interpreter)}),
)
_CONTESTED = under(
    lambda entry: f"contested {entry['member']}: ",
    members({"sources": ("source", formatters.words), "note": ("note", texts(formatters.whole))}),
)
_ACKNOWLEDGED = items(
    lambda each: f"{each['warning']} ({formatters.cut(each['reason'])})",
    [itself, _member("warning")],
    under(lambda each: f"acknowledged warning {each['warning']}: ", members({})),
)
_CENTRE: Table = {
    "name": ("name", formatters.value),
    "name_translations": ("name", texts()),
    "kind": ("kind", formatters.word),
    "status": ("status", formatters.word),
    "closed_until": ("closed until", formatters.value),
    "closed_reason": ("reason of the closure", texts(formatters.whole)),
    "description": ("description", formatters.long_texts),
    "address": ("address", members(_ADDRESS)),
    "address_visibility": ("address visibility", formatters.word),
    "location": ("location", formatters.moved),
    "phones": (
        "phone",
        items(formatters.printed, [itself, _member("number"), _member("kind")], _PHONE),
    ),
    "email": ("e-mail", formatters.whole),
    "website": ("web address", formatters.web),
    "languages": ("language", items(_spoken, [itself, _member("code")], _SPOKEN)),
    "services": ("service", formatters.words),
    "audiences": ("audience", formatters.words),
    "opening_hours": ("opening hours", formatters.whole),
    "timezone": ("time zone", formatters.value),
    "coverage": ("area covered", formatters.words),
    "sources": ("sources", under(lambda _: "sources of ", members({}))),
    "contested": (
        "contested",
        items(
            lambda entry: f"{entry['member']} ({', '.join(entry['sources'])})",
            [itself, _member("member")],
            _CONTESTED,
        ),
    ),
    "verified": ("verification", _verified),
    "acknowledged": ("acknowledged warning", _ACKNOWLEDGED),
}
_HELPLINE: Table = {
    "kind": ("kind", formatters.word),
    "url": ("web address", formatters.web),
    "url_translations": ("web address", texts(formatters.web)),
    "name": ("name", texts()),
    "countries": ("country", formatters.words),
    "hours": ("hours", formatters.whole),
    "note": ("note", texts(formatters.whole)),
    "sources": ("source", formatters.words),
    "verified": ("verification", _verified),
    "acknowledged": ("acknowledged warning", _ACKNOWLEDGED),
}
_DIRECTORY: Table = {
    "publisher": ("publisher", formatters.whole),
    "licence": (
        "licence",
        members(
            {
                "name": ("licence", formatters.whole),
                "url": ("address of the licence", formatters.whole),
            }
        ),
    ),
    "sources": (
        "source",
        items(
            _source,
            [itself, _member("id")],
            under(
                lambda source: f"source {source['id']}: ",
                members(
                    {
                        "title": ("title", formatters.whole),
                        "publisher": ("publisher", formatters.whole),
                        "url": ("url", formatters.whole),
                    }
                ),
            ),
        ),
    ),
}
_KINDS: Mapping[str, Describe] = {
    "centre": members(_CENTRE),
    "helpline": numbered("number", members(_HELPLINE)),
    "directory": members(_DIRECTORY),
}
