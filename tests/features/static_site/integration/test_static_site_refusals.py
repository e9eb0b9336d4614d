"""A folder that cannot be published into is refused with the reason, and stays as it was."""

import ctypes
import errno
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.static_site import folder as folders
from directory_api.features.static_site.publish import File, publish
from directory_api.text.errors import FileUnreadable
from tests.support.published import folder_with, foreign_file, tree

NEEDS = ("formats",)


def test_a_site_where_folders_cannot_be_exchanged_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first publication works; the next one is refused and changes nothing."""

    def unable(*_: Any) -> None:
        raise OSError(errno.EINVAL, "Invalid argument")

    monkeypatch.setattr(folders, "_exchange", unable)
    publish([File("a.json", "application/json", b"1")], tmp_path / "folder", {})
    before = tree(tmp_path)
    with pytest.raises(FileUnreadable, match="cannot be replaced in one step"):
        publish([File("a.json", "application/json", b"2")], tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_a_disk_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """If a network disk has no locks, the error says so, and nothing is written."""

    def unable(*_: Any) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr("fcntl.flock", unable)
    with pytest.raises(FileUnreadable, match="cannot be locked"):
        publish([], tmp_path / "folder", {})
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_link_leads_nowhere_else(tmp_path: Path) -> None:
    """Nothing is written or removed behind a symbolic link; a link in place of a file is
    replaced.
    """
    folder, outside = tmp_path / "folder", tmp_path / "outside"
    publish([File("sub/a.json", "application/json", b"1")], folder, {})
    shutil.rmtree(folder / "sub")
    outside.mkdir()
    (folder / "sub").symlink_to(outside)
    foreign_file(outside / "a.json")
    for files in ([File("sub/a.json", "application/json", b"2")], []):
        with pytest.raises(FileUnreadable, match="behind a symbolic link"):
            publish(files, folder, {})
    assert (outside / "a.json").read_bytes() == b"mine"
    (folder / "sub").unlink()
    (folder / "b.json").symlink_to(outside / "a.json")
    publish([File("b.json", "application/json", b"3")], folder, {})
    assert (outside / "a.json").read_bytes() == b"mine"
    assert (folder / "b.json").read_bytes() == b"3"


def _spoiled(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (
            lambda root: folder_with(root / "site", "holiday.jpg"),
            "holds other files, such as holiday.jpg",
        ),
        (lambda root: _spoiled(root / "odd", "[]"), "is no manifest of ours"),
        (lambda root: _spoiled(root / "odd", "{}"), "is no manifest of ours"),
        (lambda root: _spoiled(root / "odd", '{"files": [{"path": 1}]}'), "is no manifest of ours"),
        (lambda root: _spoiled(root / "odd", "no json"), "is no manifest of ours"),
        (
            lambda root: _spoiled(root / "out", '{"files": [{"path": "../x"}]}'),
            "no path within the folder",
        ),
        (
            lambda root: _spoiled(root / "out", '{"files": [{"path": "/etc/x"}]}'),
            "no path within the folder",
        ),
        (lambda root: _spoiled(root / "odd", "[" * 100_000), "is no manifest of ours"),
        (lambda root: foreign_file(root / "file"), "cannot be used"),
        (lambda root: _manifest_folder(root / "odd"), "cannot be read"),
    ],
)
def test_a_folder_that_is_not_ours_is_left_alone(
    tmp_path: Path, make: Callable[[Path], Path], said: str
) -> None:
    """Another web site, another kind of manifest, or a path outside the folder is refused and
    untouched.
    """
    folder = make(tmp_path)
    before = tree(tmp_path)
    with pytest.raises(FileUnreadable, match=re.escape(said)):
        publish([], folder, {})
    assert tree(tmp_path) == before


def _manifest_folder(folder: Path) -> Path:
    (folder / "manifest.json").mkdir(parents=True)
    return folder


def test_what_cannot_be_written_or_removed_is_named(tmp_path: Path) -> None:
    """A folder in a file's place is told by its name."""
    (tmp_path / "folder").mkdir()
    publish([], tmp_path / "folder", {})
    (tmp_path / "folder/a.json/b").mkdir(parents=True)
    with pytest.raises(FileUnreadable, match=r"a\.json: cannot be written"):
        publish([File("a.json", "application/json", b"1")], tmp_path / "folder", {})
    assert list((tmp_path / "folder").rglob("*.new")) == []


