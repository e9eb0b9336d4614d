"""The states of a day, from rules.

Specification and implementations disagree about hours past midnight that meet another rule on the
next day. In `Sa 22:00-04:00; Su 10:00-12:00` Sunday's rule replaces the night that began on
Saturday, or it does not. Two readings are computed, and where they differ, the state is unknown.
The first is that of opening_hours.js. In the second the night belongs to the day on which it
begins, and to the rules of that day.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise, product
from typing import NamedTuple

from directory_api.hours.holidays import is_public_holiday
from directory_api.hours.rules import (
    CLOSED,
    MINUTES_OF_DAY,
    PUBLIC_HOLIDAYS,
    UNKNOWN,
    Holidays,
    HoursRule,
    Selector,
    selects,
)

_DAY = timedelta(days=1)
# With more unknown holidays at once, two to their number of readings would be computed.
_MOST_UNKNOWN = 4


class Period(NamedTuple):
    """From `start` to `end`, both in minutes of a day, with one of STATES."""

    start: int
    end: int
    state: str


class _Layer(NamedTuple):
    """Times of a rule on one day, which cover those of earlier layers.

    One of a fallback rule covers only what is closed.
    """

    start: int
    end: int
    state: str
    is_fallback: bool


def _is_holiday(country: str, kind: str, day: date) -> bool | None:
    """Return whether a day is a holiday; None if that is not known."""
    return is_public_holiday(country, day) if kind == PUBLIC_HOLIDAYS else None


# Which of some rules select a day, and which the day before.
_Pair = tuple[tuple[bool, ...], tuple[bool, ...]]
# Days of which the choices are kept.
_MOST_DAYS = 400


class _Choices:
    """Which rules select a day, in a country (ISO 3166-1), by their selectors alone: expressions
    with the same days and other times share them.
    """

    def __init__(self, selectors: Sequence[tuple[tuple[Selector, ...], ...]], country: str) -> None:
        self._selectors = selectors
        self._country = country
        every = (each for parts in selectors for part in parts for each in part)
        self._holidays = {each for each in every if isinstance(each, Holidays)}
        self._by_day: dict[date, tuple[_Pair, ...]] = {}

    def pairs(self, day: date) -> tuple[_Pair, ...]:
        """Return the pairs of a day: one, or one for each reading of the holidays that are not
        known. None at all if these are too many.
        """
        pairs = self._by_day.get(day)
        if pairs is None:
            if len(self._by_day) >= _MOST_DAYS:
                self._by_day.clear()
            pairs = self._by_day[day] = tuple(dict.fromkeys(self._pairs(day)))
        return pairs

    def _pairs(self, day: date) -> Iterator[_Pair]:
        dates = {
            (each.kind, day - timedelta(days=each.offset + before))
            for each in self._holidays
            for before in (0, 1)
        }
        known = {each: _is_holiday(self._country, *each) for each in dates}
        unknown = sorted(each for each in dates if known[each] is None)
        if len(unknown) > _MOST_UNKNOWN:
            return
        for readings in product((False, True), repeat=len(unknown)):
            holidays = {**known, **dict(zip(unknown, readings, strict=True))}
            yield self._selecting(day, holidays), self._selecting(day - _DAY, holidays)

    def _selecting(
        self, day: date, holidays: Mapping[tuple[str, date], bool | None]
    ) -> tuple[bool, ...]:
        def is_holiday(kind: str, day: date) -> bool:
            return bool(holidays[kind, day])

        return tuple(selects(parts, day, is_holiday) for parts in self._selectors)


_choices = lru_cache(maxsize=1024)(_Choices)


class Days:
    """The states of any day, in a country (ISO 3166-1)."""

    def __init__(self, rules: Sequence[HoursRule], country: str) -> None:
        self._rules = rules
        self._choices = _choices(tuple(rule.selectors for rule in rules), country)
        # Then the day before makes no difference, and both readings of a day are the same.
        self._is_plain = not any(
            rule.is_fallback or end > MINUTES_OF_DAY for rule in rules for _, end in rule.spans
        )
        # By which rules select the day, and which the day before.
        self._cache: dict[tuple[_Pair, ...], list[Period]] = {}

    def periods(self, day: date) -> list[Period]:
        """Return the states of a day, from its first to its last minute, without gaps."""
        pairs = self._choices.pairs(day)
        if not pairs:
            return [Period(0, MINUTES_OF_DAY, UNKNOWN)]
        cached = self._cache.get(pairs)
        if cached is None:
            cached = self._cache[pairs] = self._periods(pairs)
        return cached

    def _periods(self, pairs: Sequence[_Pair]) -> list[Period]:
        if self._is_plain:
            readings = [
                _covered(_own_layers(self._rules, today), 0)
                for today in {today for today, _ in pairs}
            ]
        else:
            readings = [each for pair in pairs for each in _readings(self._rules, *pair)]
        return readings[0] if len(readings) == 1 else _agreed(readings)


def _readings(
    rules: Sequence[HoursRule], today: Sequence[bool], yesterday: Sequence[bool]
) -> Iterator[list[Period]]:
    yield _covered(_with_nights(rules, today, yesterday), 0)
    night = _covered(_own_layers(rules, yesterday), MINUTES_OF_DAY)
    yield _merge_night(night, _covered(_own_layers(rules, today), 0))


def _with_nights(
    rules: Sequence[HoursRule], today: Sequence[bool], yesterday: Sequence[bool]
) -> list[_Layer]:
    """Return the layers of a day: a rule of this day also replaces earlier rules' nights before."""
    layers: list[_Layer] = []
    for rule, is_today, is_yesterday in zip(rules, today, yesterday, strict=True):
        if is_today:
            layers = [] if rule.replaces else layers
            layers += [_Layer(*span, rule.state, rule.is_fallback) for span in rule.spans]
        if is_yesterday:
            layers += [
                _Layer(0, end - MINUTES_OF_DAY, rule.state, is_fallback=False)
                for _, end in rule.spans
                if end > MINUTES_OF_DAY
            ]
    return layers


