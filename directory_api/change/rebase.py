"""Whether a change still fits a record that has changed since, and how it is applied to it.

A value and the sources that state it are brought back together.
"""

from collections.abc import Collection
from typing import Any

from directory_api.change.change import Change, Contents, without_digest
from directory_api.change.cited_sources import (
    by_list,
    by_value,
    is_stated_by_same,
    stated_by,
)
from directory_api.record.record_value import Record

# The code of the warning that not all of a change was undone.
CHANGED_SINCE = "changed_since"


def is_outdated(change: Change, contents: Contents) -> bool:
    """Return whether the data that a change is about differs from what the change begins with."""
    now = contents.get(change.kind, {}).get(change.id)
    before, after = change.before, change.after
    if now is None or before is None or after is None:
        return now != before
    now, before, after = by_value(now), by_value(before), by_value(after)
    return any(
        now.get(member) != before.get(member) or not is_stated_by_same(member, before, now)
        for member in touched(before, after)
        # The sources of a value that changes come with it.
        if is_stated_by_same(member, before, after)
    )


def brought_up_to_date(change: Change, contents: Contents) -> Change:
    """Return the change, applied to the current record: later changes of other members stay."""
    now = contents.get(change.kind, {}).get(change.id)
    before, after = change.before, change.after
    if now is None or before is None or after is None:
        return change
    old, new = by_value(before), by_value(after)
    return Change(change.kind, change.id, now, with_members(now, old, new, touched(old, new)))


def with_members(now: Record, before: Record, after: Record, members: Collection[str]) -> Record:
    """Return the current record with members of the state after a change, and with the sources of
    each value that the change changes. Both states are by value.
    """
    current: dict[str, Any] = by_value(now)
    lists = {name for name in {*current, *before, *after} if stated_by(name)}
    own = {name for name in lists if not is_stated_by_same(name, before, after)}
    taken = {*members} - lists | {
        name
        for name in lists
        if (name in own and {*stated_by(name)} & {*members})
        or (name in members and name not in own)
    }
    rest = {name: value for name, value in current.items() if name not in taken}
    result = rest | {name: after[name] for name in taken if name in after}
    # A helpline has one list for all its values, of which others may have changed since.
    return by_list(
        {
            name: value
            for name, value in result.items()
            if name not in taken or is_stated_by_same(name, after, result)
        }
    )


def touched(before: Record, after: Record) -> set[str]:
    """Return the members that differ; the digest of a confirmation alone is no difference."""
    was, now = (each.get("verified", {}).get("parts") for each in (before, after))
    before, after = without_digest(before), without_digest(after)
    differ = {member for member in {*before, *after} if before.get(member) != after.get(member)}
    return differ if was == now else {*differ, "verified"}
