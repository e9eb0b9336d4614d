"""Entry point for WSGI servers (granian, gunicorn): the only module-level app."""

import gc
import logging
import sys
from typing import TYPE_CHECKING

from directory_api.config import Settings, SettingsInvalid
from directory_api.serving import serving_app

if TYPE_CHECKING:
    from flask import Flask


class _CallerFilter(logging.Filter):
    """Remove personal data from gunicorn's log.

    gunicorn logs a malformed request with the client's address and the first line of the request;
    both can reveal a person's location.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the log record, but replace its message."""
        # All warnings are replaced: gunicorn puts the address and the text into the message itself,
        # so the arguments do not show which warnings hold personal data.
        if record.levelno >= logging.WARNING:
            record.msg, record.args, record.exc_info = "a malformed request was refused", None, None
        return True


# gunicorn's exit status for an app that cannot be loaded; with any other status it would restart
# the worker forever.
APP_LOAD_ERROR = 4


def _build() -> "Flask":
    logging.getLogger("gunicorn.error").addFilter(_CallerFilter())
    try:
        return serving_app(Settings.from_environment())
    except SettingsInvalid as error:
        sys.stderr.write("\n".join((*error.faults, "")))
        sys.exit(APP_LOAD_ERROR)


app = _build()
# What is loaded by now stays. A full collection of garbage would visit all of it, in 20 ms, while
# requests wait.
gc.freeze()
# New objects until the next collection. With Python's 700, those of one change in a directory of
# 10,000 centres were visited again and again, which took a third of its time.
gc.set_threshold(50_000)
