"""A static site without postcodes: publishing an answer for each of them takes seconds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.bootstrap import Directory
from directory_api.features.static_site.generator import StaticSite
from directory_api.features.static_site.publish import CURRENT, File, publish
from tests.support.maintainer_app import create_maintainer_app

ORIGIN = "https://help.example.org"


@dataclass(frozen=True)
class Edition:
    """All files of a site at one revision."""

    files: tuple[File, ...]
    header: Mapping[str, str]

    def publish(self, folder: Path) -> None:
        """Publish it to a folder."""
        publish(self.files, folder, self.header)


def edition_of(directory: Directory) -> Edition:
    """Generate the site of a directory, of today."""
    today = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    site = StaticSite(directory, today, ORIGIN)
    return Edition(tuple(site.files()), site.release)


def publish_small_site(folder: Path) -> Path:
    """Publish the shipped records to a folder, and return the root of a web server."""
    with TemporaryDirectory() as name:
        edition_of(create_maintainer_app(Path(name)).directory).publish(folder)
    return folder / CURRENT
