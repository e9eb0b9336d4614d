"""`python -m tests.faults.prompt_server serve`: starts `serve` again whenever it ends, as a service
manager does, until SIGTERM; it waits half a second for a lock and for a full disk.
"""

import os
import signal
import sys

# A copy inherits what is imported, and so starts in 0.2 s.
from directory_api import serving  # noqa: F401
from directory_api.cli import main
from directory_api.live import live_snapshot
from directory_api.store.sqlite import engine


def keep_running() -> int:
    """Run `serve` in copies of this process; return the exit status of the one that was told to
    end.
    """
    stopped = False
    server = 0

    def stop(*_: object) -> None:
        nonlocal stopped
        stopped = True
        os.kill(server, signal.SIGTERM)

    while not stopped:
        server = os.fork()
        if not server:
            main()
        signal.signal(signal.SIGTERM, stop)
        _, status = os.waitpid(server, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    engine.BUSY_SECONDS = 0.5
    live_snapshot.SAVE_AGAIN_SECONDS = 0.5
    sys.exit(keep_running())
