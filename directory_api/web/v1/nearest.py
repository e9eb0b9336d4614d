"""/v1/nearest: the closest centres to a place.

Nearly all requests ask for this, and Flask's dispatch takes longer than the search. So one function
answers GET and POST in every shape before Flask is entered (ADR 15); web/routes.py names it, and
Flask answers only OPTIONS and methods that are not allowed.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode

from werkzeug.utils import get_content_type
from werkzeug.wrappers import Request

from directory_api.answer.format import Format
from directory_api.answer.listing import Listing
from directory_api.answer.registry import FORMATS
from directory_api.live.editions import Edition, EditionCache
from directory_api.search.query import NearestAnswer, NearestQuery, requested_place
from directory_api.text.errors import PlaceRefused
from directory_api.web.http import header_fields, negotiation
from directory_api.web.http.negotiation import QUICK, Negotiated, preferred_coding
from directory_api.web.http.parsing import read_fields, refuse_content_coding
from directory_api.web.http.responses import LEAST_BYTES
from directory_api.web.schemas import requests
from directory_api.web.wsgi.types import ROUTE, Headers, Refuse

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PATH = "/v1/nearest"
FIELDS = requests.NearestFields()
_PATHS = (PATH[1:], f"{PATH[1:]}/")
_METHODS = frozenset({"GET", "HEAD", "POST"})
# The answers that an edition keeps: those to places that have a name, and are asked for with
# nothing but these. A coordinate or a body is the position of a person, so no answer to one is
# kept.
_CACHEABLE = frozenset({"postcode", "place", "country", "limit", "lang", "format"})
# More than a country has postcodes; 20 MB at most.
_MOST_CACHED = 4_000
_LONGEST_QUERY = 100
_LARGEST_CACHED = 5_000

# What is kept: the headers and the body of an answer.
_Response = tuple[Headers, bytes]


class NearestRoute:
    """The application, before which /v1/nearest is answered (WSGI, PEP 3333)."""

    def __init__(self, inner: "WSGIApplication", editions: EditionCache, refuse: Refuse) -> None:
        self._inner = inner
        self._editions = editions
        self._refuse = refuse

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        method = environ["REQUEST_METHOD"]
        # Flask finds a route with more slashes before its path, too.
        path = environ.get("PATH_INFO", "").lstrip("/")
        if path not in _PATHS or method not in _METHODS:
            return self._inner(environ, start_response)
        environ[ROUTE] = PATH
        try:
            headers, body = self._response(environ, is_post=method == "POST")
        except Exception as error:
            return self._refuse(error, environ, start_response)
        start_response("200 OK", [*headers])
        return [] if method == "HEAD" else [body]

    def _response(self, environ: "WSGIEnvironment", *, is_post: bool) -> _Response:
        """Return the answer to a request. Raises what read_fields, EditionCache.current and
        Edition.nearest raise.
        """
        if "HTTP_CONTENT_ENCODING" in environ:
            refuse_content_coding(Request(environ, populate_request=False))
        edition, read = self._editions.current(), environ.get
        query, coding = read("QUERY_STRING", ""), preferred_coding(read("HTTP_ACCEPT_ENCODING", ""))
        accepted = negotiation.preferred_format(read("HTTP_ACCEPT", ""))
        key = (
            query,
            accepted.name if accepted else "",
            negotiation.choose(read("HTTP_ACCEPT_LANGUAGE", "")),
            coding,
            read("SCRIPT_NAME", ""),
        )
        cache: dict[Any, _Response] = edition.cached(NearestRoute, dict)
        response = None if is_post else cache.get(key)
        if response is None:
            params = _params(environ, query, is_post=is_post)
            negotiated = negotiation.negotiate(environ, params)
            answer = find_nearest(edition, params, negotiated.selection.language)
            response = _in_format(
                edition, answer, negotiated, read("SCRIPT_NAME", "").rstrip("/"), coding
            )
            if not is_post and _is_cacheable(query, params, answer, response):
                if len(cache) >= _MOST_CACHED:
                    cache.clear()
                cache[key] = response
        return response


def _params(environ: "WSGIEnvironment", query: str, *, is_post: bool) -> Mapping[str, Any]:
    """Return the loaded parameters. Raises what read_fields raises, which finds every fault."""
    if not is_post and query.isascii():
        with suppress(UnicodeDecodeError):
            pairs = parse_qsl(query, keep_blank_values=True, errors="strict")
            values = dict(pairs)
            params = FIELDS.valid(values) if len(values) == len(pairs) else None
            if params is not None:
                return params
    found: Mapping[str, Any] = read_fields(
        Request(environ, populate_request=False), FIELDS, in_body=is_post
    )
    return found


def find_nearest(
    edition: Edition, params: Mapping[str, Any], language: str | None
) -> NearestAnswer:
    """The closest centres to a postcode, a place or a coordinate

    Distances are WGS84 geodesics. Use POST if the place must not appear in a URL.
    """
    query = NearestQuery.from_request(
        params, requested_place(params, edition.home), edition.filters(params)
    )
    try:
        return edition.nearest(query)
    except PlaceRefused as refused:
        raise refused.in_language(language) from None


def _in_format(
    edition: Edition, answer: NearestAnswer, negotiated: Negotiated, prefix: str, coding: str
) -> _Response:
    """Return an answer in its format, with its headers."""
    chosen, selection, pieces = negotiated.format, negotiated.selection, edition.pieces
    listing = Listing(
        answer.results,
        pieces,
        lambda: pieces.nearest(answer, selection, prefix),
        selection,
        answer,
        prefix,
    )
    body = chosen.write(listing)
    headers = [*_HEADERS[chosen.name], ("Content-Language", selection.language)]
    if coding and len(body) > LEAST_BYTES:
        body = QUICK[coding](body)
        headers = [*headers, ("Content-Encoding", coding)]
    return [*headers, ("Content-Length", str(len(body)))], body


def _headers(chosen: Format) -> Headers:
    """Return the headers that all answers in a format have."""
    headers = {
        **header_fields.PUBLIC,
        **header_fields.ABOUT_A_PLACE,
        "Content-Type": get_content_type(chosen.media_type, "utf-8"),
        "Vary": "Accept, Accept-Language, Accept-Encoding",
    }
    if chosen.filename:
        headers["Content-Disposition"] = f'attachment; filename="{chosen.filename}"'
    return [*headers.items()]


_HEADERS: Mapping[str, Headers] = {each.name: _headers(each) for each in FORMATS}


def _is_cacheable(
    query: str, params: Mapping[str, Any], answer: NearestAnswer, response: _Response
) -> bool:
    """Return whether an answer is one to a code or a name that the gazetteer writes so, which was
    asked for in the shortest way: callers cannot make up keys.
    """
    place, typed = answer.origin.place, params.get("postcode", params.get("place"))
    if place is None or typed not in (place.code, answer.origin.name):
        return False
    is_short = len(query) <= _LONGEST_QUERY and len(response[1]) <= _LARGEST_CACHED
    pairs = parse_qsl(query, keep_blank_values=True)
    return is_short and {name for name, _ in pairs} <= _CACHEABLE and urlencode(pairs) == query
