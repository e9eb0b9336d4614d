"""When the centres of a directory are open in the days around a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory_api.domain.hours.opening_hours import CLOSED, OPEN, UNKNOWN, Interval, OpenState, intervals, state
from directory_api.domain.model.centre import Centre

# Hours repeat by the week; the eighth day is for the end of the first.
DAYS = 8
_Hours = tuple[str | None, str | None, str]


@dataclass(frozen=True, slots=True)
class Opening:
    """Which centres are open at some moment, and of which nobody can tell: their ids."""

    open: frozenset[str]
    unknown: frozenset[str]


class Timetable:
    """What hours say from one moment on for some days; centres with the same hours share what was worked out once."""

    def __init__(self, since: datetime, days: int = DAYS) -> None:
        self.since = since
        self.until = since + timedelta(days=days)
        self._days = days
        self._known: dict[_Hours, tuple[Interval, ...]] = {}

    def covers(self, moment: datetime) -> bool:
        """Whether a moment lies within the table."""
        return self.since <= moment < self.until

    def state(self, centre: Centre, moment: datetime) -> OpenState:
        """Whether a centre is open; one that is closed for a time or for good is closed, whatever its hours say."""
        if centre.status != "active":
            return OpenState(CLOSED, None)
        return state(self.intervals(centre), moment)

    def intervals(self, centre: Centre) -> tuple[Interval, ...]:
        """When a centre is open, closed or unknown, from the beginning to the end of the table."""
        if centre.status != "active":
            return (Interval(self.since, self.until, CLOSED),)
        return self.hours(centre.opening_hours, centre.timezone, centre.address.country)

    def hours(self, expression: str | None, timezone: str | None, country: str) -> tuple[Interval, ...]:
        """What hours say within the table, as opening_hours.intervals does."""
        hours = (expression, timezone, country)
        known = self._known.get(hours)
        if known is None:
            known = self._known[hours] = intervals(*hours, self.since, self._days)
        return known

    def opening(self, centres: Iterable[Centre], moment: datetime) -> Opening:
        """Which of the centres are open at a moment."""
        words = {centre.id: self.state(centre, moment).word for centre in centres}
        return Opening(
            frozenset(identity for identity, word in words.items() if word == OPEN),
            frozenset(identity for identity, word in words.items() if word == UNKNOWN),
        )

    def next_change(self, centres: Iterable[Centre], moment: datetime) -> datetime | None:
        """When what the table says of any of the centres changes first."""
        changes = (self.state(centre, moment).next_change for centre in centres)
        return min((change for change in changes if change), default=None)


class Timeless(Timetable):
    """For answers that are kept for days: whoever could be open at some time of them is not known to be open."""

    def intervals(self, centre: Centre) -> tuple[Interval, ...]:
        """Closed as long as the record says so, else unknown."""
        return (Interval(self.since, self.until, UNKNOWN if centre.status == "active" else CLOSED),)
