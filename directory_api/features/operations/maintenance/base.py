"""The protocol of what an operator does with a whole store. sqlite.py has it for a file of SQLite,
any_engine.py for every other engine.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from directory_api.change.change import Stamp
from directory_api.store.state import NOTHING, Replaced


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of a store that is not what was written, such as `centre pag-asa`, and its fault."""

    part: str
    fault: str


@dataclass(frozen=True, slots=True)
class Restored:
    """The revision after a restored backup, and the file with what it replaced, if anything."""

    revision: int
    aside: Path | None


class MaintenanceStore(Protocol):
    """What an operator does with a whole store. Every method raises StoreUnavailable if the store
    cannot be read at all.
    """

    def check(self) -> tuple[Damage, ...]:
        """Compare everything with what was written, and return what is damaged."""

    def back_up(self, target: Path) -> str:
        """Write everything at one revision to a file that only the user may read, and its SHA-256
        to a file beside it; return that. Raises StoreDamaged instead of writing a damaged copy.

        Tables of an earlier version stay such tables, which that version can restore.
        """

    def upgrade(self, target: Path) -> str | None:
        """Write a backup and then bring tables of an earlier version up to date; return its
        SHA-256. Without any such tables do nothing, and return None. Raises StoreDamaged.
        """

    def restore(self, backup: Path, stamp: Stamp, replaced: Replaced = NOTHING) -> Restored:
        """Replace everything by a backup, and begin a new branch of the chain: one revision after
        the backup's, with another link than the replaced store had for it. The tokens and sessions
        of the replaced store stay as they are; the backup's tokens are added to them. Servers
        follow what is restored: it adopts the place of the store that was there, and of what else
        is `replaced`.

        Raises StoreDamaged if the backup is damaged; then nothing changes.
        """
