"""Opening hours as people say them: a week, public holidays, and dates on which they differ.

All of it is computed from the states of days (days.py), so it says what a timetable says. Seasons
and dates of the coming year become ranges of dates; other days that differ from their week, such
as the first Monday of a month, are listed for the next DAYS_LISTED days.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby, islice, takewhile
from typing import NamedTuple

from directory_api.hours.days import Days, Period
from directory_api.hours.rules import (
    CLOSED,
    MINUTES_OF_DAY,
    OPEN,
    PUBLIC_HOLIDAYS,
    Dates,
    Holidays,
    HoursRule,
    Months,
    Selector,
    Weekdays,
    Weeks,
    Years,
    selects,
)
from directory_api.hours.syntax import parse_hours

DAYS_LISTED = 56
_DAY = timedelta(days=1)
_YEAR = 366
# What holds on so many of the next weekdays is usual. Of other weekdays each day is listed.
_USUAL = 0.7
_SEASONAL = (Years, Months, Dates, Weeks)
_END_OF_FEBRUARY = ((2, 28), (2, 29))
# For hours that say the same on each day: any day, in a year that is not a leap year.
_ANY_DAY = date(2026, 1, 1)


class Span(NamedTuple):
    """From `opens` to `closes`: minutes of a day, over 1,440 on the next one, which is then before
    the hour of `opens`. If it is not certain, the state is unknown.
    """

    opens: int
    closes: int
    is_certain: bool = True


WHOLE_DAY, WHOLE_DAY_UNCERTAIN = Span(0, MINUTES_OF_DAY), Span(0, MINUTES_OF_DAY, is_certain=False)
_Times = tuple[Span, ...]


class WeekdayHours(NamedTuple):
    """The hours of some weekdays (Monday is 0), without weekdays those of every day; no times if it
    is closed then.
    """

    days: tuple[int, ...]
    times: _Times


class DateRange(NamedTuple):
    """The first and the last day, as `2026-12-24`, or as `12-24` if it is so each year. An end that
    is more than a year away is empty.
    """

    first: str
    last: str


class DatedHours(NamedTuple):
    """The hours on some dates; weekdays that are not in `week` are closed."""

    dates: tuple[DateRange, ...]
    week: tuple[WeekdayHours, ...]


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """The hours of a usual week, without its closed days, whether public holidays are closed, and
    the dates on which the hours are others.
    """

    week: tuple[WeekdayHours, ...]
    closed_on_holidays: bool
    dated: tuple[DatedHours, ...]

    @property
    def is_closed(self) -> bool:
        """Whether it is open on no day that is known."""
        return not self.week and not self.dated


# The hours of so many centres, of which each may have its own.
@lru_cache(maxsize=10_000)
def weekly_hours(expression: str, country: str, today: date | None) -> WeeklyHours | None:
    """Summarise hours in OpenStreetMap's syntax. `country` (ISO 3166-1) has public holidays.

    Returns None if they cannot be evaluated, or if they depend on the day and `today` is None.
    """
    try:
        hours = parse_hours(expression)
    except ValueError:
        return None
    return None if hours.unclear else _of_rules(hours.rules, country, today)


def without_a_day(expression: str) -> tuple[WeeklyHours | None, tuple[HoursRule, ...]] | None:
    """Summarise hours in OpenStreetMap's syntax of which the last rules are for public holidays and
    for dates, by the hours of a week, if there are any, and these rules.

    Returns None if they cannot be evaluated, or if the others depend on the day.
    """
    try:
        hours = parse_hours(expression)
    except ValueError:
        return None
    rules = list(hours.rules)
    apart = [*takewhile(_stands_alone, reversed(rules))][::-1]
    weekly = tuple(rules[: len(rules) - len(apart)])
    found = _of_rules(weekly, "", None) if weekly else None
    return None if hours.unclear or (weekly and not found) else (found, tuple(apart))


def _stands_alone(rule: HoursRule) -> bool:
    """Whether a rule says all that holds on dates or public holidays."""
    is_whole = rule.state != CLOSED or not rule.times
    return is_whole and (rule.is_of_holidays or bool(rule.dates))


def spans(rule: HoursRule) -> tuple[Span, ...]:
    """Return the times of a rule; none if it closes."""
    if rule.state == CLOSED:
        return ()
    return tuple(Span(*each, is_certain=rule.state == OPEN) for each in rule.spans)


def _of_rules(every: Sequence[HoursRule], country: str, today: date | None) -> WeeklyHours | None:
    rules, closed_on_holidays = _holidays_apart(every)
    if today is None and any(map(_depends_on_day, _in_parts(rule.selectors for rule in rules))):
        return None
    found = _Year(rules, country, today or _ANY_DAY)
    return WeeklyHours(found.week(), closed_on_holidays, tuple(found.dated()))


class _Run(NamedTuple):
    """Consecutive days on which the same seasonal rules hold."""

    first: date
    last: date
    rules: tuple[bool, ...]
    is_yearly: bool
    has_start: bool
    has_end: bool

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and self.first <= day <= self.last


class _Year:
    """The days of the coming year."""

    def __init__(self, rules: tuple[HoursRule, ...], country: str, today: date) -> None:
        self._days = Days(rules, country)
        self._today = today
        self._seasons = [each for rule in rules if (each := _season(rule))]
        self._openings: dict[date, _Times] = {}
        self._runs = tuple(self._all_runs())
        usual = [run for run in self._runs if not any(run.rules)]
        # A single run lasts for more than a year.
        usual = list(self._runs) if len(self._runs) == 1 else usual
        self._week = self._week_of(self._sample(usual))
        self._weeks = {
            run: self._week if run in usual else self._week_of(self._sample([run]))
            for run in self._runs
        }

    def week(self) -> tuple[WeekdayHours, ...]:
        """Return the hours of the usual week, without closed days."""
        return tuple(each for each in _by_times(self._week) if each.times)

    def dated(self) -> Iterator[DatedHours]:
        """Yield the hours of dates, those with the same hours together, in their order."""
        found: dict[tuple[WeekdayHours, ...], dict[DateRange, date]] = {}
        for first, dates, week in (*self._seasonal(), *self._single()):
            # Those of every year may begin twice in a year.
            found.setdefault(week, {}).setdefault(dates, first)
        for week, firsts in sorted(found.items(), key=lambda pair: min(pair[1].values())):
            yield DatedHours(tuple(sorted(firsts, key=firsts.__getitem__)), week)

    def _seasonal(self) -> Iterator[tuple[date, DateRange, tuple[WeekdayHours, ...]]]:
        for (_, week), same in groupby(self._unusual(), key=lambda each: each[1:]):
            runs = [run for run, *_ in same]
            first, last = runs[0], runs[-1]
            # The end of February is another day in a leap year.
            ends_alike = not any(
                (each.month, each.day) in _END_OF_FEBRUARY for each in (first.first, last.last)
            )
            is_yearly = first.is_yearly and last.is_yearly and ends_alike
            dates = DateRange(
                _date_text(first.first, is_yearly=is_yearly) if first.has_start else "",
                _date_text(last.last, is_yearly=is_yearly) if last.has_end else "",
            )
            yield first.first, dates, week

    def _unusual(self) -> Iterator[tuple[_Run, int, tuple[WeekdayHours, ...]]]:
        """Yield the runs with other hours than the usual week, each with its hours; those that
        follow one another have the same number.
        """
        number, after = 0, None
        for run, week in self._weeks.items():
            if any(self._week.get(day) != times for day, times in week.items()):
                number += run.first != after
                after = run.last + _DAY
                yield run, number, _of_dates(week)

    def _single(self) -> Iterator[tuple[date, DateRange, tuple[WeekdayHours, ...]]]:
        """Yield the next days that are not as their week says."""
        different = [
            (day, times)
            for day in _some_days(self._today, DAYS_LISTED)
            if (times := self._times(day)) != self._week_times(day)
        ]
        by_run = groupby(
            enumerate(different),
            key=lambda pair: (pair[1][0] - pair[0] * _DAY, pair[1][1]),
        )
        for (_, times), days in by_run:
            ends = [day for _, (day, _) in days]
            dates = DateRange(_date_text(ends[0]), _date_text(ends[-1]))
            yield ends[0], dates, (WeekdayHours((), times),)

    def _week_times(self, day: date) -> _Times:
        """Return what the weeks say of a day."""
        week = next(week for run, week in self._weeks.items() if day in run)
        return week.get(day.weekday(), ())

    def _all_runs(self) -> Iterator[_Run]:
        """Yield the runs from that of today to that of a year later, whole if they are no longer
        than a year.
        """
        end = self._today + _YEAR * _DAY
        first, rules = self._today, self._selected_seasons(self._today)
        before = first - _DAY
        while (
            self._seasons
            and self._selected_seasons(before) == rules
            and first > end - 2 * _YEAR * _DAY
        ):
            first, before = before, before - _DAY
        has_start, edge = self._selected_seasons(before) != rules, self._selected_seasons(before)
        while first <= end:
            after = first + _DAY if first >= self._today else self._today
            last_day = max(end, first) + _YEAR * _DAY
            while self._seasons and self._selected_seasons(after) == rules and after <= last_day:
                after += _DAY
            has_end = self._selected_seasons(after) != rules
            after = after if self._seasons else last_day
            flips = [
                season
                for season, *flags in zip(
                    self._seasons, edge, rules, self._selected_seasons(after), strict=True
                )
                if len(set(flags)) > 1
            ]
            is_yearly = bool(flips) and not any(map(_depends_on_day, _in_parts(flips)))
            yield _Run(first, after - _DAY, rules, is_yearly, has_start, has_end)
            first, edge, rules, has_start = after, rules, self._selected_seasons(after), True

    def _selected_seasons(self, day: date) -> tuple[bool, ...]:
        return tuple(selects(season, day, lambda *_: False) for season in self._seasons)

    def _sample(self, runs: Iterable[_Run]) -> Iterator[date]:
        """Return the days that say what a week is in some runs: the next ones, at least four weeks
        if there are as many.
        """
        days = (
            day
            for run in runs
            for day in _some_days(
                max(run.first, min(self._today, run.last - 27 * _DAY)), DAYS_LISTED
            )
            if day in run
        )
        return islice(days, DAYS_LISTED)

    def _week_of(self, days: Iterable[date]) -> dict[int, _Times]:
        """Return what holds on most days, by weekday."""
        by_weekday: dict[int, Counter[_Times]] = {}
        for day in days:
            by_weekday.setdefault(day.weekday(), Counter())[self._times(day)] += 1
        week = dict[int, _Times]()
        for weekday, counted in sorted(by_weekday.items()):
            times, count = counted.most_common(1)[0]
            week[weekday] = times if count >= _USUAL * counted.total() else ()
        return week

    def _times(self, day: date) -> _Times:
        """Return the times that begin on a day."""
        if day not in self._openings:
            before, own, after = (
                _merged(self._days.periods(day + days * _DAY)) for days in (-1, 0, 1)
            )
            if own and before and _continues(before[-1], own[0]):
                own = own[1:]
            if own and after and _continues(own[-1], after[0]):
                own[-1] = own[-1]._replace(closes=MINUTES_OF_DAY + after[0].closes)
            self._openings[day] = tuple(own)
        return self._openings[day]


def _merged(periods: Iterable[Period]) -> list[Span]:
    """Return the times of a day that are not closed."""
    spans = list[Span]()
    for start, end, state in periods:
        is_certain = state == OPEN
        if state == CLOSED:
            continue
        if spans and spans[-1].closes == start and spans[-1].is_certain == is_certain:
            spans[-1] = spans[-1]._replace(closes=end)
        else:
            spans.append(Span(start, end, is_certain))
    return spans


def _continues(evening: Span, morning: Span) -> bool:
    """Whether two times are one night, less than 24 hours long."""
    return (
        evening.closes == MINUTES_OF_DAY
        and morning.opens == 0
        and evening.is_certain == morning.is_certain
        and morning.closes < evening.opens
    )


def _by_times(week: Mapping[int, _Times]) -> list[WeekdayHours]:
    days: dict[_Times, list[int]] = {}
    for day, times in week.items():
        days.setdefault(times, []).append(day)
    return [WeekdayHours(tuple(some), times) for times, some in days.items()]


def _of_dates(week: Mapping[int, _Times]) -> tuple[WeekdayHours, ...]:
    """Return the hours of a week in which all days are closed, or as they are, without weekdays."""
    by_times = _by_times(week)
    if len(by_times) == 1:
        return (WeekdayHours((), by_times[0].times),)
    return tuple(each for each in by_times if each.times)


def _holidays_apart(rules: Sequence[HoursRule]) -> tuple[tuple[HoursRule, ...], bool]:
    """Split off the rules that close on public holidays, unless a later one may open again."""
    has_nights = any(end > MINUTES_OF_DAY for rule in rules for _, end in rule.times)
    kept, is_closed = list[HoursRule](), False
    for number, rule in enumerate(rules):
        rest = _without_holidays(rule)
        only_closed = all(each.state == CLOSED for each in rules[number:])
        if rest is None or has_nights or not only_closed:
            kept.append(rule)
            continue
        is_closed = True
        if rest.selectors[0]:
            kept.append(rest)
    return tuple(kept), is_closed


def _without_holidays(rule: HoursRule) -> HoursRule | None:
    """Return a rule for whole days without its public holidays; None if it is not about them."""
    if (
        len(rule.selectors) != 1
        or rule.times
        or Holidays(PUBLIC_HOLIDAYS, 0) not in rule.selectors[0]
    ):
        return None
    rest = tuple(each for each in rule.selectors[0] if each != Holidays(PUBLIC_HOLIDAYS, 0))
    return replace(rule, selectors=(rest,))


def _season(rule: HoursRule) -> tuple[tuple[Selector, ...], ...]:
    """Return those selectors of a rule that select many days in a row, or one date."""
    return tuple(
        part
        for part in rule.selectors
        if all(isinstance(each, _SEASONAL) and getattr(each, "step", 1) == 1 for each in part)
    )


def _in_parts(all_parts: Iterable[tuple[tuple[Selector, ...], ...]]) -> Iterator[Selector]:
    return (each for parts in all_parts for part in parts for each in part)


def _depends_on_day(selector: Selector) -> bool:
    """Whether it selects other dates each year, or other days each week."""
    if isinstance(selector, Dates):
        ends = (selector.first, selector.last)
        return any(each.year is not None or each.month is None for each in ends)
    return not isinstance(selector, Months | Weekdays)


def _date_text(day: date, *, is_yearly: bool = False) -> str:
    return f"{day:%m-%d}" if is_yearly else day.isoformat()


def _some_days(first: date, count: int) -> Iterator[date]:
    return (first + number * _DAY for number in range(count))
