"""The pages for visitors and partners, and the component for other sites."""

from directory_api.feature import Feature, lazy
from directory_api.features.pages.settings import SETTINGS

feature = Feature(
    summary="The pages for visitors and partners, and the component for other sites",
    routes=lazy("directory_api.features.pages.routes:routes"),
    addresses=lazy("directory_api.features.pages.headers:addresses"),
    audiences=lazy("directory_api.features.pages.audience:audiences"),
    materials=(("/partners", "door.partners"),),
    card=lazy("directory_api.features.pages.audience:card"),
    surroundings=lazy("directory_api.features.pages.surroundings:drawing"),
    static_files=lazy("directory_api.features.pages.static_files:static_files"),
    static_error_pages=lazy("directory_api.features.pages.static_files:error_pages"),
    static_scripts=lazy("directory_api.features.pages.static_files:scripts"),
    settings=SETTINGS,
)
