"""Entry point for WSGI servers (granian, gunicorn): the only module-level app."""

import gc
import logging
import sys
from typing import NoReturn

from directory_api.bootstrap import open_directory
from directory_api.config import Settings, SettingsInvalid
from directory_api.domain.errors import StoreUnavailable
from directory_api.features import create_app
from directory_api.web.http import log


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


def _refuse_to_start(why: str) -> NoReturn:
    sys.stderr.write(f"{why}\n")
    sys.exit(APP_LOAD_ERROR)


def _build() -> object:
    logging.getLogger("gunicorn.error").addFilter(_CallerFilter())
    try:
        directory = open_directory(Settings.from_environment())
    except SettingsInvalid as error:
        _refuse_to_start("\n".join(error.faults))
    log.write_in_background()
    try:
        directory.open()
    except StoreUnavailable as error:
        # `open`, not `prepare`: if the store was lost, `prepare` would create one with the shipped
        # records, whose numbers may be older. The service does not end either: it answers with the
        # helplines until the store is available again.
        log.note("store", reason=str(error), put_the_database_back_at=directory.place)
        directory.live.fall_back(str(error))
    directory.live.follow()
    return create_app(directory)


app = _build()
# What is loaded stays. Each full collection of garbage would visit all of it, in 20 ms, while
# requests wait.
gc.freeze()
