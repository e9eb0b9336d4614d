"""Puts the house together: settings in, the directory out. The one room that knows all rooms."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from directory_api.actions.current import Current
from directory_api.actions.edit import Editor
from directory_api.actions.find import Finder
from directory_api.config import Settings, shipped
from directory_api.storage.sqlite import SqliteStore


@dataclass(frozen=True, slots=True)
class Directory:
    """What the doors (web, cli) may use."""

    settings: Settings
    finder: Finder
    editor: Editor
    current: Current
    path: Path

    def prepare(self) -> None:
        """Create and migrate the store, load the shipped data into an empty one, put the snapshot into force."""
        self.editor.prepare(shipped("data"))
        self.current.refresh()


def open_directory(settings: Settings) -> Directory:
    """Build everything; nothing is opened, read or started yet."""
    path = Path(settings.database_url.removeprefix("sqlite:///")).absolute()
    store = SqliteStore(path)
    current = Current(store)
    return Directory(
        settings=settings,
        finder=Finder(current, settings.country, shipped("data") / "centres.json"),
        editor=Editor(store, current, clock=lambda: datetime.now(UTC)),
        current=current,
        path=path,
    )
