"""The application of a process that serves."""

from pathlib import Path

from flask import Flask

from directory_api.bootstrap import open_directory
from directory_api.config import Settings, SettingsInvalid, data_folder
from directory_api.countries.known import home_of
from directory_api.left_out import leave_out, report_by
from directory_api.store.stores import base_path
from directory_api.web.app import create_app
from directory_api.web.operations.last_resort import LastResort
from directory_api.web.wsgi import log


def serving_app(settings: Settings) -> Flask:
    """Return the application of a process that serves an existing store, and follow the store.

    A store that cannot be read is no error: until it can, the application answers with the last
    good snapshot or only with the helplines. If the application cannot be built at all, it is that
    of the last resort. Raises SettingsInvalid for a store of other countries.
    """
    log.write_in_background()
    try:
        directory = open_directory(settings)
        log.event("serving")
        if cause := directory.open_to_serve():
            log.event("store", reason=cause, put_the_database_back_at=directory.place)
        directory.live.follow()
        app = create_app(directory)
    except SettingsInvalid:
        raise
    except Exception as error:
        return last_resort(settings, error)
    report_by(log.part_left_out)
    return app


def last_resort(settings: Settings, error: Exception) -> Flask:
    """Return the application for when that of a directory cannot be built, because of an error."""
    log.crash(error, None)
    leave_out("the application", error)
    report_by(log.part_left_out)
    path = Path(settings.snapshot) if settings.snapshot else None
    if path is None and (store := base_path(settings.database_url)):
        path = Path(f"{store}.last-good.json")
    return LastResort(settings.country or home_of(data_folder()), path)
