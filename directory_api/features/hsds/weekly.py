"""Opening hours that are the same every week, for formats without OpenStreetMap's syntax."""

from dataclasses import dataclass

from directory_api.hours.rules import MINUTES_OF_DAY, OPEN, WEEKDAYS, HoursRule, Weekdays
from directory_api.hours.syntax import parse_hours

# At the end only: a later rule could open the centre again on a holiday.


@dataclass(frozen=True, slots=True)
class Weekly:
    """Open on some days of every week from `opens` to `closes` (HH:MM, local, same day)."""

    days: tuple[str, ...]
    opens: str
    closes: str


def weekly(expression: str | None) -> tuple[Weekly, ...]:
    """Convert hours in OpenStreetMap's syntax to weekly ones; empty if they cannot say the same.

    Holidays, seasons, sunrise or sunset, and hours until midnight or past it cannot be expressed.
    Without its exception, an expression would report a closed centre as open.
    """
    try:
        hours = parse_hours(expression or "")
    except ValueError:
        return ()
    weekly_hours: list[Weekly] = []
    seen_days: set[str] = set()
    for rule in hours.rules:
        days = _days(rule)
        # A later rule for the same day would replace the earlier one.
        if hours.unclear or not days or seen_days & set(days):
            return ()
        seen_days |= set(days)
        weekly_hours += [
            Weekly(days, _clock(opens), _clock(closes)) for opens, closes in rule.times
        ]
    return tuple(weekly_hours)


def _days(rule: HoursRule) -> tuple[str, ...]:
    """Return the weekdays of a rule, Monday first; none if it is not the same in every week."""
    selectors = [each for part in rule.selectors for each in part]
    is_plain = rule.state == OPEN and rule.times and not rule.is_fallback
    weekdays = [each for each in selectors if isinstance(each, Weekdays)]
    if (
        not is_plain
        or len(rule.selectors) > 1
        or len(weekdays) < len(selectors)
        or any(closes >= MINUTES_OF_DAY for _, closes in rule.times)
    ):
        return ()
    numbers = frozenset[int]().union(*(each.numbers() for each in weekdays))
    return tuple(WEEKDAYS[number] for number in sorted(numbers)) or WEEKDAYS


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"
