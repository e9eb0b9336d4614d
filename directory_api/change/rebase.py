"""Whether a change still fits a record that has changed since, and how it is applied to it."""

from directory_api.change.change import Change, Contents, without_digest
from directory_api.record.record_value import Record

# The code of the warning that not all of a change was undone.
CHANGED_SINCE = "changed_since"


def is_outdated(change: Change, contents: Contents) -> bool:
    """Return whether the data that a change is about differs from what the change begins with."""
    now = contents.get(change.kind, {}).get(change.id)
    before, after = change.before, change.after
    if now is None or before is None or after is None:
        return now != before
    return any(now.get(member) != before.get(member) for member in touched(before, after))


def brought_up_to_date(change: Change, contents: Contents) -> Change:
    """Return the change, applied to the current record: later changes of other members stay."""
    now = contents.get(change.kind, {}).get(change.id)
    before, after = change.before, change.after
    if now is None or before is None or after is None:
        return change
    members = touched(before, after)
    rest = {member: value for member, value in now.items() if member not in members}
    return Change(change.kind, change.id, now, rest | {m: after[m] for m in members if m in after})


def touched(before: Record, after: Record) -> set[str]:
    """Return the members that differ; the digest of a confirmation alone is no difference."""
    before, after = without_digest(before), without_digest(after)
    return {member for member in {*before, *after} if before.get(member) != after.get(member)}
