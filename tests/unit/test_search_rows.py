"""Sets of rows, against Python's sets."""

import random

import pytest

from directory_api.place.rows import RowSet, bits_of, rows_of


@pytest.mark.parametrize("share", [0.0, 0.001, 0.02, 0.5, 1.0])
def test_a_set_of_few_or_many_rows_is_like_a_set(share: float) -> None:
    """Its rows in their order, its length, what is in it, and its bits."""
    chance = random.Random(1)
    rows = {row for row in range(3000) if chance.random() < share}
    row_set = RowSet(rows)
    assert ([*row_set], len(row_set)) == (sorted(rows), len(rows))
    assert [row for row in range(4000) if row in row_set] == sorted(rows)
    assert row_set.bits == sum(1 << row for row in rows)
    assert [*RowSet.of_bits(row_set.bits)] == sorted(rows)


def test_a_set_that_changes_may_have_few_rows_or_many_then() -> None:
    """The earlier one is as it was."""
    rows = RowSet(range(2000))
    few = rows.changed(range(1, 2000), [5000])
    many = few.changed([0], range(100, 2000))
    assert ([*few], [*many]) == ([0, 5000], [*range(100, 2000), 5000])
    assert len(rows) == 2000


def test_a_union_has_the_rows_of_each_set() -> None:
    """Of few and of many rows, also of the same."""
    sets = [RowSet([7, 9000]), RowSet(range(100)), RowSet(range(50, 3000)), RowSet()]
    assert {*RowSet.union(sets)} == {*range(3000), 9000}
    assert [*RowSet.union([])] == []


def test_bits_are_rows() -> None:
    """In their order."""
    assert [*rows_of(bits_of([8, 0, 10, 65535]))] == [0, 8, 10, 65535]
    assert ([*rows_of(0)], bits_of([])) == ([], 0)
