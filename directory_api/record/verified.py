"""How recent the last confirmation of a record is."""

from dataclasses import dataclass
from datetime import date

from directory_api.record.record_value import Private, RecordValue


@dataclass(frozen=True, slots=True)
class Verified(RecordValue):
    """The last confirmation of the record by a maintainer.

    `digest` is the `contact_digest` of what was confirmed; without it the record has not changed
    since. Only a published record has `changed_since`: True if it differs from what was confirmed.
    """

    on: date
    by: Private[str | None] = None
    how: Private[str | None] = None
    digest: Private[str | None] = None
    changed_since: bool | None = None


def freshness(verified: Verified | None, today: date, fresh_days: int) -> str:
    """Return how recent the last confirmation is, as a word of vocabulary.FRESHNESS.

    `fresh` up to `fresh_days` days after it, `due` up to twice as many, and `stale` after that.
    `due` at once if the record has changed since. `unverified` without a confirmation, or with a
    date in the future.
    """
    if verified is None or verified.on > today:  # a date in the future is an error
        return "unverified"
    days = (today - verified.on).days
    if days <= fresh_days and not verified.changed_since:
        return "fresh"
    return "due" if days <= 2 * fresh_days else "stale"


def confirmed_on(verified: Verified | None, today: date, fresh_days: int) -> date | None:
    """Return the day of the last confirmation; None if there is none, if it is old, or if the
    record has changed since.
    """
    if verified is None or verified.changed_since:
        return None
    is_old = freshness(verified, today, fresh_days) in ("unverified", "stale")
    return None if is_old else verified.on


def due_on(verified: Verified, fresh_days: int) -> date:
    """Return the first day on which the record is no longer fresh."""
    return date.fromordinal(min(verified.on.toordinal() + fresh_days + 1, date.max.toordinal()))
