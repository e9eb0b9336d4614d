"""A publication into a folder: `current` leads to the newest, which is whole; a folder of another
program is left alone.
"""

import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest

from directory_api.features.static_site.publish import File, Published, publish
from directory_api.text.errors import FileUnreadable
from tests.support.maintainer_app import MaintainerApp
from tests.support.published import foreign_file, published, tree

NEEDS = ("formats",)

ONE, OTHER = File("a/b.json", "application/json", b"1"), File("c.json", "application/json", b"3")
PIN = File("pin.1.js", "text/javascript", b"2", kept=True)


def test_only_what_changed_is_written(maintainer_app: MaintainerApp, tmp_path: Path) -> None:
    """After a new text, only the files that contain it; the others keep their time of
    modification.
    """
    current = tmp_path / "folder/current"
    first = published(maintainer_app.directory, tmp_path / "folder")
    assert (first.unchanged, first.removed) == (0, 0)
    again = published(maintainer_app.directory, tmp_path / "folder")
    assert again == Published(0, first.written, 0)
    before = tree(current)
    stays = (current / "v1/centres/surya.vcf").stat().st_mtime_ns
    maintainer_app.patch("/v1/records/centres/payoke", description={"en": "Somewhere else."})
    maintainer_app.directory.live.refresh()
    second = published(maintainer_app.directory, tmp_path / "folder")
    changed = {path for path, body in tree(current).items() if before.get(path) != body}
    assert len(changed) == second.written + 1  # and the manifest
    assert "v1/centres/payoke.vcf" in changed
    assert (current / "v1/centres/surya.vcf").stat().st_mtime_ns == stays


def test_what_is_gone_is_removed_and_what_was_pinned_stays(tmp_path: Path) -> None:
    """One that may be pinned is listed in each later manifest, too."""
    publish([ONE, PIN], tmp_path, {"revision": "1"})
    assert publish([OTHER], tmp_path, {"revision": "2"}) == Published(1, 0, 1)
    assert publish([OTHER], tmp_path, {"revision": "3"}) == Published(0, 1, 0)
    assert set(tree(tmp_path / "current")) == {"c.json", "pin.1.js", "manifest.json"}
    manifest = json.loads((tmp_path / "current/manifest.json").read_bytes())
    assert [entry["path"] for entry in manifest["files"]] == ["c.json", "pin.1.js"]
    assert manifest["revision"] == "3"


def test_a_publication_that_fails_or_is_killed_changes_nothing(tmp_path: Path) -> None:
    """Until the link is replaced, it leads to the earlier one; the next publication removes what
    was left.
    """
    publish([ONE], tmp_path, {})
    before = tree(tmp_path)

    def failing() -> Any:
        yield OTHER
        assert tree(tmp_path / "current") == {
            path.partition("/")[2]: body for path, body in before.items() if "current" not in path
        }
        raise RuntimeError

    with pytest.raises(RuntimeError):
        publish(failing(), tmp_path, {})
    assert tree(tmp_path) == before
    left = tmp_path / ("0" * 16)
    left.mkdir()
    foreign_file(left / "half")
    left.with_suffix(".link").symlink_to(left.name)
    mine = foreign_file(tmp_path / "mine.txt")
    publish([OTHER], tmp_path, {})
    assert {path.name for path in tmp_path.iterdir()} == {
        *("current", mine.name, (tmp_path / "current").readlink().name)
    }
    assert set(tree(tmp_path / "current")) == {"c.json", "manifest.json"}


def test_a_file_system_without_links_gets_copies(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Unchanged files keep their time of modification."""

    def unable(*_: Any, **__: Any) -> None:
        raise OSError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", unable)
    publish([OTHER], tmp_path, {})
    os.utime(tmp_path / "current/c.json", (1, 1))
    assert publish([OTHER], tmp_path, {}) == Published(0, 1, 0)
    assert (tmp_path / "current/c.json").stat().st_mtime == 1


def test_a_web_server_of_another_user_can_read_it(tmp_path: Path) -> None:
    """Whatever the umask is."""
    before = os.umask(0o077)
    try:
        publish([ONE], tmp_path / "folder", {})
    finally:
        os.umask(before)
    for path in (tmp_path / "folder", *(tmp_path / "folder").rglob("*")):
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644), path


def test_two_publications_do_not_mix(tmp_path: Path) -> None:
    """A second publication at the same time is refused: it could restore removed content."""

    def meanwhile() -> Any:
        with pytest.raises(FileUnreadable, match="another publication is at work"):
            publish([], tmp_path, {})
        yield OTHER

    assert publish(meanwhile(), tmp_path, {}) == Published(1, 0, 0)


@pytest.mark.parametrize(
    ("manifest", "said"),
    [
        (None, "is no link that `publish` made"),
        ("[]", "is no manifest"),
        ("no json", "is no manifest"),
        ('{"files": [{"path": "../../secret", "kept": true}]}', "is no manifest"),
        ('{"files": [{"path": "/etc/passwd", "kept": true}]}', "is no manifest"),
        ("", "No such file"),
    ],
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, manifest: str | None, said: str) -> None:
    """A folder `current` of another program, or a link to one."""
    if manifest is None:
        (tmp_path / "current").mkdir()
        foreign_file(tmp_path / "current/mine")
    else:
        (tmp_path / "other").mkdir()
        (tmp_path / "current").symlink_to("other")
        if manifest:
            (tmp_path / "other/manifest.json").write_text(manifest)
    before = tree(tmp_path)
    with pytest.raises(FileUnreadable, match=said):
        publish([OTHER], tmp_path, {})
    assert tree(tmp_path) == before


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With the system's reason."""
    with pytest.raises(FileUnreadable, match="/mine: File exists"):
        publish([OTHER], foreign_file(tmp_path / "mine"), {})
