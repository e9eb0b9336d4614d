"""How recent the last confirmation of a record is."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from directory_api.record.record_value import Private, RecordValue, empty_mapping


@dataclass(frozen=True, slots=True)
class VerifiedPart(RecordValue):
    """The confirmation of one part of a record alone; `digest` is of the values of the part."""

    on: date
    by: str
    how: str
    digest: str


@dataclass(frozen=True, slots=True)
class Verified(RecordValue):
    """The last confirmation of the whole record by a maintainer, and those of its parts since.

    A record of which only parts were confirmed has no day. `digest` is the `contact_digest` of what
    was confirmed; without it the record has not changed since. `parts` are by the names of
    `contact_parts`. Of a published record, `on` is the day of the part that was confirmed first,
    and `changed_since` is True if it differs from what was confirmed.
    """

    on: date | None = None
    by: Private[str | None] = None
    how: Private[str | None] = None
    digest: Private[str | None] = None
    parts: Private[Mapping[str, VerifiedPart]] = field(default_factory=empty_mapping)
    changed_since: bool | None = None

    @property
    def unchanged_on(self) -> str | None:
        """The day (ISO 8601) of a published confirmation; None if the record has changed since."""
        return self.on.isoformat() if self.on and not self.changed_since else None


def freshness(verified: Verified | None, today: date, fresh_days: int) -> str:
    """Return how recent the last confirmation is, as a word of vocabulary.FRESHNESS.

    `fresh` up to `fresh_days` days after it, `due` up to twice as many, and `stale` after that.
    `due` at once if the record has changed since. `unverified` without a confirmation, or with a
    date in the future.
    """
    # A date in the future is an error.
    if verified is None or verified.on is None or verified.on > today:
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


def due_on(confirmed: date, fresh_days: int) -> date:
    """Return the first day on which a record that was confirmed on a day is no longer fresh."""
    return date.fromordinal(min(confirmed.toordinal() + fresh_days + 1, date.max.toordinal()))
