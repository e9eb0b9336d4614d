"""One record: view, edit, add. The whole change is shown before it is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for

from directory_api.domain.changes.change import HistoryEntry, Record
from directory_api.domain.changes.proposal import Outcome
from directory_api.domain.errors import ClientError, Fault, IdTaken, StaleRecord
from directory_api.domain.tabular import columns
from directory_api.services.editor import Edit
from directory_api.web.admin import context as desks
from directory_api.web.admin.context import KINDS, ONE, AdminContext
from directory_api.web.admin.forms import (
    Input,
    RecordForm,
    brought_together,
    cells_of,
    offered,
    placed,
    raw_of,
)
from directory_api.web.http import problems

_NEW = "/add/<any(centres, helplines):collection>"
# The endpoints of a form: for an existing record, and the same for a new one.
_PARTS = {"edit_again": "add_again", "review": "review_new", "save": "save_new"}


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A form as it was sent: record id (None for a new one), input, and the revision shown."""

    collection: str
    id: str | None
    cells: Mapping[str, str]
    revision: str

    @classmethod
    def sent(cls) -> "SubmittedForm":
        """Return the form in this request."""
        given = request.view_args or {}
        collection, identity = given["collection"], given.get("id")
        cells = cells_of(KINDS[collection], request.form)
        if identity is not None:
            cells["id"] = identity  # an id never changes
        return cls(collection, identity, cells, request.form.get("revision", ""))

    @property
    def kind(self) -> str:
        """The kind of the record: centre or helpline."""
        return KINDS[self.collection]

    def raw(self) -> dict[str, Any]:
        """Return the input as a record, not yet checked."""
        return raw_of(self.kind, self.cells)

    def url(self, part: str) -> str:
        """Return the URL of a step of the form: `edit_again`, `review` or `save`."""
        if self.id is None:
            return url_for(f"admin.{_PARTS[part]}", collection=self.collection)
        return url_for(f"admin.{part}", collection=self.collection, id=self.id)


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _looking(routes, context)
    _writing(routes, context)

    @routes.get(_NEW)
    def add(collection: str) -> Response:
        desks.actor("edit")
        return _form(context, SubmittedForm(collection, None, {}, ""))

    for address, endpoints in ((f"{ONE}/edit", _PARTS), (_NEW, _PARTS.values())):
        base = address.removesuffix("/edit")
        steps = zip(
            (address, f"{base}/review", f"{base}/save"),
            endpoints,
            (_back, _review, _save),
            strict=True,
        )
        for rule, endpoint, step in steps:
            routes.add_url_rule(rule, endpoint, partial(_taken, context, step), methods=["POST"])


