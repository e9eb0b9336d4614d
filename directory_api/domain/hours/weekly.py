"""Weekly opening hours as days and times, for formats that are simpler than OpenStreetMap's."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY = "|".join(DAYS)
_SPAN = rf"(?:{_DAY})(?:-(?:{_DAY}))?"
_TIMES = r"[0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}"
_RULE = re.compile(rf"(?:({_SPAN}(?:,{_SPAN})*) )?({_TIMES}(?:,{_TIMES})*)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Weekly:
    """Open on some days of every week from `opens` to `closes` (HH:MM, local, same day)."""

    days: tuple[str, ...]
    opens: str
    closes: str


def weekly(expression: str | None) -> tuple[Weekly, ...]:
    """Convert hours in OpenStreetMap's syntax to weekly ones; empty if they cannot say the same.

    Holidays, seasons, sunrise or sunset, and hours past midnight cannot be expressed. Without its
    exception, an expression would report a closed centre as open.
    """
    found: list[Weekly] = []
    taken: set[str] = set()
    for text in (expression or "").split(";"):
        rule = _RULE.fullmatch(text.strip())
        days = tuple(_days(rule[1])) if rule else ()
        times = [part.split("-") for part in rule[2].split(",")] if rule else []
        # A later rule for the same day would replace the earlier one.
        if (
            not days
            or taken & set(days)
            or not all("00:00" <= start < end <= "23:59" for start, end in times)
        ):
            return ()
        taken |= set(days)
        found += [Weekly(days, start, end) for start, end in times]
    return tuple(found)


def _days(spans: str | None) -> Iterator[str]:
    """Yield the days of `Mo-Fr,Su` in order, each once; all days if `spans` is None.

    A span may include the turn of the week (`Sa-Mo`).
    """
    named = set()
    for span in spans.split(",") if spans else ("Mo-Su",):
        first, _, last = span.partition("-")
        start, end = DAYS.index(first), DAYS.index(last or first)
        named |= {DAYS[number % 7] for number in range(start, end + 1 + (7 if end < start else 0))}
    yield from (day for day in DAYS if day in named)
