"""No change of a record is silent: every member that differs is described, and no other."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change
from directory_api.change.sentences import in_one_line, sentences
from directory_api.record.record_value import Record
from tests.support.record_strategies import CENTRES, HELPLINES

# What a record cannot be without, at any depth.
NEEDED = frozenset(
    {"number", "kind", "code", "on", "by", "how", "lat", "lon", "precision", "warning", "reason"}
)
KEPT = NEEDED | {"address", "location"}


def _spoil(draw: st.DrawFn, held: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(held, bool):
        return not held
    if isinstance(held, float):
        return held / 2 + 1
    if isinstance(held, str):
        return draw(st.sampled_from([held + "x", "exact"]))
    if isinstance(held, list):
        return draw(st.sampled_from([held[::-1], held * 2, held[1:], []]))
    return {**held, "zz": "new"}


@st.composite
def _touched(draw: st.DrawFn, records: st.SearchStrategy[dict[str, Any]]) -> tuple[Record, Record]:
    """A record, and the same record with some members changed, removed, null or swapped at any
    depth.
    """
    before = draw(records)
    after = copy.deepcopy(before)
    other = draw(records)
    for _ in range(draw(st.integers(0, 3))):
        here: Any = after
        while True:
            names = sorted(here) if isinstance(here, dict) else range(len(here))
            if not names:
                break
            name = draw(st.sampled_from(names))
            held = here[name]
            if isinstance(held, dict | list) and held and draw(st.booleans()):
                here = held
                continue
            if isinstance(here, dict) and name not in KEPT and draw(st.booleans()):
                if draw(st.booleans()):
                    del here[name]
                else:
                    here[name] = None
            elif here is after and name in other and draw(st.booleans()):
                here[name] = other[name]
            elif held is not None:
                here[name] = _spoil(draw, held)
            break
    return before, after


def _holds_the_law(kind: str, before: Record, after: Record) -> None:
    found = sentences(Change(kind, "a", before, after))
    assert bool(found) is (before != after)
    named = {one.pointer.split("/")[1] for one in found}
    told = {
        name
        for name in {*before, *after}
        if (name in before, before.get(name)) != (name in after, after.get(name))
    }
    # The number and its printed form are one sentence.
    assert told - {"number", "display"} == named - {"number", "display"}
    line = in_one_line(Change(kind, "a", before, after))
    assert all(one.text in line for one in found)
    assert "\n" not in line


@given(_touched(CENTRES))
def test_no_change_of_a_centre_is_silent(records: tuple[Record, Record]) -> None:
    """There are differences if and only if the records differ, and each differing member
    has one.
    """
    _holds_the_law("centre", *records)


@given(_touched(HELPLINES))
def test_no_change_of_a_helpline_is_silent(records: tuple[Record, Record]) -> None:
    """There are differences if and only if the records differ, and each differing member
    has one.
    """
    _holds_the_law("helpline", *records)


@pytest.mark.parametrize("kind", ["centre", "helpline", "directory"])
@pytest.mark.parametrize(
    "name", ["display", "number", "url", "licence", "sources", "phones", "location", "verified"]
)
def test_null_and_absent_are_told_apart(kind: str, name: str) -> None:
    """A member that is null where there was none is a difference, whatever it is called."""
    assert sentences(Change(kind, "a", {"name": "A"}, {"name": "A", name: None}))
    assert sentences(Change(kind, "a", {"name": "A", name: None}, {"name": "A"}))
