"""The headers of the desk's paths."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import EVERYWHERE, PRIVATE

_ALONE: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
)
# The maintainers' pages: forms, one stylesheet, and scripts of this host. The referrer is sent to
# this site only: with no-referrer a browser sends "Origin: null" with a form, which could be any
# site's.
ADMIN: Mapping[str, str] = MappingProxyType(
    {
        **_ALONE,
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; img-src 'self' data:; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'",
    }
)
# The page of the link of a centre.
CONFIRM: Mapping[str, str] = MappingProxyType(
    {
        **_ALONE,
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "Vary": "Accept-Language",
    }
)


def addresses() -> Iterable[Addresses]:
    """Return what holds for the paths. A secret may be beside what a request sent, so nothing is
    compressed; programs of maintainers read the notices.
    """
    return (
        Addresses("/admin", ADMIN, is_compressed=False, has_pages=False),
        Addresses("/confirm", CONFIRM, is_compressed=False),
        Addresses("/notices", PRIVATE, is_compressed=False, has_pages=False),
    )
