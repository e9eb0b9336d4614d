"""Reads the files that maintainers edit; writes files."""

import fcntl
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from directory_api.text import strict_json
from directory_api.text.errors import (
    FileUnreadable,
    InputInvalid,
    StoreUnavailable,
)

# Seconds for which a process waits for another one that writes the same file.
LOCK_SECONDS = 5.0
_LOCK_POLL_SECONDS = 0.01


def read_json(path: Path) -> Any:
    """Parse a JSON file of up to 5 MB. Raises FileUnreadable with the file's name and the position
    of the fault.
    """
    try:
        return strict_json.parse(read_bytes(path), limit=strict_json.IMPORT_BYTES)
    except InputInvalid as error:
        raise FileUnreadable(f"{path}: {error.detail}") from None


def read_bytes(path: Path) -> bytes:
    """Return the content of a file. Raises FileUnreadable with its name."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be read ({error.strerror})") from None


def write_atomically(path: Path, content: Iterable[bytes], *, private: bool = False) -> None:
    """Replace or create a file atomically: a reader gets the old content or the new one. The
    content is written in the parts in which it comes.

    A symbolic link and the file's permissions are preserved; with `private`, only the file's owner
    can read it, whatever the permissions were. Raises FileUnreadable with its name.
    """
    target = path.resolve()
    new = target.with_name(f".{secrets.token_hex(8)}.new")
    try:
        if target.exists() and not target.is_file():
            raise FileUnreadable(f"{path}: is no ordinary file; name another one")
        try:
            # Never readable by others, even while it is empty: they could keep it open.
            mode = 0o600 if private else 0o666
            with open(new, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
                if target.exists() and not private:
                    os.fchmod(file.fileno(), target.stat().st_mode)
                file.writelines(content)
                file.flush()
                # Without fsync, a power failure could leave an empty file.
                os.fsync(file.fileno())
            new.replace(target)
        except BaseException:
            new.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be written ({error.strerror})") from None


@contextmanager
def new_file(path: Path) -> Iterator[Path]:
    """A file beside `path`, which replaces it after the block; no other user may read it.

    Raises StoreUnavailable if it cannot be written, or is no ordinary file, such as a device.
    """
    if path.exists() and not path.is_file():
        raise StoreUnavailable(f"{path} is no ordinary file; name another one")
    try:
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            new = Path(file.name)  # created with mode 0600
    except OSError as error:
        raise StoreUnavailable(f"{path} cannot be written ({error.strerror})") from None
    try:
        yield new
        new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes from writing a file at the same time, by a lock beside it; wait for one
    that does.

    Raises FileUnreadable if nothing can be written there, or after LOCK_SECONDS.
    """
    until = time.monotonic() + LOCK_SECONDS
    try:
        file = path.with_name(f"{path.name}.lock").open("w")
    except OSError as error:
        raise FileUnreadable(f"{path}: cannot be written ({error.strerror})") from None
    with file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise FileUnreadable(f"{path}: another process is writing it") from None
                time.sleep(_LOCK_POLL_SECONDS)
            except OSError:  # a file system without locks
                break
        try:
            yield
        finally:
            # Closing is not enough: a process that was forked meanwhile has the file open, too.
            with suppress(OSError):
                fcntl.flock(file, fcntl.LOCK_UN)


def is_file(path: Path) -> bool:
    """Return whether there is a file; Path.is_file() raises in a folder that may not be read."""
    try:
        return path.is_file()
    except OSError:
        return False


def is_folder(path: Path) -> bool:
    """Return whether there is a folder; Path.is_dir() raises in a folder that may not be read."""
    try:
        return path.is_dir()
    except OSError:
        return False
