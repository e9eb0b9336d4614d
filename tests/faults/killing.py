"""Work that is killed at one of its steps, each of which is a call that touches a file."""

import json
import os
import signal
import sys
from collections.abc import Callable

# Audit events (PEP 578), which are raised before the call.
_CALLS = ("mkdir", "link", "symlink", "rename", "remove", "rmdir", "chmod")
_STEPS = frozenset(("open", *(f"os.{name}" for name in _CALLS)))


def in_child(work: Callable[[], object], last: int | None = None) -> list[str]:
    """Do the work in a forked process, which SIGKILL ends before the step with this index.

    Returns the names of all steps, or none if the process was killed. Raises AssertionError if the
    work failed.
    """
    read, write = os.pipe()
    child = os.fork()
    if not child:
        try:
            steps = _counted(work, last)
            os.write(write, json.dumps(steps).encode())
            os._exit(0)
        except BaseException:
            sys.excepthook(*sys.exc_info())
            os._exit(1)
    os.close(write)
    with os.fdopen(read, "rb") as pipe:
        written = pipe.read()
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert killed or os.waitstatus_to_exitcode(status) == 0, "the work failed"
    assert killed == (last is not None), f"killed: {killed}, at step {last}"
    return json.loads(written or b"[]")  # type: ignore[no-any-return]


def _counted(work: Callable[[], object], last: int | None) -> list[str]:
    steps: list[str] = []

    def audit(event: str, _arguments: tuple[object, ...]) -> None:
        if event in _STEPS:
            if len(steps) == last:
                os.kill(os.getpid(), signal.SIGKILL)
            steps.append(event)

    sys.addaudithook(audit)
    work()
    return list(steps)
