"""`python -m tests.support.changed_server VARIANT serve`: the server with another start of its
workers, or with a short limit so that tests do not wait.
"""

import multiprocessing
import sys

from directory_api.cli import main, server


def spawning() -> None:
    """Workers start as on Python 3.14 and on macOS; Linux forks until Python 3.13."""
    multiprocessing.set_start_method("spawn")


def quick() -> None:
    """With a short limit for headers."""
    server.HEADER_SECONDS = 1


if __name__ == "__main__":
    {"spawning": spawning, "quick": quick}[sys.argv.pop(1)]()
    main()
