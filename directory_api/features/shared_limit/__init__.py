"""One rate limit for several servers, counted in Valkey."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directory_api.config import Setting, Settings
    from directory_api.web.middleware.rate_limit import SharedCounts


def provide_shared_counts(settings: "Settings") -> "SharedCounts | None":
    """Return the counts, if the settings name a place for them."""
    url = settings.of_feature("rate_limit_store")
    if not url:
        return None
    # Not before it is needed: the client takes 19 MB.
    from directory_api.features.shared_limit.shared_counts import SharedCounts

    return SharedCounts(url)


def provide_settings() -> "Mapping[str, Setting]":
    """Return the settings."""
    from directory_api.features.shared_limit.settings import SETTINGS

    return SETTINGS
