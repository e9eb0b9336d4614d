"""The headers of the pages for maintainers."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import EVERYWHERE

# The maintainers' pages: forms, one stylesheet, and scripts of this host. The referrer is sent to
# this site only: with no-referrer a browser sends "Origin: null" with a form, which could be any
# site's.
ADMIN: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
)


def addresses() -> Iterable[Addresses]:
    """Return what holds for the paths below /admin."""
    return (Addresses("/admin", ADMIN, is_compressed=False, has_pages=False),)
