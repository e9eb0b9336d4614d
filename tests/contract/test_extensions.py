"""docs/extending.md: its example is built, installed beside the package, and used."""

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

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


def _install(package: Path, target: Path) -> Path:
    """Install a package as pip does; the folder."""
    subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
            *("--disable-pip-version-check", "--no-build-isolation", "--target", str(target)),
            str(package),
        ],
        check=True,
        capture_output=True,
        text=True,
    )
    return target


def _run(installed: Path, database: Path, *words: str) -> str:
    """Run Python with an installed extension; what it prints."""
    ended = subprocess.run(
        [sys.executable, *words],
        env={
            **os.environ,
            "PYTHONPATH": f"{installed}{os.pathsep}{ROOT}",
            "DIRECTORY_DATABASE_URL": f"sqlite:///{database}",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_command_of_the_page_runs(tmp_path: Path, loaded_database: Path) -> None:
    """From the blocks of the page, each with the name of its file in the first line."""
    page = (ROOT / "docs/extending.md").read_text(encoding="utf-8")
    (entry_point,) = re.findall(r"^```toml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    blocks = re.findall(r"^```python\n# (\S+)\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    package = tmp_path / "package"
    (package / "directory_ours").mkdir(parents=True)
    project = (_EXAMPLE / "pyproject.toml").read_text(encoding="utf-8").partition("[project.")[0]
    project = project.replace("directory-kml", "directory-ours") + entry_point
    (package / "pyproject.toml").write_text(project, encoding="utf-8")
    for name, text in blocks:
        (package / name).write_text(text, encoding="utf-8")
    installed = _install(package, tmp_path / "installed")
    assert _run(installed, loaded_database, "-m", "directory_api", "ours") == "3\n"


def test_a_format_of_others_answers(tmp_path: Path, loaded_database: Path) -> None:
    """By its name and by its ending, with the helplines, and the closest centre first."""
    installed = _install(_EXAMPLE, tmp_path / "installed")
    for line in _run(installed, loaded_database, "-c", _ANSWER).splitlines():
        status, mimetype, text = line.split(" ", 2)
        assert (status, mimetype) == ("200", "application/vnd.google-earth.kml+xml")
        names = [
            each.text for each in ElementTree.fromstring(text).iter() if each.tag.endswith("name")
        ]
        assert len(names) > 3
        assert "PAG-ASA" in names
