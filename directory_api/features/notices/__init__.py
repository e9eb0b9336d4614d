"""What needs the attention of maintainers: by mail, as a feed and as a calendar."""

from directory_api.feature import Feature, lazy
from directory_api.features.notices.settings import SETTINGS

feature = Feature(
    summary="What needs the attention of maintainers: by mail, as a feed and as a calendar",
    parts={"/notices": lazy("directory_api.features.notices.routes:blueprint")},
    addresses=lazy("directory_api.features.notices.headers:addresses"),
    commands=("directory_api.features.notices.commands:notify",),
    settings=SETTINGS,
)
