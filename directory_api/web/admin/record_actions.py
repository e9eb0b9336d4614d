"""Actions on a record without its form: confirm, remove and restore; and its history."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.domain.errors import StaleRecord
from directory_api.domain.tabular import columns
from directory_api.services.editor import Edit, StoredRecord
from directory_api.web.admin import context as desks
from directory_api.web.admin.change_view import name_of
from directory_api.web.admin.context import KINDS, ONE, AdminContext
from directory_api.web.admin.forms import RecordForm

_CONFIRMED = "confirmed as right"
# What to ask when calling a centre.
_TO_CONFIRM = (
    "address.street",
    "address.postal_code",
    "email",
    "website",
    "opening_hours",
    "status",
)


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _confirm(routes, context)
    _remove(routes, context)
    _history(routes, context)
    _restore(routes, context)


def _confirm(routes: Blueprint, context: AdminContext) -> None:
    def page(
        held: StoredRecord, how: str = "", fault: str | None = None, *, changed: bool = False
    ) -> Response:
        labels = RecordForm("centre", columns.flatten("centre", held.record)).labels().values()
        shown = [found for found in labels if found.value and _is_asked(found.column)]
        status = HTTPStatus.PRECONDITION_FAILED if changed else _status(fault)
        waits = [
            p for p, _ in context.directory.proposals.waiting() if p.change.id == held.record["id"]
        ]
        return context.page(
            "confirm",
            status,
            held=held,
            inputs=shown,
            how=how,
            fault=fault,
            changed=changed,
            waiting=waits,
        )

    @routes.get("/centres/<id>/confirm")
    def confirm(id: str) -> Response:
        desks.actor("edit")
        return page(context.directory.editor.held("centre", id))

    @routes.post("/centres/<id>/confirm")
    def confirmed(id: str) -> Response:
        who = desks.actor("edit")
        how, fault = desks.line("how")
        if fault:
            return page(context.directory.editor.held("centre", id), how, fault)
        edit = Edit(who, "centre", id, _CONFIRMED, desks.seen(), desks.once(who))
        try:
            outcome = context.directory.editor.verify(edit, how)
        except StaleRecord:
            return page(context.directory.editor.held("centre", id), how, changed=True)
        return context.done(outcome, "centres", id)


def _remove(routes: Blueprint, context: AdminContext) -> None:
    def page(
        collection: str,
        held: StoredRecord,
        reason: str = "",
        fault: str | None = None,
        *,
        changed: bool = False,
    ) -> Response:
        status = HTTPStatus.PRECONDITION_FAILED if changed else _status(fault)
        name = name_of(held.record)
        return context.page(
            "remove",
            status,
            collection=collection,
            held=held,
            name=name,
            reason=reason,
            fault=fault,
            changed=changed,
        )

    @routes.get(f"{ONE}/remove")
    def remove(collection: str, id: str) -> Response:
        desks.actor("edit")
        return page(collection, context.directory.editor.held(KINDS[collection], id))

    @routes.post(f"{ONE}/remove")
    def removed(collection: str, id: str) -> Response:
        who = desks.actor("edit")
        reason, fault = desks.line("reason")
        if fault:
            return page(
                collection, context.directory.editor.held(KINDS[collection], id), reason, fault
            )
        edit = Edit(who, KINDS[collection], id, reason, desks.seen(), desks.once(who))
        try:
            outcome = context.directory.editor.remove(edit)
        except StaleRecord:
            return page(
                collection,
                context.directory.editor.held(KINDS[collection], id),
                reason,
                changed=True,
            )
        return context.done(outcome, collection, id)


def _history(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(f"{ONE}/history")
    def history(collection: str, id: str) -> Response:
        entries = context.directory.editor.history(KINDS[collection], id)
        return context.page(
            "history",
            collection=collection,
            id=id,
            held=context.held(KINDS[collection], id),
            entries=desks.labelled(entries),
            note=request.args.get("note"),
        )


def _restore(routes: Blueprint, context: AdminContext) -> None:
    def edit_of(collection: str, identity: str, reason: str) -> Edit:
        return Edit(desks.actor("edit"), KINDS[collection], identity, reason, desks.seen())

    def page(edit: Edit, collection: str, to: int, fault: str | None = None) -> Response:
        held = context.held(edit.kind, edit.id)
        look = Edit(edit.actor, edit.kind, edit.id, edit.reason, dry_run=True)
        outcome = context.directory.editor.restore(look, to)
        changed = (held.revision if held else 0) not in (edit.seen or ())
        return context.page(
            "restore",
            HTTPStatus.PRECONDITION_FAILED if changed else _status(fault),
            collection=collection,
            id=edit.id,
            to=to,
            revision=held.revision if held else "",
            told=desks.tell(outcome),
            waits=bool(outcome.waiting),
            warnings=[("", warning.detail) for warning in outcome.warnings],
            reason=edit.reason,
            fault=fault,
            changed=changed,
        )

    @routes.post(f"{ONE}/restore/review")
    def restore_review(collection: str, id: str) -> Response:
        return page(
            edit_of(collection, id, ""), collection, desks.number(request.form.get("to", ""))
        )

    @routes.post(f"{ONE}/restore")
    def restore(collection: str, id: str) -> Response:
        to = desks.number(request.form.get("to", ""))
        reason, fault = desks.line("reason")
        edit = edit_of(collection, id, reason)
        if fault:
            return page(edit, collection, to, fault)
        try:
            outcome = context.directory.editor.restore(_with_key(edit), to)
        except StaleRecord:
            return page(edit, collection, to)
        return context.done(outcome, collection, id)


def _with_key(edit: Edit) -> Edit:
    return Edit(edit.actor, edit.kind, edit.id, edit.reason, edit.seen, desks.once(edit.actor))


def _is_asked(column: str) -> bool:
    return column in _TO_CONFIRM or column.startswith(
        ("phones.", "languages.", "address.locality.")
    )


def _status(fault: str | None) -> int:
    return HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK
