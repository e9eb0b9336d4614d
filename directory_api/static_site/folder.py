"""The output folder of a static site."""

import fcntl
import json
import os
import re
import secrets
import stat
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any

from directory_api.domain.errors import FileUnreadable

MANIFEST = "manifest.json"
# Temporary files that a killed publication has left.
_LEFT = re.compile(r"\.[0-9a-f]{16}\.new")
# A web server runs as another user than the publisher, whose umask may deny access to others.
_FILE, _FOLDER = 0o444, 0o555


class Folder:
    """Writes only changed files, so that a host or a copying program can detect changes by
    modification time.

    All written or unchanged files are made readable by all users.

    Every method raises FileUnreadable, with the name, if a file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Create the folder if it is missing and lock it. Without the lock, an older publication
        could overwrite a newer one.
        """
        try:
            self._path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self._path, os.O_RDONLY)
        except OSError as error:
            raise FileUnreadable(f"{self._path}: cannot be used ({error.strerror})") from None
        try:
            self._lock(lock)
            yield
        finally:
            os.close(lock)

    def _lock(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise FileUnreadable(
                f"{self._path}: another publication is at work there; try again later"
            ) from None
        except OSError as error:  # some network file systems have no locks
            raise FileUnreadable(
                f"{self._path}: cannot be locked ({error.strerror}); use a local folder"
            ) from None

    def manifest(self) -> Mapping[str, Any]:
        """Return the folder's manifest, or one without files.

        Raises FileUnreadable for a folder with files that were not published: the site would be
        mixed with them.
        """
        path = self._path / MANIFEST
        try:
            if path.exists():
                manifest = _ours(json.loads(path.read_bytes()))
                for entry in manifest["files"]:
                    self._target(entry["path"])  # check all paths before any file is changed
                return manifest
            # Hidden files are accepted: a git repository, or a host's own settings.
            others = sorted(
                entry.name for entry in self._path.iterdir() if not entry.name.startswith(".")
            )
        except OSError as error:
            raise FileUnreadable(f"{self._path}: cannot be read ({error.strerror})") from None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise FileUnreadable(f"{path}: is no manifest of ours; name another folder") from None
        if others:
            raise FileUnreadable(
                f"{self._path}: holds other files, such as {others[0]}; name an empty or new folder"
            )
        return {"files": []}

    def seal(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest: an object whose `files` each have a `path`."""
        self.put(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")

    def put(self, path: str, content: bytes) -> bool:
        """Write a file if its content differs, atomically. Returns whether it was written."""
        target = self._target(path)
        beside = target.with_name(f".{secrets.token_hex(8)}.new")
        try:
            if (
                target.is_file()
                and target.stat().st_size == len(content)
                and target.read_bytes() == content
            ):
                self._show(target)
                return False
            target.parent.mkdir(parents=True, exist_ok=True)
            try:
                # Without fsync: after a power failure, the same command publishes the folder again.
                beside.write_bytes(content)
                _allow(beside, _FILE)
                beside.replace(target)
            except BaseException:
                beside.unlink(missing_ok=True)
                raise
        except OSError as error:
            raise FileUnreadable(f"{target}: cannot be written ({error.strerror})") from None
        self._show(target)
        return True

    def holds(self, path: str) -> bool:
        """Return whether the file exists."""
        return self._target(path).is_file()

    def _show(self, target: Path) -> None:
        _allow(target, _FILE)
        for parent in target.relative_to(self._path).parents:
            _allow(self._path / parent, _FOLDER)

    def remove(self, paths: Iterable[str]) -> int:
        """Remove files, and folders that become empty; return how many files existed."""
        return sum(map(self._removed, map(self._target, paths)))

    def tidy(self) -> None:
        """Remove temporary files of a killed publication."""
        for left in [path for path in self._path.rglob(".*.new") if _LEFT.fullmatch(path.name)]:
            self._removed(left)

    def _removed(self, target: Path) -> bool:
        try:
            was_there = target.is_file()
            target.unlink(missing_ok=True)
            parent = target.parent
            while parent != self._path and parent.is_dir() and not any(parent.iterdir()):
                parent.rmdir()
                parent = parent.parent
        except OSError as error:
            raise FileUnreadable(f"{target}: cannot be removed ({error.strerror})") from None
        return was_there

    def _target(self, path: str) -> Path:
        """Return the path of a file. Raises FileUnreadable if it is outside the folder or below a
        symbolic link, since a manifest may be wrong.
        """
        parts = PurePosixPath(path).parts
        if not parts or parts[0] == "/" or ".." in parts:
            raise FileUnreadable(f"{path}: is no path within the folder")
        target = self._path.joinpath(*parts)
        inside = [self._path.joinpath(*parts[:length]) for length in range(1, len(parts))]
        if any(parent.is_symlink() for parent in inside):
            raise FileUnreadable(
                f"{target}: lies behind a symbolic link; remove the link, or name another folder"
            )
        return target


def _allow(path: Path, bits: int) -> None:
    """Add missing permission bits. Files of other users, which cannot be changed, are left as they
    are.
    """
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & bits != bits:
        with suppress(PermissionError):
            path.chmod(mode | bits)


def _ours(manifest: Any) -> Mapping[str, Any]:
    """Return the manifest if it has the expected form. Raises ValueError, KeyError, TypeError."""
    if not all(isinstance(entry["path"], str) for entry in manifest["files"]):
        raise ValueError
    return dict(manifest)
