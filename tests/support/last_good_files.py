"""A store with its last good snapshot, and processes that start over them."""

from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.web.app import create_app
from tests.support.moments import EXAMPLES_AT


@dataclass(frozen=True)
class Files:
    """A database with a hidden centre, and its last good snapshot."""

    database: Path
    snapshot: Path

    def start(self) -> Directory:
        """A process that starts now, as a server's worker does."""
        directory = open_directory(
            Settings(database_url=f"sqlite:///{self.database}", rate_limit="", second_look="off")
        )
        directory.live.refresh()
        return directory


def client_of(directory: Directory) -> FlaskClient:
    """A client of the app over a directory, at the time of the examples."""
    return create_app(directory, now=lambda: EXAMPLES_AT).test_client()
