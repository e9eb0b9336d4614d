"""docs/extending.md: its examples are built, installed beside the package, and used."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support.servers import ROOT

_EXAMPLES = ROOT / "docs/examples/extensions"
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
    """A folder with both examples, as pip installs them."""
    target = tmp_path_factory.mktemp("installed")
    for name in ("kml", "webhook"):
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"),
                *("--disable-pip-version-check", "--no-build-isolation", "--target", str(target)),
                str(_EXAMPLES / name),
            ],
            check=True,
            capture_output=True,
            text=True,
        )
    return target


def _run(installed: Path, database: Path, *command: str, **settings: str) -> str:
    ended = subprocess.run(
        [sys.executable, *command],
        env={
            **os.environ,
            "PYTHONPATH": f"{installed}{os.pathsep}{ROOT}",
            "DIRECTORY_DATABASE_URL": f"sqlite:///{database}",
            **settings,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_a_format_of_others_answers(installed: Path, loaded_database: Path) -> None:
    """By its name and by its ending, with the helplines, and the closest centre first."""
    for line in _run(installed, loaded_database, "-c", _ANSWER).splitlines():
        status, mimetype, text = line.split(" ", 2)
        assert (status, mimetype) == ("200", "application/vnd.google-earth.kml+xml")
        names = [
            each.text for each in ElementTree.fromstring(text).iter() if each.tag.endswith("name")
        ]
        assert len(names) > 3
        assert "PAG-ASA" in names
    shown = _run(installed, loaded_database, "-m", "directory_api", "--help")
    assert "follow" in shown


@pytest.fixture
def received() -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An address on this machine, and the bodies that were posted there."""
    bodies: list[dict[str, object]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            bodies.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Write nothing."""

    server = HTTPServer(("127.0.0.1", 0), Receiver)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", bodies
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_posts_each_revision_once(
    installed: Path,
    tmp_path: Path,
    loaded_database: Path,
    received: tuple[str, list[dict[str, object]]],
) -> None:
    """`follow --once` posts what is due; a change is posted by the next one, and nothing twice."""
    address, bodies = received
    database = tmp_path / "directory.db"
    database.write_bytes(loaded_database.read_bytes())
    follow = ("-m", "directory_api", "follow", "--once")
    _run(installed, database, *follow, DIRECTORY_WEBHOOK=address)
    assert [each["revision"] for each in bodies] == ["1"]
    verify = ("-m", "directory_api", "verify", "payoke", "--how", "a call")
    _run(installed, database, *verify)
    _run(installed, database, *follow, DIRECTORY_WEBHOOK=address)
    assert [each["revision"] for each in bodies] == ["1", "2"]
    assert bodies[1]["changed"] == [{"kind": "centre", "id": "payoke"}]
    _run(installed, database, *follow, DIRECTORY_WEBHOOK=address)
    assert len(bodies) == 2
