"""The headers of the pages about the API."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import EVERYWHERE

# The reference of the API and the list of problems: a stylesheet, a script, and a form that asks
# this server.
PAGE: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "X-Robots-Tag": "noindex",
    }
)


def addresses() -> Iterable[Addresses]:
    """Return the rows of the pages."""
    return (Addresses("/docs", PAGE), Addresses("/problems", PAGE))
