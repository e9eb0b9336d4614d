"""When each task of the operator went well last: files beside the store, which /metrics shows."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import click

from directory_api.bootstrap import Directory
from directory_api.files.files import write_atomically
from directory_api.text.errors import FileUnreadable

CHECK, BACKUP, DRILL = TASKS = ("check", "backup", "restore-drill")


class LastRun(NamedTuple):
    """When a task went well last (UTC), None if it never did; and whether it has failed since."""

    went_well_at: datetime | None
    has_failed: bool


_NEVER = LastRun(None, has_failed=False)


def last_runs(directory: Directory) -> Mapping[str, LastRun]:
    """Return the last run of each task on this machine."""
    return {task: _read(_file(directory, task)) for task in TASKS}


@contextmanager
def noted(directory: Directory, task: str) -> Iterator[None]:
    """Note that a task went well, or that the block raised an error.

    Where nothing can be written beside the store, the terminal says so, and the task goes on.
    """
    try:
        yield
    except BaseException:
        _note(directory, task, _read(_file(directory, task)).went_well_at, failed=True)
        raise
    _note(directory, task, directory.clock(), failed=False)


def _note(directory: Directory, task: str, went_well_at: datetime | None, *, failed: bool) -> None:
    noted_at = went_well_at.isoformat() if went_well_at else None
    content = json.dumps({"went_well_at": noted_at, "failed": failed}).encode()
    file = _file(directory, task)
    # The store need not be in a folder of this machine.
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
    try:
        # Not private: the server may run as another user.
        write_atomically(file, [content])
    except FileUnreadable as error:
        click.echo(f"warning: when this ended is not noted for /metrics: {error}", err=True)


def _read(file: Path) -> LastRun:
    """Return what a file says; one that is missing or damaged says that the task never ran."""
    try:
        said: Any = json.loads(file.read_bytes())
        at = said["went_well_at"]
        moment = datetime.fromisoformat(at).astimezone(UTC) if at else None
        return LastRun(moment, has_failed=bool(said["failed"]))
    except (OSError, ValueError, OverflowError, KeyError, TypeError):
        return _NEVER


def _file(directory: Directory, task: str) -> Path:
    return Path(f"{directory.stores.beside}.{task}.json")
