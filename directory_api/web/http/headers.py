"""Headers for each class of answer."""

from collections.abc import Mapping
from types import MappingProxyType

_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

# Any site may embed the public answers; without credentials, since there are none.
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": (
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

_NO_PAGE = "default-src 'none'; frame-ancestors 'none'"

PUBLIC: Mapping[str, str] = MappingProxyType({**_EVERYWHERE, **_CORS, "Content-Security-Policy": _NO_PAGE})

# Written in the format that Accept asks for, unless the request names one.
FORMATTED: Mapping[str, str] = MappingProxyType({**PUBLIC, "Vary": "Accept"})

# For maintainers with a token: kept by no cache, read by no other site's page.
PRIVATE: Mapping[str, str] = MappingProxyType(
    {**_EVERYWHERE, "Content-Security-Policy": _NO_PAGE, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
)

# For whoever runs the server, not for web pages.
OPERATIONS: Mapping[str, str] = MappingProxyType(
    {**_EVERYWHERE, "Content-Security-Policy": _NO_PAGE, "Cache-Control": "no-store"}
)

# Swagger UI sets styles from its script; everything it loads comes from this server.
PAGE: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "X-Robots-Tag": "noindex",
    }
)

# The maintainers' pages: forms and one stylesheet, no script at all. The referrer is sent to this site alone: without
# one a browser says "Origin: null" with a form, and nobody can tell it from a stranger's.
ADMIN: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
)

# What a visitor reads: scripts, styles and pictures of this server only, no copy kept on the device.
_FINDER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {}"
)
_VISITOR = {**_EVERYWHERE, "Cache-Control": "no-store", "X-Robots-Tag": "noindex", "Vary": "Accept-Language"}

FINDER: Mapping[str, str] = MappingProxyType(
    {
        **_VISITOR,
        "Content-Security-Policy": _FINDER_POLICY.format("'none'"),
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
)

# The same for a partner's iframe, and so the one page that any site may frame.
EMBED: Mapping[str, str] = MappingProxyType({**_VISITOR, "Content-Security-Policy": _FINDER_POLICY.format("*")})

# For the editors of partners' sites: shows /embed in a frame.
PARTNERS: Mapping[str, str] = MappingProxyType(
    {**FINDER, "Content-Security-Policy": FINDER["Content-Security-Policy"] + "; frame-src 'self'"}
)

# The first that fits counts.
_OF_PREFIX = (
    ("/v1/nearest/batch", PUBLIC),
    ("/v1/nearest", FORMATTED),
    ("/v1/centres", FORMATTED),
    ("/admin", ADMIN),
    ("/embed/nearest-centre", PUBLIC),
    ("/embed/words", PUBLIC),
    ("/embed", EMBED),
    ("/print", FINDER),
    ("/contact", FINDER),
    ("/partners", PARTNERS),
    ("/docs", PAGE),
    ("/problems", PAGE),
    ("/metrics", OPERATIONS),
    ("/livez", OPERATIONS),
    ("/readyz", OPERATIONS),
)


def headers_for(path: str) -> Mapping[str, str]:
    """The headers that an answer at this path carries."""
    if not path.strip("/"):  # the router takes // for /, too
        return FINDER
    return next((headers for prefix, headers in _OF_PREFIX if path.startswith(prefix)), PUBLIC)
