"""The values in which two states of a record differ, as a flat list.

A value is what one sentence is about (sentences.py): a member at any depth, or an item of a list.
The records are those that the schema accepts now or accepted in the past, so members may be missing
or unknown. The list is complete: of each member that differs there is a value.
"""

from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from directory_api.record import phone_numbers
from directory_api.record.consistency import Steps

# Which items of two lists are the same one that has changed: those that have equal values of these
# members, the most reliable ones first.
_SAME_ITEM: Mapping[str, Sequence[Sequence[str]]] = {
    "phones": (("number",), ("kind",)),
    "languages": (("code",),),
    "channels": (("kind", "address"), ("kind",)),
    "contested": (("member",),),
    "acknowledged": (("warning",),),
    "sources": (("id",),),
}
# Records that are one value.
_WHOLE = frozenset({"location", "verified"})


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """A value before and after, None where there is none; on both sides, it is only written
    differently, such as null and absent.

    The steps are those after the change, or before it for what was dropped. `items` are the items
    of lists on the way, after the change. Of a list that `is_reordered`, items have changed places.
    """

    steps: Steps
    before: Any
    after: Any
    items: tuple[Any, ...] = ()
    is_reordered: bool = False


def changed_values(
    before: Any, after: Any, steps: Steps = (), items: tuple[Any, ...] = ()
) -> Iterator[ChangedValue]:
    """Yield the values in which two different values differ, such as two states of a record."""
    sides, name = (before, after), steps[-1] if steps else ""
    found: list[ChangedValue] = []
    if name in _WHOLE or not any(sides):
        pass
    elif all(isinstance(side, Mapping | None) for side in sides):
        found = [*_members(before or {}, after or {}, steps, items)]
    elif all(isinstance(side, list | None) for side in sides):
        found = [*_items(before or [], after or [], steps, items)]
    if found:
        yield from found
    elif all(side in (None, {}, []) for side in sides):
        yield ChangedValue(steps, None, None, items)
    else:
        yield ChangedValue(steps, before, after, items)


def _members(
    before: Mapping[str, Any], after: Mapping[str, Any], steps: Steps, items: tuple[Any, ...]
) -> Iterator[ChangedValue]:
    names = [
        name
        for name in {**before, **after}
        if (name in before, before.get(name)) != (name in after, after.get(name))
    ]
    if "number" in names:
        # With its printed form it is one value, as visitors see it. Where that is the same it would
        # hide that another number is dialled.
        old, new = number_as_shown(before), number_as_shown(after)
        if old == new:
            old, new = before.get("number"), after.get("number")
        yield ChangedValue((*steps, "number"), old, new, items)
        names = [name for name in names if name not in ("number", "display")]
    for name in names:
        yield from changed_values(before.get(name), after.get(name), (*steps, name), items)


def _items(
    before: Sequence[Any], after: Sequence[Any], steps: Steps, items: tuple[Any, ...]
) -> Iterator[ChangedValue]:
    pairs, dropped, added = corresponding(str(steps[-1]), before, after)
    yield from (ChangedValue((*steps, at), before[at], None, items) for at in dropped)
    yield from (ChangedValue((*steps, at), None, after[at], items) for at in added)
    for old, new in pairs:
        if before[old] != after[new]:
            yield from changed_values(before[old], after[new], (*steps, new), (*items, after[new]))
    places = [new for _, new in pairs]
    if places != sorted(places):
        yield ChangedValue(steps, before, after, items, is_reordered=True)


def corresponding(
    name: str, before: Sequence[Any], after: Sequence[Any]
) -> tuple[list[tuple[int, int]], Sequence[int], Sequence[int]]:
    """Return which items of two lists of this name correspond, as `matched` does."""
    return match_items(before, after, _SAME_ITEM.get(name, ()))


def match_items(
    before: Sequence[Any], after: Sequence[Any], keys: Sequence[Sequence[str]] = ()
) -> tuple[list[tuple[int, int]], Sequence[int], Sequence[int]]:
    """Return which items of two lists correspond: equal ones, then those with equal members.

    The result is pairs of indexes, then the unmatched indexes of each list.
    """
    pairs: list[tuple[int, int]] = []
    left: Sequence[int] = range(len(before))
    right: Sequence[int] = range(len(after))
    for key in (None, *keys):
        waiting: defaultdict[str, deque[int]] = defaultdict(deque)
        for place in right:
            waiting[_key(after[place], key)].append(place)
        unmatched = []
        for place in left:
            matches = waiting[_key(before[place], key)]
            if matches:
                pairs.append((place, matches.popleft()))
            else:
                unmatched.append(place)
        left, right = unmatched, sorted(place for places in waiting.values() for place in places)
    return sorted(pairs), left, right


def _key(item: Any, members: Sequence[str] | None) -> str:
    if members is None or not isinstance(item, Mapping):
        return repr(item)
    return repr([item.get(member) for member in members])


def number_as_shown(record: Mapping[str, Any]) -> str | None:
    """Return the number of a phone or helpline as visitors see it."""
    number = record.get("number")
    return record.get("display") or (number and phone_numbers.printed(number))
