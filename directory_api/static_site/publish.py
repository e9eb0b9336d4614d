"""The read side as files in a folder, for any web host."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory_api.static_site.folder import Folder


@dataclass(frozen=True, slots=True)
class File:
    """A file of the published folder: its path (relative, with `/`), its media type, its content.

    One that is `kept` stays when a later publication does not have it: somebody may have its name.
    """

    path: str
    media_type: str
    content: bytes
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """How many files were written, were there already, and were removed since no longer wanted."""

    written: int
    unchanged: int
    removed: int


def publish(
    files: Iterable[File], folder: Path, edition: Mapping[str, str], progress: Callable[[], None] = lambda: None
) -> Published:
    """Make the folder hold the files, and `manifest.json` with the size and SHA-256 of each; `edition` heads it.

    The same files give the same bytes, and what is there already is not written again. All that is or will be there is
    in the manifest before the first file is written, so a publication that is killed is finished by the next, and
    leaves nothing that nobody knows. `progress` is called for each file that is made. Raises FileUnreadable.
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
        left = {path: entry for path, entry in before.items() if path not in made and entry.get("kept")}
        # A publication that was killed may have listed what it never wrote.
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
