"""Starts other programs with an environment that settings of this machine do not change."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

# Of Python and of this project; PYTHONPATH would hide what is missing in a package.
_LEFT_OUT = ("PYTHON", "DIRECTORY_", "VIRTUAL_ENV", "SOURCE_DATE_EPOCH")
PIP = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet")


class Failed(Exception):
    """A program ended with another status than 0; the text has its command and what it printed."""


def clean() -> dict[str, str]:
    """Return the variables of this process without those that change what is built."""
    return {name: value for name, value in os.environ.items() if not name.startswith(_LEFT_OUT)}


def run(*command: str | Path, folder: Path, variables: Mapping[str, str], umask: int = -1) -> str:
    """Return what a program printed, on both of its outputs. Raises Failed."""
    words = [str(word) for word in command]
    ended = subprocess.run(
        words,
        cwd=folder,
        env=dict(variables),
        umask=umask,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if ended.returncode:
        raise Failed(f"{' '.join(words)}\nended with status {ended.returncode}:\n{ended.stdout}")
    return ended.stdout
