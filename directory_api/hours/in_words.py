"""Opening hours in words, such as `Monday–Friday: 09:00–17:00; Closed on public holidays`."""

from dataclasses import dataclass
from datetime import date

from directory_api.hours.rules import WEEKDAYS, Dates, DayOfYear
from directory_api.hours.syntax import ALWAYS
from directory_api.hours.week import ranges
from directory_api.hours.weekly import holidays_apart, weekly
from directory_api.text.message import Texts, Value
from directory_api.text.translations import ENGLISH, locale_of, long_date, words

_LEAP_YEAR = 2000


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
    # Babel's own days of these languages; weekly_in_words.py has them for every language.
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


@dataclass(frozen=True)
class DatesInWords(Value):
    """Dates that exist, none of them Easter."""

    dates: Dates

    def said(self, texts: Texts) -> str:
        """Return `24 December 2026`, or the first and the last day; without a year, each year."""
        ends = dict.fromkeys((self.dates.first, self.dates.last))
        return " – ".join(_day(each, texts.tag) for each in ends)


def _day(day: DayOfYear, tag: str) -> str:
    from babel.dates import format_skeleton  # see translations.py

    # English without a country is American: December 24.
    own = "en-001" if tag == ENGLISH else tag
    on = date(*day.in_year(_LEAP_YEAR))
    if day.year is not None:
        return long_date(on, own)
    return str(format_skeleton("MMMMd", on, locale=locale_of(own)))
