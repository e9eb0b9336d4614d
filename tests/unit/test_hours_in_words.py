"""Opening hours in words: no syntax, and the same as the states that are computed."""

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from directory_api.hours.days import Days
from directory_api.hours.holidays import is_public_holiday
from directory_api.hours.in_words import DatesInWords, HoursInWords, day_names, hours_lines
from directory_api.hours.rules import CLOSED, MINUTES_OF_DAY, OPEN, UNKNOWN, Dates, DayOfYear
from directory_api.hours.syntax import parse_hours
from directory_api.hours.weekly import DAYS_LISTED
from directory_api.text.message import Texts
from directory_api.text.translations import languages, words
from tests.support.servers import ROOT

TODAY = date(2026, 12, 10)
EXPRESSIONS = (ROOT / "tests/reference_hours/expressions.txt").read_text("utf-8").splitlines()
CHRISTMAS = "Mo-Fr 09:00-17:00; Dec 25-Jan 02 off; PH off"
UNREADABLE = ("sunrise-sunset", "Mo-Fr 17:00+", "Mar Su[-1]-Oct Su[-1] Mo-Fr 09:00-17:00")
# A sign of the syntax alone, or a code where no letter of a word is beside it. `open` and `week`
# can be words of some languages.
SYNTAX = re.compile(
    r"""\|\||[;\[\]"/+]|24/7|\b(?:off|PH|SH|easter|unknown|Mo|Tu|We|Th|Fr|Sa|Su)\b""", re.ASCII
)
_ONE = timedelta(days=1)
_MONTHS = "January February March April May June July August September October November December"
_DATE = re.compile(rf"(\d+) ({'|'.join(_MONTHS.split())})(?: (\d{{4}}))?")
_TIME = re.compile(r"(\d\d):(\d\d) – (\d\d):(\d\d)( \(please call first\))?")


@pytest.mark.parametrize(
    ("expression", "tag", "said"),
    [
        (
            CHRISTMAS,
            "en",
            (
                "Monday – Friday: 09:00 – 17:00",
                "Closed on public holidays",
                "25 December – 2 January: closed",
            ),
        ),
        (
            CHRISTMAS,
            "nl",
            (
                "maandag – vrijdag: 09:00 – 17:00",
                "Gesloten op feestdagen",
                "25 december – 2 januari: gesloten",
            ),
        ),
        (
            CHRISTMAS,
            "ar",
            (
                "الاثنين – الجمعة: 09:00 – 17:00",
                "مغلق في أيام العطل الرسمية",
                "25 ديسمبر – 2 يناير: مغلق",
            ),
        ),
        ("24/7; Dec 25 off", "en", ("Day and night", "25 December: closed")),
        (
            "Apr-Oct Mo-Su 09:00-18:00; Nov-Mar Mo-Fr 10:00-16:00",
            "en",
            (
                "1 November – 31 March: Monday – Friday: 10:00 – 16:00",
                "1 April – 31 October: 09:00 – 18:00",
            ),
        ),
        (
            "Mo,Tu 09:00-12:00,13:00-17:00",
            "en",
            ("Monday and Tuesday: 09:00 – 12:00, 13:00 – 17:00",),
        ),
        ("Mo,We-Fr 09:00-12:00", "fr", ("lundi et mercredi – vendredi : 09:00 – 12:00",)),
        ("Apr-Oct 09:00-18:00", "en", ("1 April – 31 October: 09:00 – 18:00",)),
        ("Mo-Fr 22:00-06:00", "en", ("Monday – Friday: 22:00 – 06:00",)),
        ("Sa,Su 00:00-24:00", "en", ("Saturday and Sunday: Day and night",)),
        (
            "Mo-Fr 09:00-17:00; Mo[1] off",
            "en",
            ("Monday – Friday: 09:00 – 17:00", "4 January 2027 and 1 February 2027: closed"),
        ),
        (
            "Mo-Fr 09:00-17:00; PH 10:00-12:00",
            "en",
            (
                "Monday – Friday: 09:00 – 17:00",
                "25 December 2026 and 1 January 2027: 10:00 – 12:00",
            ),
        ),
        (
            "Mo-Fr 09:00-17:00; 2026 Dec 24-2027 Jan 3 off",
            "en",
            ("Monday – Friday: 09:00 – 17:00", "24 December 2026 – 3 January 2027: closed"),
        ),
        ("2025+ Mo-Fr 09:00-17:00", "en", ("Monday – Friday: 09:00 – 17:00",)),
        (
            "Mo 09:00-17:00; 2027+ Mo 10:00-12:00",
            "en",
            ("Monday: 09:00 – 17:00", "1 January 2027 – …: Monday: 10:00 – 12:00"),
        ),
        (
            'Mo-Fr 09:00-17:00; Sa 10:00-12:00 "by appointment"; Su "call"',
            "en",
            (
                "Monday – Friday: 09:00 – 17:00",
                "Saturday: 10:00 – 12:00 (please call first)",
                "Sunday: please call first",
            ),
        ),
        ("2020 Mo-Fr 09:00-17:00", "en", ("closed",)),
        (
            "Tu,We 09:00-10:00; We,PH off",
            "en",
            ("Tuesday: 09:00 – 10:00", "Closed on public holidays"),
        ),
    ],
)
def test_hours_are_said_as_a_week_and_dates(
    expression: str, tag: str, said: tuple[str, ...]
) -> None:
    """Dates of every year have no year, those of one have theirs; equal hours are said once."""
    lines = tuple(_plain(line) for line in hours_lines(expression, "BE", TODAY, tag))
    assert lines == said


