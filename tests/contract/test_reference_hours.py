"""Opening hours, compared with opening_hours.js, the implementation that OpenStreetMap's
specification names.
"""

import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from directory_api.hours.rules import UNKNOWN
from directory_api.hours.timetable import OpenState, intervals, state
from tests.support import node
from tests.support.amount import tried
from tests.support.made_once import made_once
from tests.support.servers import ROOT

pytestmark = pytest.mark.nightly

SOURCES = ROOT / "tests/reference_hours"
ZONE = ZoneInfo("Europe/Brussels")
# As centres write them, and made from a grammar. What opening_hours.js 3.15 itself reads otherwise
# than the specification is left out: `easter -2 days-easter +1 day` (it leaves out the last day),
# `Feb 10-28` (it selects no day in a common year), and school holidays, whose dates for Belgium it
# has only by language and until 2026.
EXPRESSIONS = (SOURCES / "expressions.txt").read_text("utf-8").splitlines()[: tried(300)]
# In local time: both changes of the clock, the ends of years, each public holiday and the Sundays
# at Easter and Whitsun, the end of February, and days without anything special.
FIRST_DAYS = (
    *("2026-03-27", "2026-10-23", "2027-03-26", "2026-12-30", "2027-12-30", "2024-02-27"),
    *("2026-04-03", "2026-05-13", "2026-05-22", "2026-07-19", "2026-08-14", "2026-10-30"),
    *("2026-11-10", "2026-12-23", "2027-04-30", "2026-06-10", "2028-12-29", "2025-09-05"),
)
WINDOW = timedelta(days=5)
MOMENTS_IN_WINDOW = 12


def _windows() -> Iterator[tuple[datetime, list[datetime]]]:
    """Yield the beginning of each period of WINDOW, and moments in it (UTC)."""
    chance = random.Random(16)
    minutes = WINDOW // timedelta(minutes=1)
    for day in FIRST_DAYS:
        since = datetime.fromisoformat(day).replace(tzinfo=UTC)
        # Half of them at a full or half hour, when states change.
        steps = [1, 30] * (MOMENTS_IN_WINDOW // 2)
        yield (
            since,
            [since + timedelta(minutes=chance.randrange(0, minutes, step)) for step in steps],
        )


WINDOWS = list(_windows())
MOMENTS = [moment for _, moments in WINDOWS for moment in moments]
HIGHEST_UNKNOWN = 0.02
# As in evaluate.js.
AHEAD = timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Comparison:
    """One expression at one moment, here and in opening_hours.js, which was asked for its next
    change within AHEAD.
    """

    expression: str
    moment: datetime
    ours: OpenState
    reference: OpenState

    @property
    def changes_agree(self) -> bool:
        """Whether the next change is that of the reference, or the reference's comes no earlier if
        what follows is unknown here.
        """
        changes = (self.ours.next_change, self.reference.next_change)
        if any(change and _is_misread(change) for change in changes):
            return True
        limit = self.moment + AHEAD
        here = min(self.ours.next_change or limit, limit)
        there = self.reference.next_change or limit
        return here <= there if self.ours.next_word == UNKNOWN else here == there

    def __str__(self) -> str:
        local = self.moment.astimezone(ZONE)
        return f"{self.expression} on {local:%a %Y-%m-%d %H:%M}: {self.ours}, {self.reference}"


@pytest.fixture(scope="module")
def comparisons(
    pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory
) -> list[Comparison]:
    """Each expression at each moment."""

    def make(folder: Path) -> None:
        node.create_project(pytestconfig, SOURCES, folder)
        questions = folder / "questions.json"
        numbers = [(moment - EPOCH) // MILLISECOND for moment in MOMENTS]
        questions.write_text(
            json.dumps({"expressions": EXPRESSIONS, "moments": numbers}), encoding="utf-8"
        )
        said = node.output(folder, "node", "evaluate.js", str(questions))
        (folder / "answers.json").write_text(said, encoding="utf-8")

    made = made_once(tmp_path_factory, "reference", make)
    answers = json.loads((made / "answers.json").read_text(encoding="utf-8"))
    return [
        comparison
        for expression, reference in zip(EXPRESSIONS, answers, strict=True)
        for comparison in _compared(expression, reference or [])
    ]


def _compared(expression: str, reference: list[tuple[str, int | None]]) -> list[Comparison]:
    ours = []
    for since, moments in WINDOWS:
        computed = intervals(expression, "Europe/Brussels", "BE", since, WINDOW.days + 2)
        ours += [state(computed, moment) for moment in moments]
    return [
        Comparison(expression, moment, here, _state(*there))
        for moment, here, there in zip(MOMENTS, ours, reference, strict=bool(reference))
    ]


def _is_misread(change: datetime) -> bool:
    """Whether opening_hours.js 3.15 gives the wrong time of a change.

    It adds minutes to midnight on the clock, so that hours which end within the hour that daylight
    saving time skips or repeats end later or earlier than by its own states. It subtracts 24 hours
    to find the day before, so that in the first hour after a day of 23 hours it looks at the wrong
    day.
    """
    day = timedelta(days=1)
    is_near = (change - day).astimezone(ZONE).dst() != (change + day).astimezone(ZONE).dst()
    return is_near and change.astimezone(ZONE).hour < 4


def _state(word: str, change: int | None) -> OpenState:
    return OpenState(word, None if change is None else EPOCH + change * MILLISECOND, None)


def test_the_reference_reads_every_expression(comparisons: list[Comparison]) -> None:
    """In CI 300 expressions, at 200 moments."""
    assert {comparison.expression for comparison in comparisons} == set(EXPRESSIONS)
    assert len(comparisons) == len(EXPRESSIONS) * len(MOMENTS)


def test_no_state_differs_from_the_reference(comparisons: list[Comparison]) -> None:
    """What is open or closed here is so there."""
    wrong = [
        str(each) for each in comparisons if each.ours.word not in (UNKNOWN, each.reference.word)
    ]
    assert wrong == []


def test_no_next_change_differs_from_the_reference(comparisons: list[Comparison]) -> None:
    """What is open here closes at the same time there, and what is closed opens then."""
    wrong = [
        str(each)
        for each in comparisons
        if UNKNOWN != each.ours.word == each.reference.word and not each.changes_agree
    ]
    assert wrong == []


def test_few_states_are_unknown(comparisons: list[Comparison]) -> None:
    """Where the reference knows the state, it is unknown here for at most one in fifty."""
    unknown = Counter(
        each.expression for each in comparisons if each.ours.word == UNKNOWN != each.reference.word
    )
    assert unknown.total() <= HIGHEST_UNKNOWN * len(comparisons), unknown.most_common(20)


def test_the_lock_file_holds_names_versions_and_hashes_of_what_is_pinned() -> None:
    """The lock file has no URLs, each package has its hash, and package.json has exact versions."""
    assert node.lock_faults(SOURCES) == []
