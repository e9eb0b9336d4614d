"""The list of the application's features; the core imports none of them."""

from functools import partial

from directory_api.bootstrap import Directory
from directory_api.domain.errors import StoreUnavailable
from directory_api.web import app
from directory_api.web.http import log
from directory_api.web.http.application import Application


def _hsds() -> app.FeatureParts:
    from directory_api.hsds import routes, static_files  # with the first request below its path

    return app.FeatureParts(routes.blueprint, static_files.paths, static_files.lists)


FEATURES = (app.Feature("/hsds", _hsds),)
# The application factory with all features.
create_app = partial(app.create_app, features=FEATURES)


def serving_app(directory: Directory) -> Application:
    """Return the application of a process that serves an existing store, and follow the store.

    A store that cannot be read is no error: until it can, the application answers with the last
    good snapshot or only with the helplines.
    """
    log.write_in_background()
    try:
        directory.open()
    except StoreUnavailable as error:
        # `open`, not `prepare`: if the store was lost, `prepare` would create one with the shipped
        # records, whose numbers may be older.
        log.note("store", reason=str(error), put_the_database_back_at=directory.place)
        directory.live.fall_back(str(error))
    directory.live.follow()
    return create_app(directory)
