"""A worker of `serve`: a process that granian starts, and starts again when it ends."""

import multiprocessing
import os
import shutil
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask


def app() -> "Flask":
    """Return the application of this process, which from now on ends when its parent has ended."""
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    # Imported here: the import builds the application.
    from directory_api.wsgi import app

    return app


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        # It was killed, and has left the counts.
        shutil.rmtree(os.environ.get("PROMETHEUS_MULTIPROC_DIR", ""), ignore_errors=True)
        os._exit(1)
