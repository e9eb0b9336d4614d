"""Errors as HTML pages in the visitor's language, with the helplines and the exit link.

Programs get problem details (web/http/problems.py). A browser is recognised by its preference for
HTML, except at the addresses of the API.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from directory_api.services.finder import Finder
from directory_api.web.http import problems, responses
from directory_api.web.pages.finder import Pages

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_OF_PROGRAMS = ("/v1", "/hsds", "/admin")
_HTML = "text/html"


class ErrorPages:
    """Responds to errors outside the routes, with a page or problem details."""

    def __init__(self, app: Flask, finder: Finder, pages: Pages, framed: Pages) -> None:
        self._app = app
        self._finder = finder
        self._pages = pages
        self._framed = framed

    def refuse(
        self,
        status: int,
        environ: "WSGIEnvironment",
        start_response: "StartResponse",
        more: Sequence[tuple[str, str]] = (),
    ) -> Iterable[bytes]:
        """Respond with a status before Flask is entered (WSGI, PEP 3333)."""
        if not _prefers_page(environ):
            return problems.respond(self._finder, status, environ, start_response, more)
        with self._app.request_context(environ):
            response = self._page(status)
            for name, value in [*_headers(request.path).items(), *more]:
                response.headers.setdefault(name, value)
            return response(environ, start_response)

    def beside_routes(self, status: int) -> Response | None:
        """Return the page for an address or a method without a route.

        None if the caller gets problem details.
        """
        if request.url_rule is not None or not _prefers_page(request.environ):
            return None
        g.headers = _headers(request.path)
        return self._page(status)

    def _page(self, status: int) -> Response:
        pages = self._framed if request.path.startswith("/embed") else self._pages
        return pages.trouble(status, read=False)


def _prefers_page(environ: "WSGIEnvironment") -> bool:
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT", ""), MIMEAccept)
    best = accepted.best_match([problems.PROBLEM_JSON, _HTML])
    return best == _HTML and not environ.get("PATH_INFO", "").startswith(_OF_PROGRAMS)


def _headers(path: str) -> Mapping[str, str]:
    """Return the headers of a visitor's page; at /embed those that allow a frame."""
    found = responses.headers_for(path)
    return found if found is responses.EMBED else responses.FINDER
