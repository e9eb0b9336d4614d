"""Opening hours in words, such as `Monday–Friday: 09:00–17:00; Closed on public holidays`."""

from dataclasses import dataclass

from directory_api.hours.rules import WEEKDAYS
from directory_api.hours.syntax import ALWAYS
from directory_api.hours.week import ranges
from directory_api.hours.weekly import holidays_apart, weekly
from directory_api.text.message import Texts, Value
from directory_api.text.translations import locale_of, words


def hours_lines(expression: str | None, tag: str) -> tuple[str, ...]:
    """Return opening hours in words; as they are written, if they are not the same every week."""
    if not expression:
        return ()
    say = words(tag)
    if expression == ALWAYS:
        return (say["hours.always"],)
    rest, closed_on_holidays = holidays_apart(expression)
    times: dict[tuple[str, ...], list[str]] = {}
    for each in weekly(rest):
        times.setdefault(each.days, []).append(f"{each.opens}–{each.closes}")
    if not times:
        return (expression,)
    lines = (
        say.say("hours.line", days=_days(days, tag), times=", ".join(some))
        for days, some in times.items()
    )
    return (*lines, *([say["hours.holidays"]] if closed_on_holidays else []))


def _days(days: tuple[str, ...], tag: str) -> str:
    """Return the names of days, in a language of translations.COMPLETE; three or more in a row as a
    range.
    """
    # Babel's own days of these languages; features/pages has them for every language.
    names = locale_of(tag).days["stand-alone"]["wide"]
    return ", ".join(
        "–".join(names[number] for number in numbers)
        for numbers in ranges([WEEKDAYS.index(day) for day in days])
    )


@dataclass(frozen=True)
class HoursInWords(Value):
    """Opening hours in OpenStreetMap's syntax."""

    expression: str

    def said(self, texts: Texts) -> str:
        """Return them in words."""
        return "; ".join(hours_lines(self.expression, texts.tag))
