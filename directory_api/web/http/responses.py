"""Responses from finished bytes: ETag, caching, `no-store` for places, and the security headers of
each class of address. Each is sent in the content coding that negotiation.py chooses.
"""

import base64
import hashlib
import re
from collections.abc import Callable, Hashable, Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Response, current_app, request
from werkzeug.exceptions import ServiceUnavailable

from directory_api.answer import as_json
from directory_api.live.editions import MAX_AGE_SECONDS, Edition, EditionCache, tag
from directory_api.live.stale import Made
from directory_api.web.http import addresses
from directory_api.web.http.header_fields import ABOUT_A_PLACE, ASSET, PREFLIGHT
from directory_api.web.http.negotiation import (
    CODINGS,
    CompressedBody,
    Negotiated,
    preferred_coding,
)

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

_Value = TypeVar("_Value")

JSON_TYPE = "application/json"
# The headers of a compressed answer take about 60 bytes, and few answers below this size get
# smaller than a network packet of 1.4 kB by it.
LEAST_BYTES = 1_000
_TEXT = re.compile(r"text/.+|(?:application|image)/(?:.+\+)?(?:json|xml|yaml)|application/x-ndjson")
_VARY = "Accept-Encoding"
# The name of the setting in the configuration of Flask.
PUBLIC_URL = "PUBLIC_URL"
# Hexadecimal digits in the ETag of an asset.
_ASSET_TAG = 16
# A phone without a network keeps using its copy. No stale-while-revalidate: a browser or the cache
# of a partner could show an old number once more, a day later.
CACHE = "public, max-age={}, stale-if-error=604800"
# For an answer of the revision before: the next one may be there in a second.
NO_CACHE = "no-cache"
# For a file with a hash of its content in its name.
FOR_EVER = "public, max-age=31536000, immutable"


def directory(
    body: bytes, mimetype: str = JSON_TYPE, *, max_age: int = MAX_AGE_SECONDS
) -> Response:
    """Return a cacheable answer about the directory, with a strong ETag (RFC 9110).

    It is a 304 if the caller already has it.
    """
    response = Response(body, mimetype=mimetype)
    response.set_etag(tag(body))
    response.headers["Cache-Control"] = CACHE.format(max_age)
    with_class(response, addresses.row_of_path(request.path).headers)
    return conditional(encode(response, request.environ))


def about_the_host(body: bytes) -> Response:
    """Return an answer that contains the requested host: a cache that ignores the host must not
    share it.
    """
    response = directory(body)
    response.headers["Cache-Control"] = "no-store"
    return response


def conditional(response: Response) -> Response:
    """Turn the response into a 304 without a body if the caller already has it."""
    # If-Match is for writes; werkzeug would answer 412 with the whole body
    if not request.if_match:
        response.make_conditional(request)
    return response


def complete(response: Response, path: str) -> Response:
    """Return the response with the headers of its class.

    That is the class of its path, unless the route has set those of another class.
    """
    if "X-Content-Type-Options" not in response.headers:  # every class has this header
        with_class(response, addresses.row_of_path(path).headers)
    if response.status_code >= HTTPStatus.BAD_REQUEST:
        # The address of a refused request may contain a place.
        response.headers.update(ABOUT_A_PLACE)
    return response


def with_class(response: Response, class_headers: Mapping[str, str]) -> Response:
    """Return the response with the headers of a class; its own headers take precedence."""
    # Headers.setdefault looks through all of them for each: half of the time of a small answer.
    own = {name.lower() for name, _ in response.headers}
    response.headers.extend(
        (name, value) for name, value in class_headers.items() if name.lower() not in own
    )
    return response


def about_a_place(body: bytes) -> Response:
    """Return JSON about a place: never cached or indexed by search engines."""
    response = Response(body, mimetype=JSON_TYPE)
    response.headers.update(ABOUT_A_PLACE)
    return response


def to_save(response: Response, name: str) -> Response:
    """Return the response as a file to save under this name (RFC 6266)."""
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def in_format(response: Response, negotiated: Negotiated) -> Response:
    """Return the response with the headers of its format."""
    chosen = negotiated.format
    response.headers["Content-Language"] = negotiated.selection.language
    response.vary.update(("Accept", "Accept-Language"))
    return to_save(response, chosen.filename) if chosen.filename else response


def json(value: Any) -> Response:
    """Return a value as JSON, with the headers of its address alone."""
    return Response(as_json.dump(value), mimetype=JSON_TYPE)


