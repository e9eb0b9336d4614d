"""Content negotiation (RFC 9110, section 12): the format, the language and the coding of an answer.

A format is chosen by the suffix of the address (/v1/centres.csv), by `?format=` or by Accept, in
this order; a language by `?lang=` or by Accept-Language. A static site has only the suffix, so the
same address works on both.

A content coding follows from Accept-Encoding alone, so that stored answers can be found by it
(features/response_cache). responses.py sends a body in its coding; ADR 13 says what is
compressed, and why that is safe.
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

from flask import request
from werkzeug.datastructures import Accept, LanguageAccept, MIMEAccept
from werkzeug.http import parse_accept_header

from directory_api.answer.format import Format
from directory_api.answer.registry import BY_ENDING, BY_MEDIA_TYPE, BY_NAME, FORMATS, JSON
from directory_api.answer.selection import WHOLE, Selection
from directory_api.text.errors import Fault, FaultCode, FormatRefused, InputInvalid
from directory_api.text.translations import ENGLISH, languages, match
from directory_api.web.http.addresses import IN_JSON

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_NO_RECORDS = (
    "This format has no members to select. Leave `fields` out, or use the format "
    f"{' or '.join(each.name for each in FORMATS if each.has_records)}."
)


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
    """What a request asks for: a format, the language of its texts, and what it selects of
    records.
    """

    format: Format
    language: str
    selection: Selection


def negotiate(params: Mapping[str, Any]) -> Negotiated:
    """Return what is requested. Raises FormatRefused if Accept names no known format, and
    InputInvalid if members are selected of a format without records.
    """
    chosen = BY_NAME[params["format"]] if "format" in params else _accepted()
    if "fields" in params and not chosen.has_records:
        raise InputInvalid.of([_fault("fields", _NO_RECORDS)], "the request")
    language = ENGLISH
    if chosen.is_worded:
        language = choose(request.headers.get("Accept-Language", ""), params.get("lang"))
    return Negotiated(chosen, language, selection(params))


def _fault(name: str, detail: str) -> Fault:
    """Return the fault of a parameter that the format does not allow. In a POST it is a member of
    the body.
    """
    if request.method == "POST":
        return Fault(detail, pointer=f"/{name}", code=FaultCode.CONFLICT)
    return Fault(detail, parameter=name, code=FaultCode.CONFLICT)


def selection(params: Mapping[str, Any]) -> Selection:
    """Return what is selected of records: all without `fields` and `lang`."""
    if "fields" not in params and "lang" not in params:
        return WHOLE
    language = match(params["lang"]) or ENGLISH if "lang" in params else None
    return Selection(params.get("fields", ()), language)


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


def _accepted() -> Format:
    """Return the format that Accept prefers. Raises FormatRefused if it names no known one."""
    accepted = _preferred(request.headers.get("Accept", ""))
    if accepted is None:
        raise FormatRefused(
            f"Accept names no available format. Use one of: {', '.join(BY_MEDIA_TYPE)}."
        )
    return accepted


# Few texts are sent, each by all programs of a kind.
@lru_cache(maxsize=256)
def _preferred(accept: str) -> Format | None:
    """Return the format that a caller prefers (RFC 9110, section 12.5.1); None if none is known.

    Of several equal ones, the first in the registry.
    """
    accepted = media_types(accept)
    best = accepted.best_match(BY_MEDIA_TYPE) if accepted else JSON.media_type
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

    `in_each_format` are the paths of the routes that have every format; the rest of the API is JSON
    only.
    """

    def __init__(self, inner: "WSGIApplication", in_each_format: Iterable[str]) -> None:
        self._inner = inner
        paths = {re.sub("<[^>]+>", "[^/]+", path) for path in in_each_format}
        self._in_each_format = re.compile("|".join(sorted(paths)))

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        address, _, ending = environ.get("PATH_INFO", "").rpartition(".")
        found = BY_ENDING.get(ending)
        if found and (
            _is_json(address) if found is JSON else self._in_each_format.fullmatch(address)
        ):
            # In place, because the outer middleware reads the route from it.
            environ.update(PATH_INFO=address, HTTP_ACCEPT=found.media_type)
        return self._inner(environ, start_response)


def _is_json(address: str) -> bool:
    return f"{address}/".startswith(IN_JSON)
