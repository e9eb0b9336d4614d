"""What holds for /metrics."""

from collections.abc import Iterable

from directory_api.web.http.addresses import Addresses, operations


def addresses() -> Iterable[Addresses]:
    """Return the row of the address."""
    return (operations("/metrics"),)