def with_digests(body: CompressedBody, cache: str, mimetype: str = JSON_TYPE) -> Response:
    """Return the body as a response, compressed if accepted, and with its digests.

    Repr-Digest (RFC 9530) is the digest of the bytes sent, before a browser decompresses them.
    Unencoded-Digest (draft-ietf-httpbis-unencoded-digest) is the digest of the plain body, which a
    program can check; the ETag begins with it.
    """
    response = _encoded(body, cache, mimetype, body.digest.hex())
    response.headers["Repr-Digest"] = _digest(hashlib.sha256(response.get_data()).digest())
    response.headers["Unencoded-Digest"] = _digest(body.digest)
    return conditional(response)


def asset(body: CompressedBody, cache: str, mimetype: str = JSON_TYPE) -> Response:
    """Return a file of the pages, compressed if accepted, and with few headers.

    On a slow network, headers of 0.8 kB take as long as a script of 0.8 kB.
    """
    response = _encoded(body, cache, mimetype, body.digest.hex()[:_ASSET_TAG])
    return with_class(conditional(response), ASSET)


def _encoded(body: CompressedBody, cache: str, mimetype: str, name: str) -> Response:
    """Return the body with an ETag of its own for each representation."""
    response = Response(body.plain, mimetype=mimetype)
    response.set_etag(name)
    response.headers["Cache-Control"] = cache
    return encode(response, request.environ, body)


def _digest(sha256: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def _origin() -> str:
    """Return the server's origin as visitors write it.

    The scheme is https except on the local machine: a public directory always has TLS, but its
    proxy may pass requests on over http.
    """
    at_home = request.host.rpartition(":")[0] in _LOOPBACK or request.host in _LOOPBACK
    return f"{request.scheme if at_home else 'https'}://{request.host}"


def prefix() -> str:
    """Return the path below which everything is, without / at its end; empty at the root of a host.

    Every path that is sent begins with it. It is WSGI's SCRIPT_NAME (web/middleware/prefix.py).
    """
    return request.script_root


def link(path: str) -> str:
    """Return a path of this server, such as /v1/centres, as a link."""
    return f"{prefix()}{path}"


def public_home() -> str:
    """Return where people open the directory, without / at its end: the setting `public_url`, else
    where the request was sent. Maintainers may use another host than the public.
    """
    return str(current_app.config[PUBLIC_URL]) or f"{_origin()}{prefix()}"


def address(path: str) -> str:
    """Return a path of this server as the whole address that people are given."""
    return f"{public_home()}{path}"


class InTheMaking(ServiceUnavailable):
    """The answer takes long to make, and another request has begun to."""

    advice = "This answer is being made, which takes some seconds in a large directory. Try again."

    def __init__(self) -> None:
        super().__init__(retry_after=5)


def current_or_stale(
    editions: EditionCache, edition: Edition, key: Hashable, make: Callable[[], _Value]
) -> Made[_Value]:
    """Return the value of `make`, which has links and is the same for a revision and a day; that of
    the revision or the day before while it takes long to make. Raises InTheMaking without any.
    """
    made = editions.stale.get((key, prefix()), edition.of_day, make)
    if made is None:
        raise InTheMaking
    return made


def add_headers(response: Response) -> Response:
    """Add the headers of the address to the response to a request, and compress it if the caller
    accepts that.
    """
    complete(response, request.path)
    if request.method == "OPTIONS":
        response.headers.update(PREFLIGHT)
    # Not where a secret is beside what a request sent (ADR 13).
    is_compressed = addresses.row_of_path(request.path).is_compressed
    return encode(response, request.environ) if is_compressed else response


def encode(
    response: Response, environ: "WSGIEnvironment", prepared: CompressedBody | None = None
) -> Response:
    """Return the response in the coding that the caller prefers, with an ETag of its own for each.

    `prepared` is its body in several codings. Without it, only text of some length is compressed.
    An encoded response is returned as it is.
    """
    headers = response.headers
    vary = headers.get("Vary", "")
    if _VARY in vary or not (prepared or _TEXT.fullmatch(response.mimetype or "")):
        return response
    headers["Vary"] = f"{vary}, {_VARY}" if vary else _VARY
    coding = preferred_coding(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if not coding or not (prepared or len(response.get_data()) > LEAST_BYTES):
        return response
    plain = response.get_data()
    body = prepared.encoded.get(coding) if prepared else None
    response.set_data(CODINGS[coding](plain) if body is None else body)
    headers["Content-Encoding"] = coding
    tag, _ = response.get_etag()
    # The ETag of an answer to a write is that of the record.
    if tag and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
        response.set_etag(f"{tag}-{coding}")
    return response
