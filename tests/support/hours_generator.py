"""Opening hours for comparisons: expressions as centres write them, and moments that matter.

What opening_hours.js 3.15 itself reads differently from the specification is left out: `easter -2
days-easter +1 day` (it leaves out the last day), `Feb 10-28` (it selects no day in a common year),
and school holidays, whose dates for Belgium it has only by language and until 2026.
"""

import random
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun",
           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # fmt: skip
# Faults that were found one by one.
FOUND = (
    "Mo-Th,Su 20:00-02:00; Fr,Sa 20:00-04:00",
    "Mo-Fr 09:00-17:00; Su 22:00-06:00",
    "PH Mo-Fr 10:00-12:00",
    "Mo-Fr 09:00-17:00; PH Mo-Fr off",
    "Mo-Su 10:00-11:00; PH off",
    "PH 10:00-12:00",
    "Mo-Fr 09:00-17:00; PH,Su 10:00-12:00",
    "Sa 22:00-04:00; Su 10:00-12:00",
    "Mo-Su 22:00-06:00; PH off",
    "Mo-Fr 20:00-02:00; We 20:00-22:00",
    'Mo-Fr 09:00-17:00; PH off || "by phone"',
    "Mo[1,3] 10:00-12:00; PH off",
    "Tu[1-2] 09:00-12:00",
    "Mo[1] +1 day 10:00-12:00",
)
# As people write them.
WRITTEN = (
    "Mo-Fr 08:00-12:00,14:00-18:00; Sa 08:00-12:00; PH off",
    "Mo-Su,PH 10:00-20:00",
    "Mo-Fr 09:00-17:00; PH,Sa,Su off",
    "Tu-Su 11:30-14:30,18:00-22:00",
    "Mo-Th 11:00-23:00; Fr,Sa 11:00-01:00; Su 12:00-22:00",
    "Mo-Th 18:00-01:00, Fr-Sa 18:00-03:00",
    "24/7; Dec 25 off",
    "Mo-Fr 09:00-17:00; Dec 24-Jan 01 off",
    "Apr-Oct Mo-Su 09:00-18:00; Nov-Mar Mo-Fr 10:00-16:00",
    "Mo,We,Fr 09:00-12:00; Tu,Th 13:00-17:00",
    "We 14:00-17:00; Jul-Aug off",
    "Mo-Fr 09:00-12:30,13:30-17:00; We 09:00-12:30; PH off",
    "Mo-Sa 09:00-18:00; Su,PH off",
    "Su[1] 10:00-12:00",
    "Mo-Fr 09:00-17:00; Jul 21 off; Aug 15 off",
    "week 1-53/2 We 09:00-12:00",
    "Mo-Fr 07:30-19:00; Sa 09:00-12:00; PH 09:00-10:00",
    "Mo-Fr 00:00-24:00",
    "Mo-Su 08:00-20:00; Tu off",
    "Mo-Fr 10:00-16:00; May-Sep Sa 10:00-14:00",
    "Sep-Jun Mo-Fr 09:00-17:00; Jul-Aug Mo-Fr 09:00-13:00; PH off",
    "Mo-Fr 09:00-17:00; 2026 Dec 24 09:00-12:00",
    "Mo-Fr 09:00-17:00; 2026 Dec 24-2027 Jan 3 off; PH off",
    "Mo-Fr 09:00-17:00 open; Sa unknown; Su closed",
    "Mo-Fr 09:00-17:00; Mo-Fr 12:00-13:00 off",
    "Mo-Fr 09:00-17:00, PH off",
    "Mo-Fr 09:00-17:00; PH -1 day 09:00-12:00",
    "easter off; Mo-Su 10:00-12:00",
    "Mo-Su 10:00-12:00; easter off",
    "Mo-Su 10:00-12:00; easter +1 day,easter +39 days off",
    "Jan-Mar,Oct-Dec Mo-Fr 10:00-16:00",
    "Mo-Fr 22:00-06:00",
    "Mo-Fr 22:00-06:00; Sa 10:00-12:00",
    "Su 22:00-06:00; Mo-Fr 09:00-17:00",
    "Sa,Su 00:00-24:00; Mo-Fr 17:00-09:00",
    "Mo-Fr 17:00-09:00, Sa,Su 00:00-24:00",
    "Mo-Fr 17:00-24:00; Mo-Fr 00:00-09:00",
    "Mo-Fr 00:00-09:00,17:00-24:00; Sa,Su,PH 00:00-24:00",
    "Mo-Su 23:00-03:00 off",
    "24/7; Mo-Fr 09:00-17:00 off",
    "24/7; PH 09:00-10:00",
    "Mo-Fr 09:00-17:00 || Sa 10:00-12:00",
    "Mo[1,3] 10:00-12:00; Mo[2] 14:00-16:00",
    "Fr[-1] 09:00-12:00 off; Mo-Fr 09:00-17:00",
    "Mo-Fr 09:00-17:00; Fr[-1] off",
    "PH,Mo-Fr 09:00-17:00",
    "Mo-Fr,PH -1 day 09:00-17:00",
    "2025-2027 Mo-Fr 09:00-17:00",
    "2026 Jul-Aug off; Mo-Fr 09:00-17:00",
    "Mo-Fr 09:00-17:00; 2026 Jul-Aug off",
    "Dec 31 10:00-02:00",
    "Mo-Su 10:00-18:00; Dec 31 10:00-02:00",
    "Mo-Su 18:00-02:00; Dec 31 18:00-06:00; Jan 1 off",
    "Mar 29 01:00-04:00",
    "Oct 25 01:00-04:00",
    "Mo-Su 02:00-03:00",
    "Feb 28-Mar 1 off; Mo-Su 10:00-12:00",
)
# In local time: both changes of the clock, the ends of years, each public holiday and the Sundays
# at Easter and Whitsun, the end of February, and days without anything special.
_FIRST_DAYS = (
    *("2026-03-27", "2026-10-23", "2027-03-26", "2026-12-30", "2027-12-30", "2024-02-27"),
    *("2026-04-03", "2026-05-13", "2026-05-22", "2026-07-19", "2026-08-14", "2026-10-30"),
    *("2026-11-10", "2026-12-23", "2027-04-30", "2026-06-10", "2028-12-29", "2025-09-05"),
)
WINDOW = timedelta(days=5)
_MOMENTS_IN_WINDOW = 12


