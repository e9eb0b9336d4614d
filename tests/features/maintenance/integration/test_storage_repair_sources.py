"""Repair a SQLite store from exported files and from what was published."""

from pathlib import Path

import pytest

from directory_api.features.maintenance.sqlite import SqliteMaintenance
from directory_api.store.state import RepairSource
from tests.support.sqlite_stores import (
    LATER,
    create_five_revisions,
    damages,
    numbered,
    sqlite_store,
)
from tests.support.tampering import spoil
from tests.support.whole_store import read_whole


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database of five revisions."""
    return create_five_revisions(tmp_path / "store.db")


def test_without_its_history_a_record_is_taken_from_a_file(path: Path) -> None:
    """As a change of the new revision, with who repaired it."""
    spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c'",
    )
    file = RepairSource("export.json", {"centre": {"c": numbered(7)}})
    repaired = SqliteMaintenance(path).repair([file], LATER)
    assert ("centre c", "taken from export.json") in [(s.part, s.fault) for s in repaired.steps]
    assert (repaired.is_exact, repaired.revision) == (False, 6)
    kept = read_whole(sqlite_store(path))
    assert kept.contents["centre"]["c"] == numbered(7)
    assert sqlite_store(path).history("centre", "c")[0].stamp.author == "carl"
    assert damages(path) == []


@pytest.mark.parametrize(
    ("revision", "store", "expected"),
    [(2, None, 7), (1, None, 7), (0, None, 1), (2, "another store", 1)],
)
def test_a_source_is_used_if_it_is_of_this_store_and_not_older_than_the_history(
    path: Path, revision: int, store: str | None, expected: int
) -> None:
    """The last row of history of the record is damaged; the one before it is of revision 1."""
    spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c' AND revision = 2",
    )
    contents = {"centre": {"c": numbered(7)}}
    source = RepairSource("what was published", contents, {("centre", "c"): revision}, (), store)
    SqliteMaintenance(path).repair([source], LATER)
    assert read_whole(sqlite_store(path)).contents["centre"]["c"] == numbered(expected)
    assert damages(path) == []


@pytest.mark.parametrize(
    ("revision", "chain", "expected"),
    [(4, "whole", 7), (5, "whole", 1), (9, "whole", 1), (5, "lost", 7)],
)
def test_a_source_of_an_abandoned_branch_is_not_used(
    path: Path, revision: int, chain: str, expected: int
) -> None:
    """It had a revision with another link, or one that the store never had. Without the chain it
    cannot be told.
    """
    link = read_whole(sqlite_store(path)).links.link(4)
    spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c' AND revision = 2",
        *(["DELETE FROM chain"] if chain == "lost" else []),
    )
    contents = {"centre": {"c": numbered(7)}}
    source = RepairSource("what was published", contents, {("centre", "c"): 2}, at=(revision, link))
    SqliteMaintenance(path).repair([source], LATER)
    assert read_whole(sqlite_store(path)).contents["centre"]["c"] == numbered(expected)


@pytest.mark.parametrize("harm", ["UPDATE postcodes SET place = 'x'", "DELETE FROM postcodes"])
def test_postcodes_are_restored_from_a_source_that_has_exactly_them(path: Path, harm: str) -> None:
    """Another table of the same country is not taken for them."""
    written = read_whole(sqlite_store(path))
    spoil(path, f"{harm} WHERE code = '1'")
    places = written.postcodes.places
    sources = [RepairSource("half", {}, {}, places[:1]), RepairSource("whole", {}, {}, places)]
    repaired = SqliteMaintenance(path).repair(sources, LATER)
    assert ("the postcodes", "taken from whole") in [(s.part, s.fault) for s in repaired.steps]
    assert repaired.is_exact
    assert read_whole(sqlite_store(path)) == written
    assert damages(path) == []


def test_the_first_file_that_has_a_record_gives_it(path: Path) -> None:
    """A file without the record is passed over, and a later one with it is not asked."""
    spoil(
        path,
        "UPDATE records SET record = 'x' WHERE id = 'c'",
        "UPDATE history SET after = 'x' WHERE id = 'c'",
    )
    files = [
        RepairSource("without.json", {"centre": {"a": numbered(6)}}),
        RepairSource("first.json", {"centre": {"c": numbered(7)}}),
        RepairSource("second.json", {"centre": {"c": numbered(8)}}),
    ]
    repaired = SqliteMaintenance(path).repair(files, LATER)
    assert ("centre c", "taken from first.json") in [(s.part, s.fault) for s in repaired.steps]
    kept = read_whole(sqlite_store(path)).contents["centre"]
    assert (kept["a"], kept["c"]) == (numbered(1), numbered(7))
