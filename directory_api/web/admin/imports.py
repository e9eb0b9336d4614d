"""Import of a whole directory from a file: compare it, look at the plan, then import it."""

import base64
import binascii
from collections.abc import Callable
from http import HTTPStatus

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from directory_api.domain.changes.proposal import Outcome
from directory_api.domain.errors import FileUnreadable, RecordsInvalid, StaleRecord
from directory_api.services.importer import Incoming
from directory_api.web.admin import context as desks
from directory_api.web.admin.context import AdminContext

# The name of the file in faults, because its real name may contain anything.
_NAME = "The file"
# Longest plan that is readable; further changes are only counted.
_MOST_TOLD = 300


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""

    @routes.get("/upload")
    def upload() -> Response:
        desks.actor("edit")
        return context.page("upload")

    @routes.post("/upload/compare")
    def compare() -> Response:
        desks.actor("edit")
        sent = request.files.get("file")
        raw = sent.read() if sent else b""
        if not raw:
            return context.page(
                "upload",
                HTTPStatus.UNPROCESSABLE_ENTITY,
                sentence="Choose a file that is not empty.",
            )
        return _tried(context, lambda: _plan(context, raw))

    @routes.post("/upload/take")
    def take() -> Response:
        desks.actor("edit")
        raw = _carried()
        reason, fault = desks.line("reason")
        if fault:
            return _tried(context, lambda: _plan(context, raw, reason=reason, fault=fault))
        seen = desks.number(request.form.get("revision", ""))

        def taken() -> Response:
            try:
                outcome = _bring_in(context, raw, reason, seen=seen)
            except StaleRecord:
                return _plan(context, raw, reason=reason, changed=True)
            return context.page("taken", outcome=outcome, told=desks.tell(outcome))

        return _tried(context, taken)


def _plan(
    context: AdminContext,
    raw: bytes,
    *,
    reason: str = "",
    fault: str | None = None,
    changed: bool = False,
) -> Response:
    """Return the changes that the import would make."""
    outcome = _bring_in(context, raw, reason, dry_run=True)
    told = desks.tell(outcome)
    return context.page(
        "plan",
        HTTPStatus.PRECONDITION_FAILED
        if changed
        else HTTPStatus.UNPROCESSABLE_ENTITY
        if fault
        else HTTPStatus.OK,
        told=told[:_MOST_TOLD],
        more=len(told[_MOST_TOLD:]),
        outcome=outcome,
        file=base64.b64encode(raw).decode(),
        allow_removals=_allowed(),
        reason=reason,
        fault=fault,
        changed=changed,
    )


def _bring_in(
    context: AdminContext,
    raw: bytes,
    reason: str,
    *,
    seen: int | None = None,
    dry_run: bool = False,
) -> Outcome:
    who = desks.actor("admin" if _allowed() else "edit")
    return context.directory.importer.bring_in(
        who,
        Incoming(raw, _NAME),
        reason,
        dry_run=dry_run,
        allow_removals=_allowed(),
        once=None if dry_run else desks.once(who),
        seen=seen,
    )


def _tried(context: AdminContext, deed: Callable[[], Response]) -> Response:
    """Return the page of `deed`, or one with every fault of the file and its place."""
    try:
        return deed()
    except FileUnreadable as error:
        return context.page("upload", HTTPStatus.UNPROCESSABLE_ENTITY, sentence=error.detail)
    except RecordsInvalid as error:
        return context.page("upload", HTTPStatus.UNPROCESSABLE_ENTITY, faults=error.faults)


def _allowed() -> bool:
    return request.form.get("allow_removals") == "yes"


def _carried() -> bytes:
    """Return the file, which the form carries, so that the server stores nothing between two pages.

    Raises BadRequest.
    """
    try:
        return base64.b64decode(request.form.get("file", ""), validate=True)
    except (binascii.Error, ValueError):
        raise BadRequest from None
