"""docs/extending.md: its example is built, installed beside the package, and used."""

import os
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.servers import ROOT

_EXAMPLE = ROOT / "docs/examples/extensions/kml"
_ANSWER = """
from directory_api.bootstrap import open_directory
from directory_api.config import Settings
from directory_api.web.app import create_app
directory = open_directory(Settings.from_environment())
directory.open()
client = create_app(directory).test_client()
for path in ("/v1/nearest?postcode=1000&format=kml", "/v1/centres.kml"):
    answer = client.get(path)
    print(answer.status_code, answer.mimetype, answer.text.replace(chr(10), ""))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example, as pip installs it."""
    target = tmp_path_factory.mktemp("installed")
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
            *("--disable-pip-version-check", "--no-build-isolation", "--target", str(target)),
            str(_EXAMPLE),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return target


def test_a_format_of_others_answers(installed: Path, loaded_database: Path) -> None:
    """By its name and by its ending, with the helplines, and the closest centre first."""
    ended = subprocess.run(
        [sys.executable, "-c", _ANSWER],
        env={
            **os.environ,
            "PYTHONPATH": f"{installed}{os.pathsep}{ROOT}",
            "DIRECTORY_DATABASE_URL": f"sqlite:///{loaded_database}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    for line in ended.stdout.splitlines():
        status, mimetype, text = line.split(" ", 2)
        assert (status, mimetype) == ("200", "application/vnd.google-earth.kml+xml")
        names = [
            each.text for each in ElementTree.fromstring(text).iter() if each.tag.endswith("name")
        ]
        assert len(names) > 3
        assert "PAG-ASA" in names
