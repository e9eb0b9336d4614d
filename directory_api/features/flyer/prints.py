"""Which prints are no longer right: the revisions at which a record had other facts on a flyer.

That is read from the history. What a temporary value changes by the passing of its last day has no
revision; a flyer says until when such a value holds.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, NamedTuple

from directory_api.bootstrap import Directory
from directory_api.change.change import COLLECTIONS, HistoryEntry, Record
from directory_api.change.confirmation import typed
from directory_api.features.flyer.flyer import numbers
from directory_api.features.flyer.sizes import SIZES
from directory_api.hours.in_words import HoursInWords
from directory_api.record.answered import is_for_emergencies
from directory_api.record.in_languages import in_languages
from directory_api.record.published import publisher
from directory_api.record.records import Centre, Helpline, Phone, Temporary, address_line, text_in
from directory_api.record.vocabulary import DUTY
from directory_api.text.message import Joined, Message
from directory_api.text.named import Label

# The changes of a kind that are read, newest first.
MOST_CHANGES = 10_000
# What a flyer says of a record, by its label in English; the values can be compared and shown.
_Said = dict[Message, tuple[Any, ...]]


class WrongPrints(NamedTuple):
    """Prints of the revisions `first` to `last` that are no longer right, and what differs."""

    first: int
    last: int
    differences: tuple[Message, ...]

    @property
    def revisions(self) -> Message:
        """The revisions in words."""
        if self.first == self.last:
            return Message("Revision {number}", number=self.last)
        return Message("Revisions {first} to {last}", first=self.first, last=self.last)


def wrong_prints(directory: Directory) -> list[WrongPrints]:
    """Return the prints that are no longer right, newest first. Raises StoreUnavailable."""
    store, facts_of = directory.writer.store, _Facts.of(directory)
    by_revisions: dict[tuple[int, int], list[Message]] = {}
    for kind in COLLECTIONS:
        entries = sorted(
            store.history(kind, most=MOST_CHANGES), key=lambda each: (each.change.id, each.revision)
        )
        for _, some in groupby(entries, key=lambda each: each.change.id):
            for first, last, differences in _wrong([*some], facts_of):
                by_revisions.setdefault((first, last), []).extend(differences)
    return [
        WrongPrints(first, last, tuple(differences))
        for (first, last), differences in sorted(
            by_revisions.items(), key=lambda each: (each[0][1], each[0][0]), reverse=True
        )
    ]


def outdates_prints(directory: Directory, kind: str, identity: str) -> bool:
    """Return whether the last change of a record makes earlier prints wrong. Raises
    StoreUnavailable.
    """
    key = (kind, identity)
    last = directory.writer.store.last_changes([key]).get(key)
    if last is None:
        return False
    facts_of = _Facts.of(directory)
    return facts_of(kind, last.change.before) != facts_of(kind, last.change.after)


def _wrong(
    entries: Sequence[HistoryEntry], facts_of: "_Facts"
) -> Iterator[tuple[int, int, list[Message]]]:
    """Yield the revisions at which a flyer had other facts of a record than it has now, given its
    changes, the oldest first.
    """
    kind, now = entries[-1].change.kind, entries[-1].change.after
    begin, states = entries[0].revision, list[tuple[int, Record | None]]()
    if entries[0].change.before is not None or begin > 1:
        states.append((1, entries[0].change.before))
    states += [(each.revision, each.change.after) for each in entries]
    current = facts_of(kind, now)
    name = _name(now or next(filter(None, (record for _, record in reversed(states)))))
    # A run of states with the same facts is one line.
    runs: list[tuple[int, _Said]] = []
    for revision, record in states:
        facts = facts_of(kind, record)
        if not runs or runs[-1][1] != facts:
            runs.append((revision, facts))
    for number, (first, facts) in enumerate(runs[:-1]):
        if facts != current:
            yield first, runs[number + 1][0] - 1, [*_differences(name, facts, current)]


def _differences(name: str, before: _Said, now: _Said) -> Iterator[Message]:
    """Yield what differs, in words."""
    if not before:
        yield Message("{name} was not on it.", name=name)
        return
    if not now:
        yield Message("{name} is not in the directory any more.", name=name)
        return
    for part in dict.fromkeys((*before, *now)):
        old, new = before.get(part, ()), now.get(part, ())
        gone = [each for each in old if each not in new]
        added = [each for each in new if each not in old]
        values = {"name": name, "part": part}
        if gone and added:
            yield Message(
                "{name}, {part}: {old} is now {new}.",
                old=Joined.of(gone),
                new=Joined.of(added),
                **values,
            )
        elif gone:
            yield Message(
                "{name}, {part}: {old} is not right any more.", old=Joined.of(gone), **values
            )
        elif added:
            yield Message("{name}, {part}: {new} was not on it.", new=Joined.of(added), **values)


@dataclass(frozen=True, slots=True)
class _Facts:
    """Reads what flyers say of stored records; the helplines on them are those of `countries`."""

    publish: Callable[[str, Record], Record]
    countries: frozenset[str]

    @classmethod
    def of(cls, directory: Directory) -> "_Facts":
        """Return it for a directory."""
        snapshot, home = directory.live.snapshot, directory.home
        countries = {home} if home in snapshot.covered else {home, *snapshot.covered}
        return cls(publisher(snapshot.gazetteer), frozenset(countries))

    def __call__(self, kind: str, record: Record | None) -> _Said:
        """Return what a flyer says of a stored record; nothing of one that is on none."""
        if record is None:
            return {}
        try:
            known = typed(kind, self.publish(kind, record))
        except KeyError:  # of a structure that is not known any more
            return {}
        said = _of_centre(known) if isinstance(known, Centre) else self._of_helpline(known)
        return {part: values for part, values in said.items() if values}

    def _of_helpline(self, line: Helpline) -> _Said:
        if line.kind not in SIZES["a4"].kinds or self.countries.isdisjoint(line.countries):
            return {}
        return {
            Message("phone"): _known(line.display or line.number),
            Message("web site"): _known(line.url, *sorted(line.url_translations.values())),
            Message("hours"): _hours(line.hours),
        }


def _of_centre(centre: Centre) -> _Said:
    if centre.status == "closed":
        return {}
    facts: _Said = {
        Message("phone"): tuple(
            _phone(each, is_limited=is_for_emergencies(centre, each)) for each in numbers(centre)
        ),
        Message("address"): _address(centre),
        Message("opening hours"): _hours(centre.opening_hours),
        Message("e-mail address"): _known(centre.email),
        Message("web site"): _known(centre.website),
        Message("state"): (Label("status", centre.status), *_known(centre.closed_until))
        if centre.status != "active"
        else (),
        Message("sentence about what sources disagree about"): tuple(
            dict.fromkeys(each.member for each in centre.contested)
        ),
    }
    if centre.temporary:
        facts[Message("values for some time only")] = tuple(_temporary(centre.temporary))
    return facts


def _phone(phone: Phone, *, is_limited: bool = False) -> Any:
    """Return a number with its hours; `is_limited` tells that these are for emergencies only."""
    shown = phone.display or phone.number
    limit = (Label("service", DUTY),) if is_limited else ()
    return Joined((shown, *_hours(phone.hours), *limit), " – ") if phone.hours else shown


def _address(centre: Centre) -> tuple[Any, ...]:
    """Return the address, and of one that is not public that it is not."""
    place = centre.address
    line = address_line(place.street, place.postal_code, text_in(place.locality))
    if centre.address_visibility == "public":
        return (line,)
    return (Joined((line, Message("not public"))),)


def _temporary(values: Temporary) -> Iterator[Any]:
    days = Joined(tuple(_known(values.from_, values.until)), " – ")
    yield from map(_phone, values.phones)
    if values.address:
        place = values.address
        yield address_line(place.street, place.postal_code, text_in(place.locality))
    yield from _hours(values.opening_hours)
    yield days


def _hours(expression: str | None) -> tuple[Any, ...]:
    return (HoursInWords(expression),) if expression else ()


def _known(*values: Any) -> tuple[str, ...]:
    return tuple(str(value) for value in values if value)


def _name(record: Record) -> str:
    name = record["name"]
    return name if isinstance(name, str) else str(in_languages(name) or record["id"])
