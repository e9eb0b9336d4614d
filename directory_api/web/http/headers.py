"""Response headers for each class of response."""

from collections.abc import Mapping
from types import MappingProxyType

_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}

# Any site may read the public answers. They use no credentials, so none are allowed.
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

PUBLIC: Mapping[str, str] = MappingProxyType(
    {**_EVERYWHERE, **_CORS, "Content-Security-Policy": _NO_PAGE}
)

# The format follows the Accept header, unless the request names one.
FORMATTED: Mapping[str, str] = MappingProxyType({**PUBLIC, "Vary": "Accept"})

# For maintainers with a token: no cache stores it, and no other site's page can read it.
PRIVATE: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Content-Security-Policy": _NO_PAGE,
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
)

# For operators, not for web pages.
OPERATIONS: Mapping[str, str] = MappingProxyType(
    {**_EVERYWHERE, "Content-Security-Policy": _NO_PAGE, "Cache-Control": "no-store"}
)

# Swagger UI sets styles from its script. Everything that it loads comes from this server.
PAGE: Mapping[str, str] = MappingProxyType(
    {
        **_EVERYWHERE,
        "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "X-Robots-Tag": "noindex",
    }
)

# The maintainers' pages: forms and one stylesheet, no script. The referrer is sent to this site
# only: with no-referrer a browser sends "Origin: null" with a form, which could be any site's.
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

# Visitors' pages: scripts, styles and images from this server only, and no copy on the device.
_FINDER_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors {}"
)
_VISITOR = {
    **_EVERYWHERE,
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

# The first matching prefix applies.
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
    """Return the headers of a response at this path."""
    if not path.strip("/"):  # the router treats // as /, too
        return FINDER
    return next((headers for prefix, headers in _OF_PREFIX if path.startswith(prefix)), PUBLIC)
