"""Undo all changes of a revision, such as those of an import."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.domain.changes.outcome import Outcome
from directory_api.domain.errors import StaleRecord
from directory_api.web.admin.change_view import change_views
from directory_api.web.admin.context import (
    AdminContext,
    current_maintainer,
    idempotency_key,
    record_version,
    revision_number,
    text_from_form,
)

# The longest preview that is readable; further changes are only counted.
_MAX_VIEWS = 300


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""

    def undo(revision: int, reason: str, version: str | None = None) -> Outcome:
        maintainer = current_maintainer("edit")
        return context.directory.rollback.undo(
            maintainer,
            revision,
            reason,
            dry_run=version is None,
            expected_version=version,
            idempotency_key=idempotency_key(maintainer) if version else None,
        )

    def page(
        revision: int, reason: str = "", fault: str | None = None, *, changed: bool = False
    ) -> Response:
        outcome = undo(revision, reason)
        views = change_views(outcome)
        return context.page(
            "undo",
            HTTPStatus.PRECONDITION_FAILED
            if changed
            else HTTPStatus.UNPROCESSABLE_ENTITY
            if fault
            else HTTPStatus.OK,
            undone=revision,
            outcome=outcome,
            views=views[:_MAX_VIEWS],
            more=len(views[_MAX_VIEWS:]),
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
    def undo_review(revision: str) -> Response:
        return page(revision_of(revision))

    @routes.post("/changes/<revision>/undo")
    def undo_revision(revision: str) -> Response:
        number = revision_of(revision)
        reason, fault = text_from_form("reason")
        if fault:
            return page(number, reason, fault)
        version = record_version(request.form.get("revision", ""))
        try:
            outcome = undo(number, reason, version)
        except StaleRecord:
            return page(number, reason, changed=True)
        return context.page(
            "imported", title="Undone", outcome=outcome, views=change_views(outcome)
        )
