"""The headers of the pages for visitors and partners."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from directory_api.web.http.addresses import Addresses
from directory_api.web.http.header_fields import EVERYWHERE, PUBLIC

# Visitors' pages: scripts, styles and images from this server only, and no copy on the device.
_FINDER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; frame-ancestors {}"
)
_VISITOR = {
    **EVERYWHERE,
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex",
    "Vary": "Accept-Language",
}

FINDER: Mapping[str, str] = MappingProxyType(
    {
        **_VISITOR,
        "Content-Security-Policy": _FINDER_POLICY.format("'none'"),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)

# The same for a partner's iframe: the only page that any site may frame.
EMBED: Mapping[str, str] = MappingProxyType(
    {**_VISITOR, "Content-Security-Policy": _FINDER_POLICY.format("*")}
)

# For editors of partners' sites: the page shows /embed in a frame.
PARTNERS: Mapping[str, str] = MappingProxyType(
    {**FINDER, "Content-Security-Policy": FINDER["Content-Security-Policy"] + "; frame-src 'self'"}
)


def addresses() -> Iterable[Addresses]:
    """Return the rows of the pages, and of what they load."""
    return (
        Addresses("/", FINDER),
        Addresses("/embed/nearest-centre", PUBLIC, is_counted=False),
        Addresses("/embed/words", PUBLIC, is_counted=False),
        Addresses("/embed", EMBED),
        Addresses("/print", FINDER),
        Addresses("/contact", FINDER),
        Addresses("/partners", PARTNERS),
        Addresses("/robots.txt", PUBLIC),
        # The page about the rate limit needs its stylesheet and its exit script, too.
        Addresses("/static/", PUBLIC, is_counted=False),
    )
