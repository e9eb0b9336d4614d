"""The door for WSGI servers (granian, gunicorn): the only module-level app."""

import logging
import sys

from directory_api.bootstrap import open_directory
from directory_api.config import Settings, SettingsInvalid
from directory_api.domain.errors import DirectoryError
from directory_api.web.app import create_app
from directory_api.web.observe import configure_logging


class _NoCaller(logging.Filter):
    """gunicorn logs a malformed request with the caller's address and its first line; both may be a person's place."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the line, without what it was about."""
        if record.args and record.levelno >= logging.WARNING:
            record.msg, record.args, record.exc_info = "a malformed request was refused", None, None
        return True


def _build() -> object:
    configure_logging()
    logging.getLogger("gunicorn.error").addFilter(_NoCaller())
    try:
        directory = open_directory(Settings.from_environment())
        directory.prepare()
    except SettingsInvalid as error:
        sys.exit("\n".join(error.faults))
    except DirectoryError as error:
        sys.exit(str(error))
    directory.current.follow()
    return create_app(directory)


app = _build()
