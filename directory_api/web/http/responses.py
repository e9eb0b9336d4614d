"""Finished bytes -> response: ETag and caching for the directory, `no-store` for places, compression for files."""

import base64
import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from flask import Response, request

from directory_api.services.editions import MAX_AGE_SECONDS, tag

JSON = "application/json"
# A phone that lost its network goes on with what it has; a partner's cache refreshes behind the visitor's back.
CACHE = "public, max-age={}, stale-while-revalidate=86400, stale-if-error=604800"

ABOUT_A_PLACE: Mapping[str, str] = MappingProxyType({"Cache-Control": "no-store", "X-Robots-Tag": "noindex"})


def directory(
    body: bytes, mimetype: str = JSON, *, revision: int | None = None, max_age: int = MAX_AGE_SECONDS
) -> Response:
    """An answer about the directory: cacheable, with a strong ETag (RFC 9110), 304 where the caller has it."""
    response = Response(body, mimetype=mimetype)
    response.set_etag(tag(body, revision))
    response.headers["Cache-Control"] = CACHE.format(max_age)
    return conditional(response)


def conditional(response: Response) -> Response:
    """304 without the body, where the caller has it already."""
    if not request.if_match:  # that is for writing; werkzeug would answer 412 with the whole body
        response.make_conditional(request)
    return response


def takes_gzip() -> bool:
    """Whether the caller would rather have gzip than the plain bytes."""
    accepted = request.accept_encodings
    return accepted.quality("gzip") > 0 and accepted.quality("gzip") >= accepted.quality("identity")


def compressed(response: Response) -> Response:
    """The same answer by gzip (RFC 1952, without a time) for who takes that."""
    response.vary.add("Accept-Encoding")
    if takes_gzip():
        response.set_data(gzip.compress(response.get_data(), mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response


def about_a_place(body: bytes, mimetype: str = JSON) -> Response:
    """An answer to somebody's place: kept by no cache, found by no search engine."""
    response = Response(body, mimetype=mimetype)
    response.headers.update(ABOUT_A_PLACE)
    return response


def private(body: bytes) -> Response:
    """An answer to a maintainer."""
    return Response(body, mimetype=JSON)


@dataclass(frozen=True, slots=True)
class Packed:
    """A body as it is sent: plain, the same compressed (RFC 1952, without a time), and the SHA-256 of either."""

    plain: bytes
    zipped: bytes
    plain_digest: bytes
    zipped_digest: bytes


def pack(plain: bytes) -> Packed:
    """Compress a body."""
    zipped = gzip.compress(plain, compresslevel=9, mtime=0)
    return Packed(plain, zipped, hashlib.sha256(plain).digest(), hashlib.sha256(zipped).digest())


def respond(packed: Packed, cache: str, mimetype: str = JSON) -> Response:
    """The body, compressed for who takes that. The two are different representations, so each has its own ETag.

    Repr-Digest (RFC 9530) is of what is sent, before a browser unpacks it; Unencoded-Digest
    (draft-ietf-httpbis-unencoded-digest) is of the plain body, which is what a program can look at.
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
    """The server's origin as visitors write it.

    What a proxy passes on arrives over http, but no public directory is without TLS; at home it may be.
    """
    at_home = request.host.rpartition(":")[0] in _LOOPBACK or request.host in _LOOPBACK
    return f"{request.scheme if at_home else 'https'}://{request.host}"
