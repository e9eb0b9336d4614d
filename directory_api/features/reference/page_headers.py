"""The headers of the pages about the API."""

from collections.abc import Mapping
from types import MappingProxyType

from directory_api.web.http.header_fields import EVERYWHERE

# The reference of the API and the list of problems: one stylesheet, no script.
PAGE: Mapping[str, str] = MappingProxyType(
    {
        **EVERYWHERE,
        "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src data:; "
        "frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
        "X-Robots-Tag": "noindex",
    }
)
