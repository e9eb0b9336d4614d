"""A publication into a folder: only changes are written, in one step, and foreign files stay."""

import errno
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.static_site.publish import File, Published, publish
from directory_api.text.errors import FileUnreadable
from tests.support.maintainer_app import MaintainerApp
from tests.support.published import folder_with, foreign_file, published, tree

NEEDS = ("formats",)


def test_only_what_changed_is_written(maintainer_app: MaintainerApp, tmp_path: Path) -> None:
    """After a new number, only the files that contain it; after a removal, its files are
    removed.
    """
    folder = tmp_path / "folder"
    first = published(maintainer_app.directory, folder)
    assert (first.unchanged, first.removed) == (0, 0)
    assert published(maintainer_app.directory, folder) == Published(0, first.written, 0)
    before = tree(folder)
    assert (
        maintainer_app.patch(
            "/v1/centres/payoke", description={"en": "Somewhere else."}
        ).status_code
        == 200
    )
    maintainer_app.directory.live.refresh()
    second = published(maintainer_app.directory, folder)
    changed = {path for path, body in tree(folder).items() if before.get(path) != body}
    assert len(changed) == second.written + 1  # and the manifest
    assert "v1/centres/payoke.vcf" in changed
    assert "v1/centres/surya.vcf" not in changed


def test_what_is_gone_is_removed_and_what_was_pinned_stays(tmp_path: Path) -> None:
    """An unpublished file is removed with its folder; one that may be pinned stays, and is
    listed.
    """
    folder = tmp_path / "folder"
    old = [
        File("a/b.json", "application/json", b"1"),
        File("pin.1.js", "text/javascript", b"2", kept=True),
    ]
    publish(old, folder, {"revision": "1"})
    done = publish([File("c.json", "application/json", b"3")], folder, {"revision": "2"})
    assert done == Published(1, 0, 1)
    assert set(tree(folder)) == {"c.json", "pin.1.js", "manifest.json"}
    assert not (folder / "a").exists()
    publish([File("c.json", "application/json", b"3")], folder, {"revision": "3"})
    manifest = json.loads((folder / "manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["files"]] == ["c.json", "pin.1.js"]


def test_what_no_publication_wrote_stays(tmp_path: Path) -> None:
    """Files of the host and a repository: content, permissions, links and empty folders."""
    folder = tmp_path / "folder"
    publish([File("a/b.json", "application/json", b"1")], folder, {})
    (folder / ".git/refs").mkdir(parents=True)
    foreign_file(folder / ".git/HEAD").chmod(0o640)
    (folder / "a/mine").mkdir()
    foreign_file(folder / "a/mine/note.txt")
    (folder / "link").symlink_to("nowhere")
    (folder / "folder-link").symlink_to("a")
    written = (folder / "a/mine/note.txt").stat().st_mtime_ns
    assert publish([], folder, {}) == Published(0, 0, 1)
    assert {*tree(folder)} == {".git/HEAD", "a/mine/note.txt", "manifest.json"}
    assert (folder / ".git/HEAD").stat().st_mode & 0o777 == 0o640
    assert (folder / ".git/refs").is_dir()
    assert (folder / "a/mine/note.txt").stat().st_mtime_ns == written
    assert (folder / "link").readlink() == Path("nowhere")
    assert (folder / "folder-link").readlink() == Path("a")


def test_a_file_system_without_links_gets_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unchanged files keep their time of modification."""

    def unable(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unable)
    files = [File("a.json", "application/json", b"1")]
    publish(files, tmp_path / "folder", {})
    os.utime(tmp_path / "folder/a.json", (1, 1))
    assert publish(files, tmp_path / "folder", {}) == Published(0, 1, 0)
    assert (tmp_path / "folder/a.json").stat().st_mtime == 1


def test_what_was_pinned_and_never_written_is_not_listed(tmp_path: Path) -> None:
    """A publication that is killed right after its manifest leaves a name without a file."""
    pin = {"path": "pin.1.js", "type": "text/javascript", "bytes": 1, "sha256": "", "kept": True}
    (tmp_path / "manifest.json").write_text(json.dumps({"files": [pin]}), encoding="utf-8")
    assert publish(
        [File("pin.2.js", "text/javascript", b"2", kept=True)], tmp_path, {}
    ) == Published(1, 0, 0)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["files"]] == ["pin.2.js"]


def modes(folder: Path) -> dict[str, int]:
    """The permissions of the folder and of all in it."""
    return {
        str(path.relative_to(folder)): path.stat().st_mode & 0o777
        for path in (folder, *folder.rglob("*"))
    }


def test_a_web_server_of_another_user_can_read_it(tmp_path: Path) -> None:
    """Whatever the umask is, and also what was published or copied without permissions before."""
    files = [File("a/b/c.json", "application/json", b"1")]
    shown = {".": 0o755, "a": 0o755, "a/b": 0o755, "a/b/c.json": 0o644, "manifest.json": 0o644}
    before = os.umask(0o077)
    try:
        publish(files, tmp_path / "folder", {})
    finally:
        os.umask(before)
    assert modes(tmp_path / "folder") == shown
    for path in sorted(tmp_path.rglob("*"), reverse=True):
        path.chmod(0o700 if path.is_dir() else 0o600)
    assert publish(files, tmp_path / "folder", {}) == Published(0, 1, 0)
    assert modes(tmp_path / "folder") == shown


def test_permissions_of_another_user_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who may write into a folder need not be who may open it to others."""

    def refused(*_: Any) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    (tmp_path / "folder").mkdir(mode=0o700)
    monkeypatch.setattr(Path, "chmod", refused)
    assert publish(
        [File("c.json", "application/json", b"1")], tmp_path / "folder", {}
    ) == Published(1, 0, 0)
    assert modes(tmp_path / "folder")["."] == 0o700


def test_two_publications_do_not_mix(tmp_path: Path) -> None:
    """A second publication at the same time is refused: it could restore removed content."""

    def meanwhile() -> Any:
        with pytest.raises(FileUnreadable, match="another publication is at work"):
            publish([], tmp_path / "folder", {})
        yield File("a.json", "application/json", b"1")

    assert publish(meanwhile(), tmp_path / "folder", {}) == Published(1, 0, 0)


def test_a_folder_under_git_may_be_given(tmp_path: Path) -> None:
    """Hidden files, such as .git, are no web site."""
    publish(
        [File("a.json", "application/json", b"1")], folder_with(tmp_path / "folder", ".gitkeep"), {}
    )
    assert (tmp_path / "folder/.gitkeep").read_bytes() == b"mine"


def test_a_file_that_is_gone_already_is_no_trouble(tmp_path: Path) -> None:
    """Who tidied up by hand is not refused; what the system refuses is named."""
    folder = tmp_path / "folder"
    publish([File("a/b.json", "application/json", b"1")], folder, {})
    shutil.rmtree(folder / "a")
    assert publish([], folder, {}) == Published(0, 0, 0)
    (folder / "manifest.json").write_text(
        json.dumps({"files": [{"path": "x" * 300}]}), encoding="utf-8"
    )
    with pytest.raises(FileUnreadable, match="cannot be read"):
        publish([], folder, {})
