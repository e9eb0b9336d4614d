"""`python -m tools.faults.prompt_server serve`: restarts each worker at once, and loads it quickly.

`serve` waits longer and longer before it restarts a worker that ends again and again, up to half a
minute; a thousand kills would take hours.
"""

from directory_api import features  # noqa: F401  # workers inherit what is imported before the fork
from directory_api.cli import main, workers

if __name__ == "__main__":
    workers.FIRST_WAIT_SECONDS = 0.0
    main()
