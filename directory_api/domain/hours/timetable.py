"""The opening hours of all centres for some days."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from directory_api.domain.hours.opening_hours import (
    CLOSED,
    OPEN,
    UNKNOWN,
    Interval,
    OpenState,
    intervals,
    state,
)
from directory_api.domain.model.centre import Centre

# Hours repeat every week; a moment late on the first day needs the eighth to see a whole week.
DAYS = 8
_Hours = tuple[str | None, str | None, str]


@dataclass(frozen=True, slots=True)
class Opening:
    """The ids of the centres that are open at one moment, and of those whose state is unknown."""

    open: frozenset[str]
    unknown: frozenset[str]


class Timetable:
    """Opening hours from one moment for some days.

    Centres with the same hours share one computation.
    """

    def __init__(self, since: datetime, days: int = DAYS) -> None:
        self.since = since
        self.until = since + timedelta(days=days)
        self._days = days
        self._known: dict[_Hours, tuple[Interval, ...]] = {}

    def covers(self, moment: datetime) -> bool:
        """Return whether a moment is within the timetable."""
        return self.since <= moment < self.until

    def state(self, centre: Centre, moment: datetime) -> OpenState:
        """Return the state of a centre; one that is closed temporarily or for good is closed."""
        if centre.status != "active":
            return OpenState(CLOSED, None)
        return state(self.intervals(centre), moment)

    def intervals(self, centre: Centre) -> tuple[Interval, ...]:
        """Return the intervals of a centre, from the beginning to the end of the timetable."""
        if centre.status != "active":
            return (Interval(self.since, self.until, CLOSED),)
        return self.hours(centre.opening_hours, centre.timezone, centre.address.country)

    def hours(
        self, expression: str | None, timezone: str | None, country: str
    ) -> tuple[Interval, ...]:
        """Return the intervals of an expression in the timetable; see opening_hours.intervals."""
        hours = (expression, timezone, country)
        known = self._known.get(hours)
        if known is None:
            known = self._known[hours] = intervals(*hours, self.since, self._days)
        return known

    def opening(self, centres: Iterable[Centre], moment: datetime) -> Opening:
        """Return which of the centres are open at a moment."""
        words = {centre.id: self.state(centre, moment).word for centre in centres}
        return Opening(
            frozenset(identity for identity, word in words.items() if word == OPEN),
            frozenset(identity for identity, word in words.items() if word == UNKNOWN),
        )

    def next_change(self, centres: Iterable[Centre], moment: datetime) -> datetime | None:
        """Return the time of the next change of any of the centres; None if there is none."""
        changes = (self.state(centre, moment).next_change for centre in centres)
        return min((change for change in changes if change), default=None)


class Timeless(Timetable):
    """For stored pages: an active centre's state is reported as unknown."""

    def intervals(self, centre: Centre) -> tuple[Interval, ...]:
        """Return one interval: unknown for an active centre, else closed."""
        return (Interval(self.since, self.until, UNKNOWN if centre.status == "active" else CLOSED),)
