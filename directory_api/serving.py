"""The application of a process that serves."""

from pathlib import Path

from flask import Flask

from directory_api.bootstrap import Directory
from directory_api.config import Settings, SettingsInvalid, data_folder
from directory_api.countries.known import home_country
from directory_api.left_out import leave_out, report_by
from directory_api.place.kd import SEARCH
from directory_api.store.stores import beside
from directory_api.text.errors import StoreUnavailable
from directory_api.web.app import create_app
from directory_api.web.middleware.kept_counts import KeptCounts
from directory_api.web.middleware.request_log import Meters
from directory_api.web.operations.last_resort import LastResort
from directory_api.web.wsgi import log


def serving_app(
    directory: Directory,
    unreadable: str | None = None,
    meters: Meters | None = None,
    kept: KeptCounts | None = None,
) -> Flask:
    """Return the application of a process that serves an existing store, and follow the store.
    `meters` count its requests, together with those of other workers; `kept` are the counts of the
    rate limit of the worker before.

    A store that cannot be read is no error: until it can, the application answers with the last
    good snapshot or only with the helplines. `unreadable` says why it could not just now: another
    look might take seconds. If the application cannot be built at all, it is that of the last
    resort. Raises SettingsInvalid for a store of other countries.
    """
    try:
        app = _serving_app(directory, unreadable, meters, kept)
    except SettingsInvalid:
        raise
    except Exception as error:
        return last_resort(directory.settings, error)
    report_by(log.left_out)
    return app


def last_resort(settings: Settings, error: Exception) -> Flask:
    """Return the application for when that of a directory cannot be built, because of an error."""
    log.write_in_background()
    log.crash(error, None)
    leave_out("the application", error)
    report_by(log.left_out)
    path = Path(settings.snapshot) if settings.snapshot else None
    if path is None and (store := beside(settings.database_url)):
        path = Path(f"{store}.last-good.json")
    return LastResort(settings.country or home_country(data_folder()), path)


def _serving_app(
    directory: Directory, unreadable: str | None, meters: Meters | None, kept: KeptCounts | None
) -> Flask:
    log.write_in_background()
    log.note("serving", search=SEARCH)
    if unreadable is None:
        try:
            # Not `prepare`: if the store was lost, that would create one with the shipped records,
            # whose numbers may be older.
            directory.open_to_serve()
        except StoreUnavailable as error:
            unreadable = directory.live.cause(error)
    if unreadable is not None:
        log.note("store", reason=unreadable, put_the_database_back_at=directory.place)
        directory.live.fall_back(unreadable)
    directory.live.follow()
    if meters:
        meters.fold_in_background()
    return create_app(directory, meters=meters, kept=kept)
