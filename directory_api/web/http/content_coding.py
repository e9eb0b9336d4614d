"""Content codings (RFC 9110, section 8.4): every body that is compressed is compressed here.

A coding follows from Accept-Encoding alone, so that stored answers can be found by it
(web/middleware/response_cache.py). ADR 13 says what is compressed, and why that is safe.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from flask import Response, request
from werkzeug.datastructures import Accept
from werkzeug.http import parse_accept_header

# An extra; browsers ask for it over https only.
BROTLI: Any = import_module("brotli") if find_spec("brotli") else None
# A quality of 11 takes a second for a megabyte.
_MOST_SLOW_BYTES = 200_000
_Codings = Mapping[str, Callable[[bytes], bytes]]


def _codings(brotli_quality: int, gzip_level: int) -> _Codings:
    """Return what compresses a body, the smallest coding first."""
    brotli = {"br": partial(BROTLI.compress, quality=brotli_quality)} if BROTLI else {}
    # Brotli is RFC 7932, gzip RFC 1952; without a time, so that equal bodies are equal.
    return {**brotli, "gzip": partial(gzip.compress, compresslevel=gzip_level, mtime=0)}


# For bodies that a route makes, and for those whose making takes less time than that: 8 kB of JSON
# in 80 and 50 µs by gzip, and in 220 and 60 µs by Brotli (November 2026).
_CODINGS = _codings(5, 6)
QUICK: _Codings = _codings(3, 3)
_SMALLEST = _codings(11, 9)
# The headers of a compressed answer take about 60 bytes, and few answers below this size get
# smaller than a network packet of 1.4 kB by it.
LEAST_BYTES = 1_000
_TEXT = re.compile(r"text/.+|(?:application|image)/(?:.+\+)?(?:json|xml|yaml)|application/x-ndjson")
_VARY = "Accept-Encoding"


@dataclass(frozen=True, slots=True)
class CompressedBody:
    """A response body, the same by content coding, and the SHA-256 of the plain one."""

    plain: bytes
    encoded: Mapping[str, bytes]
    digest: bytes


def compress(plain: bytes) -> CompressedBody:
    """Return the body with gzip."""
    return _compressed(plain, ("gzip",))


def prepare(plain: bytes) -> CompressedBody:
    """Return a body that is sent many times, in every coding; takes 0.1 s for a bundle."""
    return _compressed(plain, _CODINGS)


def _compressed(plain: bytes, codings: Iterable[str]) -> CompressedBody:
    slow = {**_CODINGS, "gzip": _SMALLEST["gzip"]} if len(plain) > _MOST_SLOW_BYTES else _SMALLEST
    encoded = {coding: slow[coding](plain) for coding in codings}
    return CompressedBody(plain, encoded, hashlib.sha256(plain).digest())


# Characters of Accept-Encoding that are read. Browsers send 30.
_LONGEST = 1_000


# Few texts are sent, each by all browsers of a kind.
@lru_cache(maxsize=256)
def preferred_coding(accept_encoding: str) -> str:
    """Return the content coding that a caller prefers, the best of equal ones; empty for none."""
    accepted = parse_accept_header(accept_encoding[:_LONGEST], Accept)
    best = max(_CODINGS, key=accepted.quality)
    is_preferred = accepted.quality(best) >= accepted.quality("identity")
    return best if accepted.quality(best) > 0 and is_preferred else ""


def encode(response: Response, prepared: CompressedBody | None = None) -> Response:
    """Return the response in the coding that the caller prefers, with an ETag of its own for each.

    `prepared` is its body in several codings. Without it, only text of some length is compressed.
    An encoded response is returned as it is.
    """
    headers = response.headers
    vary = headers.get("Vary", "")
    if _VARY in vary or not (prepared or _TEXT.fullmatch(response.mimetype or "")):
        return response
    headers["Vary"] = f"{vary}, {_VARY}" if vary else _VARY
    coding = preferred_coding(request.headers.get("Accept-Encoding", ""))
    if not coding or not (prepared or len(response.get_data()) > LEAST_BYTES):
        return response
    plain = response.get_data()
    body = prepared.encoded.get(coding) if prepared else None
    response.set_data(_CODINGS[coding](plain) if body is None else body)
    headers["Content-Encoding"] = coding
    tag, _ = response.get_etag()
    # The ETag of an answer to a write is that of the record.
    if tag and request.method in ("GET", "HEAD"):
        response.set_etag(f"{tag}-{coding}")
    return response
