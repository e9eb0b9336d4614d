"""The read side as static files, for a web host without an application server."""

from directory_api.feature import Feature
from directory_api.features.static_site.settings import SETTINGS

feature = Feature(
    summary="The read side as static files, for a web host without an application server",
    commands=("directory_api.features.static_site.commands:publish",),
    settings=SETTINGS,
)
