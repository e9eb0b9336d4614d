"""How values are described: distances, shortened texts, words that are new, and items of lists."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change
from directory_api.change.changed_values import match_items
from directory_api.change.sentences import LONGEST_TEXT, distance, sentences
from directory_api.place.geometry import Point, chord_m


def test_a_confirmation_that_now_covers_its_values_is_told() -> None:
    """It is noted later which values were confirmed; who confirmed them and when stays."""
    confirmed = {"on": "2026-09-01", "by": "anna"}
    before, after = {"verified": confirmed}, {"verified": {**confirmed, "digest": "a"}}
    (told,) = sentences(Change("centre", "a", before, after))
    assert (told.pointer, told.text) == (
        "/verified/digest",
        "noted which values were verified on 01/09/2026",
    )


def test_a_part_that_was_confirmed_alone_is_named_with_who_how_and_when() -> None:
    """Of a record that was confirmed as a whole, and of one that never was."""
    part = {"on": "2026-11-24", "by": "bert", "how": "called", "digest": "a"}
    confirmed = {"on": "2026-09-01", "by": "anna", "how": "read"}
    after = {"verified": {**confirmed, "parts": {"web": part}}}
    (told,) = sentences(Change("centre", "a", {"verified": confirmed}, after))
    said = "e-mail and web site alone: 24/11/2026 by bert (called)"
    assert (told.pointer, told.text) == ("/verified/parts/web", f"confirmed {said}")
    (told,) = sentences(Change("centre", "a", {}, {"verified": {"parts": {"web": part}}}))
    assert told.text == f"confirmation added: {said}"


@pytest.mark.parametrize(
    ("metres", "said"),
    [
        (0.0, "less than a metre"),
        (0.4, "less than a metre"),
        (1.4, "1 m"),
        (140.2, "140 m"),
        (999.4, "999 m"),
        (999.6, "1.0 km"),
        (3_190, "3.2 km"),
    ],
)
def test_a_distance_is_said_in_metres_or_kilometres(metres: float, said: str) -> None:
    """Below a kilometre in metres, then in kilometres with one decimal."""
    assert distance(metres) == said


DEGREES = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(DEGREES, DEGREES)
def test_a_move_is_as_far_as_its_points(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    """The sentence tells the distance between the two points; equal points did not move."""
    locations = [
        {"location": {"lat": lat, "lon": lon, "precision": "exact"}} for lat, lon in (one, other)
    ]
    told = [difference.text for difference in sentences(Change("centre", "a", *locations))]
    assert told == (
        [] if one == other else [f"point moved {distance(chord_m(Point(*one), Point(*other)))}"]
    )


@given(
    st.text("ab ", min_size=1, max_size=3 * LONGEST_TEXT),
    st.text("ab ", min_size=1, max_size=3 * LONGEST_TEXT),
)
def test_a_long_text_is_shortened_around_the_difference(old: str, new: str) -> None:
    """However long two texts are, the sentence is short and what it shows of them differs."""
    told = [
        difference.text
        for difference in sentences(Change("centre", "a", {"name": old}, {"name": new}))
    ]
    if old == new:
        assert told == []
        return
    (sentence,) = told
    before, after = sentence.removeprefix("name changed: ").split(" → ")
    assert before != after
    assert max(len(before), len(after)) <= LONGEST_TEXT + 2
    assert before.strip("…") in old
    assert after.strip("…") in new


WORDS = st.lists(st.sampled_from("abc"), max_size=6)


@given(WORDS, WORDS)
def test_items_are_matched_once(old: list[str], new: list[str]) -> None:
    """Each position of both lists is in one pair or alone; pairs are equal, and no equal item is
    alone.
    """
    pairs, dropped, added = match_items(old, new)
    assert sorted([*(one for one, _ in pairs), *dropped]) == list(range(len(old)))
    assert sorted([*(other for _, other in pairs), *added]) == list(range(len(new)))
    assert all(old[one] == new[other] for one, other in pairs)
    assert not {old[one] for one in dropped} & {new[other] for other in added}


def test_hours_that_mean_the_same_in_words_are_told_as_they_are_written() -> None:
    """Else nothing would seem to change."""
    before, after = "Mo-We 09:00-17:00", "Mo,Tu,We 09:00-17:00"
    change = Change("centre", "a", {"opening_hours": before}, {"opening_hours": after})
    (told,) = sentences(change)
    assert told.text == f"opening hours changed: {before} → {after}"


@pytest.mark.parametrize(
    ("verified", "said"),
    [
        ({"on": "2026-09-01"}, "confirmation added: 01/09/2026"),
        ({"on": "2026-09-01", "by": "anna"}, "confirmation added: 01/09/2026 by anna"),
        (
            {"on": "2026-09-01", "by": "anna", "how": "called"},
            "confirmation added: 01/09/2026 by anna (called)",
        ),
    ],
)
def test_a_confirmation_is_told_with_what_is_known_of_it(
    verified: dict[str, str], said: str
) -> None:
    (told,) = sentences(Change("centre", "a", {}, {"verified": verified}))
    assert told.text == said


def test_a_temporary_point_is_told_as_moved_new_or_gone() -> None:
    point = {"lat": 51.2, "lon": 4.4, "precision": "exact"}
    sides = [{}, {"location": point}, {"location": {**point, "lat": 51.21}}, {}]
    told = [
        sentences(Change("centre", "a", {"temporary": old}, {"temporary": new}))[0].text
        for old, new in pairwise(sides)
    ]
    assert ["added" in told[0], "point moved 1.1 km" in told[1], "dropped" in told[2]] == [True] * 3
