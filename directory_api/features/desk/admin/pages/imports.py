"""Import of a whole directory from a file: compare it, look at the plan, then import it."""

import base64
import binascii
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest

from directory_api.change.change import COLLECTIONS, Change, HistoryEntry
from directory_api.change.guards import MOVED, NOT_TYPED, Confirmation
from directory_api.change.outcome import Outcome
from directory_api.features.desk.admin.change_view import (
    ChangeView,
    change_view,
    typed_fields,
)
from directory_api.features.desk.admin.context import (
    AdminContext,
    current_maintainer,
    idempotency_key,
    record_version,
    removals_allowed,
    text_from_form,
    typed_numbers,
)
from directory_api.features.desk.admin.fault_places import place
from directory_api.text.errors import (
    ConfirmationNeeded,
    Fault,
    FileUnreadable,
    RecordsInvalid,
    StaleRecord,
)
from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class Planned:
    """A change of a preview, which can be left out."""

    view: ChangeView
    waits: bool
    last: HistoryEntry | None
    warnings: tuple[Fault, ...]
    is_taken: bool

    @property
    def key(self) -> str:
        """What names it in the form."""
        return f"{self.view.change.kind}/{self.view.change.id}"

    @property
    def action(self) -> str:
        """What happens to the record: one of _ACTIONS."""
        return self.view.change.action


# The name of the file in faults, because its real name may contain anything.
_NAME = "The file"
# Longest plan that is readable; further changes are only counted.
_MAX_VIEWS = 300
# So many changes are open when the page is; of more, those with a warning.
_MOST_OPEN = 10
_ACTIONS = ("changed", "added", "removed")


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes, if there is something that imports files."""
    if context.bring_in is None:
        return

    @routes.get("/upload")
    def upload() -> Response:
        current_maintainer("edit")
        return context.page("upload")

    @routes.post("/upload/compare")
    @context.alone
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
    @context.alone
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
                outcome = _import(context, raw, reason, version=version, left_out=_left_out())
            except StaleRecord:
                return _plan(context, raw, reason=reason, changed=True)
            except ConfirmationNeeded:
                return _plan(context, raw, reason=reason, is_checked=True)
            changes, names = _changes(outcome), context.names()
            return context.page(
                "imported",
                outcome=outcome,
                views=[
                    (change_view(change, names), waits) for change, waits in changes[:_MAX_VIEWS]
                ],
                more=len(changes[_MAX_VIEWS:]),
                left_out=len(_left_out()),
                can_undo=True,
            )

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
    changes = _changes(outcome)
    planned = _planned(context, outcome, changes[:_MAX_VIEWS])
    return context.page(
        "plan",
        HTTPStatus.PRECONDITION_FAILED
        if changed
        else HTTPStatus.UNPROCESSABLE_ENTITY
        if is_checked
        else HTTPStatus.OK,
        groups=[(action, [p for p in planned if p.action == action]) for action in _ACTIONS],
        counts=Counter(change.action for change, _ in changes),
        shown=" ".join(each.key for each in planned),
        is_short=len(planned) <= _MOST_OPEN,
        more=len(changes[_MAX_VIEWS:]),
        about_file=_about_file(outcome, planned),
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
    left_out: Collection[tuple[str, str]] = (),
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
        left_out=left_out,
    )


def _changes(outcome: Outcome) -> list[tuple[Change, bool]]:
    """Return the changes of an import, and whether each waits for review."""
    waiting = [(held.change, True) for held in outcome.waiting]
    return [*((change, False) for change in outcome.done), *waiting]


def _planned(
    context: AdminContext, outcome: Outcome, changes: Sequence[tuple[Change, bool]]
) -> list[Planned]:
    last = context.overview.last_changes([(change.kind, change.id) for change, _ in changes])
    left_out, names = _left_out(), context.names()
    warnings: defaultdict[tuple[str, str], list[Fault]] = defaultdict(list)
    for warning in outcome.warnings:
        warnings[_record_of(warning)].append(warning)
    return [
        Planned(
            change_view(change, names),
            waits,
            last.get((change.kind, change.id)),
            tuple(warnings.get((COLLECTIONS.get(change.kind, ""), change.id), ())),
            is_taken=(change.kind, change.id) not in left_out,
        )
        for change, waits in changes
    ]


def _record_of(warning: Fault) -> tuple[str, str]:
    """Return the list and the id of the record of a file that a warning is about; the id is empty
    if it is about none.
    """
    detail: Any = warning.detail
    while isinstance(detail, Message) and "record" not in detail.values:
        detail = detail.values.get("detail")
    collection = (warning.pointer or "").split("/")[1:2]
    identity = detail.values["record"] if isinstance(detail, Message) else ""
    return "".join(collection), identity


def _about_file(outcome: Outcome, planned: Iterable[Planned]) -> list[Fault]:
    """Return the warnings that no record of the page shows."""
    shown = {warning for each in planned for warning in each.warnings}
    return [warning for warning in outcome.warnings if warning not in shown]


def _left_out() -> frozenset[tuple[str, str]]:
    """Return kind and id of each change of the preview whose tick was removed."""
    taken = set(request.form.getlist("take"))
    shown = request.form.get("shown", "").split()
    parts = (key.partition("/") for key in shown if key not in taken)
    return frozenset((kind, identity) for kind, _, identity in parts)


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
