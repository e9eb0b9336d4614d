"""The response headers of openapi.yaml.

Not described are those that say how an answer is transported (RFC 9110) or that are for browsers
alone, such as Content-Security-Policy and the headers of CORS.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any

from directory_api.web.http.addresses import is_counted

_TEXT = "string"
_DESCRIBED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "Accept-Patch": (_TEXT, "With 415 of a PATCH: the media types of a patch (RFC 5789)."),
        "Allow": (_TEXT, "With 405: the allowed methods."),
        "Cache-Control": (
            _TEXT,
            "How long the answer may be cached. `no-store` for every answer about a place and for "
            "every error.",
        ),
        "Content-Disposition": (_TEXT, "The name of a file to save, of formats that are files."),
        "Content-Language": (_TEXT, "The language of the texts (BCP 47)."),
        "ETag": (
            _TEXT,
            "The version of the representation; send it in If-None-Match, or of a record in "
            "If-Match.",
        ),
        "Link": (
            _TEXT,
            "The address of the next page (`next`), or of an answer to use instead "
            "(`alternate`, with 410).",
        ),
        "Location": (_TEXT, "The address of the record that was added."),
        "RateLimit": (
            _TEXT,
            "Requests left (`r`) and seconds until there are more (`t`). Absent without a rate "
            "limit.",
        ),
        "RateLimit-Policy": (
            _TEXT,
            "Requests (`q`) in a window of seconds (`w`). Absent without a rate limit.",
        ),
        "Repr-Digest": (_TEXT, "The SHA-256 of the body as it was sent (RFC 9530)."),
        "Retry-After": ("integer", "With 429 and 503: seconds to wait before the next request."),
        "Unencoded-Digest": (_TEXT, "The SHA-256 of the body after decompression."),
        "WWW-Authenticate": (_TEXT, "With 401: the scheme, Bearer."),
    }
)
# Of errors, besides those that every answer has.
_OF_PROBLEMS = ("Accept-Patch", "Allow", "ETag", "Link", "Retry-After", "WWW-Authenticate")
_LIMITS = ("RateLimit", "RateLimit-Policy")


def components() -> dict[str, Any]:
    """Return the header objects by name."""
    return {
        name: {"description": description, "schema": {"type": kind}}
        for name, (kind, description) in _DESCRIBED.items()
    }


def of_response(path: str, names: Iterable[str]) -> dict[str, Any]:
    """Return the headers of a successful response at a path, also of a 304.

    `names` are the headers that real responses had, among others that are not described.
    """
    limits = _LIMITS if is_counted(path) else ()
    return _references({*_DESCRIBED.keys() & set(names), *limits})


def of_problem() -> dict[str, Any]:
    """Return the headers of a problem; each says when it is sent."""
    return _references({"Cache-Control", *_OF_PROBLEMS, *_LIMITS})


def _references(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in sorted(names)}


# The problems of a write. A change may conflict with another one (409) or have faults (422). An
# idempotency key is stored with a fingerprint of its body.
REFUSED_FOR: Mapping[str, tuple[int, ...]] = {
    "If-Match": (409, 412, 422, 428),
    "Idempotency-Key": (409, 413, 422),
}


def _request_header(
    name: str, description: str, *, required: bool = False, **limits: Any
) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "description": description,
        "required": required,
        "schema": {"type": "string", **limits},
    }


# The headers that a write takes.
REQUEST_HEADERS: Mapping[str, Mapping[str, Any]] = {
    header["name"]: header
    for header in (
        _request_header(
            "If-Match",
            "The ETag of the version that you edit. Without it: 428; with an old one: 412.",
            required=True,
            minLength=1,
        ),
        _request_header(
            "Idempotency-Key",
            "A text of your choice for this change; a repeated request gets the same answer.",
            pattern="^[!-~]{1,255}$",
            minLength=1,
            maxLength=255,
        ),
    )
}
