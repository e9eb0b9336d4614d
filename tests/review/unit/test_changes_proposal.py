"""What of a change in force can still be undone."""

import pytest

from directory_api.change.change import Change
from directory_api.change.proposal import what_can_be_undone
from directory_api.record.record_value import Record

A, B, C = ({"number": f"+3225116{each}", "kind": "main"} for each in (464, 465, 466))
EARLY, LATE = ({"verified": {"on": f"2026-11-{day}", "by": "anna"}} for day in (23, 24))


def _undone(
    before: Record | None, after: Record | None, now: Record | None
) -> tuple[Record | None, tuple[str, ...]] | None:
    """The record after the undo, and what stays; None if nothing can be undone."""
    contents = {"centre": {} if now is None else {"a": now}}
    change, stays = what_can_be_undone(Change("centre", "a", before, after), contents)
    if change is None:
        return None
    assert (change.kind, change.id, change.before) == ("centre", "a", now)
    return change.after, stays


@pytest.mark.parametrize(
    ("before", "after", "now", "undone", "stays"),
    [
        ({"phones": [A]}, {"phones": [B]}, {"phones": [B]}, {"phones": [A]}, ()),
        ({"phones": [A]}, {}, {}, {"phones": [A]}, ()),
        ({}, {"email": "a@b.org"}, {"email": "a@b.org"}, {}, ()),
        # Later changes of other members stay.
        ({"phones": [A]}, {"phones": [B]}, {"phones": [B], "x": 1}, {"phones": [A], "x": 1}, ()),
        # What needs no review does not prevent it.
        ({"phones": [A, B, C]}, {"phones": [A, B]}, {"phones": [B, A]}, {"phones": [A, B, C]}, ()),
        (
            {"phones": [A], **EARLY},
            {"phones": [B]},
            {"phones": [B], **LATE},
            {"phones": [A], **LATE},
            (),
        ),
        # A part; a member that has its earlier value again needs nothing.
        (
            {"phones": [A], "email": "a@b.org"},
            {"phones": [B]},
            {"phones": [C]},
            {"phones": [C], "email": "a@b.org"},
            ("phones",),
        ),
        (
            {"phones": [A], "email": "a@b.org"},
            {"phones": [B]},
            {"phones": [A]},
            {"phones": [A], "email": "a@b.org"},
            (),
        ),
        # A record that was removed, or that came back.
        ({"phones": [A]}, None, None, {"phones": [A]}, ()),
        (None, {"phones": [A]}, {"phones": [A]}, None, ()),
        (None, {"phones": [A]}, {"phones": [A], "services": ["legal"], **LATE}, None, ()),
    ],
)
def test_what_still_has_the_value_of_the_change_is_undone(
    before: Record | None,
    after: Record | None,
    now: Record | None,
    undone: Record | None,
    stays: tuple[str, ...],
) -> None:
    """And what differs from it only in what one person may change alone."""
    assert _undone(before, after, now) == (undone, stays)


@pytest.mark.parametrize(
    ("before", "after", "now"),
    [
        ({"phones": [A]}, {"phones": [B]}, {"phones": [C]}),
        ({"phones": [A]}, {"phones": [B]}, {"phones": [A]}),
        ({"phones": [A]}, {"phones": [B]}, None),
        ({"phones": [A]}, None, {"phones": [A]}),
        (None, {"phones": [A]}, None),
        (None, {"phones": [A]}, {"phones": [B]}),
    ],
)
def test_nothing_is_undone_of_a_record_with_other_values(
    before: Record | None, after: Record | None, now: Record | None
) -> None:
    """Nor of one that is gone, or has its earlier values again."""
    assert _undone(before, after, now) is None
