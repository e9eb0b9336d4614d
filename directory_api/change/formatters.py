"""Describe the change of one value in a sentence: "e-mail changed: a → b", "moved 3.2 km".

Each function takes the JSON pointer of the value, its label, and the value before and after (None
if absent). It yields a pointer and a sentence for each difference that a maintainer would name. The
values come from records that the schema accepts now or accepted in the past, so members may be
missing or unknown.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from directory_api.place.geometry import chord_m
from directory_api.record.records import Location
from directory_api.text.message import Joined, Message
from directory_api.text.named import LanguageName, Number
from directory_api.text.normalize import web_domain

Sentences = Iterator[tuple[str, Message]]
Describe = Callable[[str, str, Any, Any], Sentences]
# For each member's name: its label, and the function that describes its change.
Table = Mapping[str, tuple[str, Describe]]
Key = Callable[[Any], Any]

# A longer text is cut to this many characters, from a little before the difference.
LONGEST = 60
_BEFORE_THE_DIFFERENCE = 15


def value(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Describe any value; a long one is cut around the difference."""
    before, after = as_text(old), as_text(new)
    if old is not None and new is not None:
        start = max(0, _same_letters(before, after) - _BEFORE_THE_DIFFERENCE)
        fits = max(len(before), len(after)) <= LONGEST
        before, after = (text if fits else cut(text, start) for text in (before, after))
        yield pointer, _changed(label, before, after)
    elif old is None:
        yield pointer, _added(label, cut(after))
    else:
        yield pointer, _dropped(label, cut(before))


