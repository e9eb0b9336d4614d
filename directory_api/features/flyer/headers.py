"""The headers of the pages for partners and of the one that checks a print."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from directory_api.features.flyer.sheet import STYLE_HASH
from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import EVERYWHERE

# A flyer has its style in it, so that it is whole when it is saved.
PAGES: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Content-Security-Policy": f"default-src 'none'; style-src 'self' '{STYLE_HASH}'; "
        "img-src data:; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
        "Vary": "Accept-Language",
    }
)


def addresses() -> Iterable[Addresses]:
    """Return the rows of the pages; /f alone is the beginning of other addresses."""
    return Addresses("/flyers", PAGES), Addresses("/f/", PAGES)
