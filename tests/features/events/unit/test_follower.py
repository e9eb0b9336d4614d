"""Each function gets each revision once, in order, and again until it has returned."""

from pathlib import Path

import pytest

from directory_api.bootstrap import Directory
from directory_api.features.events.follower import Follower, Revision
from directory_api.text.errors import StoreConflict, StoreUnavailable
from tests.support.records import directory_of, load, made_up_centre


@pytest.fixture
def changed(tmp_path: Path) -> Directory:
    """A directory that has changed twice since the shipped data was loaded."""
    directory = directory_of(tmp_path, [made_up_centre(1), made_up_centre(2)])
    load(directory, [made_up_centre(2, name="Renamed")])
    return directory


def test_revisions_come_in_order_with_what_changed_last(changed: Directory, tmp_path: Path) -> None:
    """Each record is in its last revision; one that is gone is named."""
    had: list[Revision] = []
    follower = Follower({"one": had.append}, tmp_path / "followed.json")
    assert follower.catch_up(changed.live.snapshot) == []
    assert [each.number for each in had] == sorted({each.number for each in had})
    last = had[-1]
    assert last.number == changed.live.snapshot.revision
    assert {*last.changed} == {("centre", "made-up-001"), ("centre", "made-up-002")}
    assert last.gone == (("centre", "made-up-001"),)


def test_a_function_is_called_again_from_where_it_failed(
    changed: Directory, tmp_path: Path
) -> None:
    """Also by a new process; the others go on, and no function gets a finished revision twice."""
    had: list[int] = []
    others: list[int] = []

    def failing(revision: Revision) -> None:
        if had:
            raise OSError("away")
        had.append(revision.number)

    functions = {
        "failing": failing,
        "other": lambda revision: others.append(revision.number),
    }
    file = tmp_path / "followed.json"
    failed = Follower(functions, file).catch_up(changed.live.snapshot)
    assert [(name, type(error)) for name, error in failed] == [("failing", OSError)]
    functions["failing"] = lambda revision: had.append(revision.number)
    assert Follower(functions, file).catch_up(changed.live.snapshot) == []
    assert had == others
    assert len(had) > 1
    assert Follower(functions, file).catch_up(changed.live.snapshot) == []
    assert had == others


def test_another_store_begins_anew(changed: Directory, tmp_path: Path) -> None:
    """A cursor of another store says nothing about this one."""
    had: list[Revision] = []
    follower = Follower({"one": had.append}, tmp_path / "followed.json")
    follower.catch_up(changed.live.snapshot)
    (tmp_path / "other").mkdir()
    other = directory_of(tmp_path / "other", [made_up_centre(3)])
    had.clear()
    follower.catch_up(other.live.snapshot)
    assert had[0].number == 1
    assert {each.store for each in had} == {other.live.snapshot.store}


def test_only_one_process_follows(tmp_path: Path) -> None:
    """The second one is told."""
    first, second = (Follower({}, tmp_path / "followed.json") for _ in range(2))
    with first.alone(), pytest.raises(StoreConflict, match="another `directory-api follow`"):
        second.alone().__enter__()
    with second.alone():
        pass


def test_the_folder_beside_a_store_is_made_or_refused_in_a_sentence(tmp_path: Path) -> None:
    """With PostgreSQL there may be no `var/` yet; and a file may be in its place."""
    with Follower({}, tmp_path / "var" / "followed.json").alone():
        assert (tmp_path / "var" / "followed.lock").exists()
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnavailable, match="nothing can be written here"):
        Follower({}, tmp_path / "file" / "followed.json").alone().__enter__()
