"""Commands of Node.js, and the packages of npm that tests run."""

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.support.programs import require

# These programs end within seconds. V8 would optimise functions that they call a few hundred times,
# and collect garbage more often than they need: tsc takes 1.9 s of the processor instead of 3.3 s,
# and build.js 1.9 s instead of 3.1 s.
_SHORT_RUN = ("--interrupt-budget=500000", "--max-semi-space-size=32")
# Of the scripts of the pages: what npm does not use, and what it writes.
_LEFT_OUT = shutil.ignore_patterns("node_modules", "__pycache__", "*.py", "templates", "types")


def run(folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of Node.js in a folder, the only one that it writes to: `node`, `npm`, or a
    script of `node_modules/.bin`.
    """
    path = require("npm" if command == "npm" else "node")
    settings = {
        "npm_config_cache": str(folder / ".npm"),
        "npm_config_update_notifier": "false",
        # Redocly would report its use, and ask for newer versions of itself.
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    }
    script = [command] if "/" in command else []
    options = [] if command == "npm" else _SHORT_RUN
    return subprocess.run(
        [path, *options, *script, *arguments],
        cwd=folder,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def output(folder: Path, command: str, *arguments: str) -> str:
    """Return what a command printed that has to succeed."""
    completed = run(folder, command, *arguments)
    assert completed.returncode == 0, f"{command} {arguments}: {completed.stdout}{completed.stderr}"
    return completed.stdout


def script(folder: Path, name: str) -> str:
    """Return what a script of package.json printed that has to succeed. `npm run` would take 0.3 s
    of the processor more.
    """
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    program, *arguments = manifest["scripts"][name].split()
    return output(folder, f"node_modules/.bin/{program}", *arguments)


def create_project(config: pytest.Config, sources: Path, folder: Path) -> None:
    """Copy a folder that has a package-lock.json, and link to its `node_modules` the packages that
    it lists, which are not to be written to.
    """
    shutil.copytree(sources, folder, ignore=_LEFT_OUT)
    (folder / "node_modules").symlink_to(_packages(config, sources))


def _packages(config: pytest.Config, sources: Path) -> Path:
    """Return a `node_modules` with the locked packages, installed without running their scripts.

    It stays in pytest's cache, for later runs, until package.json or package-lock.json changes:
    to install the packages of all tests takes 25 s of the processor.
    """
    assert config.cache is not None
    manifest = [sources / "package.json", sources / "package-lock.json"]
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in manifest)).hexdigest()
    cached = config.cache.mkdir(f"npm-{sources.name}")
    packages = cached / digest / "node_modules"
    with (cached / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not packages.exists():
            for outdated in filter(Path.is_dir, cached.iterdir()):
                shutil.rmtree(outdated)
            with TemporaryDirectory(dir=cached) as name:
                folder = Path(name)
                for path in manifest:
                    shutil.copy(path, folder)
                output(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
                packages.parent.mkdir()
                (folder / "node_modules").rename(packages)
    return packages


def lock_faults(folder: Path) -> list[str]:
    """Return the packages whose lock has a URL, no hash, or another version than package.json."""
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    manifest = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    packages = {name: package for name, package in lock["packages"].items() if name}
    unlocked = [
        name
        for name, package in packages.items()
        if "resolved" in package or "integrity" not in package
    ]
    return unlocked + [
        name
        for name, version in manifest["devDependencies"].items()
        if packages[f"node_modules/{name}"]["version"] != version
    ]
