"""Responses from finished bytes: ETag, caching, compression, and `no-store` for places."""

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Response, request

from directory_api.services.editions import MAX_AGE_SECONDS, tag

JSON = "application/json"
# A phone without a network keeps using its copy; a partner's cache refreshes in the background.
CACHE = "public, max-age={}, stale-while-revalidate=86400, stale-if-error=604800"

ABOUT_A_PLACE: Mapping[str, str] = MappingProxyType(
    {"Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
)


def directory(
    body: bytes,
    mimetype: str = JSON,
    *,
    revision: int | None = None,
    max_age: int = MAX_AGE_SECONDS,
) -> Response:
    """Return a cacheable answer about the directory, with a strong ETag (RFC 9110).

    It is a 304 if the caller already has it.
    """
    response = Response(body, mimetype=mimetype)
    response.set_etag(tag(body, revision))
    response.headers["Cache-Control"] = CACHE.format(max_age)
    return conditional(response)


def conditional(response: Response) -> Response:
    """Turn the response into a 304 without a body if the caller already has it."""
    # If-Match is for writes; werkzeug would answer 412 with the whole body
    if not request.if_match:
        response.make_conditional(request)
    return response


def takes_gzip() -> bool:
    """Whether the caller prefers gzip to the uncompressed body."""
    accepted = request.accept_encodings
    return accepted.quality("gzip") > 0 and accepted.quality("gzip") >= accepted.quality("identity")


def compressed(response: Response) -> Response:
    """Return the same response, with gzip if accepted (RFC 1952, without a time)."""
    response.vary.add("Accept-Encoding")
    if takes_gzip():
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def about_a_place(body: bytes, mimetype: str = JSON) -> Response:
    """Return an answer about a place: never cached or indexed by search engines."""
    response = Response(body, mimetype=mimetype)
    response.headers.update(ABOUT_A_PLACE)
    return response


def private(body: bytes) -> Response:
    """Return an answer for a maintainer."""
    return Response(body, mimetype=JSON)


@dataclass(frozen=True, slots=True)
class CompressedBody:
    """A response body, plain and compressed (RFC 1952, without a time), and the SHA-256 of each."""

    plain: bytes
    zipped: bytes
    plain_digest: bytes
    zipped_digest: bytes


def pack(plain: bytes) -> CompressedBody:
    """Return the body with its compressed form and digests."""
    zipped = gzip.compress(plain, compresslevel=9, mtime=0)
    return CompressedBody(
        plain, zipped, hashlib.sha256(plain).digest(), hashlib.sha256(zipped).digest()
    )


def respond(packed: CompressedBody, cache: str, mimetype: str = JSON) -> Response:
    """Return the body as a response, with gzip if accepted.

    The two are different representations, so each has its own ETag. Repr-Digest (RFC 9530) is the
    digest of the bytes sent, before a browser decompresses them. Unencoded-Digest
    (draft-ietf-httpbis-unencoded-digest) is the digest of the plain body, which a program can
    check.
    """
    zips = takes_gzip()
    response = Response(packed.zipped if zips else packed.plain, mimetype=mimetype)
    response.set_etag(packed.plain_digest.hex() + ("-gzip" if zips else ""))
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Repr-Digest"] = _digest(packed.zipped_digest if zips else packed.plain_digest)
    response.headers["Unencoded-Digest"] = _digest(packed.plain_digest)
    if zips:
        response.headers["Content-Encoding"] = "gzip"
    return conditional(response)


def _digest(sha256: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"


_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})


def origin() -> str:
    """Return the server's origin as visitors write it.

    The scheme is https except on the local machine: a public directory always has TLS, but its
    proxy may pass requests on over http.
    """
    at_home = request.host.rpartition(":")[0] in _LOOPBACK or request.host in _LOOPBACK
    return f"{request.scheme if at_home else 'https'}://{request.host}"