def test_a_draft_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """The name of the folder is as long as the system allows, and that of its draft longer."""
    folder = tmp_path / ("x" * 255)
    with pytest.raises(FileUnreadable, match="the new files cannot be written there"):
        publish([], folder, {})
    assert list(tmp_path.iterdir()) == [folder]
    assert list(folder.iterdir()) == []


def test_a_draft_that_was_removed_is_not_published(tmp_path: Path) -> None:
    """The folder keeps what it had."""
    folder = tmp_path / "folder"
    publish([File("a.json", "application/json", b"1")], folder, {})
    before = tree(tmp_path)
    with folders.Draft(folders.Folder(folder)) as draft:
        (draft_folder,) = tmp_path.glob(".folder.*.new")
        shutil.rmtree(draft_folder)
        with pytest.raises(FileUnreadable, match="cannot be replaced in one step"):
            draft.replace()
    assert tree(tmp_path) == before


def test_a_file_that_vanishes_before_it_is_kept_is_named(tmp_path: Path) -> None:
    """Another program removed it during the publication."""
    folder = tmp_path / "folder"
    folder.mkdir()
    with (
        folders.Draft(folders.Folder(folder)) as draft,
        pytest.raises(FileUnreadable, match=r"pin\.js: cannot be kept \(No such file"),
    ):
        draft.keep("pin.js")
    assert list(tmp_path.iterdir()) == [folder]


def test_a_file_in_the_place_of_a_folder_of_the_site_is_not_lost(tmp_path: Path) -> None:
    """Publishing is refused, with the name of the file, and changes nothing."""
    folder_with(tmp_path / "folder", ".well-known")
    before = tree(tmp_path)
    files = [File(".well-known/a.json", "application/json", b"1")]
    with pytest.raises(FileUnreadable, match=r"\.well-known: the site has a folder of this name"):
        publish(files, tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_two_files_of_one_path_are_refused(tmp_path: Path) -> None:
    """Also if both are what is published already."""
    file = File("a.json", "application/json", b"1")
    publish([file], tmp_path / "folder", {})
    before = tree(tmp_path)
    with pytest.raises(FileUnreadable, match=r"a\.json: cannot be written \(File exists\)"):
        publish([file, file], tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_a_leftover_that_cannot_be_removed_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another user's publication was killed; nothing is published."""

    def refused(*_: Any) -> None:
        raise PermissionError(errno.EACCES, "Permission denied")

    left = tmp_path / f".folder.{'0' * 16}.new"
    left.mkdir()
    monkeypatch.setattr(shutil, "rmtree", refused)
    with pytest.raises(FileUnreadable, match=rf"{left.name}: cannot be removed \(Permission"):
        publish([], tmp_path / "folder", {})
    assert list((tmp_path / "folder").iterdir()) == []


def test_a_system_that_cannot_exchange_folders_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An old C library has no such function; the published site stays."""
    publish([File("a.json", "application/json", b"1")], tmp_path / "folder", {})
    before = tree(tmp_path)
    monkeypatch.setattr(ctypes, "CDLL", lambda *_, **__: object())
    with pytest.raises(FileUnreadable, match="this system cannot exchange two folders"):
        publish([File("a.json", "application/json", b"2")], tmp_path / "folder", {})
    assert tree(tmp_path) == before


def test_an_exchange_that_the_system_refuses_is_an_error(tmp_path: Path) -> None:
    """With the system's reason: one of the folders is missing."""
    (tmp_path / "one").mkdir()
    with pytest.raises(FileNotFoundError):
        folders._exchange(tmp_path / "one", tmp_path / "missing")
    assert list(tmp_path.iterdir()) == [tmp_path / "one"]
