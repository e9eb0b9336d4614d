"""Review of proposals: list, approve, reject."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.web.admin import context as desks
from directory_api.web.admin.change_view import told
from directory_api.web.admin.context import AdminContext


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    waiting = context.directory.proposals

    def page(identity: str, reason: str = "", fault: str | None = None) -> Response:
        found, outdated = waiting.get(identity)
        return context.page(
            "proposal",
            HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
            proposal=found,
            told=told(found.change),
            outdated=outdated,
            reason=reason,
            fault=fault,
            note=request.args.get("note"),
        )

    @routes.get("/proposals")
    def proposals() -> Response:
        rows = [(found, told(found.change), outdated) for found, outdated in waiting.waiting()]
        return context.page("proposals", rows=rows, note=request.args.get("note"))

    @routes.get("/proposals/<id>")
    def proposal(id: str) -> Response:
        return page(id)

    @routes.post("/proposals/<id>/approve")
    def approve(id: str) -> Response:
        who = desks.actor("approve")
        waiting.approve(who, id, once=desks.once(who))
        return desks.see("proposals", note="approved")

    @routes.post("/proposals/<id>/reject")
    def reject(id: str) -> Response:
        who = desks.actor()
        reason, fault = desks.line("reason")
        if fault:
            return page(id, reason, fault)
        waiting.reject(who, id, reason, once=desks.once(who))
        return desks.see("proposals", note="rejected")
