"""The door for WSGI servers (granian, gunicorn): the only module-level app."""

import logging
import sys
from typing import NoReturn

from directory_api.bootstrap import open_directory
from directory_api.config import Settings, SettingsInvalid
from directory_api.domain.errors import StoreUnavailable
from directory_api.features import create_app


class _NoCaller(logging.Filter):
    """gunicorn logs a malformed request with the caller's address and its first line; both may be a person's place."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without what it was about."""
        # Whatever it is about: gunicorn puts address and text into the message itself, so its arguments tell nothing.
        if record.levelno >= logging.WARNING:
            record.msg, record.args, record.exc_info = "a malformed request was refused", None, None
        return True


# gunicorn's sign for an app that cannot be loaded; with any other it would start the worker again without end.
APP_LOAD_ERROR = 4


def _refuse_to_start(why: str) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    sys.exit(APP_LOAD_ERROR)


def _build() -> object:
    logging.getLogger("gunicorn.error").addFilter(_NoCaller())
    try:
        directory = open_directory(Settings.from_environment())
    except SettingsInvalid as error:
        _refuse_to_start("\n".join(error.faults))
    try:
        directory.open()
    except StoreUnavailable as error:
        # A worker that starts again after the store was lost must bring no old records back, and must not end the
        # service: it gives the helplines with every answer until the store is there again.
        sys.stderr.write(f"degraded: {error}; see /readyz. `directory-api load` creates a directory.\n")
    directory.current.follow()
    return create_app(directory)


app = _build()
