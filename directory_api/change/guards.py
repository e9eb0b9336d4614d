"""What has to be confirmed before changes are made, the same for each way to change records.

Most often a file of which much differs is the wrong one, or a column of it has moved. So an
administrator must allow it if many centres would lose their data, numbers would move between
centres, or a helpline would be removed or have another number. A person who changes
a helpline types the new number once more.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from directory_api.change.change import COLLECTIONS, Change
from directory_api.change.sentences import sentences
from directory_api.record import phone_numbers
from directory_api.record.numbers import numbers_of, shown_numbers
from directory_api.record.record_value import Record
from directory_api.record.texts import in_languages
from directory_api.text.errors import ConfirmationRequired, Fault
from directory_api.text.message import Joined, Message, Texts, Value
from directory_api.text.named import CountryName, Number

# An error lists so many records, and counts the others.
MOST_NAMED = 10
NOT_TYPED = "number_not_typed"
MOVED = "numbers_moved"
HELPLINE_CHANGED = "helpline_changed"


ASK_ADMIN = Message("If this is intended, ask an administrator.")


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What a person can do about what must be confirmed, in one way to change records: to `allow`
    what an administrator must allow, and to `type` a number, which replaces {number}. In /admin
    both are Messages.
    """

    allow: str
    type: str

    def added_to(self, error: ConfirmationRequired) -> ConfirmationRequired:
        """Return the error, with the next step after each fault."""
        faults = (
            replace(
                fault,
                detail=Message(
                    "{fault} {next_step}",
                    fault=fault.detail,
                    next_step=self.type.format(number=fault.value)
                    if fault.code == NOT_TYPED
                    else self.allow,
                ),
            )
            for fault in error.faults
        )
        return ConfirmationRequired(error.detail, tuple(faults), error.suggestions)


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the person who makes changes allows.

    With `removals` much may be removed or moved. `numbers` are those of helplines, as typed; None
    means all of them, for data that two people have checked.
    """

    removals: bool = False
    numbers: frozenset[str] | None = frozenset()

    @classmethod
    def of(cls, typed: Iterable[str], *, removals: bool) -> Self:
        """Return what is allowed with these numbers, in any form in which people type them."""
        return cls(removals, frozenset(map(_plain, typed)))

    def has(self, change: Change) -> bool:
        """Return whether the number that a change of a helpline is about was typed."""
        return self.numbers is None or not self.numbers.isdisjoint(_forms(change))


NOTHING_ALLOWED = Allowed()
# Nothing is asked: for the shipped data, and for what a second person approves.
ALL_ALLOWED = Allowed(removals=True, numbers=None)


def to_type(change: Change) -> str:
    """Return the number that has to be typed once more for a change of a helpline: the first new
    one, which may be that of a channel, or else that of the helpline; its web address if it has no
    number. Empty if none is needed.
    """
    before, after = change.before, change.after
    if change.kind != "helpline" or before is None:
        return ""
    if after and _reached(before) == _reached(after):
        return ""
    known = numbers_of(before)
    fresh = (each.number for each in shown_numbers(after or {}) if each.number not in known)
    return next(fresh, _contact(after or before))


def meaning(change: Change) -> str:
    """Return what the change of a helpline does, with what its number is for; empty for a change
    for which nothing has to be typed.
    """
    if not to_type(change) or change.before is None:
        return ""
    texts = tuple(sentence.text for sentence in sentences(change))
    return Message("{role} {changes}", role=_role(change.before), changes=_Sentence(texts))


@dataclass(frozen=True)
class _Sentence(Value):
    """Differences as a sentence of their own."""

    differences: tuple[str, ...]

    def translate(self, texts: Texts) -> str:
        text = Joined(self.differences, "; ").translate(texts).rstrip(".")
        return f"{text[:1].upper()}{text[1:]}."


def untyped(changes: Iterable[Change], allowed: Allowed) -> Iterator[Fault]:
    """Yield a fault for each change of a helpline whose number was not typed once more."""
    for change in changes:
        if to_type(change) and not allowed.has(change):
            fault = _of_helpline(change, meaning(change), NOT_TYPED)
            yield replace(fault, value=to_type(change))


def about_helplines(changes: Iterable[Change]) -> Iterator[Fault]:
    """Yield what the changes of helplines do, for which their numbers have to be typed."""
    for change in changes:
        if to_type(change):
            yield _of_helpline(change, meaning(change), HELPLINE_CHANGED)


def loses_contact(change: Change) -> bool:
    """Return whether a helpline loses a number or its web address."""
    return bool(to_type(change) and _contacts(change.before or {}) - _contacts(change.after or {}))


def about_many(changes: Collection[Change], centres: Collection[Record]) -> Iterator[Fault]:
    """Yield what most often comes from a wrong file or a column that has moved. `centres` are those
    before the changes.
    """
    yield from _moved(changes)
    yield from _too_many(changes, centres)


def _moved(changes: Collection[Change]) -> Iterator[Fault]:
    left = {
        number: change
        for change in changes
        if change.kind in COLLECTIONS
        for number in numbers_of(change.before or {}) - numbers_of(change.after or {})
    }
    moved = [
        Message(
            "{number} from {old} to {new}",
            number=number,
            old=name_of(left[number]),
            new=name_of(change),
        )
        for change in changes
        if change.kind in COLLECTIONS and change.after
        for number in sorted(new_numbers(change) & left.keys())
        # Another id for the same centre is one that is removed and one that is added.
        if change.before or left[number].after
    ]
    if moved:
        detail = Message(
            "Numbers would move between records: {numbers}. Has a column moved?",
            numbers=_first_of(moved),
        )
        yield Fault(detail, pointer="/centres", code=MOVED)


def _too_many(changes: Iterable[Change], centres: Collection[Record]) -> Iterator[Fault]:
    of_centres = [change for change in changes if change.kind == "centre" and change.before]
    removed = [name_of(change) for change in of_centres if change.after is None]
    if is_too_many(len(removed), len(centres)):
        detail = Message(
            "{count} of {total} centres would be removed, more than a third: {centres}.",
            count=len(removed),
            total=len(centres),
            centres=_first_of(removed),
        )
        yield Fault(detail, pointer="/centres", code="centres_removed")
    for member, values_of in _MEMBERS.items():
        sides = [(c, values_of(c.before or {}), values_of(c.after or {})) for c in of_centres]
        lost = [(change, before, after) for change, before, after in sides if before - after]
        # The removal of centres alone has its own limit.
        if len(lost) < 2 or not any(change.after for change, *_ in lost):
            continue
        every = [values_of(centre) for centre in centres]
        total = sum(map(bool, every))
        if is_too_many(len(lost), total) and not (
            member in _SINGLE and _are_few_and_new([each[1:] for each in lost], every)
        ):
            named = [_named(member, change, before, after) for change, before, after in lost]
            detail = _LOST[member].format(count=len(lost), total=total, centres=_first_of(named))
            yield Fault(detail, pointer="/centres", code=f"{member}_changed")


def new_numbers(change: Change) -> frozenset[str]:
    """Return the numbers that the change of a centre or a helpline adds."""
    return numbers_of(change.after or {}) - numbers_of(change.before or {})


def name_of(change: Change) -> str:
    """Return the name of a changed record, as it was before; its id if it has none."""
    name = (change.before or change.after or {}).get("name") or change.id
    return name if isinstance(name, str) else in_languages(name)


def moved_column(before: Mapping[str, Record], after: Iterable[Record]) -> Iterator[Fault]:
    """Yield a fault if many of the raw centres `after`, those of a file, that have phones have none
    of their own `before`, but the number of another one. Other faults of the file are then of cells
    that are right, but in the wrong row.
    """
    own = {identity: numbers_of(centre) for identity, centre in before.items()}
    owners = {number: identity for identity in sorted(own) for number in own[identity]}
    moved: list[str] = []
    with_phones = 0
    for centre in after:
        identity, numbers = centre.get("id"), numbers_of(centre)
        with_phones += bool(numbers)
        foreign = sorted(numbers & owners.keys())
        if foreign and isinstance(identity, str) and numbers.isdisjoint(own.get(identity, ())):
            number = foreign[0]
            moved.append(
                Message(
                    "{name} has {number} of {owner}",
                    name=before.get(identity, centre).get("name", identity),
                    number=number,
                    owner=before[owners[number]].get("name", owners[number]),
                )
            )
    if not is_too_many(len(moved), with_phones):
        return
    yield Fault(
        Message(
            "Many phones of the file are those of other centres now: {phones}. Has a column moved? "
            "Compare the file with the directory before you correct single cells.",
            phones=_first_of(moved),
        ),
        pointer="/centres",
        code=MOVED,
    )


def is_too_many(lost: int, before: int) -> bool:
    """Return whether more than a third are lost, and more than one."""
    return lost > 1 and lost * 3 > before


def _are_few_and_new(
    lost: Sequence[tuple[frozenset[str], frozenset[str]]], every: Iterable[frozenset[str]]
) -> bool:
    """Return whether so few centres lose values that a person reads them all, and each gets others
    that no centre had and no other gets. So no cell was emptied, filled down or moved: phones
    that a spreadsheet fills down are counted up.
    """
    known = frozenset[str]().union(*every)
    for before, after in lost:
        new = after - before
        counted = {each for number in known - before - after for each in _beside(number)}
        if not new or new & (known | counted):
            return False
        known |= new
    return len(lost) <= MOST_NAMED


def _beside(number: str) -> Iterator[str]:
    """Yield the phone numbers before and after one; none of another value."""
    if number.startswith("+"):
        yield from (f"+{int(number[1:]) + step}" for step in (-1, 1))


def _first_of(records: Sequence[str]) -> Joined:
    """Return the first of the records, and the number of the others."""
    more = len(records) - MOST_NAMED
    rest = [Message("and {count} more", count=Number(more))] if more > 0 else []
    return Joined((*records[:MOST_NAMED], *rest), "; ")


def _named(member: str, change: Change, before: Collection[str], after: Collection[str]) -> str:
    """Return a record with its values before and after; addresses may be hidden, and are not in a
    message.
    """
    if member == "address":
        return name_of(change)
    was, is_now = (Joined.of(sorted(side)) if side else Message("none") for side in (before, after))
    return Message("{name} {before} → {after}", name=name_of(change), before=was, after=is_now)


def _address(centre: Record) -> frozenset[str]:
    shown = {"address": centre.get("address"), "who": centre.get("address_visibility")}
    return frozenset(_leaves(shown, ""))


def _email(centre: Record) -> frozenset[str]:
    return frozenset([centre["email"]]) if "email" in centre else frozenset()


def _leaves(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, below in value.items():
            yield from _leaves(below, f"{path}/{name}")
    elif value is not None:
        yield f"{path}={value}"


_MEMBERS: Mapping[str, Callable[[Record], frozenset[str]]] = {
    "phones": numbers_of,
    "address": _address,
    "email": _email,
}
# Of these, few may change at once (`_are_few_and_new`); parts of an address are often the same.
_SINGLE = frozenset({"phones", "email"})
_LOST: Mapping[str, Message] = {
    "phones": Message(
        "The phones of {count} of {total} centres would change or disappear, more than a third: "
        "{centres}."
    ),
    "address": Message(
        "The addresses of {count} of {total} centres would change or disappear, more than a third: "
        "{centres}."
    ),
    "email": Message(
        "The e-mail addresses of {count} of {total} centres would change or disappear, more than a "
        "third: {centres}."
    ),
}

# The members of a helpline on which it depends whom a visitor reaches, and when.
_DIALLED = ("kind", "number", "display", "url", "url_translations", "countries", "hours")
_OF_A_CHANNEL = ("kind", "address", "hours")
_ROLE = Message("{number} is shown to everybody in {countries}.")
_ROLES: Mapping[str, Message] = {
    "emergency": Message("{number} is what everybody in danger in {countries} is told to dial."),
    "police": Message("{number} is the police number that is shown to everybody in {countries}."),
    "national_line": Message(
        "{number} is the line for victims that is shown to everybody in {countries}."
    ),
    "reporting_site": Message("{number} is where everybody in {countries} is told to report."),
    "child_line": Message(
        "{number} is the line for children that is shown to everybody in {countries}."
    ),
}


def _reached(helpline: Record) -> list[Any]:
    channels = helpline.get("channels", ())
    ways = [[channel.get(member) for member in _OF_A_CHANNEL] for channel in channels]
    return [ways, *map(helpline.get, _DIALLED)]


def _contact(helpline: Record) -> str:
    return str(helpline.get("number") or helpline.get("url", ""))


def _contacts(helpline: Record) -> frozenset[str]:
    return numbers_of(helpline) | {_contact(helpline)}


def _role(helpline: Record) -> Message:
    return _ROLES.get(helpline["kind"], _ROLE).format(
        number=helpline.get("display") or _contact(helpline),
        countries=Joined.of(map(CountryName, helpline["countries"])),
    )


def _forms(change: Change) -> frozenset[str]:
    """Return the forms in which the number may be typed, without what people put between digits."""
    helpline, number = change.after or change.before or {}, to_type(change)
    own = helpline.get("display") if number == _contact(helpline) else None
    as_printed = (phone_numbers.printed(number, is_national=each) for each in (True, False))
    return frozenset(map(_plain, filter(None, (number, own, *as_printed))))


def _plain(typed: str) -> str:
    text = typed.strip().casefold()
    if any(letter.isalpha() for letter in text):
        return text.removeprefix("https://").rstrip("/")
    return "".join(letter for letter in text if letter.isdigit() or letter == "+")


def _of_helpline(change: Change, detail: str, code: str) -> Fault:
    where = f"/{COLLECTIONS[change.kind]}/{change.id}"
    member = "number" if change.after and "number" in change.after else ""
    return Fault(detail, pointer=f"{where}/{member}".rstrip("/"), code=code)