def whole(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Describe a value in full, whatever its length.

    Visitors act on such values, and an attacker may change only the last character.
    """
    if old is not None and new is not None:
        yield pointer, _changed(label, old, new)
    else:
        yield pointer, _added(label, new) if old is None else _dropped(label, old)


def _changed(label: str, before: Any, after: Any) -> Message:
    return Message("{label} changed: {before} → {after}", label=label, before=before, after=after)


def _added(label: str, item: Any) -> Message:
    return Message("{label} added: {item}", label=label, item=item)


def _dropped(label: str, item: Any) -> Message:
    return Message("{label} dropped: {item}", label=label, item=item)


def named(name: Callable[[str], Any]) -> Describe:
    """Describe a text by what it means, such as a code by its name."""

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        before, after = (name(each) if isinstance(each, str) else each for each in (old, new))
        # Two texts may mean the same.
        if str(before) == str(after):
            before, after = old, new
        yield from whole(pointer, label, before, after)

    return described


def word(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Describe a word of a closed vocabulary: "status: active → closed"."""
    if old is not None and new is not None:
        text = Message(
            "{label}: {before} → {after}", label=label, before=_in_words(old), after=_in_words(new)
        )
        yield pointer, text
    else:
        before, after = (None if each is None else _in_words(each) for each in (old, new))
        yield from whole(pointer, label, before, after)


def web(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Describe a web address.

    A new domain may have another owner; another page of the same domain does not.
    """
    before, after = web_domain(old or ""), web_domain(new or "")
    if before and after and before != after:
        yield from whole(pointer, Message("domain of the {label}", label=label), before, after)
    else:
        yield from whole(pointer, label, old, new)


def number(pointer: str, label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Sentences:
    """Describe the members `number` and `display` of a record as one, as visitors see them."""
    if old.get("number") != new.get("number"):
        before, after = printed(old), printed(new)
        # The printed form is the same, which would hide that the dialled number differs.
        if before == after:
            before, after = old.get("number"), new.get("number")
        yield from whole(f"{pointer}/number", label, before, after)
    elif old.get("display") != new.get("display"):
        yield from whole(
            f"{pointer}/display",
            Message("printed form of {label}", label=label),
            old.get("display"),
            new.get("display"),
        )


def printed(record: Mapping[str, Any]) -> str | None:
    """Return the number of a phone or helpline as visitors see it."""
    return record.get("display") or record.get("number")


def moved(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Describe a location: how far its point moved (a chord, in metres), and its precision."""
    if not old or not new:
        yield from value(pointer, label, old, new)
        return
    before, after = Location.from_record(old), Location.from_record(new)
    if before.point != after.point:
        far = distance(chord_m(before.point, after.point))
        yield pointer, Message("moved {distance}", distance=far)
    if before.precision != after.precision:
        yield from word(
            f"{pointer}/precision",
            Message("precision of the {label}", label=label),
            before.precision,
            after.precision,
        )


def distance(metres: float) -> Message:
    """Format a distance for people: "140 m", "3.2 km"."""
    if round(metres) < 1:
        return Message("less than a metre")
    if round(metres) < 1000:
        return Message("{metres} m", metres=Number(metres))
    return Message("{km} km", km=Number(metres / 1000, 1))


def texts(describe: Describe = value) -> Describe:
    """Describe texts by language, one sentence for each language: "name (French) changed: …"."""

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        for language, before, after in _differing(old, new):
            in_language = Message(
                "{label} ({language})", label=label, language=LanguageName(language)
            )
            yield from describe(step(pointer, language), in_language, before, after)

    return described


_LONG: Mapping[str, Message] = {
    "added": Message("{label} added ({languages})"),
    "changed": Message("{label} changed ({languages})"),
    "dropped": Message("{label} dropped ({languages})"),
}


def long_texts(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Describe texts by language that are too long to show: "description changed (French)"."""
    languages: dict[str, list[str]] = {action: [] for action in _LONG}
    for language, before, after in _differing(old, new):
        languages["added" if before is None else "dropped" if after is None else "changed"].append(
            language
        )
    for action, tags in languages.items():
        if tags:
            names = Joined.of(map(LanguageName, sorted(tags)))
            yield pointer, _LONG[action].format(label=label, languages=names)


def items(name: Key, keys: Sequence[Key], describe: Describe) -> Describe:
    """Describe a list: dropped items, added items, changed items, and a change of the order.

    `name` returns an item's label. `keys` decide which items of both lists correspond, the most
    reliable key first.
    """

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        old, new = old or [], new or []
        pairs, dropped, added = match(old, new, keys)
        for place in dropped:
            yield f"{pointer}/{place}", _dropped(label, name(old[place]))
        for place in added:
            yield f"{pointer}/{place}", _added(label, name(new[place]))
        for before, after in pairs:
            yield from describe(f"{pointer}/{after}", label, old[before], new[after])
        places = [after for _, after in pairs]
        if places != sorted(places):
            listed = member_name(pointer.rpartition("/")[2])
            yield pointer, Message("order of {items} changed", items=listed)

    return described


def words(name: Key) -> Describe:
    """Describe a list of codes by their names: "service dropped: Legal help"."""
    return items(name, [itself], lambda *_: iter(()))


def members(table: Table, called: Callable[[str], str] | None = None) -> Describe:
    """Describe a record by the functions in the table, in its order.

    A member that is not in the table is described by `value`; `called` returns its label.
    """
    places = {name: place for place, name in enumerate(table)}

    def described(pointer: str, _label: str, old: Any, new: Any) -> Sentences:
        differing = sorted(
            _differing(old, new), key=lambda member: (places.get(member[0], len(places)), member[0])
        )
        for name, before, after in differing:
            label, describe = table.get(name) or ((called or _spaced)(name), value)
            where = step(pointer, name)
            sentences = (
                list(describe(where, label, before, after))
                if (before, after) != (None, None)
                else []
            )
            # null or an empty list replaced an absent member: two different records must never seem
            # equal.
            yield from (
                sentences or [(where, Message("{label} is written differently", label=label))]
            )

    return described


def numbered(called: str, describe: Describe) -> Describe:
    """Describe a record whose `number` and `display` count as one value.

    `describe` handles the other members.
    """

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        sentences = list(number(pointer, called, old, new))
        done = {f"{pointer}/number", f"{pointer}/display"} if sentences else set()
        yield from sentences
        yield from (
            sentence for sentence in describe(pointer, label, old, new) if sentence[0] not in done
        )

    return described


def under(name: Key, describe: Describe) -> Describe:
    """Put the label of the new value, from `name`, in front of each sentence."""

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        for where, text in describe(pointer, label, old, new):
            yield where, Message("{item}: {change}", item=name(new), change=text)

    return described


def match(
    old: Sequence[Any], new: Sequence[Any], keys: Sequence[Key]
) -> tuple[list[tuple[int, int]], Sequence[int], Sequence[int]]:
    """Return which items of two lists correspond.

    The result is pairs of indexes, then the unmatched indexes of each list.
    """
    pairs: list[tuple[int, int]] = []
    left: Sequence[int] = range(len(old))
    right: Sequence[int] = range(len(new))
    for key in keys:
        waiting: defaultdict[str, deque[int]] = defaultdict(deque)
        for place in right:
            waiting[repr(key(new[place]))].append(place)
        unmatched = []
        for place in left:
            matches = waiting[repr(key(old[place]))]
            if matches:
                pairs.append((place, matches.popleft()))
            else:
                unmatched.append(place)
        left, right = unmatched, sorted(place for places in waiting.values() for place in places)
    return sorted(pairs), left, right


def itself(item: Any) -> Any:
    """The key of an item that matches only an equal item."""
    return item


def as_text(member: Any) -> str:
    """Return a value as text, without quotes and brackets."""
    if isinstance(member, Mapping):
        member = list(member.values())
    return ", ".join(map(as_text, member)) if isinstance(member, list) else str(member)


def step(pointer: str, name: str) -> str:
    """Return the JSON pointer of a member (RFC 6901)."""
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _differing(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """Return the members that differ, with both values; null and absent count as different."""
    old, new = old or {}, new or {}
    names = dict.fromkeys([*old, *new])
    return [
        (name, old.get(name), new.get(name))
        for name in names
        if (name in old, old.get(name)) != (name in new, new.get(name))
    ]


def _spaced(code: Any) -> str:
    return str(code).replace("_", " ")


def member_name(name: str) -> str:
    """Return what a member is called in a sentence."""
    return _MEMBERS.get(name) or _spaced(name)


def _in_words(code: Any) -> str:
    return _WORDS.get(str(code)) or _spaced(code)


_MEMBERS: Mapping[str, Message] = {
    "name": Message("name"),
    "status": Message("status"),
    "description": Message("description"),
    "address": Message("address"),
    "location": Message("location"),
    "phones": Message("phones"),
    "email": Message("e-mail"),
    "website": Message("web site"),
    "channels": Message("ways to reach it"),
    "languages": Message("languages"),
    "services": Message("services"),
    "audiences": Message("audiences"),
    "opening_hours": Message("opening hours"),
    "temporary": Message("values for some time only"),
    "coverage": Message("area covered"),
    "sources": Message("sources"),
    "contested": Message("contested values"),
    "acknowledged": Message("acknowledged warnings"),
    "number": Message("number"),
    "hours": Message("hours"),
    "countries": Message("countries"),
}
# Of all vocabularies but those of which visitors read the labels.
_WORDS: Mapping[str, Message] = {
    "active": Message("active"),
    "temporarily_closed": Message("temporarily closed"),
    "closed": Message("closed"),
    "public": Message("public"),
    "locality": Message("locality"),
    "hidden": Message("hidden"),
    "exact": Message("exact"),
    "street": Message("street"),
    "postcode": Message("postcode"),
    "municipality": Message("municipality"),
    "main": Message("main"),
    "duty": Message("duty"),
    "mobile": Message("mobile"),
    "fax": Message("fax"),
    "specialised-centre": Message("specialised centre"),
    "reception-centre": Message("reception centre"),
    "emergency": Message("emergency"),
    "police": Message("police"),
    "national_line": Message("national line"),
    "other_line": Message("other line"),
    "reporting_site": Message("reporting site"),
    "child_line": Message("child line"),
}


def _same_letters(first: str, second: str) -> int:
    """Return the length of the common prefix of two texts."""
    pairs = enumerate(zip(first, second, strict=False))
    return next(
        (place for place, (left, right) in pairs if left != right), min(len(first), len(second))
    )


def cut(text: str, start: int = 0) -> str:
    """Return at most LONGEST characters of a text from `start`, with … for what is omitted."""
    end = start + LONGEST
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"
