"""Review of proposals, and of changes in force: list, approve, reject."""

from http import HTTPStatus

from flask import Blueprint, Response, request
from markupsafe import Markup

from directory_api.change.proposal import Proposal
from directory_api.change.rebase import CHANGED_SINCE, brought_up_to_date
from directory_api.features.desk.admin.change_view import (
    ChangeView,
    change_view,
    new_numbers,
    typed_fields,
)
from directory_api.features.desk.admin.context import (
    AdminContext,
    current_maintainer,
    idempotency_key,
    redirect,
    text_from_form,
    typed_numbers,
)
from directory_api.record.schemas import CentreSchema, HelplineSchema
from directory_api.text.errors import ConfirmationNeeded, ProposalOutdated
from directory_api.text.message import Message

_SCHEMAS = {"centre": CentreSchema, "helpline": HelplineSchema}
# How a person checks a change, by what the page shows of it: before it is approved, and of one in
# force.
_TO_CHECK = {
    "both": (
        Message(
            "Check it yourself before you approve it: call the number, and open the web address."
        ),
        Message("Check it yourself: call the number, and open the web address."),
    ),
    "number": (
        Message("Check it yourself before you approve it: call the number."),
        Message("Check it yourself: call the number."),
    ),
    "address": (
        Message("Check it yourself before you approve it: open the web address."),
        Message("Check it yourself: open the web address."),
    ),
    "centre": (
        Message(
            "Check it yourself before you approve it: ask the centre by a number that you already "
            "have."
        ),
        Message("Check it yourself: ask the centre by a number that you already have."),
    ),
    "helpline": (
        Message(
            "Check it yourself before you approve it: ask the helpline by a number that you "
            "already have."
        ),
        Message("Check it yourself: ask the helpline by a number that you already have."),
    ),
    "directory": (
        Message("Check it yourself before you approve it."),
        Message("Check it yourself."),
    ),
}


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    service = context.proposals

    def page(
        identity: str,
        reason: str = "",
        fault: str | None = None,
        refused: str | None = None,
        *,
        is_checked: bool = False,
    ) -> Response:
        proposal, outdated = service.get(identity)
        view = change_view(proposal.change, context.names())
        numbers = [*new_numbers(proposal.change)]
        return context.page(
            "proposal",
            HTTPStatus.CONFLICT
            if refused
            else HTTPStatus.UNPROCESSABLE_ENTITY
            if fault or is_checked
            else HTTPStatus.OK,
            proposal=proposal,
            view=view,
            numbers=numbers,
            to_check=_to_check(view, has_numbers=bool(numbers), is_in_force=proposal.is_in_force),
            card=_card(context, proposal, outdated=outdated),
            typed=[*typed_fields([proposal.change], request.form, is_checked=is_checked)],
            outdated=outdated,
            reason=reason,
            fault=fault,
            refused=refused,
            note=request.args.get("note"),
        )

    @routes.get("/proposals")
    def proposals() -> Response:
        names = context.names()
        rows = [
            (proposal, change_view(proposal.change, names), outdated)
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


def _to_check(view: ChangeView, *, has_numbers: bool, is_in_force: bool) -> Message:
    """Return how a person can check a change. It names only what the page shows."""
    shown = {
        (True, True): "both",
        (True, False): "number",
        (False, True): "address",
    }.get((has_numbers, bool(view.addresses)), view.change.kind)
    before, after = _TO_CHECK.get(shown, _TO_CHECK["directory"])
    return after if is_in_force else before


def _card(context: AdminContext, proposal: Proposal, *, outdated: bool) -> Markup | None:
    """Return the record as visitors see it when the change is in force, with what others have
    changed since; None if they never will, or if the change is of an older version of the software
    and not valid any more.
    """
    kind, identity = proposal.change.kind, proposal.change.id
    if kind not in _SCHEMAS:
        return None
    stored = context.stored(kind, identity)
    if proposal.is_in_force:
        return context.card(kind, stored.record) if stored else None
    now = {kind: {identity: stored.record} if stored else {}}
    after = brought_up_to_date(proposal.change, now).after
    if after is None or outdated or _SCHEMAS[kind]().validate(after):
        return None
    return context.card(kind, after)
