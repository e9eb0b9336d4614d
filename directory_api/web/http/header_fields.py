"""The security headers of each class of answers."""

from collections.abc import Mapping
from types import MappingProxyType

ABOUT_A_PLACE: Mapping[str, str] = MappingProxyType(
    {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
)

EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

_EXPOSED = "Access-Control-Expose-Headers"
# Any site may read the public answers. They use no credentials, so none are allowed.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    _EXPOSED: (
        "ETag, Link, RateLimit, RateLimit-Policy, Repr-Digest, Retry-After, Unencoded-Digest"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}

PREFLIGHT: Mapping[str, str] = MappingProxyType(
    {
        "Access-Control-Allow-Methods": "GET, HEAD, POST, OPTIONS",
        "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
        "Access-Control-Max-Age": "86400",
    }
)

NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

PUBLIC: Mapping[str, str] = MappingProxyType(
    {**EVERYWHERE, **_CORS, "Content-Security-Policy": NO_PAGE}
)

# Scripts, styles and texts of the pages: no page reads their headers.
ASSET: Mapping[str, str] = MappingProxyType(
    {name: value for name, value in PUBLIC.items() if name != _EXPOSED}
)

# The format follows the Accept header, unless the request names one.
FORMATTED: Mapping[str, str] = MappingProxyType({**PUBLIC, "Vary": "Accept"})

# For maintainers with a token: no cache stores it, and no other site's page can read it.
PRIVATE: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Content-Security-Policy": NO_PAGE,
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
)

# For operators, not for web pages.
OPERATIONS: Mapping[str, str] = MappingProxyType(
    {**EVERYWHERE, "Content-Security-Policy": NO_PAGE, "Cache-Control": "no-store"}
)
