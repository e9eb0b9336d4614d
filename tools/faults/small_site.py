"""A static site without postcodes: publishing an answer for each of them takes seconds."""

from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from directory_api.features import FEATURES
from directory_api.static_site.generator import StaticSite
from directory_api.static_site.publish import publish
from tests.support.maintainer_app import create_maintainer_app

ORIGIN = "https://help.example.org"


def publish_small_site(folder: Path) -> Path:
    """Publish the shipped records to a folder, and return it."""
    with TemporaryDirectory() as name:
        directory = create_maintainer_app(Path(name)).directory
        site = StaticSite(directory, datetime.now(UTC), ORIGIN, features=FEATURES)
        publish(site.files(), folder, site.edition)
    return folder
