"""Publishes the static site into a folder, for any web host.

Each publication is a folder of its own, and `current` beside them is a symbolic link to the newest:

    site/current -> 0123456789abcdef
    site/0123456789abcdef/index.html …
"""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from directory_api.text.errors import FileUnreadable

# What a web server has as its root.
CURRENT = "current"
MANIFEST = "manifest.json"
_PUBLICATION = re.compile(r"[0-9a-f]{16}")
# A web server runs as another user than the publisher, whose umask may deny access to others.
_FILE, _FOLDER = 0o644, 0o755


@dataclass(frozen=True, slots=True)
class File:
    """A file of the static site: its path (relative, with `/`), its media type, its content.

    A `kept` file stays if a later publication does not contain it, since other sites may refer to
    it.
    """

    path: str
    media_type: str
    content: bytes
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """The number of files that were written, unchanged, and removed."""

    written: int
    unchanged: int
    removed: int


def publish(
    files: Iterable[File],
    folder: Path,
    release: Mapping[str, str],
    progress: Callable[[], None] = lambda: None,
) -> Published:
    """Publish the files in `folder`/current, with `manifest.json`, which has the size and SHA-256
    of each; `release`, their revision and day, is added at the top of the manifest.

    The files are complete in a new folder before the link `current` is replaced by one to it, in
    one step: whenever the process is killed, what the link leads to is whole and of one revision.
    Then other publications in `folder` are removed. A file that stays the same is a hard link to
    the earlier one, so that its time of modification, from which web servers make ETags, stays.
    `progress` is called for each generated file. Raises FileUnreadable.
    """
    try:
        with _lock_folder(folder):
            return _publish(files, folder, release, progress)
    except OSError as error:
        raise FileUnreadable(f"{error.filename or folder}: {error.strerror}") from None


def _publish(
    files: Iterable[File], folder: Path, release: Mapping[str, str], progress: Callable[[], None]
) -> Published:
    current = folder / CURRENT
    before = _published(current)
    new = folder / secrets.token_hex(8)
    entries: dict[str, Any] = {}
    written = 0
    try:
        for file in files:
            written += _write_if_changed(new / file.path, file.content, current / file.path)
            entries[file.path] = _entry(file)
            progress()
        gone = before.keys() - entries.keys()
        kept = {path: before[path] for path in gone if before[path].get("kept")}
        for path in kept:
            _write_if_changed(new / path, (current / path).read_bytes(), current / path)
        _write_if_changed(
            new / MANIFEST, _manifest(release, {**kept, **entries}), current / MANIFEST
        )
        for made in (new, *(each for each in new.rglob("*") if each.is_dir())):
            made.chmod(_FOLDER)
        # After a power failure, the link must not lead to names without their content.
        os.sync()
        link = new.with_suffix(".link")
        link.symlink_to(new.name)
        link.replace(current)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    _remove_all_but(new)
    return Published(written, len(entries) - written, len(gone) - len(kept))


@contextmanager
def _lock_folder(folder: Path) -> Iterator[None]:
    """Create the folder if it is missing, and lock it: an older publication could replace a newer
    one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if folder.stat().st_mode & _FOLDER != _FOLDER:
            folder.chmod(folder.stat().st_mode | _FOLDER)
        yield
    except BlockingIOError:
        raise FileUnreadable(
            f"{folder}: another publication is at work there; try again later"
        ) from None
    finally:
        os.close(lock)


def _published(current: Path) -> dict[str, Any]:
    """Return the files that are published, by path. Raises FileUnreadable for what another program
    wrote.
    """
    if not current.is_symlink():
        if current.exists():
            raise FileUnreadable(
                f"{current}: is no link that `publish` made; move it away, or name another folder"
            )
        return {}
    no_manifest = FileUnreadable(
        f"{current / MANIFEST}: is no manifest of `publish`; remove {current}, or name another "
        "folder"
    )
    try:
        manifest = json.loads((current / MANIFEST).read_bytes())
        files = {str(entry["path"]): entry for entry in manifest["files"]}
    except (ValueError, KeyError, TypeError):
        raise no_manifest from None
    # A kept file is copied from its path, into what everybody can read.
    if not all(map(_is_inside, files)):
        raise no_manifest
    return files


def _is_inside(path: str) -> bool:
    """Return whether a path leads into the folder that it is relative to."""
    parts = PurePosixPath(path)
    return not parts.is_absolute() and ".." not in parts.parts


def _write_if_changed(path: Path, content: bytes, earlier: Path) -> bool:
    """Write a file, or link the earlier one if that has this content. Return whether it was
    written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    is_same = earlier.is_file() and earlier.read_bytes() == content
    if is_same:
        try:
            path.hardlink_to(earlier)
        except OSError:  # a file system without links, or a file of another user
            shutil.copy2(earlier, path)
    else:
        with path.open("xb") as file:
            file.write(content)
    path.chmod(_FILE)
    return not is_same


def _remove_all_but(current: Path) -> None:
    """Remove earlier publications, and what killed ones have left."""
    for path in current.parent.iterdir():
        if path != current and _PUBLICATION.fullmatch(path.stem):
            if path.suffix:
                path.unlink()
            else:
                shutil.rmtree(path)


def _manifest(release: Mapping[str, str], entries: Mapping[str, Any]) -> bytes:
    manifest = {**release, "files": [entries[path] for path in sorted(entries)]}
    return json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"


def _entry(file: File) -> dict[str, Any]:
    entry = {
        "path": file.path,
        "type": file.media_type,
        "bytes": len(file.content),
        "sha256": hashlib.sha256(file.content).hexdigest(),
    }
    return {**entry, "kept": True} if file.kept else entry
