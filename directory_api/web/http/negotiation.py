"""Content negotiation (RFC 9110, section 12): the format, the language and the coding of an answer.

A format is chosen by the suffix of the address (/v1/centres.csv), by `?format=` or by Accept, in
this order; a language by `?lang=` or by Accept-Language. A static site has only the suffix, so the
same address works on both.

A content coding follows from Accept-Encoding alone. responses.py sends a body in its coding; ADR 13
says what is compressed, and why that is safe.
"""

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache, partial
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from werkzeug.datastructures import Accept, LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

from directory_api.answer.format import Format
from directory_api.answer.registry import BY_ENDING, BY_MEDIA_TYPE, BY_NAME, JSON
from directory_api.answer.selection import ALL, INCLUDES, Selection
from directory_api.text.errors import FormatRefused
from directory_api.text.translations import ENGLISH, languages, match
from directory_api.web.http.addresses import IN_JSON

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Characters of an Accept header that are read. Browsers send at most 200.
_LONGEST_ACCEPT = 1_000

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
CODINGS = _codings(5, 6)
QUICK: _Codings = _codings(3, 3)
_SMALLEST = _codings(11, 9)


@dataclass(frozen=True, slots=True)
class Negotiated:
    """What a request asks for: a format, and what it selects of an answer."""

    format: Format
    selection: Selection


def negotiate(environ: "WSGIEnvironment", params: Mapping[str, Any]) -> Negotiated:
    """Return what is requested. Raises FormatRefused if Accept names no known format."""
    accept = environ.get("HTTP_ACCEPT", "")
    chosen = BY_NAME[params["format"]] if "format" in params else preferred_format(accept)
    if chosen is None:
        raise FormatRefused(
            f"Accept names no available format. Use one of: {', '.join(BY_MEDIA_TYPE)}."
        )
    return Negotiated(chosen, selection(environ, params))


def selection(environ: "WSGIEnvironment", params: Mapping[str, Any]) -> Selection:
    """Return the language of the texts, and what is included."""
    language = choose(environ.get("HTTP_ACCEPT_LANGUAGE", ""), params.get("lang"))
    included = params.get("include", ())
    return Selection(language, frozenset(INCLUDES if ALL in included else included))


# Few headers are sent, each by all browsers with the same languages.
@lru_cache(maxsize=256)
def choose(accept_language: str, lang: str | None = None) -> str:
    """Return the language tag for a reader.

    That is `?lang=`, else the first offered one of Accept-Language, else English. `?lang=` also
    selects a language that is not offered, so that a speaker can review it.
    """
    named = match(lang) if lang else None
    if named:
        return named
    return next(preferred_languages(accept_language), ENGLISH)


def preferred_languages(accept_language: str) -> Iterator[str]:
    """Yield the tags of the offered languages in Accept-Language, as often as it has them."""
    offered = {language.tag for language in languages()}
    accepted = parse_accept_header(accept_language[:_LONGEST_ACCEPT], LanguageAccept)
    for wanted, quality in accepted:
        tag = match(wanted) if quality > 0 else None
        if tag in offered:
            yield tag


# Few texts are sent, each by all programs of a kind.
@lru_cache(maxsize=256)
def preferred_format(accept: str) -> Format | None:
    """Return the format that a caller prefers (RFC 9110, section 12.5.1); None if none is known.

    Of several equal ones, the first in the registry.
    """
    types = media_types(accept)
    best = types.best_match(BY_MEDIA_TYPE) if types else JSON.media_type
    return BY_MEDIA_TYPE[best] if best else None


def media_types(accept: str) -> MIMEAccept:
    """Return the media types of an Accept header without their parameters; none of a header that is
    too long.

    Parameters (charset, version, profile) do not affect the choice, but with them werkzeug would
    find no match. It needs time that grows with the square of the spaces in a row, and would stop
    every thread for ten seconds for 60,000 of them.
    """
    if len(accept) > _LONGEST_ACCEPT:
        return MIMEAccept()
    return MIMEAccept(
        [
            (kind.partition(";")[0].strip(), quality)
            for kind, quality in parse_accept_header(" ".join(accept.split()), MIMEAccept)
        ]
    )


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
    return _compressed(plain, CODINGS)


def _compressed(plain: bytes, codings: Iterable[str]) -> CompressedBody:
    slow = {**CODINGS, "gzip": _SMALLEST["gzip"]} if len(plain) > _MOST_SLOW_BYTES else _SMALLEST
    encoded = {coding: slow[coding](plain) for coding in codings}
    return CompressedBody(plain, encoded, hashlib.sha256(plain).digest())


# Few texts are sent, each by all browsers of a kind.
@lru_cache(maxsize=256)
def preferred_coding(accept_encoding: str) -> str:
    """Return the content coding that a caller prefers, the best of equal ones; empty for none."""
    accepted = parse_accept_header(accept_encoding[:_LONGEST_ACCEPT], Accept)
    best = max(CODINGS, key=accepted.quality)
    is_preferred = accepted.quality(best) >= accepted.quality("identity")
    return best if accepted.quality(best) > 0 and is_preferred else ""


class FormatSuffixMiddleware:
    """Removes the suffix from the path of a request that reads, and sets Accept to its format.

    `formats` are those of the routes, by their paths; the rest of the API is JSON only.
    """

    def __init__(self, inner: "WSGIApplication", formats: Mapping[str, tuple[Format, ...]]) -> None:
        self._inner = inner
        self._addresses = {
            each: re.compile(
                "|".join(
                    re.sub("<[^>]+>", "[^/]+", path) for path in formats if each in formats[path]
                )
            )
            for each in BY_ENDING.values()
        }

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        address, _, ending = environ.get("PATH_INFO", "").rpartition(".")
        found = BY_ENDING.get(ending)
        if (
            found
            # A browser sends OPTIONS before the GET of a script with a condition.
            and environ["REQUEST_METHOD"] in ("GET", "HEAD", "OPTIONS")
            and (
                f"{address}/".startswith(IN_JSON)
                if found is JSON
                else self._addresses[found].fullmatch(address)
            )
        ):
            # In place, because the outer middleware reads the route from it.
            environ.update(PATH_INFO=address, HTTP_ACCEPT=found.media_type)
        return self._inner(environ, start_response)
