"""The whole values before and after a change."""

from typing import Any

import pytest

from directory_api.change.change import Change
from directory_api.features.desk.admin.whole_values import whole_values
from directory_api.record.consistency import Steps

Told = list[tuple[Steps, str | None, str | None]]


def _told(before: Any, after: Any) -> Told:
    values = whole_values(Change("directory", "directory", before, after))
    return [(each.path, each.before, each.after) for each in values]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ({"a": "x" * 500}, {"a": "y" * 500}, [(("a",), "x" * 500, "y" * 500)]),
        ({"a": "b"}, {"a": "b"}, []),
        ({"a": "b"}, {}, [(("a",), "b", None)]),
        ({}, {"a": None}, [(("a",), None, "")]),
        ({"a": {}}, {"a": []}, [(("a",), "", "")]),
        ({"a": {"b": True}}, {"a": {"b": False}}, [(("a", "b"), "yes", "no")]),
        ({"a": ["b", "c"]}, {"a": ["c"]}, [(("a",), "b; c", "c")]),
        ({"a": [{"b": 1}]}, {"a": [{"b": 1}, {"b": 2.5}]}, [(("a", 1, "b"), None, "2.5")]),
        (None, {"a": "b"}, [(("a",), None, "b")]),
        ({"a": "b"}, None, [(("a",), "b", None)]),
    ],
)
def test_every_value_that_differs_is_whole(before: Any, after: Any, told: Told) -> None:
    """However long, at any depth; no value, and an empty one, are told apart."""
    assert _told(before, after) == told


def test_items_with_ids_are_compared_by_them() -> None:
    """A source in front of the others changes none of them; equal ids are no ids."""
    one, two = {"id": "one", "title": "1"}, {"id": "two", "title": "2"}
    assert _told({"sources": [two]}, {"sources": [one, two]}) == [
        (("sources", "one", "id"), None, "one"),
        (("sources", "one", "title"), None, "1"),
    ]
    assert _told({"sources": [one, one]}, {"sources": [one, two]}) == [
        (("sources", 0, "id"), "one", None),
        (("sources", 0, "title"), "1", None),
        (("sources", 1, "id"), "one", None),
        (("sources", 1, "title"), "1", None),
        (("sources", "one", "id"), None, "one"),
        (("sources", "one", "title"), None, "1"),
        (("sources", "two", "id"), None, "two"),
        (("sources", "two", "title"), None, "2"),
    ]
