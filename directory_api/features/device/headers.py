"""What holds for the addresses of bundles."""

from collections.abc import Iterable

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import PUBLIC


def addresses() -> Iterable[Addresses]:
    """Return their row. A page loads a bundle before it can search on the device."""
    return (Addresses("/v1/bundle", PUBLIC, is_counted=False, ends_in_json=True, has_pages=False),)