@pytest.mark.parametrize("expression", UNREADABLE)
def test_hours_that_cannot_be_evaluated_are_not_said(expression: str) -> None:
    """Their state is unknown, too."""
    assert hours_lines(expression, "BE", TODAY, "en") == ()
    assert str(HoursInWords(expression, "BE", TODAY)) == "Opening hours not known"
    assert str(HoursInWords(expression)) == expression


def test_hours_without_a_day_are_said_if_they_are_the_same_on_each() -> None:
    """The history has no day of its own."""
    assert hours_lines(CHRISTMAS, "", None, "en") == hours_lines(CHRISTMAS, "BE", TODAY, "en")


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        (
            'Mo-Fr 09:00-17:00; PH "by appointment"',
            "Monday – Friday: 09:00 – 17:00 · Public holidays: please call first",
        ),
        (
            "Mo-Fr 09:00-17:00; PH 10:00-12:00; 2026 Dec 24,31 off",
            "Monday – Friday: 09:00 – 17:00 · Public holidays: 10:00 – 12:00 · "
            "24 December 2026 and 31 December 2026: closed",
        ),
        (
            'Mo-Fr "by appointment"; PH off; 2026 Dec 24-2027 Jan 2 09:00-10:00 "by appointment"',
            "Monday – Friday: please call first · Closed on public holidays · "
            "24 December 2026 – 2 January 2027: 09:00 – 10:00 (please call first)",
        ),
        ("2026 Dec 24 09:00-12:00", "24 December 2026: 09:00 – 12:00"),
        # The year has no such day, which the syntax allows.
        ("2026 Feb 29 off", "29 February 2026: closed"),
        # Maintainers know the syntax.
        ("Mo[1] 09:00-17:00", "Mo[1] 09:00-17:00"),
        ("Mo[1] 09:00-17:00; 2026 Dec 24 off", "Mo[1] 09:00-17:00; 2026 Dec 24 off"),
        ("Mo-Fr 09:00-17:00, 2026 Dec 24 20:00-22:00", None),
        ("PH 10:00-12:00, Sa 09:00-12:00", None),
        ("Mo-Fr 09:00-17:00; 2026 Dec 24 12:00-13:00 off", None),
        ('Mo-Fr 09:00-17:00 || PH "call"', None),
    ],
)
def test_hours_of_a_form_are_said_without_a_day(expression: str, said: str | None) -> None:
    """Public holidays and dates by themselves; what depends on the day in another way stays as
    maintainers wrote it.
    """
    assert _plain(str(HoursInWords(expression))) == (said or expression)


# The last ones have no names of their own for a day that stands by itself, and Pashto was asked
# first.
MONDAYS = {
    "ps": "دونۍ",
    "ur": "پیر",
    "zh-Hans": "星期一",
    "nl": "maandag",
    "pt": "segunda-feira",
    "tr": "Pazartesi",
}


def test_one_language_leaves_nothing_in_another() -> None:
    """After a visitor who reads Pashto, each language still has days of its own."""
    assert {tag: day_names(tag)[0] for tag in MONDAYS} == MONDAYS


def test_dates_are_those_of_each_language() -> None:
    """Each language has a name or a number for each month, and no sign of markup in its names."""
    for language in languages():
        lines = {
            month: hours_lines(f"24/7; {month} 3 off", "", TODAY, language.tag)[1]
            for month in ("Jan", "Feb", "May", "Sep", "Dec")
        }
        assert len(set(lines.values())) == len(lines), language.tag
        assert all("3" in line and not set("<>&{}") & set(line) for line in lines.values())


def test_no_syntax_reaches_a_person() -> None:
    """1,000 expressions in six languages."""
    for expression in (*UNREADABLE, *EXPRESSIONS):
        for tag in ("en", "nl", "ar", "zh-Hans", "ti", "hu"):
            said = " ".join(hours_lines(expression, "BE", TODAY, tag))
            assert not SYNTAX.search(said), (expression, said)
            assert said or not _is_known(expression), expression


def test_the_words_say_the_states_of_each_day() -> None:
    """1,000 expressions, of which the English words are read again for the days that are listed.

    On a public holiday that is said to be closed, a night before it may be unknown.
    """
    compared = 0
    for number, expression in enumerate(EXPRESSIONS):
        # Different days of the year, Easter and changes of the clock among them.
        today = TODAY + timedelta(days=number * 17 % 400)
        lines = hours_lines(expression, "BE", today, "en")
        if not lines:
            assert not _is_known(expression), expression
            continue
        read = _Read([_plain(line) for line in lines])
        days = Days(parse_hours(expression).rules, "BE")
        for ahead in range(1, DAYS_LISTED):
            day = today + timedelta(days=ahead)
            assert read.states(day) == _united(iter(days.periods(day))), (
                expression,
                today,
                day,
                lines,
            )
            compared += 1
    assert compared > 40_000


