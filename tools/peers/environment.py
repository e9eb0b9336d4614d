"""The environment of the peers: packages by name from the registries of Python and Node.js."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.bench.surface import ROOT
from tools.peers.services import Missing

FOLDER = ROOT / ".venv-peers"
NODE = FOLDER / "node"


def python(*packages: str) -> str:
    """Return the interpreter that has these packages; installs them. Raises Missing."""
    interpreter = FOLDER / "bin" / "python"
    if not interpreter.exists():
        _run([sys.executable, "-m", "venv", str(FOLDER)], "python3-venv")
    install = [str(interpreter), "-m", "pip", "install", "--quiet", "--only-binary", ":all:"]
    _run([*install, "--disable-pip-version-check", *packages], ", ".join(packages))
    return str(interpreter)


def node(*packages: str) -> str:
    """Return the path of Node.js; installs the packages. Raises Missing."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        raise Missing("Node.js or npm is not installed (Debian: nodejs, npm)")
    NODE.mkdir(parents=True, exist_ok=True)
    if not all((NODE / "node_modules" / package).exists() for package in packages):
        quiet = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
        _run([npm, "install", "--prefix", str(NODE), *quiet, *packages], ", ".join(packages))
    (NODE / "package.json").touch()
    return program


def versions(*packages: str) -> str:
    """Return the versions of the installed packages of Python."""
    code = "import sys, importlib.metadata as m; print(*[m.version(n) for n in sys.argv[1:]])"
    names = [package.partition("[")[0] for package in packages]
    output = subprocess.run(
        [str(FOLDER / "bin" / "python"), "-c", code, *names],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    return ", ".join(f"{name} {version}" for name, version in zip(names, output, strict=True))


def _run(command: list[str], what: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ})
    if done.returncode:
        raise Missing(f"could not install {what}")


def here(name: str) -> Path:
    """Return the path of a file of the peers."""
    return Path(__file__).parent / name
