"""Commands of Node.js."""

import json
import os
import shutil
import subprocess
from pathlib import Path


def run(folder: Path, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command of Node.js in a folder, the only one that it writes to."""
    program = command if "/" in command else shutil.which(command)
    assert program, (
        f"{command} is missing: install Node.js and npm (Debian: "
        "apt-get install nodejs npm) for this test"
    )
    settings = {
        "npm_config_cache": str(folder / ".npm"),
        "npm_config_update_notifier": "false",
        # Redocly would report its use, and ask for newer versions of itself.
        "REDOCLY_TELEMETRY": "off",
        "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true",
    }
    return subprocess.run(
        [program, *arguments],
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


def install(folder: Path) -> None:
    """Install the locked packages of a folder, without running their scripts."""
    output(folder, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")


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
