"""Errors under /admin, as pages that say what to do next."""

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import HTTPException

from directory_api.domain import errors
from directory_api.web.admin import records
from directory_api.web.admin.change_view import sentence_of
from directory_api.web.admin.context import AdminContext
from directory_api.web.http import problems

RETRY_SECONDS = 5
_OF_STATUS: Mapping[int, tuple[str, str]] = {
    400: ("That form is not complete", "Open the page again and start anew."),
    403: (
        "That did not come from these pages",
        "For your safety a form is only taken from a page of this site. Open the page here and send it again.",
    ),
    404: ("Nothing at this address", "Check the address, or go on from the list of centres."),
    413: ("That is too large", "A file may have 5 MB, a record far less. Is it the right file?"),
}
_AGAIN = "Wait a moment, then reload this page: what you typed is sent again with it."


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the error handlers, and a route for unknown addresses."""

    def known(error: errors.DirectoryError) -> Response:
        sentence = sentence_of(error)
        if isinstance(error, errors.ServiceUnavailable):
            return _retry(
                records.again(context, sentence)
                or _page(context, 503, "Not available just now", sentence)
            )
        kind = problems.kind_of(error)
        return _page(context, kind.status, kind.title, sentence, _details(error))

    def http(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        wait = getattr(error, "retry_after", None)
        if wait:
            sentence = f"Too many tokens were refused. Wait {wait} seconds, then try again."
            return _retry(_page(context, status, "Please wait", sentence), wait)
        return _page(
            context,
            status,
            *_OF_STATUS.get(status, ("That was refused", "Go back and try another way.")),
        )

    def crash(error: Exception) -> Response:
        problems.note_crash(error, request.url_rule.rule if request.url_rule else None)
        return _page(
            context,
            500,
            "Something went wrong here",
            "It has been noted. Nothing was changed halfway.",
        )

    routes.register_error_handler(errors.DirectoryError, known)
    routes.register_error_handler(HTTPException, http)
    routes.register_error_handler(Exception, crash)

    @routes.route("/<path:_rest>", methods=["GET", "POST"])
    def nowhere(_rest: str) -> Response:
        return _page(context, 404, *_OF_STATUS[404])


def _details(error: errors.DirectoryError) -> list[str]:
    return [str(fault) for fault in error.faults] if isinstance(error, errors.ClientError) else []


def _page(
    context: AdminContext, status: int, title: str, sentence: str, details: list[str] | None = None
) -> Response:
    again = _AGAIN if status == HTTPStatus.SERVICE_UNAVAILABLE and request.method == "POST" else ""
    return context.page(
        "refused", status, title=title, sentence=sentence, details=details or [], again=again
    )


def _retry(response: Response, seconds: int = RETRY_SECONDS) -> Response:
    response.headers["Retry-After"] = str(seconds)
    return response
