"""Installs the packages as operators do, and asks a server that runs from them."""

import json
import signal
import socket
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.error import URLError
from urllib.request import urlopen

from tools.release.builds import Build
from tools.release.commands import PIP, Failed, clean, run

_START_SECONDS = 60.0
_STOP_SECONDS = 20.0
# What a server answers from files that could be left out of a package: templates and texts,
# built scripts, the contract.
_ADDRESSES = ("/", "/?lang=ar", "/embed/nearest-centre.js", "/openapi.yaml", "/docs")


def install_and_ask(built: Build, package: Path, version: str) -> None:
    """Install a package without its dependencies, which are there, and ask a server.

    Raises Failed if something is not as a user expects: the version, and answers.
    """
    python = built.environment / "bin/python"
    pip = (*PIP, "--python", python)
    # Nothing but Python is found.
    bare = {**clean(), "PATH": str(python.parent)}
    options = ("--no-deps", "--force-reinstall", "--no-compile")
    with TemporaryDirectory() as name:
        folder = Path(name)
        run(*pip, "install", *options, package, folder=folder, variables=bare)
        run(*pip, "check", folder=folder, variables=bare)
        command = python.with_name("directory-api")
        said = run(command, "--version", folder=folder, variables=bare).strip()
        if said != f"directory-api {version}":
            raise Failed(f"{package.name} says {said!r}, and not the version {version}")
        run(command, "init", folder=folder, variables=bare)
        _ask(command, folder, bare, package.name)


def _ask(command: Path, folder: Path, variables: dict[str, str], name: str) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    served = subprocess.Popen(
        [command, "serve", "--port", str(port), "--workers", "1"],
        cwd=folder,
        env=variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        origin = f"http://127.0.0.1:{port}"
        _wait(served, f"{origin}/readyz", name)
        response = json.loads(_get(f"{origin}/v1/nearest?postcode=1000&limit=1"))
        if not (response["results"] and response["helplines"]):
            raise Failed(f"A server of {name} answers without a centre or a helpline: {response}")
        for address in _ADDRESSES:
            _get(origin + address)
    except (URLError, KeyError) as error:
        raise Failed(f"A server of {name} does not answer: {error}") from error
    finally:
        served.send_signal(signal.SIGTERM)
        try:
            served.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            served.kill()
            served.wait()


def _wait(served: "subprocess.Popen[bytes]", address: str, name: str) -> None:
    end = time.monotonic() + _START_SECONDS
    while time.monotonic() < end:
        if served.poll() is not None:
            raise Failed(f"A server of {name} ended with status {served.returncode}")
        try:
            _get(address)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise Failed(f"A server of {name} does not start within {_START_SECONDS:.0f} s")


def _get(address: str) -> bytes:
    with urlopen(address, timeout=20) as response:  # noqa: S310  # on loopback
        return bytes(response.read())
