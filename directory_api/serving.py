"""The application of a process that serves."""

from directory_api.bootstrap import Directory
from directory_api.place.kd import SEARCH
from directory_api.text.errors import StoreUnavailable
from directory_api.web.app import create_app
from directory_api.web.middleware.kept_counts import KeptCounts
from directory_api.web.middleware.request_log import Meters
from directory_api.web.wsgi import log
from directory_api.web.wsgi.application import Application


def serving_app(
    directory: Directory,
    unreadable: str | None = None,
    meters: Meters | None = None,
    kept: KeptCounts | None = None,
) -> Application:
    """Return the application of a process that serves an existing store, and follow the store.
    `meters` count its requests, together with those of other workers; `kept` are the counts of the
    rate limit of the worker before.

    A store that cannot be read is no error: until it can, the application answers with the last
    good snapshot or only with the helplines. `unreadable` says why it could not just now: another
    look might take seconds. Raises SettingsInvalid for a store of other countries.
    """
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