def expressions(seed: int, count: int) -> list[str]:
    """Return FOUND, WRITTEN and generated expressions, `count` in all, none twice."""
    chance = random.Random(seed)
    made = dict.fromkeys((*FOUND, *WRITTEN))
    while len(made) < count:
        made[_expression(chance)] = None
    return list(made)


def windows(seed: int) -> Iterator[tuple[datetime, list[datetime]]]:
    """Yield the beginning of each period of WINDOW, and moments in it (UTC)."""
    chance = random.Random(seed)
    minutes = WINDOW // timedelta(minutes=1)
    for day in _FIRST_DAYS:
        since = datetime.fromisoformat(day).replace(tzinfo=UTC)
        # Half of them at a full or half hour, when states change.
        steps = [1, 30] * (_MOMENTS_IN_WINDOW // 2)
        yield (
            since,
            [since + timedelta(minutes=chance.randrange(0, minutes, step)) for step in steps],
        )


def _expression(chance: random.Random) -> str:
    rules = [_rule(chance, _dates(chance) + _weekdays(chance))]
    for _ in range(chance.choice((0, 1, 1, 2))):
        # After days without times, a comma would continue the list of days.
        has_times = ":" in rules[-1]
        joint = chance.choice(("; ", "; ", "; ", ", " if has_times else "; ", " || "))
        rules.append(joint + _rule(chance, _later_days(chance)))
    return "".join(rules)


def _rule(chance: random.Random, days: str) -> str:
    times = ",".join(_times(chance))
    ending = chance.choice(("", "", "", "", "", " open", " off", " unknown", ' "by phone"'))
    if chance.random() < 0.1:
        return (days + ending).strip() or "24/7"
    return f"{days}{times}{ending}"


def _times(chance: random.Random) -> Iterator[str]:
    kind = chance.random()
    if kind < 0.2:  # past midnight
        yield f"{chance.randrange(17, 24):02}:00-{chance.randrange(0, 9):02}:{_half(chance)}"
    elif kind < 0.25:
        yield f"{chance.randrange(17, 24)}:00-{chance.randrange(24, 33)}:{_half(chance)}"
    elif kind < 0.3:
        yield chance.choice(("00:00-24:00", "00:00-08:00", "16:00-24:00", "02:00-03:00"))
    else:
        opens, noon, closes = 8 + chance.randrange(3), 12, 16 + chance.randrange(4)
        if chance.random() < 0.3:
            yield f"{opens:02}:{_half(chance)}-{noon}:00"
            opens = noon + 1
        yield f"{opens:02}:{_half(chance)}-{closes}:{_half(chance)}"


def _half(chance: random.Random) -> str:
    return chance.choice(("00", "30", "15"))


def _weekdays(chance: random.Random) -> str:
    first, last = sorted(chance.sample(range(7), 2))
    return chance.choice(
        (
            "Mo-Fr ",
            "Mo-Fr ",
            "Mo-Su ",
            f"{_DAYS[first]}-{_DAYS[last]} ",
            f"{_DAYS[last]}-{_DAYS[first]} ",
            f"{_DAYS[first]},{_DAYS[last]} ",
            f"{_DAYS[first]}[{chance.choice(('1', '-1', '2'))}] ",
            "Mo-Fr,PH ",
            "PH,Sa,Su ",
        )
    )


def _later_days(chance: random.Random) -> str:
    holidays: tuple[Callable[[], str], ...] = (
        lambda: "PH ",
        lambda: "PH Mo-Fr ",
        lambda: "PH Su ",
        lambda: f"PH {chance.choice(('+1', '-1'))} day ",
        lambda: _dates(chance) + _weekdays(chance),
        lambda: _date(chance) + " ",
        lambda: _weekdays(chance),
    )
    return chance.choice(holidays)()


def _dates(chance: random.Random) -> str:
    if chance.random() < 0.75:
        return ""
    first, last = chance.sample(_MONTHS, 2)
    return chance.choice(
        (
            f"{first}-{last} ",
            f"{first},{last} ",
            f"{first} ",
            f"{chance.choice(('2026', '2026-2027', '2027+', '2024-2030/2'))} ",
            f"week {chance.choice(('1-10', '10-53', '1-53/2', '2-52/2', '53', '1,52'))} ",
            f"2026 {first} ",
        )
    )


def _date(chance: random.Random) -> str:
    month = chance.choice(_MONTHS)
    first, last = sorted(chance.sample(range(1, 28), 2))
    return chance.choice(
        (
            f"{month} {first:02}",
            f"{month} {first}-{last}",
            f"{month} {first},{last}",
            "Dec 24-Jan 02",
            f"Mar 20-{month} {last}",
            "2026 Dec 24-2027 Jan 3",
            "Dec 25,Jan 01",
            "easter",
            "easter -2 days",
            "Feb 29",
        )
    )
