"""Import of a whole directory from a file: compare it, look at the plan, then import it."""

import base64
import binascii
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from directory_api.change.guards import MOVED, NOT_TYPED, Confirmation
from directory_api.change.outcome import Outcome
from directory_api.features.admin.change_view import change_views, typed_fields
from directory_api.features.admin.context import (
    AdminContext,
    current_maintainer,
    idempotency_key,
    record_version,
    removals_allowed,
    text_from_form,
    typed_numbers,
)
from directory_api.features.admin.fault_places import place
from directory_api.text.errors import (
    ConfirmationNeeded,
    FileUnreadable,
    RecordsInvalid,
    StaleRecord,
)
from directory_api.text.message import Message

# The name of the file in faults, because its real name may contain anything.
_NAME = "The file"
# Longest plan that is readable; further changes are only counted.
_MAX_VIEWS = 300


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes, if there is something that imports files."""
    if context.bring_in is None:
        return

    @routes.get("/upload")
    def upload() -> Response:
        current_maintainer("edit")
        return context.page("upload")

    @routes.post("/upload/compare")
    def compare() -> Response:
        current_maintainer("edit")
        upload = request.files.get("file")
        raw = upload.read() if upload else b""
        if not raw:
            return context.page(
                "upload",
                HTTPStatus.UNPROCESSABLE_ENTITY,
                sentence=Message("Choose a file that is not empty."),
            )
        return _page_or_faults(context, lambda: _plan(context, raw))

    @routes.post("/upload/take")
    def take() -> Response:
        current_maintainer("edit")
        raw = _file_in_form()
        reason, fault = text_from_form("reason")
        if fault:
            return _page_or_faults(
                context, lambda: _plan(context, raw, reason=reason, fault=fault, is_checked=True)
            )
        version = record_version(request.form.get("revision", ""))

        def import_file() -> Response:
            try:
                outcome = _import(context, raw, reason, version=version)
            except StaleRecord:
                return _plan(context, raw, reason=reason, changed=True)
            except ConfirmationNeeded:
                return _plan(context, raw, reason=reason, is_checked=True)
            return context.page("imported", outcome=outcome, views=change_views(outcome))

        return _page_or_faults(context, import_file)


def _plan(
    context: AdminContext,
    raw: bytes,
    *,
    reason: str = "",
    fault: str | None = None,
    changed: bool = False,
    is_checked: bool = False,
) -> Response:
    """Return the changes that the import would make. What was typed once more is checked when it
    was sent.
    """
    outcome = _import(context, raw, reason, dry_run=True)
    views = change_views(outcome)
    shown = views[:_MAX_VIEWS]
    keys = [(view.change.kind, view.change.id) for view, _ in shown]
    last = context.overview.last_changes(keys)
    return context.page(
        "plan",
        HTTPStatus.PRECONDITION_FAILED
        if changed
        else HTTPStatus.UNPROCESSABLE_ENTITY
        if is_checked
        else HTTPStatus.OK,
        views=shown,
        last_changes=[last.get(key) for key in keys],
        more=len(views[_MAX_VIEWS:]),
        outcome=outcome,
        typed=[*typed_fields(outcome.changes, request.form, is_checked=is_checked)],
        version=context.directory.editor.version(outcome.revision),
        file=base64.b64encode(raw).decode(),
        allow_removals=removals_allowed(),
        reason=reason,
        fault=fault,
        changed=changed,
    )


def _import(
    context: AdminContext,
    raw: bytes,
    reason: str,
    *,
    version: str | None = None,
    dry_run: bool = False,
) -> Outcome:
    maintainer = current_maintainer("admin" if removals_allowed() else "edit")
    assert context.bring_in  # otherwise there are no such routes
    return context.bring_in(
        maintainer,
        raw,
        _NAME,
        reason,
        dry_run=dry_run,
        confirmed=Confirmation.of(typed_numbers(), removals=removals_allowed()),
        idempotency_key=None if dry_run else idempotency_key(maintainer),
        expected_version=version,
    )


def _page_or_faults(context: AdminContext, page: Callable[[], Response]) -> Response:
    """Return the page, or one with every fault of the file and its place."""
    try:
        return page()
    except FileUnreadable as error:
        return context.page("upload", HTTPStatus.UNPROCESSABLE_ENTITY, sentence=error.detail)
    except RecordsInvalid as error:
        to_allow = isinstance(error, ConfirmationNeeded)
        apart = (NOT_TYPED,) if to_allow else (MOVED,)
        return context.page(
            "upload",
            HTTPStatus.UNPROCESSABLE_ENTITY,
            # The preview has the fields for numbers that are typed once more.
            faults=[fault for fault in error.faults if fault.code not in apart],
            place=place,
            hints=[] if to_allow else [fault for fault in error.faults if fault.code == MOVED],
            to_allow=to_allow,
        )


def _file_in_form() -> bytes:
    """Return the file, which the form carries, so that the server stores nothing between two pages.

    Raises BadRequest.
    """
    try:
        return base64.b64decode(request.form.get("file", ""), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest from None
