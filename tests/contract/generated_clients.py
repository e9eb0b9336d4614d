"""Clients that openapi-generator makes, and what they have to print (docs/clients.md)."""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from types import MappingProxyType
from typing import Any

import pytest

from tests.contract.clients_page import ORIGIN, line_with
from tests.support.programs import require
from tests.support.servers import ROOT, Served

SOURCES = ROOT / "tests/clients"
# To generate and to compile take 20 s of the processor; a machine may be busy with other tests.
SECONDS = 500
# Code that runs for seconds is not worth optimising.
_JAVA = ("java", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
# By the name that the programs print: the path, and the body of a POST.
ASKED: Mapping[str, tuple[str, Mapping[str, Any] | None]] = {
    "nearest": ("/v1/nearest?postcode=1000&limit=1", None),
    "privately": ("/v1/nearest", {"postcode": "2000", "limit": 2}),
    "batch": (
        "/v1/nearest/batch",
        {"places": [{"postcode": "4000"}, {"postcode": "abc"}], "limit": 1},
    ),
    "centres": ("/v1/centres?limit=2", None),
    "all": ("/v1/centres?include=all", None),
    "bundle": ("/v1/bundle", None),
    "postcodes": ("/v1/bundle/BE/postcodes/0", None),
    "malformed": ("/v1/nearest?postcode=abc", None),
    "no place": ("/v1/nearest", None),
    "unsupported": ("/v1/nearest?postcode=1000&country=ZZ", None),
    "no centre": ("/v1/centres/nothing", None),
    "no bundle": ("/v1/bundle/ZZ", None),
}


def run(command: list[str], **settings: str) -> str:
    """Return what a program printed that has to succeed."""
    ended = subprocess.run(
        command,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert ended.returncode == 0, (command[0], ended.stdout[-4000:], ended.stderr[-4000:])
    return ended.stdout


def java(jars: list[Path], main: str, *arguments: str, **settings: str) -> str:
    """Return what a Java program printed."""
    require("java")
    path = os.pathsep.join(map(str, jars))
    return run([*_JAVA, "-cp", path, main, *arguments], **settings)


def packages(config: pytest.Config) -> Path:
    """Return a folder with the unpacked packages of requirements.txt, not to be written to.

    It stays in pytest's cache, for later runs, until the file changes.
    """
    assert config.cache is not None
    listed = SOURCES / "requirements.txt"
    cached = config.cache.mkdir("generated-clients")
    unpacked = cached / hashlib.sha256(listed.read_bytes()).hexdigest()
    with (cached / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not unpacked.exists():
            with TemporaryDirectory(dir=cached) as name:
                folder = Path(name)
                pip = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps"]
                run([*pip, "--require-hashes", "--requirement", str(listed), "--dest", name])
                for wheel in folder.glob("*.whl"):
                    with zipfile.ZipFile(wheel) as archive:
                        archive.extractall(folder / "unpacked")
                (folder / "unpacked").rename(unpacked)
    return unpacked


def generate(config: pytest.Config, language: str, folder: Path) -> None:
    """Run the page's command for a language, with the API that the programs use."""
    said = line_with(f"--generator-name {language}").split()
    said[said.index(f"{ORIGIN}/openapi.yaml")] = str(ROOT / "openapi.yaml")
    said[said.index("--output") + 1] = str(folder)
    used = "apis=Nearest:Directory:Bundle,models,supportingFiles"
    left_out = "modelDocs=false,apiDocs=false,modelTests=false,apiTests=false"
    jar = packages(config) / "openapi_generator_cli/openapi-generator.jar"
    java(
        [jar],
        "org.openapitools.codegen.OpenAPIGenerator",
        *said[1:],
        "--global-property",
        f"{used},{left_out}",
    )


def _alike(answer: Any) -> Any:
    """An answer with each time in UTC, and without members that are null."""
    if isinstance(answer, dict):
        return {name: _alike(value) for name, value in answer.items() if value is not None}
    if isinstance(answer, list):
        return [_alike(value) for value in answer]
    if isinstance(answer, str) and "T" in answer[10:11]:
        return datetime.fromisoformat(answer).astimezone(UTC).isoformat()
    return answer


def compare(
    printed: str, served: Served, later: Callable[[Any], Any] = lambda answer: answer
) -> None:
    """Assert that the programs read all that the server says, and lose none of it. `later` makes
    the answer of a later release of one of today.
    """
    lines = dict(line.split("\t", 1) for line in printed.splitlines())
    assert list(lines) == list(ASKED)
    for name, (path, body) in ASKED.items():
        sent = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"} if body else {}
        reply = served.ask(path, "POST" if body else "GET", sent, headers)
        assert _alike(json.loads(lines[name])) == _alike(later(json.loads(reply.body))), name


NEW = {"new_member": "new"}


def of_a_later_release(answer: Any, new: Mapping[str, str] = MappingProxyType(NEW)) -> Any:
    """Return an answer with another kind, another service and, in each object of a kind or with a
    revision, another member.
    """
    if isinstance(answer, list):
        return [of_a_later_release(each, new) for each in answer]
    if not isinstance(answer, dict):
        return answer
    later = {name: of_a_later_release(value, new) for name, value in answer.items()}
    if isinstance(later.get("services"), list) and all(
        isinstance(s, str) for s in later["services"]
    ):
        later["services"].append("new_service")
    if "kind" in later:
        later["kind"] = "new_kind"
    return {**later, **new} if {"kind", "revision"} & later.keys() else later


@contextmanager
def later_release(served: Served) -> Iterator[int]:
    """Answer as a server would, of a release that has more than the one of the document; yields its
    port.
    """

    class Later(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(None)

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, sent: bytes | None) -> None:
            headers = {"Content-Type": "application/json"} if sent else {}
            reply = served.ask(self.path, self.command, sent, headers)
            body = json.dumps(of_a_later_release(json.loads(reply.body))).encode()
            self.send_response(reply.status)
            self.send_header("Content-Type", reply.headers["content-type"])
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Later) as server:
        Thread(target=server.serve_forever).start()
        try:
            yield server.server_port
        finally:
            server.shutdown()