def _looking(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(ONE)
    def record(collection: str, id: str) -> Response:
        kind = KINDS[collection]
        held = context.directory.editor.held(kind, id)
        waiting = [found for found, _ in context.directory.proposals.waiting()]
        return context.page(
            "record",
            collection=collection,
            held=held,
            sections=RecordForm(kind, columns.flatten(kind, held.record)).sections(),
            freshness=context.freshness(kind, held.record),
            last=context.directory.overview.last_change(kind, id),
            waiting=[
                found for found in waiting if (found.change.kind, found.change.id) == (kind, id)
            ],
            note=request.args.get("note"),
        )


def _writing(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(f"{ONE}/edit")
    def edit(collection: str, id: str) -> Response:
        desks.actor("edit")
        kind = KINDS[collection]
        held = context.directory.editor.held(kind, id)
        return _form(
            context,
            SubmittedForm(collection, id, columns.flatten(kind, held.record), str(held.revision)),
        )


def again(context: AdminContext, sentence: str) -> Response | None:
    """Return the form as it was sent, with a message, for when the store is unavailable.

    None if the request has no form. Renders only the submitted form; reads nothing, so it needs no
    authentication.
    """
    if (request.endpoint or "").removeprefix("admin.") not in (*_PARTS, *_PARTS.values()):
        return None
    again = "What you typed is all here; nothing was saved. Wait a moment, then go on."
    return _form(
        context,
        SubmittedForm.sent(),
        HTTPStatus.SERVICE_UNAVAILABLE,
        elsewhere=[f"{sentence} {again}"],
    )


def _taken(
    context: AdminContext, step: Callable[[AdminContext, SubmittedForm], Response], **_names: str
) -> Response:
    """Run a step with the form that was sent."""
    desks.actor("edit")
    return step(context, SubmittedForm.sent())


def _back(context: AdminContext, sheet: SubmittedForm) -> Response:
    return _form(context, sheet)


def _review(context: AdminContext, sheet: SubmittedForm) -> Response:
    edit = _edit(sheet, "")
    return _tried(context, sheet, lambda: _reviewed(context, sheet, edit, None))


def _save(context: AdminContext, sheet: SubmittedForm) -> Response:
    reason, fault = desks.line("reason")
    edit = _edit(sheet, reason)
    if fault:
        return _tried(context, sheet, lambda: _reviewed(context, sheet, edit, fault))
    edit = replace(edit, once=desks.once(edit.actor))
    return _tried(
        context,
        sheet,
        lambda: context.done(_write(context, sheet, edit), sheet.collection, edit.id),
    )


def _edit(sheet: SubmittedForm, reason: str) -> Edit:
    return Edit(desks.actor("edit"), sheet.kind, sheet.raw()["id"], reason, desks.seen())


def _write(context: AdminContext, sheet: SubmittedForm, edit: Edit) -> Outcome:
    editor = context.directory.editor
    return (editor.create if sheet.id is None else editor.replace)(edit, sheet.raw())


def _reviewed(
    context: AdminContext, sheet: SubmittedForm, edit: Edit, fault: str | None
) -> Response:
    """Return the page between the form and saving: the change in words."""
    outcome = _write(context, sheet, replace(edit, dry_run=True))
    labels = RecordForm(sheet.kind, sheet.cells).labels()
    return context.page(
        "review",
        HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
        sheet=sheet,
        told=desks.tell(outcome),
        waits=bool(outcome.waiting),
        warnings=_warnings(sheet, outcome, labels),
        reason=edit.reason,
        fault=fault,
    )


def _warnings(
    sheet: SubmittedForm, outcome: Outcome, labels: Mapping[str, Input]
) -> list[tuple[str, str]]:
    """Return each warning with the label of its field."""
    placed_ones = (
        (columns.column_of(sheet.kind, sheet.cells, w.pointer or ""), w.detail)
        for w in outcome.warnings
    )
    return [
        (labels[column].full if column in labels else "", detail) for column, detail in placed_ones
    ]


def _tried(context: AdminContext, sheet: SubmittedForm, deed: Callable[[], Response]) -> Response:
    """Return the page of `deed`; if it is refused, the form with all input and the faults."""
    try:
        return deed()
    except StaleRecord:
        return _changed(context, sheet)
    except ClientError as error:
        faults = (
            [Fault(error.detail, pointer="/id")] if isinstance(error, IdTaken) else error.faults
        )
        by_column, elsewhere = placed(sheet.kind, sheet.cells, faults)
        if not faults:
            elsewhere = [problems.describe(error).sentence]
        return _form(context, sheet, problems.kind_of(error).status, by_column, elsewhere)


def _changed(context: AdminContext, sheet: SubmittedForm) -> Response:
    """The record has changed: return the form with the current record and the input merged."""
    editor = context.directory.editor
    held = editor.held(sheet.kind, sheet.id or "")
    revision = desks.number(sheet.revision)
    entries = editor.history(sheet.kind, sheet.id or "", most=10_000)
    cells, both = brought_together(
        columns.flatten(sheet.kind, _at(entries, revision)),
        sheet.cells,
        columns.flatten(sheet.kind, held.record),
    )
    since = desks.labelled(entry for entry in entries if entry.revision > revision)
    now = replace(sheet, cells=cells, revision=str(held.revision))
    return _form(
        context,
        now,
        HTTPStatus.PRECONDITION_FAILED,
        since=since,
        both=_names(sheet.kind, cells, both),
    )


def _at(entries: tuple[HistoryEntry, ...], revision: int) -> Record:
    """Return the record at a revision; empty if it did not exist."""
    found = next((entry.change.after for entry in entries if entry.revision <= revision), None)
    return found or {}


def _names(kind: str, cells: Mapping[str, str], members: tuple[str, ...]) -> list[str]:
    """Return the labels of members in the form: of their field, or of the group of their fields."""
    form = RecordForm(kind, cells)
    labels = {column: found.full for column, found in form.labels().items()}
    parts = {
        found.column.partition(".")[0]: part.legend
        for part in form.sections()
        for found in part.inputs
    }
    return [labels.get(member, parts[member]) for member in members]


def _form(
    context: AdminContext,
    sheet: SubmittedForm,
    status: int = HTTPStatus.OK,
    faults: Mapping[str, list[str]] | None = None,
    elsewhere: list[str] | None = None,
    **shown: Any,
) -> Response:
    tags = offered(request.form.get("language", ""))
    form = RecordForm(sheet.kind, sheet.cells, faults or {}, tags)
    sections = form.sections()
    faulty = [found for section in sections for found in section.inputs if found.faults]
    return context.page(
        "form",
        status,
        sheet=sheet,
        sections=sections,
        faulty=faulty,
        elsewhere=elsewhere or [],
        **shown,
    )
