"""The directory as a folder of files, published at midnight UTC, and files of others in it."""

from datetime import UTC, datetime
from pathlib import Path

from directory_api.bootstrap import Directory, open_directory
from directory_api.config import Settings
from directory_api.features.static_site.generator import StaticSite
from directory_api.features.static_site.publish import Published, publish

MIDNIGHT = datetime(2026, 11, 3, tzinfo=UTC)
ORIGIN = "https://help.example.org"


def published(directory: Directory, folder: Path, origin: str | None = ORIGIN) -> Published:
    """Publish a directory into a folder."""
    site = StaticSite(directory, MIDNIGHT, origin)
    return publish(site.files(), folder, site.release)


def published_from(database: Path, folder: Path, origin: str | None = ORIGIN) -> Published:
    """Publish what is in a file of SQLite."""
    directory = open_directory(Settings(database_url=f"sqlite:///{database}", rate_limit=""))
    directory.live.refresh()
    return published(directory, folder, origin)


def tree(folder: Path) -> dict[str, bytes]:
    """Every file by its path."""
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def foreign_file(path: Path) -> Path:
    """Write a file as another program than `publish` does; returns its path."""
    path.write_bytes(b"mine")
    return path