def _own_layers(rules: Sequence[HoursRule], today: Sequence[bool]) -> list[_Layer]:
    """Return the layers of the times that begin on a day, and may end on the next one."""
    layers: list[_Layer] = []
    for rule, is_today in zip(rules, today, strict=True):
        if is_today:
            closes_all = rule.state == CLOSED and not rule.times
            layers = [] if rule.replaces or closes_all else layers
            layers += [_Layer(*span, rule.state, rule.is_fallback) for span in rule.spans]
    return layers


def _covered(layers: Sequence[_Layer], midnight: int) -> list[Period]:
    """Return the states of the day that begins at a minute of the layers' day."""
    end = midnight + MINUTES_OF_DAY
    inside = [layer for layer in layers if layer.start < end and layer.end > midnight]
    cuts = {midnight, end, *(min(max(n, midnight), end) for x in inside for n in x[:2])}
    return [
        Period(start - midnight, stop - midnight, _top(inside, start))
        for start, stop in pairwise(sorted(cuts))
    ]


def _top(layers: Iterable[_Layer], minute: int) -> str:
    state = CLOSED
    for layer in layers:
        if layer.start <= minute < layer.end and (state == CLOSED or not layer.is_fallback):
            state = layer.state
    return state


def _merge_night(night: Sequence[Period], own: Sequence[Period]) -> list[Period]:
    """Return the states of the night where it is not closed, else those of the day itself."""
    return [
        Period(start, end, own_state if night_state == CLOSED else night_state)
        for start, end, (night_state, own_state) in _common_periods([night, own])
    ]


def _agreed(readings: Sequence[Sequence[Period]]) -> list[Period]:
    """Return the states in which all readings agree, else unknown."""
    return [
        Period(start, end, states[0] if len(set(states)) == 1 else UNKNOWN)
        for start, end, states in _common_periods(readings)
    ]


def _common_periods(readings: Sequence[Sequence[Period]]) -> Iterator[tuple[int, int, list[str]]]:
    """Yield start, end and the states of each reading, where none of them changes."""
    cuts = sorted({MINUTES_OF_DAY, *(period.start for each in readings for period in each)})
    positions = [0] * len(readings)
    for start, end in pairwise(cuts):
        for number, reading in enumerate(readings):
            positions[number] += reading[positions[number]].end <= start
        yield start, end, [each[at].state for each, at in zip(readings, positions, strict=True)]
