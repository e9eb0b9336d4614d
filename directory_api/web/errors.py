"""Renders every error, for one of three audiences.

Programs get problem details (RFC 9457), visitors a page in their language, and maintainers a page
of /admin, each with the helplines. web/http/problems.py says what each error means.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Flask, Response, g, request
from flask.globals import request_ctx
from werkzeug.exceptions import HTTPException

from directory_api.features.pages.finder import Pages
from directory_api.live.finder import Finder
from directory_api.text.errors import (
    ConfirmationNeeded,
    CursorNotFound,
    DirectoryError,
    Fault,
    ServiceUnavailable,
    StoreNotWritable,
    StoreReadOnly,
)
from directory_api.web.http import next_steps, problems, responses
from directory_api.web.http.negotiation import media_types
from directory_api.web.http.problems import PROBLEM_JSON, Problem
from directory_api.web.wsgi import log

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

    from directory_api.features.admin.context import AdminContext

ADMIN = "/admin"
_HTML = "text/html"
_AGAIN = "Wait a moment, then reload this page. Your browser sends what you typed again."


class ErrorRenderer:
    """Responds to the errors of routes, of addresses without a route, and of the middleware."""

    def __init__(
        self,
        app_of: Callable[[str], Flask],
        finder: Finder,
        admin: "Callable[[], AdminContext]",
        pages: Pages,
        framed: Pages,
    ) -> None:
        """`app_of` returns the application that answers the requests for a path."""
        self._app_of = app_of
        self._finder = finder
        self._admin = admin
        self._pages = pages
        self._framed = framed

    def install(self, app: Flask) -> None:
        """Respond to every error that Flask handles in an application."""
        for cls in (DirectoryError, HTTPException, Exception):
            app.register_error_handler(cls, self.response)

    def response(self, error: Exception) -> Response:
        """Return the response to an error within Flask. Logs a bug."""
        rule = request.url_rule
        if not isinstance(error, DirectoryError | HTTPException):
            log.crash(error, rule.rule if rule else None)
        return self._render(error, routed=rule is not None)

    def refuse(
        self, error: HTTPException, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Respond with an error before Flask is entered (WSGI, PEP 3333).

        The body is not read, because it may never arrive.
        """
        with self._app_of(environ.get("PATH_INFO", "")).request_context(environ):
            response = self._render(error, routed=False)
            response = responses.compressed(responses.complete(response, request.path))
            return response(environ, start_response)

    def crash(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Respond to a bug outside Flask (WSGI, PEP 3333): needs no template and no context."""
        problem = problems.of_status(HTTPStatus.INTERNAL_SERVER_ERROR)
        response = self._for_program(problem, environ.get("SCRIPT_NAME", ""))
        path = environ.get("PATH_INFO", "")
        return responses.complete(response, path)(environ, start_response)

    def _render(self, error: Exception, *, routed: bool) -> Response:
        """Return the response for the audience of the request, from the error's description."""
        is_admin = f"{request.path}/".startswith(f"{ADMIN}/")
        if isinstance(error, ConfirmationNeeded):
            error = (
                next_steps.for_page(error)
                if is_admin
                else next_steps.for_program(error, getattr(g.get("actor"), "scopes", ()))
            )
        problem = problems.describe(error, _fault)
        # Without a valid host there are no links, which each page for maintainers has.
        if is_admin and request_ctx.url_adapter:
            response = self._for_maintainer(error, problem)
        elif not is_admin and _is_visitor(routed=routed):
            response = self._for_visitor(problem, routed=routed)
        else:
            response = self._for_program(problem, responses.prefix())
        response.headers.update(problem.headers)
        if isinstance(error, CursorNotFound):
            response.headers["Link"] = f'<{responses.link("/v1/bundle")}>; rel="alternate"'
        return response

    def _for_program(self, problem: Problem, prefix: str) -> Response:
        lines = self._finder.always_helplines(problem.countries).all
        body = problem.to_json(lines, prefix)
        return Response(body, problem.status, mimetype=PROBLEM_JSON)

    def _for_visitor(self, problem: Problem, *, routed: bool) -> Response:
        path = request.path
        pages = self._framed if path.startswith("/embed") else self._pages
        response = pages.error(problem.status, read=routed)
        framed = responses.headers_for(path) is responses.EMBED
        return responses.with_class(response, responses.EMBED if framed else responses.FINDER)

    def _for_maintainer(self, error: Exception, problem: Problem) -> Response:
        from directory_api.features.admin import records  # with the first request for its pages

        status, again, waiting_helps = problem.status, "", True
        if isinstance(error, ServiceUnavailable) and not isinstance(error, StoreReadOnly):
            waiting_helps = not isinstance(error, StoreNotWritable)
            form = records.form_again(self._admin(), problem.sentence, waiting_helps=waiting_helps)
            if form:
                return form
            status = HTTPStatus.SERVICE_UNAVAILABLE
        is_away = status == HTTPStatus.SERVICE_UNAVAILABLE
        if is_away and waiting_helps and request.method == "POST":
            again = _AGAIN
        return self._admin().page(
            "refused",
            status,
            title=problem.kind.page_title or problem.kind.title,
            sentence=problem.sentence,
            details=[str(fault) for fault in problem.faults],
            again=again,
        )


def _fault(detail: str, member: str) -> Fault:
    """Return a fault of the request's place, which is in the body of a POST."""
    if request.method == "POST":
        return Fault(detail, pointer=f"/{member}")
    # The path of one postcode has it as `code`.
    in_path = {"postcode": "code"} if "code" in (request.view_args or {}) else {}
    return problems.in_query(detail, in_path.get(member, member))


def _is_visitor(*, routed: bool) -> bool:
    """Whether a person reads the response.

    Beside the routes of the pages that is a browser, which prefers HTML; not at the addresses of
    the API.
    """
    if routed:
        return request.blueprint in ("finder", "frame")
    best = media_types(request.headers.get("Accept", "")).best_match([PROBLEM_JSON, _HTML])
    return best == _HTML and not request.path.startswith(("/v1", "/hsds"))
