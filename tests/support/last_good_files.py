"""A store with its last good snapshot, and processes that start over them."""

import shutil
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.edit.editor import Edit
from directory_api.web.app import create_app
from tests.support.maintainer_app import HIDDEN
from tests.support.moments import EXAMPLES_AT
from tests.support.records import TERMINAL


@dataclass(frozen=True)
class Files:
    """A database with a hidden centre, and its last good snapshot."""

    database: Path
    snapshot: Path

    def start(self) -> Directory:
        """A process that starts now, as a server's worker does."""
        directory = open_directory(
            Settings(database_url=f"sqlite:///{self.database}", rate_limit="", review="off")
        )
        directory.live.refresh()
        return directory


def create_files(folder: Path, loaded_database: Path) -> Files:
    """Create a store and its last good snapshot in a folder, after an edit that hid an address."""
    database = folder / "directory.db"
    shutil.copy(loaded_database, database)
    made = Files(database, folder / "directory.db.last-good.json")
    editor = made.start().editor
    edit = Edit(TERMINAL, "centre", "sheltered", "why")
    editor.create(edit, {**HIDDEN})
    editor.patch(Edit(TERMINAL, "centre", "surya", "why"), {"name": "Surya vzw"})
    return made


def client_of(directory: Directory) -> FlaskClient:
    """A client of the app over a directory, at the time of the examples."""
    return create_app(directory, now=lambda: EXAMPLES_AT).test_client()
