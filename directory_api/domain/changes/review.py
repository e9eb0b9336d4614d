"""Which changes wait for review by a second person: every change of a record that the public can
read, except those of ALLOWED.

Any text, hours or address can lead a person to a false number, in words that no pattern recognises
("fakehelp dot com", "we have moved"). So what a text contains decides nothing. ALLOWED is the only
list of what one person may change alone; docs/maintainers.md shows it, and a test compares the two.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from typing import Any, NamedTuple

from directory_api.domain.changes.change import COLLECTIONS, Change, Stamp
from directory_api.domain.model.vocabulary import DUTY, SERVICES

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
    before, after = change.before, change.after
    if before is None or after is None:
        return True
    return any(
        (member in before, before.get(member)) != (member in after, after.get(member))
        and not _is_allowed(change.kind, member, before.get(member), after.get(member), stamp)
        for member in {**before, **after}
    )


def _is_allowed(kind: str, member: str, before: Any, after: Any, stamp: Stamp | None) -> bool:
    rule = _RULES.get((kind, member))
    return rule is not None and rule(before, after, stamp)


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
        "it says only who checked the record and when",
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
)
_RULES: Mapping[tuple[str, str], Rule] = {
    (allowed.kind, allowed.member): allowed.rule for allowed in ALLOWED
}
