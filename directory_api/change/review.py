"""Which changes wait for review by a second person: every change of a record that the public can
read, except those of ALLOWED. A known-good state comes back at once, unless it shows more of an
address, and so does what only hides something (AT_ONCE); the second person looks at these
afterwards.

Any text, hours or address can lead a person to a false number, in words that no pattern recognises
("fakehelp dot com", "we have moved"). So what a text contains decides nothing. ALLOWED is the only
list of what one person may change alone; docs/review.md shows it.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from directory_api.change.change import MAINTAINED, Change, HistoryEntry, Stamp, without_digest
from directory_api.change.cited_sources import by_value, is_stated_by_same
from directory_api.record.record_value import Record, private_members
from directory_api.record.records import Centre, Helpline
from directory_api.record.vocabulary import DUTY, EMERGENCY_KINDS, SERVICES, VISIBILITIES

# The most prominent numbers of the page: their removal waits.
_PROMINENT = (*EMERGENCY_KINDS, "national_line", "child_line")

# Returns whether the change of a member, from its value before to the one after (None if absent),
# needs no review.
MemberRule = Callable[[Any, Any, Stamp | None], bool]


class Exemption(NamedTuple):
    """A change of a member that needs no review: what it is, and why it cannot mislead."""

    kind: str
    member: str
    what: str
    why: str
    rule: MemberRule


def needs_review(change: Change, stamp: Stamp | None = None) -> bool:
    """Return whether a change waits for a second person.

    `stamp` says who makes the change, and when; without it a new confirmation needs review, too.
    """
    if change.kind not in MAINTAINED or change.before == change.after:
        return False
    return not _follows(change, stamp, _ALLOWED)


def hides(change: Change) -> bool:
    """Return whether a change that needs review only hides something of one record, as AT_ONCE
    lists it.
    """
    if change.kind == "helpline" and change.before and change.after is None:
        return change.before["kind"] not in _PROMINENT
    return _follows(change, None, _AT_ONCE)


def is_known_good(change: Change, past: Sequence[HistoryEntry]) -> bool:
    """Return whether a change brings a record with this history (newest first) back to a state
    that is known to be good, so that one person may make it alone.

    What the change brings back must have been approved by a second person, or loaded with the
    first data of the directory. The person who approves a change sees the members it changes, and
    says nothing about the others, nor about the values that it replaces: these may have been the
    mistake. When a value is taken back, by a restore, an undo or an edit to what there was before,
    no state with that value is known to be good any more, until a second person approves it again.
    The absence of a record is never known to be good: to undo an addition is a removal.

    Only what the public can read is compared. A state that differs from a known one in what needs
    no review, or in a confirmation that the change does not touch, is known to be good, too.
    """
    return _is_like_one_of(_good_states(past).values(), change)


def reveals(change: Change) -> bool:
    """Return whether a change makes anything of the address or the point of a centre public, or
    hides the address less than before.

    One person never makes it alone, also if the state was known to be good: since then, the address
    may have been hidden, or the centre removed, because people there were in danger.
    """
    return change.kind == "centre" and not _where(change.after) <= _where(change.before)


def _where(centre: Record | None) -> set[tuple[str, str]]:
    """Return what the public can read of where a centre is, as names and JSON, and the degrees to
    which that is at least hidden.
    """
    if centre is None:
        return set()
    visibility = centre["address_visibility"]
    address, others = centre["address"], {}
    if visibility == "public":
        temporary = centre.get("temporary") or {}
        others = {
            "location": centre.get("location"),
            "temporary.address": temporary.get("address"),
            "temporary.location": temporary.get("location"),
        }
    else:  # the published point depends on the postcode, also where that is hidden
        address = _without(address, _STREETS)
    degrees = VISIBILITIES[VISIBILITIES.index(visibility) :]
    return {
        *((degree, "") for degree in degrees),
        *((name, _canonical(value)) for name, value in {**address, **others}.items() if value),
    }


class _Good(NamedTuple):
    """A state that was in force, and those of its members that no second person has seen."""

    state: Record
    unseen: frozenset[str]


def _is_like_one_of(good: Iterable[_Good], change: Change) -> bool:
    if change.after is None:
        return False
    before, after = _public(change.before or {}), _public(change.after)
    keeps = ("verified",) if before.get("verified") == after.get("verified") else ()
    wanted, changed = _without(after, keeps), _changed(before, after)
    # The order matters: comparing all members of a state with another takes 20 µs.
    return any(
        not (unseen if change.before is None else changed & unseen)
        and all(
            state.get(member) == wanted.get(member) or (change.kind, member) in _ALLOWED
            for member in changed
        )
        and not needs_review(Change(change.kind, change.id, _without(state, keeps), wanted))
        for state, unseen in good
    )


# Each state once: by its JSON, and by what nobody has seen of it.
_GoodStates = dict[tuple[str, frozenset[str]], _Good]


def _good_states(past: Sequence[HistoryEntry]) -> _GoodStates:
    """Return the public values of the states that no one has taken back."""
    good: _GoodStates = {}
    states = list(_before_history(past))
    # An addition decides about the members that it leaves out, too.
    everything = frozenset(
        member
        for entry in past
        for state in (entry.change.before, entry.change.after)
        for member in by_value(state or {})
    )
    unseen = everything if states and states[0] else frozenset[str]()
    for entry in reversed(past):
        change = entry.change
        after = None if change.after is None else _public(change.after)
        changed = _changed(_public(change.before), after) if change.before and after else everything
        is_free = not needs_review(change, entry.stamp)
        if is_free:  # one's own confirmation needs no other person
            unseen -= changed & {"verified"}
        elif (
            entry.revision == _FIRST
            or entry.stamp.approved_by is not None
            or _is_like_one_of(good.values(), change)
        ):
            unseen -= changed
        else:
            unseen |= changed
        if not is_free:
            good = _without_those_left(good, after, states)
        if after is not None:
            good[_canonical(after), unseen] = _Good(after, unseen)
        states.append(after)
    return good


def _changed(before: Record, after: Record) -> frozenset[str]:
    return frozenset(
        member for member in {*before, *after} if before.get(member) != after.get(member)
    )


def _before_history(past: Sequence[HistoryEntry]) -> Iterator[Record | None]:
    """Yield the state before the history: no record, unless the directory began with this one, or
    the beginning of the history is missing.
    """
    for first in past[-1:]:
        if first.change.before is not None:
            yield _public(first.change.before)
        elif first.revision != _FIRST:
            yield None


def _without_those_left(
    good: _GoodStates, after: Record | None, states: Sequence[Record | None]
) -> _GoodStates:
    """Return the good states without those that have a value which a change has taken back: the
    change to `after` from the last of the states, which are all earlier ones.
    """
    if after is None:
        return {} if None in states else good
    # The day of a confirmation cannot mislead.
    members = _changed((states[-1] if states else None) or {}, after) - {"verified"}
    left: list[Record] = []
    for state in reversed(states):
        if state and all(state.get(member) == after.get(member) for member in members):
            return {
                key: each
                for key, each in good.items()
                if not _has_one_of(each.state, left, after, members)
            }
        if state:
            left.append(state)
    return good


def _has_one_of(
    state: Record, left: Iterable[Record], after: Record, members: Collection[str]
) -> bool:
    """Return whether a state has a value of these members that is of those left, not of `after`."""
    return any(
        each.get(member) == state.get(member) != after.get(member)
        for each in left
        for member in members
    )


_PRIVATE = frozenset((*private_members(Centre), *private_members(Helpline)))


def _public(record: Record) -> Record:
    """Return what the public can read of a record, by value; of a confirmation, that is its day."""
    shown = by_value(_without(without_digest(record), _PRIVATE))
    verified = shown.get("verified")
    return {**shown, "verified": {"on": verified["on"]}} if verified else shown


def _without(record: Record, members: Collection[str]) -> Record:
    return {name: value for name, value in record.items() if name not in members}


_FIRST = 1
_STREETS = ("street", "street_translations")


def _follows(
    change: Change, stamp: Stamp | None, rules: Mapping[tuple[str, str], MemberRule]
) -> bool:
    """Return whether each changed member follows the rule of its name."""
    if change.before is None or change.after is None:
        return False
    # The digest follows from other members, or from a confirmation.
    before, after = (by_value(without_digest(each)) for each in (change.before, change.after))
    changed = (
        member
        for member in {**before, **after}
        if (member in before, before.get(member)) != (member in after, after.get(member))
        # So does the end of the sources of a value that changes.
        and (member in after or is_stated_by_same(member, before, after))
    )
    return all(
        (rule := rules.get((change.kind, member))) is not None
        and rule(before.get(member), after.get(member), stamp)
        for member in changed
    )


def _own_confirmation(before: Any, after: Any, stamp: Stamp | None) -> bool:
    # Texts of the form YYYY-MM-DD are compared as dates. The member `how` is not public.
    old, new = ({**(value or {}), "how": None} for value in (before, after))
    if old == new:
        return bool(before) is bool(after)
    if stamp is None or not after:
        return False
    return bool(after["by"] == stamp.author and after["on"] <= stamp.at.date().isoformat())


def _same_items(before: Any, after: Any, _stamp: Stamp | None) -> bool:
    return Counter(map(_canonical, before or ())) == Counter(map(_canonical, after or ()))


def _anything(_before: Any, _after: Any, _stamp: Stamp | None) -> bool:
    return True


def _more_items(code: Callable[[Any], str], is_code: Callable[[str], object]) -> MemberRule:
    """Return the rule that every item stays, in any order, and that each new item has a code that
    no other item has.
    """

    def rule(before: Any, after: Any, _stamp: Stamp | None) -> bool:
        dropped = Counter(map(_canonical, before or ()))
        added = []
        for item in after or ():
            if dropped[_canonical(item)]:
                dropped[_canonical(item)] -= 1
            else:
                added.append(code(item))
        codes = {code(item) for item in before or ()}
        return (
            not dropped.total()
            and len(set(added)) == len(added)
            and codes.isdisjoint(added)
            and all(map(is_code, added))
        )

    return rule


def _canonical(item: Any) -> str:
    return json.dumps(item, sort_keys=True)


def _word(item: Any) -> str:
    return str(item)


def _language(spoken: Mapping[str, Any]) -> str:
    return str(spoken["code"])


# A longer tag (BCP 47) has parts that can be chosen freely.
_PLAIN_LANGUAGE = re.compile(r"[a-z]{2,3}", re.ASCII)
# With a telephone duty, people in danger are told to call at night.
_SERVICES: Collection[str] = frozenset(SERVICES) - {DUTY}

ALLOWED: tuple[Exemption, ...] = (
    Exemption(
        "centre",
        "verified",
        "a confirmation by the person who makes it, under their own name, not in the future",
        "it says only when the record was checked",
        _own_confirmation,
    ),
    Exemption(
        "helpline",
        "verified",
        "the same of a helpline",
        "it says only when the record was checked",
        _own_confirmation,
    ),
    Exemption(
        "centre",
        "phones",
        "the order of the phones",
        "the same numbers are shown, each with its kind",
        _same_items,
    ),
    Exemption(
        "centre",
        "languages",
        "a language that is added (its code has two or three letters); the order of the languages",
        "nothing that was offered disappears",
        _more_items(_language, _PLAIN_LANGUAGE.fullmatch),
    ),
    Exemption(
        "centre",
        "services",
        "a service that is added, other than the emergency duty; the order of the services",
        "nothing that was offered disappears",
        _more_items(_word, _SERVICES.__contains__),
    ),
    Exemption(
        "centre",
        "acknowledged",
        "a warning that is acknowledged with a reason, or not any more",
        "it is not public, and *To do* still lists the warning",
        _anything,
    ),
    Exemption(
        "helpline",
        "acknowledged",
        "the same of a helpline",
        "it is not public, and *To do* still lists the warning",
        _anything,
    ),
)


def _fewer_items(before: Any, after: Any, _stamp: Stamp | None) -> bool:
    return not Counter(map(_canonical, after or ())) - Counter(map(_canonical, before or ()))


def _fewer_temporary_values(before: Any, after: Any, stamp: Stamp | None) -> bool:
    if not before or not after:
        return not after
    # The days stay: without them the values that are left would hold for a longer time.
    if any(before.get(name) != after.get(name) for name in ("from", "until")):
        return False
    return _fewer_items(before.get("phones"), after.get("phones"), stamp) and all(
        before.get(name) == value for name, value in after.items() if name != "phones"
    )


def _without_street(before: Any, after: Any, _stamp: Stamp | None) -> bool:
    return bool(_without(before, _STREETS) == after)


def _less_visible(before: Any, after: Any, _stamp: Stamp | None) -> bool:
    return VISIBILITIES.index(after) > VISIBILITIES.index(before)


AT_ONCE: tuple[Exemption, ...] = (
    Exemption(
        "centre",
        "phones",
        "a phone that is removed",
        "a wrong number is worse than a missing one",
        _fewer_items,
    ),
    Exemption(
        "centre",
        "address_visibility",
        "an address that is hidden",
        "an address that must not be known endangers the people there",
        _less_visible,
    ),
    Exemption(
        "centre",
        "address",
        "a street that is removed",
        "an address can be hidden at once, also if another text resembles its street",
        _without_street,
    ),
    Exemption(
        "centre",
        "temporary",
        "a temporary address, phone or opening hours that are removed, or all temporary values",
        "a wrong value is worse than a missing one, and the permanent ones are public already",
        _fewer_temporary_values,
    ),
)
_ALLOWED: Mapping[tuple[str, str], MemberRule] = {
    (allowed.kind, allowed.member): allowed.rule for allowed in ALLOWED
}
_AT_ONCE: Mapping[tuple[str, str], MemberRule] = {
    **_ALLOWED,
    **{(allowed.kind, allowed.member): allowed.rule for allowed in AT_ONCE},
}
