"""Commands as a maintainer types them, on a store of their own."""

import json
import os
import pty
import pwd
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from directory_api.cli import main
from tests.support.moments import now as moment_of_tests
from tests.support.records import shipped_records
from tests.support.servers import ROOT

RunCommand = Callable[..., Result]
# Belgian numbers that the shipped records do not have.
OTHER, THIRD = "+3225116465", "+3225116466"


def command(
    *words: object,
    database: Path | None = None,
    now: Callable[[], datetime] = moment_of_tests,
) -> Result:
    """Run a command in this process, on a database if the environment names none. `now` is its
    clock.
    """
    environ = {"DIRECTORY_DATABASE_URL": f"sqlite:///{database}"} if database else {}
    return CliRunner().invoke(main, [str(word) for word in words], env=environ, obj=now)


def fails(result: Result, code: int, *says: str) -> None:
    """A command that ended with a user error: its exit status and message, and no traceback."""
    assert (result.exit_code, "Traceback" in result.output) == (code, False), result.output
    assert result.exception is None or isinstance(result.exception, SystemExit)
    for text in says:
        assert text in result.stderr


def records(
    folder: Path, change: Callable[[dict[str, Any]], object], name: str = "centres.json"
) -> Path:
    """A copy of the shipped records with a change."""
    changed = shipped_records()
    change(changed)
    path = folder / name
    path.write_text(json.dumps(changed), encoding="utf-8")
    return path


def other_phone(data: dict[str, Any], number: str = OTHER) -> None:
    """Another number at PAG-ASA."""
    phone = data["centres"][0]["phones"][0]
    phone.update(number=number, display=f"+32 2 {number[4:7]} {number[7:9]} {number[9:]}")


def rows(result: Result) -> list[list[str]]:
    """The table that a command printed into a pipe, without its header."""
    return [line.split("\t") for line in result.stdout.splitlines()[1:]]


def sign_in(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """From now on the operating system has this name for the user of the terminal."""
    entry = pwd.struct_passwd((name, "x", os.getuid(), os.getgid(), "", "/", "/bin/sh"))
    monkeypatch.setattr(pwd, "getpwuid", {os.getuid(): entry}.__getitem__)


def two_approvers(run_command: RunCommand) -> None:
    """From now on sensitive changes wait."""
    for name in ("one", "two"):
        assert run_command("token", "create", name, "--scope", "approve").exit_code == 0


def at_a_terminal(*words: str, environ: dict[str, str], columns: int) -> tuple[int, str]:
    """Run a command at a terminal of this width; returns its exit status and the text."""
    ours, theirs = pty.openpty()
    command_line = [sys.executable, "-m", "directory_api", *words]
    shown = {**environ, "COLUMNS": str(columns), "TERM": "xterm-256color"}
    with subprocess.Popen(
        command_line, env=shown, cwd=ROOT, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        written = b""
        try:
            while part := os.read(ours, 65536):
                written += part
        except OSError:
            pass  # Linux says so when the other side is closed
        finally:
            os.close(ours)
    return process.returncode, written.decode().replace("\r\n", "\n")
