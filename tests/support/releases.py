"""The releases of the product: the tags of its repository."""

import re
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path

_RELEASE = re.compile(r"v[0-9]+(\.[0-9]+)*")


def releases(repository: Path) -> tuple[str, ...]:
    """Return the tags of the releases that HEAD contains, such as v1.0.0, the newest first.

    None without such a tag, also in a clone that has no tags and in a folder without a repository.
    """
    if not (repository / ".git").exists():
        return ()
    tags = _git(repository, "tag", "--merged", "HEAD", "--sort=-version:refname").decode().split()
    return tuple(tag for tag in tags if _RELEASE.fullmatch(tag))


def file_at(repository: Path, tag: str, path: str) -> str:
    """Return the text that a file had at a tag."""
    return _git(repository, "show", f"{tag}:{path}").decode()


def unpack(repository: Path, tag: str, folder: Path, *paths: str) -> None:
    """Write files and folders, as they were at a tag, into a folder."""
    packed = _git(repository, "archive", "--format=tar", tag, *paths)
    with tarfile.open(fileobj=BytesIO(packed)) as parts:
        parts.extractall(folder, filter="data")


def _git(repository: Path, *arguments: str) -> bytes:
    # In a container the checkout may belong to another user, which git refuses by default.
    command = ["git", "-c", f"safe.directory={repository}", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout
