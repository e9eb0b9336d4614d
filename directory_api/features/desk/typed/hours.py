"""Hours as people in Belgium and its neighbours write them, such as `ma-vr 9u-17u`."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType

from directory_api.hours.rules import MINUTES_OF_DAY, PUBLIC_HOLIDAYS, WEEKDAYS, DayOfYear
from directory_api.hours.syntax import parse_hours
from directory_api.text.normalize import fold
from directory_api.text.translations import locale_of

# The days of the week from Monday, by how they begin. The first two letters are the usual short
# form, and the whole name begins with the longer ones.
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag"),
        "fr": ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
        "de": (
            "montag",
            "dienstag",
            "mittwoch",
            "donnerstag",
            "freitag",
            "samstag",
            "sonntag",
        ),
        "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    }
)
_CLOSED = re.compile(r"\b(?:gesloten|ferm[ée]e?|geschlossen|closed|off)\b")
_HOLIDAYS = re.compile(
    r"\b(?:wettelijke )?feestdagen\b|\bjours f[ée]ri[ée]s\b|\b(?:gesetzliche )?feiertage?n?\b"
    r"|\b(?:public |bank )?holidays?\b|\bph\b"
)
_ALWAYS = re.compile("24 ?[uh]? ?/ ?(?:7|24 ?[uh]?(?:[ ,/]{1,2}7 ?[jd]?(?: ?/ ?7)?)?)")
_UNIT = r"(?: ?(?:uur|uhr|heures?|h|u)\b\.?)"
_TIME = rf"([0-9]{{1,2}})(?:[:.]([0-9]{{2}}){_UNIT}?| ?[uh] ?([0-9]{{2}})\b|{_UNIT})?"
_TO = "(?: ?- ?| (?:tot|t/m|bis|until|to|au|à|a) )"
_BETWEEN = "(?: ?[,;&+/] ?| (?:en|et|und|and) )(?:van |de |von |from )?"
_RANGE = re.compile(rf"(?:van |de |von |from )?{_TIME}{_TO}{_TIME}")
_RANGES = re.compile(rf"{_RANGE.pattern}(?:{_BETWEEN}{_RANGE.pattern})*")
_WORD = r"[a-z]{2,}\.?"
_DAYS = re.compile(rf"{_WORD}(?:(?:{_TO}|{_BETWEEN}){_WORD})*")
_HOURS_OF_DAY, _MINUTES = 24, 60
_MIDNIGHT = "24:00"
_YEAR = "([1-9][0-9]{3}|[0-9]{2})"
_DATE = re.compile(rf"([0-9]{{1,2}})([-/.])([0-9]{{1,2}})(?:\2{_YEAR}?)?")
_DATE_IN_WORDS = re.compile(rf"([0-9]{{1,2}})(?:er|e|st|nd|rd|th)? ([a-z]{{3,}})(?: {_YEAR})?")
_CENTURY = 2000


def clock(times: tuple[tuple[int, int], ...], joint: str = ",") -> str:
    """Return times as `09:00-12:00,13:00-17:00`."""
    return joint.join(f"{_clock(opens)}-{_end(closes)}" for opens, closes in times)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _end(closes: int) -> str:
    return _MIDNIGHT if closes == MINUTES_OF_DAY else _clock(closes % MINUTES_OF_DAY)


def times(typed: str) -> tuple[tuple[int, int], ...] | None:
    """Return the times of a day, such as those of `9-12 en 13u30-17u`, in minutes of the day; an
    end over 1,440 is on the next day. None if the text is something else.
    """
    text = _plain(typed)
    return tuple(_spans(text)) if _RANGES.fullmatch(text) and all(_valid(text)) else None


def day(typed: str) -> DayOfYear | None:
    """Return a day that is written as `24/12`, `24-12-2026` or `24 december`; without its year it
    is that of every year. None if the text is something else. A month may lack the day.
    """
    if match := _DATE.fullmatch(re.sub(" *([-/.]) *", r"\1", _plain(typed))):
        number, month, year = match[1], int(match[3]), match[4]
    elif match := _DATE_IN_WORDS.fullmatch(fold(typed)):
        number, month, year = match[1], _month(match[2]), match[3]
    else:
        return None
    if not month:
        return None
    if not year:
        return DayOfYear(None, month, int(number), 0)
    return DayOfYear(int(year) + _CENTURY * (len(year) == len("26")), month, int(number), 0)


def _month(word: str) -> int:
    """Return the number of a month that a word names, or begins, in one of the languages; 0 if it
    is none, or several.
    """
    found = {
        number
        for tag in _NAMES
        for names in (locale_of(tag).months["format"][width] for width in ("wide", "abbreviated"))
        for number, name in names.items()
        if fold(name).startswith(word)
    }
    return found.pop() if len(found) == 1 else 0


@lru_cache(maxsize=1024)
def understood(typed: str) -> str:
    """Return hours in OpenStreetMap's syntax, of which a text may be a usual form; the text itself
    if it has that syntax already, or may mean none or several.
    """
    meant = () if _is_readable(typed) else suggestions(typed)
    return meant[0] if len(meant) == 1 else typed


def suggestions(typed: str) -> tuple[str, ...]:
    """Return what a text may mean in OpenStreetMap's syntax: nothing if that is not known, and
    several if a word means another day in another language.
    """
    text = _plain(typed)
    if _ALWAYS.fullmatch(text):
        return ("24/7",)
    read = (_in(names, text) for names in _NAMES.values())
    return tuple(dict.fromkeys(each for each in read if each and _is_readable(each)))


def _plain(typed: str) -> str:
    return re.sub(r"\s+", " ", re.sub("[‐-―−]", "-", typed)).strip(" .").casefold()


def _valid(text: str) -> Iterator[bool]:
    for match in _RANGE.finditer(text):
        hours = (int(match[1]), int(match[4]))
        minutes = [int(match[each] or 0) for each in (2, 3, 5, 6)]
        yield (
            hours[0] < _HOURS_OF_DAY
            and hours[1] <= _HOURS_OF_DAY
            and max(minutes) < _MINUTES
            and not (hours[1] == _HOURS_OF_DAY and any(minutes[2:]))
        )


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for match in _RANGE.finditer(text):
        opens, closes = (
            int(match[first]) * _MINUTES + int(match[first + 1] or match[first + 2] or 0)
            for first in (1, 4)
        )
        yield opens, closes if closes > opens else closes + MINUTES_OF_DAY


def _in(names: tuple[str, ...], text: str) -> str | None:
    """Return a text as rules, with the names of days in one language."""
    rules, rest = [], _HOLIDAYS.sub("ph", text)
    while rest := rest.lstrip(" ,;"):
        days = _DAYS.match(rest)
        if not days or (selected := _days(names, days[0])) is None:
            return None
        rest = rest[days.end() :].lstrip(" :")
        if closed := _CLOSED.match(rest):
            rules.append(f"{selected} off")
            rest = rest[closed.end() :]
        elif (open_at := _RANGES.match(rest)) and all(_valid(open_at[0])):
            rules.append(f"{selected} {clock(tuple(_spans(open_at[0])))}")
            rest = rest[open_at.end() :]
        else:
            return None
    return "; ".join(rules) or None


def _days(names: tuple[str, ...], text: str) -> str | None:
    parts = []
    for part in re.split(_BETWEEN, text):
        ends = [_day(names, each) for each in re.split(_TO, part)]
        if None in ends:
            return None
        parts.append("-".join(filter(None, ends)))
    return ",".join(parts)


def _day(names: tuple[str, ...], word: str) -> str | None:
    word = word.strip(" .")
    if word == "ph":
        return PUBLIC_HOLIDAYS
    found = [day for name, day in zip(names, WEEKDAYS, strict=True) if _is(name, word)]
    return found[0] if len(found) == 1 else None


def _is(name: str, word: str) -> bool:
    """Whether a word is a name, begins it, or is its plural."""
    return bool(word) and (name.startswith(word) or word in (f"{name}s", f"{name}en"))


def _is_readable(expression: str) -> bool:
    try:
        parse_hours(expression)
    except ValueError:
        return False
    return True
