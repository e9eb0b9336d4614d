"""The headers of the pages for maintainers."""

from collections.abc import Mapping
from types import MappingProxyType

from directory_api.web.http.header_fields import EVERYWHERE

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
# Of the pages that say that they have a script. A script of this host only, which asks this host
# only.
WITH_SCRIPT = f"{_POLICY}; script-src 'self'; connect-src 'self'"
# The maintainers' pages: forms and one stylesheet, no script. The referrer is sent to this site
# only: with no-referrer a browser sends "Origin: null" with a form, which could be any site's.
ADMIN: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": _POLICY,
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "no-store",
        "X-Robots-Tag": "noindex",
    }
)
