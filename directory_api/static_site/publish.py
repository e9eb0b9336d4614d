"""Publishes the static site to a folder, for any web host."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory_api.static_site.folder import Folder


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
    edition: Mapping[str, str],
    progress: Callable[[], None] = lambda: None,
) -> Published:
    """Write the files to the folder, and `manifest.json` with the size and SHA-256 of each;
    `edition` is added at the top of the manifest.

    The same files give the same bytes, and unchanged files are not written. The manifest lists all
    old and new files before the first file is written, so that the next publication can complete
    one that was killed and no file is left unlisted. `progress` is called for each generated file.
    Raises FileUnreadable.
    """
    target = Folder(folder)
    with target.alone():
        before = {str(entry["path"]): entry for entry in target.manifest()["files"]}
        target.tidy()
        made: dict[str, File] = {}
        for file in files:
            made[file.path] = file
            progress()
        entries = {path: _entry(file) for path, file in made.items()}
        target.seal(_manifest(edition, {**before, **entries}))
        written = sum(target.put(path, file.content) for path, file in made.items())
        left = {
            path: entry for path, entry in before.items() if path not in made and entry.get("kept")
        }
        # A killed publication may have listed files that it never wrote.
        kept = {path: entry for path, entry in left.items() if target.holds(path)}
        removed = target.remove(before.keys() - made.keys() - kept.keys())
        target.seal(_manifest(edition, {**kept, **entries}))
    return Published(written, len(made) - written, removed)


def _manifest(edition: Mapping[str, str], entries: Mapping[str, Any]) -> dict[str, Any]:
    return {**edition, "files": [entries[path] for path in sorted(entries)]}


def _entry(file: File) -> dict[str, Any]:
    entry = {
        "path": file.path,
        "type": file.media_type,
        "bytes": len(file.content),
        "sha256": hashlib.sha256(file.content).hexdigest(),
    }
    return {**entry, "kept": True} if file.kept else entry
