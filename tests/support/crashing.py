"""Directories whose searches have a bug."""

from copy import copy
from dataclasses import replace

from directory_api.bootstrap import Directory
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.search.snapshot import Snapshot


def live_of(crashing: type[Snapshot]) -> type[LiveSnapshot]:
    """Return a LiveSnapshot whose snapshots are of a class that crashes."""

    class Live(LiveSnapshot):
        """The snapshot in force is copied once, so that an edition of it lasts."""

        _copied: tuple[Snapshot, Snapshot] | None = None

        @property
        def snapshot(self) -> Snapshot:
            """The snapshot in force, with the bug."""
            read = super().snapshot
            if self._copied is None or self._copied[0] is not read:
                copied = copy(read)
                copied.__class__ = crashing
                self._copied = read, copied
            return self._copied[1]

    return Live


def with_bug(directory: Directory, crashing: type[Snapshot]) -> Directory:
    """Return the directory with snapshots of a class that crashes."""
    live = live_of(crashing)(directory.writer.store, directory.live.last_good)
    live.refresh()
    return replace(directory, live=live)
