"""The output folder of a static site, and the draft that takes its place in one step."""

import ctypes
import errno
import fcntl
import json
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import Any, Self

from directory_api.text.errors import FileUnreadable

MANIFEST = "manifest.json"
# A draft, or what it replaced, that a killed publication has left.
_LEFT = r"\.{name}\.[0-9a-f]{{16}}\.new"
# A web server runs as another user than the publisher, whose umask may deny access to others.
_FILE, _FOLDER = 0o444, 0o555
_AT_FDCWD, _EXCHANGE = (-2, 2) if sys.platform == "darwin" else (-100, 2)


class Folder:
    """A published folder. Its files are never changed: a draft replaces the folder as a whole.

    Every method raises FileUnreadable, with the name, if a file cannot be read or written.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(os.path.realpath(path))  # a link to the folder stays a link

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Create the folder if it is missing and lock it. Without the lock, an older publication
        could overwrite a newer one.
        """
        try:
            self.path.mkdir(parents=True, exist_ok=True)
            lock = os.open(self.path, os.O_RDONLY)
        except OSError as error:
            raise FileUnreadable(f"{self.path}: cannot be used ({error.strerror})") from None
        try:
            self._lock(lock)
            yield
        finally:
            os.close(lock)

    def _lock(self, lock: int) -> None:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            replaced = not os.path.samestat(os.fstat(lock), self.path.stat())
        except BlockingIOError:
            replaced = True
        except OSError as error:  # some network file systems have no locks
            raise FileUnreadable(
                f"{self.path}: cannot be locked ({error.strerror}); use a local folder"
            ) from None
        if replaced:
            raise FileUnreadable(
                f"{self.path}: another publication is at work there; try again later"
            )

    def manifest(self) -> Mapping[str, Any]:
        """Return the folder's manifest, or one without files.

        Raises FileUnreadable for a folder with files that were not published: the site would be
        mixed with them.
        """
        path = self.path / MANIFEST
        try:
            if path.exists():
                manifest = _ours(json.loads(path.read_bytes()))
                for entry in manifest["files"]:
                    self.at(entry["path"])  # check all paths before anything is published
                return manifest
            # Hidden files are accepted: a git repository, or a host's own settings.
            others = sorted(
                entry.name for entry in self.path.iterdir() if not entry.name.startswith(".")
            )
        except OSError as error:
            raise FileUnreadable(f"{self.path}: cannot be read ({error.strerror})") from None
        except (ValueError, KeyError, TypeError, RecursionError):
            raise FileUnreadable(f"{path}: is no manifest of ours; name another folder") from None
        if others:
            raise FileUnreadable(
                f"{self.path}: holds other files, such as {others[0]}; name an empty or new folder"
            )
        return {"files": []}

    def holds(self, path: str) -> bool:
        """Return whether the file exists."""
        target = self.at(path)
        try:
            return target.is_file() and not target.is_symlink()
        except OSError as error:
            raise FileUnreadable(f"{target}: cannot be read ({error.strerror})") from None

    def at(self, path: str) -> Path:
        """Return the path of a file. Raises FileUnreadable if it is outside the folder or below a
        symbolic link, since a manifest may be wrong.
        """
        parts = PurePosixPath(path).parts
        if not parts or parts[0] == "/" or ".." in parts:
            raise FileUnreadable(f"{path}: is no path within the folder")
        target = self.path.joinpath(*parts)
        inside = [self.path.joinpath(*parts[:length]) for length in range(1, len(parts))]
        if any(parent.is_symlink() for parent in inside):
            raise FileUnreadable(
                f"{target}: lies behind a symbolic link; remove the link, or name another folder"
            )
        return target

    def tidy(self) -> None:
        """Remove what killed publications have left beside the folder."""
        left = re.compile(_LEFT.format(name=re.escape(self.path.name)))
        for path in [path for path in self.path.parent.iterdir() if left.fullmatch(path.name)]:
            _remove(path)


