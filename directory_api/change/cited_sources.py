"""Which sources a record cites after a change: a source belongs to the value that it states.

When a value changes, the sources that it had before go, unless the change itself says which of them
stay. To say that an old source states the new value too, name it again in a change of its own.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any, NamedTuple

from directory_api.change.change import COLLECTIONS, Change, HistoryEntry
from directory_api.change.changed_values import corresponding
from directory_api.record.consistency import Steps, facts_have_sources
from directory_api.record.record_value import Record
from directory_api.text.errors import Fault
from directory_api.text.message import Message

SOURCES = "sources"
_HEADER = "directory"
# What a helpline's one list of sources is about. A channel has sources of its own.
_OF_HELPLINE = ("number", "url", "url_translations", "name", "countries", "hours", "note")
# Texts by language: a language that is added, or dropped, says nothing else than the others.
_TEXTS = frozenset({"description", "closed_reason", "eligibility", "locality", "name", "note"})
_TRANSLATIONS = frozenset({"name_translations", "street_translations"})
# How a number is printed, and the sources themselves.
_NOT_STATED = frozenset({"display", "source", SOURCES})


_OF_THE_VALUE_BEFORE = Message(
    "This entry has changed, and its source was named for what it said before. Name the source "
    "that says the new one."
)
# Returns the history of the record of a change.
_History = Callable[[Change], Iterable[HistoryEntry]]


def without_stale_sources(
    changes: Iterable[Change],
    history: _History | None = None,
    stated_by: frozenset[str] = frozenset(),
) -> Iterator[Change]:
    """Yield the changes without the sources that state the value before; without those that only
    differed in them. `stated_by` are the sources that a person has named for the new values.

    With a history the changes are those of a file, which may be older than the records. It cannot
    say that a known source states another value than before; it can add a source, and bring back a
    value with the sources that it had.
    """
    for change in changes:
        rest = change
        if change.kind in COLLECTIONS and change.before and change.after:
            rest = _of_file(change, history) if history else _of_person(change, stated_by)
        if rest.before != rest.after:
            yield rest


def gone_with_values(change: Change) -> Mapping[Steps, tuple[str, ...]]:
    """Return the sources that have gone with the value of a record that they state, by the steps to
    their list.
    """
    if change.kind not in COLLECTIONS or not (change.before and change.after):
        return {}
    return {
        claim.steps: gone
        for claim in _claims_of_members(change.before, change.after)
        if not claim.is_same and (gone := tuple(i for i in claim.had if i not in claim.has))
    }


def without_source(change: Change) -> Iterator[Fault]:
    """Yield a fault for each channel with facts that have no source after a change."""
    if change.kind in COLLECTIONS and change.after:
        for index, channel in enumerate(change.after.get("channels", ())):
            for steps, _ in facts_have_sources(channel):
                path = (COLLECTIONS[change.kind], change.id, "channels", index, *steps)
                yield Fault(_OF_THE_VALUE_BEFORE, pointer="".join(f"/{step}" for step in path))


def added_sources(change: Change) -> list[Record]:
    """Return the sources that a change of the header adds; none if it does anything else."""
    before, after = change.before, change.after
    if change.kind != _HEADER or not (before and after):
        return []
    had, has = before.get(SOURCES, []), after.get(SOURCES, [])
    if {**before, SOURCES: has} != after or not all(each in has for each in had):
        return []
    return [each for each in has if each not in had]


def by_value(record: Record) -> dict[str, Any]:
    """Return a record with the sources of each of its members as a member `sources.NAME`."""
    cited = record.get(SOURCES)
    if not isinstance(cited, Mapping):
        return dict(record)
    rest = {name: value for name, value in record.items() if name != SOURCES}
    return {**rest, **{sources_of(name): ids for name, ids in cited.items()}}


def by_list(record: Record) -> dict[str, Any]:
    """Return what `by_value` was made from."""
    prefix = sources_of("")
    cited = {
        name.removeprefix(prefix): ids for name, ids in record.items() if name.startswith(prefix)
    }
    rest = {name: value for name, value in record.items() if not name.startswith(prefix)}
    return {**rest, SOURCES: cited} if cited else rest


def sources_of(member: str) -> str:
    """Return the name that the sources of a member have in `by_value`."""
    return f"{SOURCES}.{member}"


def stated_by(name: str) -> tuple[str, ...]:
    """Return the members that a list of sources in `by_value` is about; none if it is no list of
    sources.
    """
    if name == SOURCES:
        return _OF_HELPLINE
    prefix = sources_of("")
    return (name.removeprefix(prefix),) if name.startswith(prefix) else ()


def is_stated_by_same(name: str, before: Record, after: Record) -> bool:
    """Return whether what a list of sources is about is the same in two states of a record."""
    return all(_is_same(each, before.get(each), after.get(each)) for each in stated_by(name))


class _Claim(NamedTuple):
    """What sources say, in two states of a record: the value that they stand beside, and which they
    are. `steps` lead to them in the state after.
    """

    steps: Steps
    before: Record
    after: Record
    had: tuple[str, ...]
    has: tuple[str, ...]

    @property
    def is_same(self) -> bool:
        return _is_same("", self.before, self.after)

    def kept(self, stated_by: frozenset[str]) -> tuple[str, ...]:
        """Return the sources of a value that has changed: those that the change adds or names. If
        it takes an old one out, a person has reviewed the list, and it stays as it is.
        """
        if {*self.had} - {*self.has}:
            return self.has
        return tuple(each for each in self.has if each not in self.had or each in stated_by)

    def stated(self, source: str, past: Iterable["_Claim"]) -> bool:
        """Return whether a source may stand beside the value, as far as the past shows: it stood
        beside this value, or beside no other.
        """
        values = [
            value
            for claim in past
            if claim._key == self._key
            for value, cited in ((claim.before, claim.had), (claim.after, claim.has))
            if source in cited
        ]
        values += [self.before] if source in self.had else []
        return not values or any(_is_same("", value, self.after) for value in values)

    @property
    def _key(self) -> Sequence[Any]:
        about = [step for step in self.steps if isinstance(step, str)]
        return (*about, self.after.get("code"), self.after.get("kind"))


def _claims(before: Record, after: Record) -> Iterator[_Claim]:
    """Yield what sources say of each value of a record that is there in both states."""
    yield from _claims_of_members(before, after)
    yield from _claims_of_languages(before, after, ())
    for there, old, new in _replaced("channels", before, after):
        cited = (tuple(old.get(SOURCES, ())), tuple(new.get(SOURCES, ())))
        yield _Claim(("channels", there, SOURCES), old, new, *cited)
        yield from _claims_of_languages(old, new, ("channels", there))


def _claims_of_members(before: Record, after: Record) -> Iterator[_Claim]:
    old, new = by_value(before), by_value(after)
    for name in {**old, **new}:
        if members := stated_by(name):
            yield _Claim(
                tuple(name.split(".", 1)),
                {each: old.get(each) for each in members},
                {each: new.get(each) for each in members},
                tuple(old.get(name) or ()),
                tuple(new.get(name) or ()),
            )


def _claims_of_languages(before: Record, after: Record, steps: Steps) -> Iterator[_Claim]:
    for there, old, new in _replaced("languages", before, after):
        cited = (_one(old.get("source")), _one(new.get("source")))
        yield _Claim((*steps, "languages", there, "source"), old, new, *cited)


def _replaced(name: str, before: Record, after: Record) -> Iterator[tuple[int, Record, Record]]:
    """Yield the items of two lists that correspond, with their place in the second; another item in
    the same place has taken the place of the one before.
    """
    had, has = before.get(name, ()), after.get(name, ())
    pairs, dropped, added = corresponding(name, had, has)
    for here, there in (*pairs, *((at, at) for at in {*dropped} & {*added})):
        yield there, had[here], has[there]


def _one(source: str | None) -> tuple[str, ...]:
    return (source,) if source else ()


def _of_person(change: Change, stated_by: frozenset[str]) -> Change:
    claims = _claims(change.before or {}, change.after or {})
    changed = (claim for claim in claims if not claim.is_same)
    return _with(change, {claim.steps: claim.kept(stated_by) for claim in changed})


def _of_file(change: Change, history: _History) -> Change:
    claims = [
        claim
        for claim in _claims(change.before or {}, change.after or {})
        if claim.has and not (claim.is_same and {*claim.has} <= {*claim.had})
    ]
    if not claims:
        return change
    past = [
        claim
        for entry in history(change)
        for claim in _claims(entry.change.before or {}, entry.change.after or {})
    ]
    return _with(
        change,
        {
            claim.steps: tuple(each for each in claim.has if claim.stated(each, past))
            for claim in claims
        },
    )


def _with(change: Change, sources: Mapping[Steps, Sequence[str]]) -> Change:
    """Return a change with these sources after it."""
    after: Any = deepcopy(change.after)
    for (*way, last), ids in sources.items():
        place = after
        for step in way:
            place = place.get(step, {}) if isinstance(place, dict) else place[step]
        place.pop(last, None)
        if ids:
            place[last] = ids[0] if last == "source" else [*ids]
    if not after.get(SOURCES, True):
        del after[SOURCES]
    return replace(change, after=after)


def _is_same(name: str, before: Any, after: Any) -> bool:
    """Return whether a source that states one value states the other, too."""
    if before == after:
        return True
    if name in _TRANSLATIONS and not (before and after):
        return True
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        if name in _TEXTS | _TRANSLATIONS:
            both = before.keys() & after.keys()
            return bool(both) and all(before[tag] == after[tag] for tag in both)
        members = {*before, *after} - _NOT_STATED
        return all(_is_same(each, before.get(each), after.get(each)) for each in members)
    if isinstance(before, list) and isinstance(after, list):
        pairs, dropped, added = corresponding(name, before, after)
        return not (dropped or added) and all(
            _is_same("", before[old], after[new]) for old, new in pairs
        )
    return False
