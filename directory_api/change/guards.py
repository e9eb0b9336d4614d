"""What has to be confirmed before changes are made, the same for each way to change records.

Most often a file of which much differs is the wrong one, or a column of it has moved. So an
administrator must allow it if many centres would lose their data, numbers would move between
centres, or a helpline would be removed or have another number. A person who changes
a helpline types the new number once more.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from directory_api.change.change import COLLECTIONS, Change, Record
from directory_api.change.summary import differences
from directory_api.record import phone_numbers
from directory_api.record.numbers import shown_numbers
from directory_api.text.errors import ConfirmationNeeded, Fault
from directory_api.text.message import Joined, Message, Texts, Value
from directory_api.text.named import CountryName, Number

# An error lists so many records, and counts the others.
MOST_NAMED = 10
NOT_TYPED = "number-not-typed"
MOVED = "numbers-moved"


ASK_ADMIN = Message("If this is intended, ask an administrator.")


@dataclass(frozen=True, slots=True)
class NextSteps:
    """What a person can do about what must be confirmed, in one way to change records: to `allow`
    what an administrator must allow, and to `type` a number, which stands for {number}. In /admin
    both are Messages.
    """

    allow: str
    type: str

    def added_to(self, error: ConfirmationNeeded) -> ConfirmationNeeded:
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
        return ConfirmationNeeded(error.detail, tuple(faults), error.suggestions)


@dataclass(frozen=True, slots=True)
class Confirmation:
    """What the person who makes changes has confirmed.

    With `removals` much may be removed or moved. `numbers` are those of helplines, as typed; None
    stands for all of them, for data that two people have checked.
    """

    removals: bool = False
    numbers: frozenset[str] | None = frozenset()

    @classmethod
    def of(cls, typed: Iterable[str], *, removals: bool) -> Self:
        """Return the confirmation with these numbers, in any form in which people type them."""
        return cls(removals, frozenset(map(_plain, typed)))

    def has(self, change: Change) -> bool:
        """Return whether the number that a change of a helpline is about was typed."""
        return self.numbers is None or not self.numbers.isdisjoint(_forms(change))


UNCONFIRMED = Confirmation()
# Nothing is asked: for the shipped data, and for what a second person approves.
CONFIRMED = Confirmation(removals=True, numbers=None)


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
    known = _numbers(before)
    fresh = (each.number for each in shown_numbers(after or {}) if each.number not in known)
    return next(fresh, _contact(after or before))


def meaning(change: Change) -> str:
    """Return what the change of a helpline does, with what its number is for; empty for a change
    for which nothing has to be typed.
    """
    if not to_type(change) or change.before is None:
        return ""
    texts = tuple(difference.text for difference in differences(change))
    return Message("{role} {changes}", role=_role(change.before), changes=_Sentence(texts))


@dataclass(frozen=True)
class _Sentence(Value):
    """Differences as a sentence of their own."""

    differences: tuple[str, ...]

    def said(self, texts: Texts) -> str:
        """Return it in a language."""
        text = Joined(self.differences, "; ").said(texts).rstrip(".")
        return f"{text[:1].upper()}{text[1:]}."


def untyped(changes: Iterable[Change], confirmed: Confirmation) -> Iterator[Fault]:
    """Yield a fault for each change of a helpline whose number was not typed once more."""
    for change in changes:
        if to_type(change) and not confirmed.has(change):
            fault = _of_helpline(change, meaning(change), NOT_TYPED)
            yield replace(fault, value=to_type(change))


class Guard:
    """Looks at each of the changes."""

    def __init__(self, confirmed: Confirmation) -> None:
        self._confirmed = confirmed
        self._lost: dict[str, _Loss] = {member: _Loss() for member in _MEMBERS}
        self._removed = _Loss()
        # By number, the record that had it, as a change.
        self._left: dict[str, Change] = {}
        self._helplines: list[Change] = []

    def add(self, change: Change) -> None:
        """Look at a change."""
        if change.before is None:
            return
        if change.kind == "helpline" and to_type(change):
            self._helplines.append(change)
        if change.kind not in COLLECTIONS or self._confirmed == CONFIRMED:
            return
        lost = _numbers(change.before) - _numbers(change.after or {})
        self._left.update(dict.fromkeys(lost, change))
        if change.kind != "centre":
            return
        if change.after is None:
            self._removed.add(change.id)
        for member, values_of in _MEMBERS.items():
            before, after = values_of(change.before), values_of(change.after or {})
            if before - after:
                self._lost[member].add(_named(member, change.id, before, after))
                self._lost[member].changed += change.after is not None

    @property
    def warnings(self) -> Iterator[Fault]:
        """Yield what the changes of helplines do."""
        for change in self._helplines:
            yield _of_helpline(change, meaning(change), "helpline-changed")

    @property
    def untyped(self) -> Iterator[Fault]:
        """Yield a fault for each helpline whose number was not typed once more."""
        return untyped(self._helplines, self._confirmed)

    def faults(
        self,
        changes: Callable[[], Iterable[Change]],
        centres_before: Callable[[], Iterable[Record]],
    ) -> Iterator[Fault]:
        """Yield what an administrator must allow. `changes` are those that were added, and
        `centres_before` the centres before them.
        """
        if self._confirmed.removals:
            return
        for change in self._helplines:
            if _contacts(change.before or {}) - _contacts(change.after or {}):
                yield _of_helpline(change, meaning(change), "helpline-changed")
        yield from self.about_many(changes, centres_before)

    def about_many(
        self,
        changes: Callable[[], Iterable[Change]],
        centres_before: Callable[[], Iterable[Record]],
    ) -> Iterator[Fault]:
        """Yield what most often comes from a wrong file or a column that has moved, whether it is
        allowed or not. The arguments are those of `faults`.
        """
        if self._left:
            yield from self._moved(changes())
        if self._removed.count > 1 or any(loss.count > 1 for loss in self._lost.values()):
            yield from self._too_many(_totals(centres_before()))

    def _moved(self, changes: Iterable[Change]) -> Iterator[Fault]:
        moved = _Loss()
        for change in changes:
            if change.kind in COLLECTIONS and change.after:
                for number in sorted(new_numbers(change) & self._left.keys()):
                    old = self._left[number]
                    # Another id for the same centre is one that is removed and one that is added.
                    if change.before or old.after:
                        moved.add(
                            Message(
                                "{number} from {old} to {new}",
                                number=number,
                                old=old.id,
                                new=change.id,
                            )
                        )
        if moved.count:
            detail = Message(
                "Numbers would move between records: {numbers}. Has a column moved?",
                numbers=moved.named,
            )
            yield Fault(detail, pointer="/centres", code=MOVED)

    def _too_many(self, totals: Mapping[str, int]) -> Iterator[Fault]:
        removed = self._removed
        if is_too_many(removed.count, totals[_ALL]):
            detail = Message(
                "{count} of {total} centres would be removed, more than a third: {centres}.",
                count=removed.count,
                total=totals[_ALL],
                centres=removed.named,
            )
            yield Fault(detail, pointer="/centres", code="centres-removed")
        for member, loss in self._lost.items():
            # The removal of centres alone has its own limit.
            if loss.changed and is_too_many(loss.count, totals[member]):
                detail = _LOST[member].format(
                    count=loss.count, total=totals[member], centres=loss.named
                )
                yield Fault(detail, pointer="/centres", code=f"{member}-changed")


def new_numbers(change: Change) -> frozenset[str]:
    """Return the numbers that the change of a centre or a helpline adds."""
    return _numbers(change.after or {}) - _numbers(change.before or {})


def moved_column(before: Mapping[str, Record], after: Iterable[Record]) -> Iterator[Fault]:
    """Yield a fault if many of the raw centres `after`, those of a file, that have phones have none
    of their own `before`, but the number of another one. Other faults of the file are then of cells
    that are right, but in the wrong row.
    """
    own = {identity: _numbers(centre) for identity, centre in before.items()}
    owners = {number: identity for identity in sorted(own) for number in own[identity]}
    moved, with_phones = _Loss(), 0
    for centre in after:
        identity, numbers = centre.get("id"), _numbers(centre)
        with_phones += bool(numbers)
        foreign = sorted(numbers & owners.keys())
        if foreign and isinstance(identity, str) and numbers.isdisjoint(own.get(identity, ())):
            number = foreign[0]
            moved.add(
                Message(
                    "{id} has {number} of {owner}",
                    id=identity,
                    number=number,
                    owner=owners[number],
                )
            )
    if not is_too_many(moved.count, with_phones):
        return
    yield Fault(
        Message(
            "Many phones of the file are those of other centres now: {phones}. Has a column moved? "
            "Compare the file with the directory before you correct single cells.",
            phones=moved.named,
        ),
        pointer="/centres",
        code=MOVED,
    )


def is_too_many(lost: int, before: int) -> bool:
    """Return whether more than a third are lost, and more than one."""
    return lost > 1 and lost * 3 > before


class _Loss:
    """How many records lose something, with the first of them in words."""

    def __init__(self) -> None:
        self.count = 0
        self.changed = 0
        self._named: list[str] = []

    def add(self, named: str) -> None:
        """Count a record."""
        if self.count < MOST_NAMED:
            self._named.append(named)
        self.count += 1

    @property
    def named(self) -> Joined:
        """The first of them, and the number of the others."""
        more = self.count - len(self._named)
        rest = [Message("and {count} more", count=Number(more))] if more else []
        return Joined((*self._named, *rest), "; ")


_ALL = "centres"


def _totals(centres: Iterable[Record]) -> Mapping[str, int]:
    """Return how many centres there are, and how many have values of each member."""
    totals: Counter[str] = Counter({_ALL: 0})
    for record in centres:
        totals[_ALL] += 1
        totals.update(member for member, values_of in _MEMBERS.items() if values_of(record))
    return totals


def _named(member: str, identity: str, before: Collection[str], after: Collection[str]) -> str:
    """Return a record with its values before and after; addresses may be hidden, and are not in a
    message.
    """
    if member == "address":
        return identity
    was, is_now = (Joined.of(sorted(side)) if side else Message("none") for side in (before, after))
    return Message("{id} {before} → {after}", id=identity, before=was, after=is_now)


def _numbers(record: Record) -> frozenset[str]:
    return frozenset(each.number for each in shown_numbers(record))


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
    "phones": _numbers,
    "address": _address,
    "email": _email,
}
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
    return _numbers(helpline) | {_contact(helpline)}


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
