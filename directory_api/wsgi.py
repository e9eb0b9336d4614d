"""The door for WSGI servers (granian, gunicorn): the only module-level app."""

import logging
import sys
from typing import NoReturn

from directory_api.bootstrap import open_directory
from directory_api.config import Settings, SettingsInvalid
from directory_api.domain.errors import DirectoryError
from directory_api.web.app import create_app


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
        directory.prepare()
    except SettingsInvalid as error:
        _refuse_to_start("\n".join(error.faults))
    except DirectoryError as error:
        _refuse_to_start(str(error))
    directory.current.follow()
    return create_app(directory)


app = _build()
