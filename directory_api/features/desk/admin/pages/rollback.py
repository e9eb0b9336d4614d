"""Undo all changes of a revision, such as those of an import."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.change.guards import Confirmation
from directory_api.change.outcome import Outcome
from directory_api.features.desk.admin.change_view import change_views, typed_fields
from directory_api.features.desk.admin.context import (
    AdminContext,
    current_maintainer,
    idempotency_key,
    record_version,
    removals_allowed,
    revision_number,
    text_from_form,
    typed_numbers,
)
from directory_api.text.errors import ConfirmationNeeded, StaleRecord
from directory_api.text.message import Message

# The longest preview that is readable; further changes are only counted.
_MAX_VIEWS = 300


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""

    def page(
        revision: int,
        reason: str = "",
        fault: str | None = None,
        *,
        changed: bool = False,
        is_checked: bool = False,
    ) -> Response:
        try:
            outcome = _undo(context, revision, reason)
        except ConfirmationNeeded as error:
            return context.page(
                "undo_refused",
                HTTPStatus.UNPROCESSABLE_ENTITY,
                undone=revision,
                faults=error.faults,
            )
        views = change_views(outcome, context.names())
        return context.page(
            "undo",
            HTTPStatus.PRECONDITION_FAILED
            if changed
            else HTTPStatus.UNPROCESSABLE_ENTITY
            if is_checked
            else HTTPStatus.OK,
            undone=revision,
            outcome=outcome,
            views=views[:_MAX_VIEWS],
            more=len(views[_MAX_VIEWS:]),
            typed=[*typed_fields(outcome.changes, request.form, is_checked=is_checked)],
            allow_removals=removals_allowed(),
            version=context.directory.editor.version(outcome.revision),
            warnings=[("", warning.detail) for warning in outcome.warnings],
            reason=reason,
            fault=fault,
            changed=changed,
        )

    def revision_of(text: str) -> int:
        current_maintainer("read-history")
        return revision_number(text)

    @routes.post("/changes/<revision>/undo/review")
    @context.alone
    def undo_review(revision: str) -> Response:
        return page(revision_of(revision))

    @routes.post("/changes/<revision>/undo")
    @context.alone
    def undo_revision(revision: str) -> Response:
        number = revision_of(revision)
        reason, fault = text_from_form("reason")
        if fault:
            return page(number, reason, fault, is_checked=True)
        version = record_version(request.form.get("revision", ""))
        try:
            outcome = _undo(context, number, reason, version)
        except ConfirmationNeeded:
            return page(number, reason, is_checked=True)
        except StaleRecord:
            return page(number, reason, changed=True)
        return context.page(
            "imported",
            title=Message("Undone"),
            outcome=outcome,
            views=change_views(outcome, context.names()),
        )


def _undo(context: AdminContext, revision: int, reason: str, version: str | None = None) -> Outcome:
    """Undo a revision, if the version is given; otherwise return what that would change."""
    maintainer = current_maintainer("admin" if removals_allowed() else "edit")
    return context.directory.rollback.undo(
        maintainer,
        revision,
        reason,
        confirmed=Confirmation.of(typed_numbers(), removals=removals_allowed()),
        dry_run=version is None,
        expected_version=version,
        idempotency_key=idempotency_key(maintainer) if version else None,
    )
