"""The desk: where maintainers keep the directory right.

Its folders may import one another, as an operator leaves out all of them or none.
"""

from directory_api.feature import Feature, lazy
from directory_api.features.desk import passkeys
from directory_api.features.desk.geocoding.errors import GeocoderUnavailable
from directory_api.features.desk.geocoding.settings import SETTINGS as GEOCODING
from directory_api.features.desk.notices.settings import SETTINGS as NOTICES

_DESK = "directory_api.features.desk"

feature = Feature(
    summary="The pages for maintainers below /admin, files in and out, and what to do next",
    routes=lazy(f"{_DESK}.routes:routes"),
    parts={
        "/admin": lazy(f"{_DESK}.admin.routes:routes"),
        "/notices": lazy(f"{_DESK}.notices.routes:blueprint"),
    },
    addresses=lazy(f"{_DESK}.headers:addresses"),
    audiences=lazy(f"{_DESK}.routes:audiences"),
    errors=(GeocoderUnavailable,),
    commands=(
        f"{_DESK}.imports.commands:validate",
        f"{_DESK}.imports.commands:diff",
        f"{_DESK}.imports.commands:import_file",
        f"{_DESK}.imports.commands:export",
        f"{_DESK}.notices.commands:notify",
        *((f"{_DESK}.passkeys.commands:passkey",) if passkeys.IS_INSTALLED else ()),
    ),
    settings={**NOTICES, **GEOCODING},
)
