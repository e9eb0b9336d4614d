"""`python -m tests.faults.prompt_server serve`: restarts workers at once, and waits half a second
for a lock and for a full disk.

`serve` waits longer and longer before it restarts a worker that ends again and again, up to half a
minute; a thousand kills would take hours.
"""

# Workers inherit what is imported before the fork, and so start in 0.2 s.
from directory_api import serving  # noqa: F401
from directory_api.cli import main
from directory_api.live import live_snapshot
from directory_api.server import workers
from directory_api.store.sqlite import engine

if __name__ == "__main__":
    workers.FIRST_WAIT_SECONDS = 0.0
    engine.BUSY_SECONDS = 0.5
    live_snapshot.SAVE_AGAIN_SECONDS = 0.5
    main()
