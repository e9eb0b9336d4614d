"""Which numbers of a centre are answered, for every hour of a week."""

from datetime import UTC

import pytest

from directory_api.features.pages.answered_numbers import answered_numbers
from directory_api.hours.timetable import Timetable
from tests.support.answered_numbers import (
    CENTRES,
    HOURS_OF_THE_WEEK,
    is_within,
    timetable_of_the_week,
)


@pytest.fixture(scope="module")
def timetable() -> Timetable:
    """Of the week."""
    return timetable_of_the_week()


@pytest.mark.parametrize("why", CENTRES)
def test_a_number_is_answered_in_its_hours_or_those_of_the_office(
    timetable: Timetable, why: str
) -> None:
    """In every hour of a week: not on a public holiday, and not where nothing is known."""
    centre, times = CENTRES[why]
    for at in HOURS_OF_THE_WEEK:
        is_answered = bool(answered_numbers(centre, timetable, at.astimezone(UTC)))
        assert is_answered is is_within(times, at), at
