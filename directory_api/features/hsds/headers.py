"""What holds for the paths below /hsds."""

from collections.abc import Iterable

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import PUBLIC


def addresses() -> Iterable[Addresses]:
    """Return the row of the paths."""
    return (Addresses("/hsds", PUBLIC, ends_in_json=True, has_pages=False),)
