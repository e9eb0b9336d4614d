"""One rate limit for several servers, counted in Valkey."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from directory_api.web.middleware.rate_limit import SharedCounts


def provide_shared_counts(url: str) -> "SharedCounts":
    """Return the counts at a URL such as valkey://127.0.0.1:6379/0."""
    # Not before it is needed: the package `limits` takes 3 MB.
    from directory_api.features.shared_limit.shared_counts import SharedCounts

    return SharedCounts(url)
