"""The headers of the page of the link."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import EVERYWHERE

CONFIRM: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
        "img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
        "Vary": "Accept-Language",
    }
)


def addresses() -> Iterable[Addresses]:
    """Return what holds for the page of the link. A secret is beside what a request sent."""
    return (Addresses("/confirm", CONFIRM, is_compressed=False),)
