"""How the change of one value reads, in plain English: "e-mail changed: a → b", "moved 3.2 km".

Each function takes the JSON pointer of the value, what a maintainer calls it, and the value before and after (None
where there is none), and yields a pointer and a sentence for each thing that a maintainer would say. The values are
those of records that the schema accepts, or once did: members may be missing or unknown.
"""

from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from directory_api.domain.geo.point import chord_m
from directory_api.domain.model.values import Location
from directory_api.domain.text.normalize import web_domain

Sentences = Iterator[tuple[str, str]]
Describe = Callable[[str, str, Any, Any], Sentences]
# By the name of a member: what a maintainer calls it, and how its change reads.
Table = Mapping[str, tuple[str, Describe]]
Key = Callable[[Any], Any]

# Of a longer text a sentence shows this many letters, from a little before the difference.
LONGEST = 60
_BEFORE_THE_DIFFERENCE = 15


def value(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Any value; a long one is shortened around the difference."""
    before, after = shown(old), shown(new)
    if old is not None and new is not None:
        start = max(0, _same_letters(before, after) - _BEFORE_THE_DIFFERENCE)
        fits = max(len(before), len(after)) <= LONGEST
        before, after = (text if fits else cut(text, start) for text in (before, after))
        yield pointer, f"{label} changed: {before} → {after}"
    elif old is None:
        yield pointer, f"{label} added: {cut(after)}"
    else:
        yield pointer, f"{label} dropped: {cut(before)}"


def whole(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """A value in full, however long it is: people act on it, and an attack may sit in its last letter."""
    if old is not None and new is not None:
        yield pointer, f"{label} changed: {old} → {new}"
    else:
        yield pointer, f"{label} added: {new}" if old is None else f"{label} dropped: {old}"


def word(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """A word of a closed vocabulary: "status: active → closed"."""
    if old is not None and new is not None:
        yield pointer, f"{label}: {_spaced(old)} → {_spaced(new)}"
    else:
        yield from value(pointer, label, old, new)


def web(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """A web address: another domain is somebody else's site, another page of the same domain is not."""
    before, after = web_domain(old or ""), web_domain(new or "")
    if before and after and before != after:
        yield from whole(pointer, label.replace("address", "domain"), before, after)
    else:
        yield from whole(pointer, label, old, new)


def number(pointer: str, label: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Sentences:
    """The members `number` and `display` of a record, as they are printed."""
    if old.get("number") != new.get("number"):
        before, after = printed(old), printed(new)
        if before == after:  # what is printed stayed, and hides that another number is dialled
            before, after = old.get("number"), new.get("number")
        yield from whole(f"{pointer}/number", label, before, after)
    elif old.get("display") != new.get("display"):
        yield from whole(f"{pointer}/display", f"printed form of {label}", old.get("display"), new.get("display"))


def printed(record: Mapping[str, Any]) -> str | None:
    """How people see the number of a phone or helpline."""
    return record.get("display") or record.get("number")


def moved(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """A location: how far its point moved, and how exact it is."""
    if not old or not new:
        yield from value(pointer, label, old, new)
        return
    before, after = Location.from_record(old), Location.from_record(new)
    if before.point != after.point:
        yield pointer, f"moved {distance(chord_m(before.point, after.point))}"
    if before.precision != after.precision:
        yield from word(f"{pointer}/precision", f"precision of the {label}", before.precision, after.precision)


def distance(metres: float) -> str:
    """A distance as people say it: "140 m", "3.2 km"."""
    if round(metres) < 1:
        return "less than a metre"
    return f"{metres:.0f} m" if round(metres) < 1000 else f"{metres / 1000:.1f} km"


def texts(describe: Describe = value) -> Describe:
    """Texts by language, a sentence for each language: "name (fr) changed: a → b"."""

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        for language, before, after in _differing(old, new):
            yield from describe(step(pointer, language), f"{label} ({language})", before, after)

    return described


def long_texts(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """Texts by language that are too long to show: "description changed (fr, nl)"."""
    languages: dict[str, list[str]] = {"added": [], "changed": [], "dropped": []}
    for language, before, after in _differing(old, new):
        languages["added" if before is None else "dropped" if after is None else "changed"].append(language)
    for deed, found in languages.items():
        if found:
            yield pointer, f"{label} {deed} ({', '.join(sorted(found))})"


def items(name: Key, keys: Sequence[Key], describe: Describe) -> Describe:
    """A list: what was dropped and added, each called by its `name`, what changed, and whether the rest is reordered.

    `keys` tell which items of both lists are the same one, the surest first.
    """

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        old, new = old or [], new or []
        pairs, dropped, added = match(old, new, keys)
        for place in dropped:
            yield f"{pointer}/{place}", f"{label} dropped: {name(old[place])}"
        for place in added:
            yield f"{pointer}/{place}", f"{label} added: {name(new[place])}"
        for before, after in pairs:
            yield from describe(f"{pointer}/{after}", label, old[before], new[after])
        places = [after for _, after in pairs]
        if places != sorted(places):
            yield pointer, f"order of {_spaced(pointer.rpartition('/')[2])} changed"

    return described


def words(pointer: str, label: str, old: Any, new: Any) -> Sentences:
    """A list of words: "service dropped: legal"."""
    yield from items(itself, [itself], lambda *_: iter(()))(pointer, label, old, new)


def members(table: Table) -> Describe:
    """A record: each member as the table says, in its order; a member that it does not know like any value."""
    places = {name: place for place, name in enumerate(table)}

    def described(pointer: str, _label: str, old: Any, new: Any) -> Sentences:
        differing = sorted(_differing(old, new), key=lambda found: (places.get(found[0], len(places)), found[0]))
        for name, before, after in differing:
            label, describe = table.get(name, (_spaced(name), value))
            where = step(pointer, name)
            found = list(describe(where, label, before, after)) if (before, after) != (None, None) else []
            # null or an empty list where there was nothing: no two records that differ may seem the same.
            yield from found or [(where, f"{label} is written differently")]

    return described


def numbered(called: str, describe: Describe) -> Describe:
    """A record whose `number` and `display` are one thing to a person; `describe` knows its other members."""

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        told = list(number(pointer, called, old, new))
        done = {f"{pointer}/number", f"{pointer}/display"} if told else set()
        yield from told
        yield from (found for found in describe(pointer, label, old, new) if found[0] not in done)

    return described


def under(name: Key, describe: Describe) -> Describe:
    """The same sentences, each after what it is about; `name` calls the new value."""

    def described(pointer: str, label: str, old: Any, new: Any) -> Sentences:
        for where, text in describe(pointer, label, old, new):
            yield where, f"{name(new)}{text}"

    return described


def match(
    old: Sequence[Any], new: Sequence[Any], keys: Sequence[Key]
) -> tuple[list[tuple[int, int]], Sequence[int], Sequence[int]]:
    """Which items of two lists are the same one: their places in pairs, and the places that only one list has."""
    pairs: list[tuple[int, int]] = []
    left: Sequence[int] = range(len(old))
    right: Sequence[int] = range(len(new))
    for key in keys:
        waiting: defaultdict[str, deque[int]] = defaultdict(deque)
        for place in right:
            waiting[repr(key(new[place]))].append(place)
        alone = []
        for place in left:
            same = waiting[repr(key(old[place]))]
            if same:
                pairs.append((place, same.popleft()))
            else:
                alone.append(place)
        left, right = alone, sorted(place for places in waiting.values() for place in places)
    return sorted(pairs), left, right


def itself(item: Any) -> Any:
    """What is the same is equal."""
    return item


def shown(held: Any) -> str:
    """A value without quotes and brackets."""
    if isinstance(held, Mapping):
        held = list(held.values())
    return ", ".join(map(shown, held)) if isinstance(held, list) else str(held)


def step(pointer: str, name: str) -> str:
    """The pointer of a member (RFC 6901)."""
    return f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"


def _differing(old: Any, new: Any) -> list[tuple[str, Any, Any]]:
    """The members that differ, with what they hold; null and absent differ, too."""
    old, new = old or {}, new or {}
    names = dict.fromkeys([*old, *new])
    return [
        (name, old.get(name), new.get(name))
        for name in names
        if (name in old, old.get(name)) != (name in new, new.get(name))
    ]


def _spaced(code: Any) -> str:
    return str(code).replace("_", " ")


def _same_letters(one: str, other: str) -> int:
    """How many letters two texts share at their start."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((place for place, (mine, yours) in pairs if mine != yours), min(len(one), len(other)))


def cut(text: str, start: int = 0) -> str:
    """At most LONGEST letters of a text from `start` on, with a sign where there are more."""
    end = start + LONGEST
    return f"{'…' if start else ''}{text[start:end]}{'…' if len(text) > end else ''}"
