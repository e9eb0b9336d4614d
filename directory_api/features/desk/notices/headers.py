"""What holds for the secret addresses."""

from collections.abc import Iterable

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import PRIVATE


def addresses() -> Iterable[Addresses]:
    """Return the row of the addresses: programs of maintainers read them."""
    return (Addresses("/notices", PRIVATE, is_compressed=False, has_pages=False),)
