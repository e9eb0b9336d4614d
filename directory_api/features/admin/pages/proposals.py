"""Review of proposals, and of changes in force: list, approve, reject."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.change.rebase import CHANGED_SINCE
from directory_api.features.admin.change_view import change_view, typed_fields
from directory_api.features.admin.context import (
    AdminContext,
    Proposals,
    current_maintainer,
    idempotency_key,
    redirect,
    text_from_form,
    typed_numbers,
)
from directory_api.text.errors import ConfirmationNeeded, ProposalOutdated


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes, if a feature lets changes wait."""
    if context.proposals:
        _add_to(routes, context, context.proposals)


def _add_to(routes: Blueprint, context: AdminContext, service: Proposals) -> None:
    def page(
        identity: str,
        reason: str = "",
        fault: str | None = None,
        refused: str | None = None,
        *,
        is_checked: bool = False,
    ) -> Response:
        proposal, outdated = service.get(identity)
        return context.page(
            "proposal",
            HTTPStatus.CONFLICT
            if refused
            else HTTPStatus.UNPROCESSABLE_ENTITY
            if fault or is_checked
            else HTTPStatus.OK,
            proposal=proposal,
            view=change_view(proposal.change),
            typed=[*typed_fields([proposal.change], request.form, is_checked=is_checked)],
            outdated=outdated,
            reason=reason,
            fault=fault,
            refused=refused,
            note=request.args.get("note"),
        )

    @routes.get("/proposals")
    def proposals() -> Response:
        rows = [
            (proposal, change_view(proposal.change), outdated)
            for proposal, outdated in service.waiting()
        ]
        return context.page("proposals", rows=rows, note=request.args.get("note"))

    @routes.get("/proposals/<id>")
    def proposal(id: str) -> Response:
        return page(id)

    @routes.post("/proposals/<id>/approve")
    def approve(id: str) -> Response:
        maintainer = current_maintainer("approve")
        key = idempotency_key(maintainer)
        try:
            service.approve(maintainer, id, typed=typed_numbers(), idempotency_key=key)
        except ConfirmationNeeded:
            return page(id, is_checked=True)
        return redirect("proposals", note="looked" if _is_in_force() else "approved")

    @routes.post("/proposals/<id>/reject")
    def reject(id: str) -> Response:
        maintainer = current_maintainer()
        reason, fault = text_from_form("reason")
        if fault:
            return page(id, reason, fault)
        try:
            outcome = service.reject(
                maintainer, id, reason, idempotency_key=idempotency_key(maintainer)
            )
        except ProposalOutdated as error:
            return page(id, reason, refused=error.detail)
        if any(warning.code == CHANGED_SINCE for warning in outcome.warnings):
            return redirect("proposal", id=id, note="partly")
        return redirect("proposals", note="undone" if _is_in_force() else "rejected")


def _is_in_force() -> bool:
    """Return whether the form was about a change in force, for the note after it."""
    return "in_force" in request.form
