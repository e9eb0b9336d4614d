"""The list of the application's features; the core imports none of them."""

from functools import partial

from directory_api.hsds import routes, static_files
from directory_api.web import app

HSDS = app.Feature(routes.blueprint, static_files.paths, static_files.lists)
FEATURES = (HSDS,)
# The application factory with all features.
create_app = partial(app.create_app, features=FEATURES)
