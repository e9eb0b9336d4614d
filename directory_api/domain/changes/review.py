"""Which changes wait for review by a second person: every change of a record that the public can
read, except those of ALLOWED. A known-good state comes back at once, and so does what only hides
something (AT_ONCE); the second person looks at these afterwards.

Any text, hours or address can lead a person to a false number, in words that no pattern recognises
("fakehelp dot com", "we have moved"). So what a text contains decides nothing. ALLOWED is the only
list of what one person may change alone; docs/maintainers.md shows it, and a test compares the two.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from directory_api.domain.changes.change import (
    COLLECTIONS,
    Change,
    HistoryEntry,
    Record,
    Stamp,
    without_digest,
)
from directory_api.domain.model.vocabulary import DUTY, EMERGENCY_KINDS, SERVICES, VISIBILITIES

# The kinds of records that maintainers write. Postcode tables and boundaries have no editor: only
# commands on the server load them.
REVIEWED = frozenset({"directory", *COLLECTIONS})

# Returns whether the change of a member, from its value before to the one after (None if absent),
# needs no review.
Rule = Callable[[Any, Any, Stamp | None], bool]


class Allowed(NamedTuple):
    """A change of a member that needs no review: what it is, and why it cannot mislead."""

    kind: str
    member: str
    what: str
    why: str
    rule: Rule


def needs_review(change: Change, stamp: Stamp | None = None) -> bool:
    """Return whether a change waits for a second person.

    `stamp` says who makes the change, and when; without it a new confirmation needs review, too.
    """
    if change.kind not in REVIEWED or change.before == change.after:
        return False
    return not _follows(change, stamp, _ALLOWED)


def hides(change: Change) -> bool:
    """Return whether a change that needs review only hides something of one record, as AT_ONCE
    lists it.
    """
    if change.kind == "helpline" and change.before and change.after is None:
        return change.before["kind"] not in EMERGENCY_KINDS
    return _follows(change, None, _AT_ONCE)


def was_reviewed(state: Record | None, past: Sequence[HistoryEntry]) -> bool:
    """Return whether a record with this history (newest first) was in force in this state before,
    and a second person has seen it; None stands for no record.

    A second person has seen what they approved, and what the change that they approved replaced. A
    change that needs no review adds nothing to see. Nothing waits in the first revision: an
    operator loads it.
    """
    seen: list[Record | None] = []
    is_seen = bool(past) and past[-1].change.before is None  # no record has no number to see
    for entry, replaced_by in pairwise((*reversed(past), None)):
        assert entry is not None
        change = entry.change
        is_seen = (
            entry.revision == _FIRST
            or entry.stamp.approved_by is not None
            or (replaced_by is not None and replaced_by.stamp.approved_by is not None)
            or (is_seen and not needs_review(change, entry.stamp))
            or _seen_form(change.after) in seen
        )
        if is_seen:
            seen.append(_seen_form(change.after))
    return _seen_form(state) in seen or (state is None and bool(past))


def _seen_form(state: Record | None) -> Record | None:
    return without_digest(state) if state else state


_FIRST = 1


def _follows(change: Change, stamp: Stamp | None, rules: Mapping[tuple[str, str], Rule]) -> bool:
    """Return whether each changed member follows the rule of its name."""
    if change.before is None or change.after is None:
        return False
    # The digest follows from other members, or from a confirmation.
    before, after = without_digest(change.before), without_digest(change.after)
    changed = (
        member
        for member in {**before, **after}
        if (member in before, before.get(member)) != (member in after, after.get(member))
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


def _more_items(code: Callable[[Any], str], is_code: Callable[[str], object]) -> Rule:
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

ALLOWED: tuple[Allowed, ...] = (
    Allowed(
        "centre",
        "verified",
        "a confirmation by the person who makes it, under their own name, not in the future",
        "it says only when the record was checked",
        _own_confirmation,
    ),
    Allowed(
        "helpline",
        "verified",
        "the same of a helpline",
        "it says only when the record was checked",
        _own_confirmation,
    ),
    Allowed(
        "centre",
        "phones",
        "the order of the phones",
        "the same numbers are shown, each with its kind",
        _same_items,
    ),
    Allowed(
        "centre",
        "languages",
        "a language that is added (its code has two or three letters); the order of the languages",
        "nothing that was offered disappears",
        _more_items(_language, _PLAIN_LANGUAGE.fullmatch),
    ),
    Allowed(
        "centre",
        "services",
        "a service that is added, other than the emergency duty; the order of the services",
        "nothing that was offered disappears",
        _more_items(_word, _SERVICES.__contains__),
    ),
    Allowed(
        "centre",
        "acknowledged",
        "a warning that is acknowledged with a reason, or not any more",
        "it is not public, and *Quality* still lists the warning",
        _anything,
    ),
    Allowed(
        "helpline",
        "acknowledged",
        "the same of a helpline",
        "it is not public, and *Quality* still lists the warning",
        _anything,
    ),
)


def _fewer_items(before: Any, after: Any, _stamp: Stamp | None) -> bool:
    return not Counter(map(_canonical, after or ())) - Counter(map(_canonical, before or ()))


def _less_visible(before: Any, after: Any, _stamp: Stamp | None) -> bool:
    return VISIBILITIES.index(after) > VISIBILITIES.index(before)


AT_ONCE: tuple[Allowed, ...] = (
    Allowed(
        "centre",
        "phones",
        "a phone that is removed",
        "a wrong number is worse than a missing one",
        _fewer_items,
    ),
    Allowed(
        "centre",
        "address_visibility",
        "an address that is hidden",
        "an address that must not be known endangers the people there",
        _less_visible,
    ),
)
_ALLOWED: Mapping[tuple[str, str], Rule] = {
    (allowed.kind, allowed.member): allowed.rule for allowed in ALLOWED
}
_AT_ONCE: Mapping[tuple[str, str], Rule] = {
    **_ALLOWED,
    **{(allowed.kind, allowed.member): allowed.rule for allowed in AT_ONCE},
}
