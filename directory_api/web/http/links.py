"""The links of /v1/: names, and URI templates (RFC 6570) of the core and of the features in use."""

from collections.abc import Mapping
from types import MappingProxyType

from directory_api.feature import rows

_CORE = {
    "nearest": "/v1/nearest?postcode={postcode}",
    "nearest_by_coordinate": "/v1/nearest?lat={lat}&lon={lon}",
    "batch": "/v1/nearest/batch",
    "centres": "/v1/centres",
    "postcodes": "/v1/postcodes?country={country}&prefix={prefix}",
    "helplines": "/v1/helplines",
    "languages": "/v1/languages",
    "services": "/v1/services",
    "sources": "/v1/sources",
}
LINKS: Mapping[str, str] = MappingProxyType(
    dict(
        rows(lambda feature: feature.links.items(), tuple, lambda link: link[:1], _CORE.items()),
    )
)
# The page that explains the problem types, each at its name.
_PROBLEMS = LINKS.get("problems")


def problem_type(code: str, prefix: str) -> str:
    """Return the `type` of a problem (RFC 9457) below a path. It is about:blank where no page
    explains it; `code` tells problems apart everywhere (ADR 20).
    """
    return f"{prefix}{_PROBLEMS}#{code}" if _PROBLEMS else "about:blank"
