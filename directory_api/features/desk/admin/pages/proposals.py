"""Review of proposals, and of changes in force: approve, reject."""

from http import HTTPStatus

from flask import Blueprint, Response, request
from markupsafe import Markup

from directory_api.change.change import Change
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import Proposal
from directory_api.change.rebase import CHANGED_SINCE, brought_up_to_date
from directory_api.features.desk.admin.change_view import (
    change_view,
    new_numbers,
    typed_fields,
)
from directory_api.features.desk.admin.context import (
    AdminContext,
    redirect,
)
from directory_api.features.desk.admin.operation import Operation, mount
from directory_api.record.schemas import CentreSchema, HelplineSchema
from directory_api.text.errors import ClientError, ProposalOutdated

_SCHEMAS = {"centre": CentreSchema, "helpline": HelplineSchema}


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
        sources = service.new_sources(identity)
        names = context.names().with_sources({each["id"]: each for each in sources})
        known = [*context.sources().values()]
        sides = ({"sources": known}, {"sources": [*known, *sources]})
        added = Change("directory", "directory", *sides)
        return context.page(
            "proposal",
            HTTPStatus.CONFLICT
            if refused
            else HTTPStatus.UNPROCESSABLE_ENTITY
            if fault or is_checked
            else HTTPStatus.OK,
            proposal=proposal,
            view=change_view(proposal.change, names),
            sources=change_view(added, names) if sources else None,
            numbers=[*new_numbers(proposal.change)],
            card=_card(context, proposal, outdated=outdated),
            typed=[*typed_fields([proposal.change], request.form, is_checked=is_checked)],
            outdated=outdated,
            reason=reason,
            fault=fault,
            refused=refused,
            note=request.args.get("note"),
        )

    @routes.get("/proposals/<id>")
    def proposal(id: str) -> Response:
        return page(id)

    def approve(id: str) -> Operation:
        return Operation(
            kind="proposal",
            id=id,
            scope="approve",
            reason_field="",
            run=lambda edit: service.approve(
                edit.actor, id, typed=edit.typed, idempotency_key=edit.idempotency_key
            ),
            respond=lambda _: redirect("todo", note="looked" if _is_in_force() else "approved"),
            show=lambda _edit, _fault, is_checked: page(id, is_checked=is_checked),
        )

    def reject(id: str) -> Operation:
        def respond(outcome: Outcome) -> Response:
            if any(warning.code == CHANGED_SINCE for warning in outcome.warnings):
                return redirect("proposal", id=id, note="partly")
            return redirect("todo", note="undone" if _is_in_force() else "rejected")

        def refused(error: ClientError) -> Response | None:
            if not isinstance(error, ProposalOutdated):
                return None
            return page(id, request.form.get("reason", ""), refused=error.detail)

        return Operation(
            kind="proposal",
            id=id,
            scope=None,
            run=lambda edit: service.reject(
                edit.actor, id, edit.reason, idempotency_key=edit.idempotency_key
            ),
            respond=respond,
            refused=refused,
            show=lambda edit, fault, _is_checked: page(id, edit.reason, fault),
        )

    mount(routes, context, approve, save=("approve", "/proposals/<id>/approve"))
    mount(routes, context, reject, save=("reject", "/proposals/<id>/reject"))


def _is_in_force() -> bool:
    """Return whether the form was about a change in force, for the note after it."""
    return "in_force" in request.form


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
