"""The directory as a folder of files, published at midnight UTC."""

from datetime import UTC, datetime
from pathlib import Path

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features import FEATURES
from directory_api.static_site.generator import StaticSite
from directory_api.static_site.publish import Published, publish

MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)
ORIGIN = "https://help.example.org"


def published(directory: Directory, folder: Path, origin: str | None = ORIGIN) -> Published:
    """Publish a directory into a folder."""
    site = StaticSite(directory, MIDNIGHT, origin, features=FEATURES)
    return publish(site.files(), folder, site.edition)


def published_from(database: Path, folder: Path, origin: str | None = ORIGIN) -> Published:
    """Publish what is in a file of SQLite."""
    directory = open_directory(Settings(database_url=f"sqlite:///{database}", rate_limit=""))
    directory.live.refresh()
    return published(directory, folder, origin)
