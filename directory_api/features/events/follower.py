"""Calls functions with the revisions of a store, in order, and again until each has returned.

Where each function is, a file beside the store says: after a crash, it is called again with what it
had not finished, so it must stand being called twice.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

from directory_api.files.files import one_process, write_atomically
from directory_api.search.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Revision:
    """A revision that is in force, and the public records that changed last at it, by kind and id.

    A record that has changed again since is in its last revision only. `gone` are those of them
    that are not public any more.
    """

    number: int
    link: str
    store: str
    changed: tuple[tuple[str, str], ...]
    gone: tuple[tuple[str, str], ...]


# What a feature provides for the hook `on_revision`.
OnRevision = Callable[[Revision], object]
# The first revision is 1.
_BEGINNING: Mapping[str, Any] = {"revision": 0, "link": "", "store": ""}


class Follower:
    """Calls functions, by their names, with each revision once. `file` says where each is."""

    def __init__(self, functions: Mapping[str, OnRevision], file: Path) -> None:
        self._functions = functions
        self._file = file

    def alone(self) -> AbstractContextManager[None]:
        """Keep others from following at the same time; raises what `one_process` raises."""
        return one_process(self._file, "follow")

    def catch_up(self, snapshot: Snapshot) -> list[tuple[str, Exception]]:
        """Call each function with the revisions that it has not had. Return what failed: the names
        of functions with their errors; these are called again next time, from the same revision.
        """
        failed: list[tuple[str, Exception]] = []
        for name, function in self._functions.items():
            try:
                for revision in _revisions(snapshot, self._place(name, snapshot)):
                    function(revision)
                    self._save(name, revision)
            except Exception as error:  # one function must not stop the others
                failed.append((name, error))
        return failed

    def _read(self) -> dict[str, Any]:
        if not self._file.exists():
            return {}
        places: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
        return places

    def _place(self, name: str, snapshot: Snapshot) -> int:
        """Return the last revision that a function has had; 0 if the store is another one, or has
        another past.
        """
        place = self._read().get(name, _BEGINNING)
        known = place["store"] == snapshot.store
        is_past = known and snapshot.links.includes(place["revision"], place["link"])
        return place["revision"] if is_past else 0

    def _save(self, name: str, revision: Revision) -> None:
        place = {"revision": revision.number, "link": revision.link, "store": revision.store}
        places = {**self._read(), name: place}
        write_atomically(self._file, [json.dumps(places, indent=1).encode()], private=True)


def _revisions(snapshot: Snapshot, after: int) -> Iterator[Revision]:
    """Yield the revisions after one at which a public record changed last, in order."""
    public = {
        *(("centre", each.id) for each in snapshot.listed.published),
        *(("helpline", each.id) for each in snapshot.helplines),
    }
    for number, group in groupby(snapshot.touched, attrgetter("revision")):
        if number > after:
            changed = tuple((each.kind, each.id) for each in group)
            gone = tuple(
                each for each in changed if each[0] in ("centre", "helpline") and each not in public
            )
            link = snapshot.links.link(number)
            yield Revision(number, link, snapshot.store, changed, gone)
