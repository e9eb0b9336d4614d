"""Answers of the size of a file: compressed for who takes that, each form with its own ETag and digest."""

import base64
import gzip
import hashlib
from dataclasses import dataclass

from flask import Response

from directory_api.web import reply


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


def respond(packed: Packed, cache: str, mimetype: str = reply.JSON) -> Response:
    """The body, compressed for who takes that. The two are different representations, so each has its own ETag.

    Repr-Digest (RFC 9530) is of what is sent, before a browser unpacks it; Unencoded-Digest
    (draft-ietf-httpbis-unencoded-digest) is of the plain body, which is what a program can look at.
    """
    zips = reply.takes_gzip()
    response = Response(packed.zipped if zips else packed.plain, mimetype=mimetype)
    response.set_etag(packed.plain_digest.hex() + ("-gzip" if zips else ""))
    response.headers["Cache-Control"] = cache
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Repr-Digest"] = _digest(packed.zipped_digest if zips else packed.plain_digest)
    response.headers["Unencoded-Digest"] = _digest(packed.plain_digest)
    if zips:
        response.headers["Content-Encoding"] = "gzip"
    return reply.conditional(response)


def _digest(sha256: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"
