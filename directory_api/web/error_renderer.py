"""Renders every error, for the audience of the request.

Programs get problem details (RFC 9457), and people a page of a feature, each with the helplines.
web/http/problems.py says what each error means.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from flask import Flask, Response, g, request
from werkzeug.exceptions import HTTPException, NotFound

from directory_api.change.guards import ASK_ADMIN, NextSteps
from directory_api.live.editions import EditionCache
from directory_api.text.errors import (
    CentreNotFound,
    ConfirmationRequired,
    DirectoryError,
    HelplineNotFound,
    InputInvalid,
    Suggestion,
)
from directory_api.text.translations import ENGLISH
from directory_api.web import did_you_mean
from directory_api.web.http import addresses, problems, responses
from directory_api.web.http.negotiation import choose
from directory_api.web.http.problems import PROBLEM_JSON, Problem
from directory_api.web.served import Audience
from directory_api.web.wsgi import log
from directory_api.web.wsgi.types import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_API = "/v1"


class ErrorRenderer:
    """Responds to the errors of routes, of addresses without a route, and of the middleware."""

    def __init__(
        self,
        app_of: Callable[[str], Flask],
        editions: EditionCache,
        audiences: Iterable[Audience],
    ) -> None:
        """`app_of` returns the application that answers the requests for a path. The first of the
        audiences that reads a response gets a page, and every other caller problem details.
        """
        self._app_of = app_of
        self._editions = editions
        self._audiences = tuple(audiences)

    def install(self, app: Flask) -> None:
        """Respond to every error that Flask handles in an application."""
        for cls in (DirectoryError, HTTPException, Exception):
            app.register_error_handler(cls, self.response)

    def response(self, error: Exception) -> Response:
        """Return the response to an error within Flask. Logs a bug."""
        return self._render(error, routed=request.url_rule is not None)

    def refuse(
        self, error: Exception, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Respond with an error before Flask is entered (WSGI, PEP 3333). Logs a bug.

        The body is not read, because it may never arrive.
        """
        path = environ.get("PATH_INFO", "")
        if addresses.row_of_path(path).ends_in_json:
            # A program reads it, and Flask's context takes as long as a search.
            _log_bug(error, environ)
            response = self._for_program(problems.problem_of(error), environ)
            response = responses.encode(responses.complete(response, path), environ)
        else:
            with self._app_of(path).request_context(environ):
                response = responses.add_headers(self._render(error, routed=False))
        return response(environ, start_response)

    def crash(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Respond to a bug outside Flask (WSGI, PEP 3333): needs no template and no context."""
        problem = problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
        response = self._for_program(replace(problem, language=ENGLISH), environ)
        path = environ.get("PATH_INFO", "")
        return responses.complete(response, path)(environ, start_response)

    def _render(self, error: Exception, *, routed: bool) -> Response:
        """Return the response for the audience of the request, from the error's description."""
        _log_bug(error, request.environ)
        audience = self._reader(routed=routed)
        if isinstance(error, ConfirmationRequired):
            error = audience.next_steps(error) if audience else _with_next_steps(error)
        problem = problems.problem_of(error)
        problem = replace(problem, suggestions=(*self._suggestions(error), *problem.suggestions))
        if audience:
            with _logged():
                response = audience.respond(error, problem, routed=routed)
                response.headers.update(problem.headers)
                return response
        return self._for_program(problem, request.environ)

    def _reader(self, *, routed: bool) -> Audience | None:
        """Return the audience of the request; None for programs."""
        for each in self._audiences:
            with _logged():
                if each.reads(routed=routed):
                    return each
        return None

    def _suggestions(self, error: Exception) -> tuple[Suggestion, ...]:
        """Return the addresses that may be meant by that of a request."""
        if isinstance(error, NotFound):
            return did_you_mean.of_path(self._app_of(_API), request.path)
        # Beside an id that is an address, its parameters are unknown, too.
        is_of_record = isinstance(error, CentreNotFound | HelplineNotFound | InputInvalid)
        if is_of_record and request.view_args:
            return did_you_mean.of_id(self._app_of(_API), request.view_args.get("id", ""))
        return ()

    def _for_program(self, problem: Problem, environ: "WSGIEnvironment") -> Response:
        """Return problem details in the language of the problem, else in that of the request."""
        language = problem.language
        if language is None:
            lang = dict(reversed(parse_qsl(environ.get("QUERY_STRING", "")))).get("lang")
            language = choose(environ.get("HTTP_ACCEPT_LANGUAGE", ""), lang)
        body = replace(problem, language=language).to_json(
            self._editions.helplines(), environ.get("SCRIPT_NAME", "").rstrip("/")
        )
        return Response(body, problem.status, problem.headers, mimetype=PROBLEM_JSON)


def _log_bug(error: Exception, environ: "WSGIEnvironment") -> None:
    if not isinstance(error, DirectoryError | HTTPException):
        log.crash(error, environ.get(ROUTE))


@contextmanager
def _logged() -> Iterator[None]:
    """Log a bug of the block: an audience that fails must not hide the helplines."""
    try:
        yield
    except Exception as error:
        log.crash(error, None)


def _with_next_steps(error: ConfirmationRequired) -> ConfirmationRequired:
    """Return the error with what a program with the scopes of the request sends."""
    is_admin = "admin" in getattr(g.get("actor"), "scopes", ())
    allow = "If this is intended, send allow_removals=true." if is_admin else ASK_ADMIN
    confirm = "To confirm the change, send {number} once more as confirm_number."
    return NextSteps(allow, confirm).added_to(error)