def _plain(line: str) -> str:
    return line.replace("\N{THIN SPACE}", " ").replace("\N{NO-BREAK SPACE}", " ")


def _is_known(expression: str) -> bool:
    return not parse_hours(expression).unclear


def _united(spans: Iterator[tuple[int, int, str]]) -> list[tuple[int, int, str]]:
    """Return the states of a day that are not closed, of which neighbours differ."""
    found: list[tuple[int, int, str]] = []
    for start, end, state in spans:
        if state == CLOSED or start >= end:
            continue
        if found and found[-1][1] == start and found[-1][2] == state:
            found[-1] = (found[-1][0], end, state)
        else:
            found.append((start, end, state))
    return found


class _Read:
    """English words, read by a person who knows nothing of the syntax."""

    def __init__(self, lines: list[str]) -> None:
        self.closed_on_holidays = "Closed on public holidays" in lines
        own = [line for line in lines if line != "Closed on public holidays"]
        self._dated = [line for line in own if _is_dated(line)]
        self._weekly = [line for line in own if not _is_dated(line)]

    def states(self, day: date) -> list[tuple[int, int, str]]:
        """Return the states of a day, with the night before."""
        nights = ((0, end - MINUTES_OF_DAY, state) for _, end, state in self._of(day - _ONE))
        own = ((start, min(end, MINUTES_OF_DAY), state) for start, end, state in self._of(day))
        return _united(iter(sorted([*nights, *own])))

    def _of(self, day: date) -> list[tuple[int, int, str]]:
        if self.closed_on_holidays and is_public_holiday("BE", day):
            return []
        dated = [line for line in self._dated if _is_on(line, day)]
        # A single day is an exception within a longer range.
        shortest = min((_length(each, day) for each in dated), default=0)
        lines = [line for line in dated if _length(line, day) == shortest] or self._weekly
        return [span for line in lines for span in _hours(line, day)]


def _is_dated(line: str) -> bool:
    return bool(_DATE.search(line.partition(":")[0]))


def _ranges(line: str, day: date) -> Iterator[tuple[date, date]]:
    dates, _, _ = line.partition(":")
    for part in re.split(r", and |, | and ", dates):
        first, _, last = part.partition(" – ")
        ends = [_DATE.fullmatch(each) for each in (first, last or first)]
        for year in (day.year - 1, day.year):
            start = _day(ends[0], year) if ends[0] else date.min
            end = _day(ends[1], year) if ends[1] else date.max
            if end < start:
                end = _day(ends[1], year + 1)
            yield start, end


def _day(match: "re.Match[str] | None", year: int) -> date:
    assert match
    return date(int(match[3] or year), _MONTHS.split().index(match[2]) + 1, int(match[1]))


def _length(line: str, day: date) -> int:
    return min((last - first).days for first, last in _ranges(line, day) if first <= day <= last)


def _is_on(line: str, day: date) -> bool:
    return any(first <= day <= last for first, last in _ranges(line, day))


def _hours(line: str, day: date) -> Iterator[tuple[int, int, str]]:
    names, before = day_names("en"), line
    if _is_dated(line):
        _, _, before = line.partition(": ")
    if before.startswith(names):
        said, _, before = before.partition(": ")
        days: set[int] = set()
        for part in re.split(r", and |, | and ", said):
            ends = [names.index(name) for name in part.split(" – ")]
            days |= set(range(ends[0], ends[-1] + 1))
        if day.weekday() not in days:
            return
    if before == "closed":
        return
    for part in before.split(", "):
        if part in ("Day and night", words("en")["hours.call_first"]):
            yield 0, MINUTES_OF_DAY, OPEN if part == "Day and night" else UNKNOWN
            continue
        found = _TIME.fullmatch(part)
        assert found, line
        opens, closes = int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])
        state = UNKNOWN if found[5] else OPEN
        yield opens, closes if closes > opens else closes + MINUTES_OF_DAY, state


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("en", "24 December 2026 – 2 January 2027"),
        ("nl", "24 december 2026 – 2 januari 2027"),
        ("fr", "24 décembre 2026 – 2 janvier 2027"),
        ("de", "24. Dezember 2026 – 2. Januar 2027"),
    ],
)
def test_dates_are_said_in_words(tag: str, expected: str) -> None:
    """In each language of maintainers; one day is said once."""
    texts = Texts(tag)
    dates = Dates(DayOfYear(2026, 12, 24, 0), DayOfYear(2027, 1, 2, 0))
    assert DatesInWords(dates).translate(texts) == expected
    leap_day = DayOfYear(None, 2, 29, 0)
    assert DatesInWords(Dates(leap_day, leap_day)).translate(texts).startswith("29")