class Draft:
    """The next state of a folder, in a new folder beside it.

    A file that stays the same is a hard link to the published one (a copy where the file system has
    no links), so that a host or a copying program can detect changes by modification time. All
    files of the site are made readable by all users. Leaving the `with` block removes the draft, or
    what it has replaced.

    Every method raises FileUnreadable, with the name, if a file cannot be read or written.
    """

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        name = f".{folder.path.name}.{secrets.token_hex(8)}.new"
        self._path = folder.path.with_name(name)

    def __enter__(self) -> Self:
        try:
            _make_like(self._folder.path, self._path)
            _allow(self._path, _FOLDER)
        except OSError as error:
            raise FileUnreadable(
                f"{self._path.parent}: the new files cannot be written there "
                f"({error.strerror}); name a folder in one that you may write to"
            ) from None
        return self

    def __exit__(self, *_: object) -> None:
        _remove(self._path)

    def put(self, path: str, content: bytes) -> bool:
        """Add a file. Returns whether the published folder has not this content."""
        published, target = self._folder.at(path), self._in_draft(path)
        try:
            if published.is_dir():
                raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
            self._make_folders(target.parent)
            stays = self._folder.holds(path) and _contains(published, content)
            if stays:
                _link(published, target)
            else:
                # Never an existing file: it may be a link to the published one.
                with target.open("xb") as file:
                    file.write(content)
            _allow(target, _FILE)
        except OSError as error:
            raise FileUnreadable(f"{published}: cannot be written ({error.strerror})") from None
        return not stays

    def seal(self, manifest: Mapping[str, Any]) -> None:
        """Write the manifest: an object whose `files` each have a `path`."""
        self.put(MANIFEST, json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n")

    def keep(self, path: str) -> None:
        """Add a published file as it is."""
        target = self._in_draft(path)
        self._keep(self._folder.at(path), target)
        _allow(target, _FILE)

    def keep_others(self, ours: Container[str]) -> None:
        """Add everything of the folder that no publication wrote, such as `.git`.

        `ours` has the paths that publications wrote.
        """
        for place, folders, names in os.walk(self._folder.path):
            here = Path(place)
            links = [name for name in folders if (here / name).is_symlink()]
            for name in [*names, *links]:
                path = (here / name).relative_to(self._folder.path).as_posix()
                if path not in ours and path != MANIFEST:
                    self._keep(here / name, self._in_draft(path))
            if not folders and not names:
                self._keep(here, self._in_draft(here.relative_to(self._folder.path).as_posix()))

    def replace(self) -> None:
        """Put the draft in the place of the folder, in one step."""
        published = self._folder.path
        lock = -1
        try:
            # The lock of the replaced folder goes with it; this one prevents that the next
            # publication begins before this one has tidied up.
            lock = os.open(self._path, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if any(published.iterdir()):
                # After a power failure, the folder must not have names without their content.
                os.sync()
                _exchange(self._path, published)
                _remove(self._path)
            else:
                self._path.replace(published)
        except OSError as error:
            raise FileUnreadable(
                f"{published}: cannot be replaced in one step ({error.strerror}); name a folder "
                "that is no mount point, on a local disk"
            ) from None
        finally:
            if lock >= 0:
                os.close(lock)

    def _in_draft(self, path: str) -> Path:
        return self._path.joinpath(*PurePosixPath(path).parts)

    def _make_folders(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for part in folder.relative_to(self._path).parents:
            _allow(self._path / part, _FOLDER)
        _allow(folder, _FOLDER)

    def _keep(self, published: Path, target: Path) -> None:
        try:
            for parent in reversed(published.relative_to(self._folder.path).parents):
                self._keep_folder(parent)
            if published.is_dir() and not published.is_symlink():
                self._keep_folder(published.relative_to(self._folder.path))
            else:
                _link(published, target)
        except FileExistsError:
            raise FileUnreadable(
                f"{published}: the site has a folder of this name; move the file elsewhere"
            ) from None
        except OSError as error:
            raise FileUnreadable(f"{published}: cannot be kept ({error.strerror})") from None

    def _keep_folder(self, path: Path) -> None:
        if not (self._path / path).is_dir():
            _make_like(self._folder.path / path, self._path / path)


def _contains(path: Path, content: bytes) -> bool:
    return path.stat().st_size == len(content) and path.read_bytes() == content


def _link(published: Path, target: Path) -> None:
    try:
        os.link(published, target, follow_symlinks=False)
    except FileExistsError:
        raise
    except OSError:  # a file system without links, or a file of another user
        shutil.copy2(published, target, follow_symlinks=False)


def _make_like(published: Path, target: Path) -> None:
    """Make a folder with the permissions of another, as far as the user may."""
    target.mkdir()
    with suppress(OSError):
        os.chown(target, -1, published.stat().st_gid)
    with suppress(OSError):
        shutil.copystat(published, target)


def _remove(path: Path) -> None:
    try:
        if path.is_dir():
            shutil.rmtree(path)
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be removed ({error.strerror})") from None


def _exchange(path: Path, other: Path) -> None:
    """Exchange two folders atomically. Raises OSError, also where the system cannot do it."""
    libc = ctypes.CDLL(None, use_errno=True)
    rename = getattr(libc, "renameatx_np" if sys.platform == "darwin" else "renameat2", None)
    if rename is None:
        raise OSError(errno.ENOSYS, "this system cannot exchange two folders")
    paths = os.fsencode(path), os.fsencode(other)
    if rename(_AT_FDCWD, paths[0], _AT_FDCWD, paths[1], ctypes.c_uint(_EXCHANGE)):
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


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
