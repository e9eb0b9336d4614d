"""When each task of the operator went well last: files beside the store, which /metrics shows."""

import json
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from directory_api.files.files import write_atomically

CHECK, BACKUP, DRILL = TASKS = ("check", "backup", "restore-drill")


class LastRun(NamedTuple):
    """When a task went well last (UTC), None if it never did; and whether it has failed since."""

    went_well_at: datetime | None
    has_failed: bool


_NEVER = LastRun(None, has_failed=False)


def last_runs(base_path: Path) -> Mapping[str, LastRun]:
    """Return the last run of each task on this machine; `base_path` is `Stores.base_path`."""
    return {task: last_run(base_path, task) for task in TASKS}


def last_run(base_path: Path, task: str) -> LastRun:
    """Return what a file says; one that is missing or damaged says that the task never ran."""
    try:
        run: Any = json.loads(_file(base_path, task).read_bytes())
        at = run["went_well_at"]
        moment = datetime.fromisoformat(at).astimezone(UTC) if at else None
        return LastRun(moment, has_failed=bool(run["failed"]))
    except (OSError, ValueError, OverflowError, KeyError, TypeError):
        return _NEVER


def write_last_run(base_path: Path, task: str, run: LastRun) -> None:
    """Write the file of a task. Raises FileUnreadable."""
    noted_at = run.went_well_at.isoformat() if run.went_well_at else None
    content = json.dumps({"went_well_at": noted_at, "failed": run.has_failed}).encode()
    file = _file(base_path, task)
    # The store need not be in a folder of this machine.
    with suppress(OSError):
        file.parent.mkdir(parents=True, exist_ok=True)
    # Not private: the server may run as another user.
    write_atomically(file, [content])


def _file(base_path: Path, task: str) -> Path:
    return Path(f"{base_path}.{task}.json")
