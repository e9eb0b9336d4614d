"""Errors as pages of /admin."""

from http import HTTPStatus

from flask import Response, request
from flask.globals import request_ctx

from directory_api.change.guards import ASK_ADMIN, NextSteps
from directory_api.text.errors import (
    ConfirmationRequired,
    ServiceUnavailable,
    StoreNotWritable,
    StoreReadOnly,
)
from directory_api.text.message import Message
from directory_api.web.http.problems import Problem
from directory_api.web.served import Web

_PATH = "/admin/"
_UNSAVED = Message("Nothing was saved, but the form still contains everything that you typed.")
_WAIT = Message("Wait a moment, then try again.")
_AGAIN = Message("Wait a moment, then reload this page. Your browser sends what you typed again.")
# Pages whose changes must be confirmed have a field for it; this is for all others.
_EDIT = Message("Edit the record itself: the page asks for the number once more.")


class Maintainers:
    """Read the errors of /admin (an Audience)."""

    def __init__(self, web: Web) -> None:
        self._web = web

    def reads(self, *, routed: bool) -> bool:
        """Return whether the address is one of theirs."""
        del routed
        # Without a valid host there are no links, which each of their pages has.
        return f"{request.path}/".startswith(_PATH) and bool(request_ctx.url_adapter)

    def next_steps(self, error: ConfirmationRequired) -> ConfirmationRequired:
        """Return the error with what a person does in a browser."""
        return NextSteps(ASK_ADMIN, _EDIT).added_to(error)

    def respond(self, error: Exception, problem: Problem, *, routed: bool) -> Response:
        """Return the page, or the form as it was sent."""
        # With the first request for its pages.
        from directory_api.features.desk.admin.fault_places import described
        from directory_api.features.desk.admin.routes import make_context

        del routed
        context = self._web.get_or_build(make_context)
        status, again, waiting_helps = problem.status, "", True
        if isinstance(error, ServiceUnavailable) and not isinstance(error, StoreReadOnly):
            waiting_helps = not isinstance(error, StoreNotWritable)
            status = HTTPStatus.SERVICE_UNAVAILABLE
            if show_form := context.forms.get(request.endpoint or ""):
                said = [problem.sentence, _UNSAVED, *((_WAIT,) if waiting_helps else ())]
                return show_form(status=status, elsewhere=said, **(request.view_args or {}))
        is_away = status == HTTPStatus.SERVICE_UNAVAILABLE
        if is_away and waiting_helps and request.method == "POST":
            again = _AGAIN
        return context.page(
            "refused",
            status,
            title=problem.page_title,
            sentence=problem.sentence,
            details=[*map(described, problem.faults)],
            again=again,
        )
