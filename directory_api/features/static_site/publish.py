"""Publishes the static site to a folder, for any web host."""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory_api.features.static_site.folder import Draft, Folder


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
    """Publish the files to the folder, with `manifest.json`, which has the size and SHA-256 of
    each; `release`, their revision and day, is added at the top of the manifest.

    The same files give the same bytes, and unchanged files are not written. The files are complete
    in a new folder beside before that takes the place of the old one in one step: whenever the
    process is killed, the folder is whole and of one revision. The next publication removes what
    was left beside it. `progress` is called for each generated file. Raises FileUnreadable.
    """
    current = Folder(folder)
    with current.alone():
        before = {str(entry["path"]): entry for entry in current.manifest()["files"]}
        current.tidy()
        with Draft(current) as draft:
            entries, written = {}, 0
            for file in files:
                written += draft.put(file.path, file.content)
                entries[file.path] = _entry(file)
                progress()
            gone = [path for path in before.keys() - entries.keys() if current.holds(path)]
            kept = {path: before[path] for path in gone if before[path].get("kept")}
            for path in kept:
                draft.keep(path)
            draft.keep_others({*before, *entries})
            draft.seal(_manifest(release, {**kept, **entries}))
            draft.replace()
    return Published(written, len(entries) - written, len(gone) - len(kept))


def _manifest(release: Mapping[str, str], entries: Mapping[str, Any]) -> dict[str, Any]:
    return {**release, "files": [entries[path] for path in sorted(entries)]}


def _entry(file: File) -> dict[str, Any]:
    entry = {
        "path": file.path,
        "type": file.media_type,
        "bytes": len(file.content),
        "sha256": hashlib.sha256(file.content).hexdigest(),
    }
    return {**entry, "kept": True} if file.kept else entry
