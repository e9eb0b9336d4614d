"""One record: view, edit, add. The whole change is shown before it is saved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request, url_for

from directory_api.change.change import HistoryEntry, Record
from directory_api.change.confirmation import contact_changed, typed
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit
from directory_api.features.admin.change_view import change_views, typed_fields, with_change_views
from directory_api.features.admin.context import (
    KINDS,
    RECORD_RULE,
    AdminContext,
    current_maintainer,
    expected_versions,
    idempotency_key,
    revision_number,
    text_from_form,
    typed_numbers,
)
from directory_api.features.admin.forms import (
    Input,
    RecordForm,
    cells_from_form,
    faults_by_field,
    languages_to_offer,
    record_from_cells,
    three_way_merge,
)
from directory_api.record import columns
from directory_api.text.errors import ClientError, ConfirmationNeeded, Fault, IdTaken, StaleRecord
from directory_api.web.http import problems

# The name of the tick box with which a maintainer confirms what is changed.
_CHECKED = "checked"
_NEW = "/add/<any(centres, helplines):collection>"
_UNSAVED = "Nothing was saved, but the form still contains everything that you typed."
_AGAIN = " Wait a moment, then try again."
# The endpoints of a form: for an existing record, and the same for a new one.
_STEPS = {"edit_again": "add_again", "review": "review_new", "save": "save_new"}


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A form as it was sent: record id (None for a new one), input, and the version shown."""

    collection: str
    id: str | None
    cells: Mapping[str, str]
    revision: str

    @classmethod
    def sent(cls) -> "SubmittedForm":
        """Return the form in this request."""
        route = request.view_args or {}
        collection, identity = route["collection"], route.get("id")
        cells = cells_from_form(KINDS[collection], request.form)
        if identity is not None:
            cells["id"] = identity  # an id never changes
        return cls(collection, identity, cells, request.form.get("revision", ""))

    @property
    def kind(self) -> str:
        """The kind of the record: centre or helpline."""
        return KINDS[self.collection]

    def raw(self) -> dict[str, Any]:
        """Return the input as a record, not yet checked."""
        return record_from_cells(self.kind, self.cells)

    def url(self, step: str) -> str:
        """Return the URL of a step of the form: `edit_again`, `review` or `save`."""
        if self.id is None:
            return url_for(f"admin.{_STEPS[step]}", collection=self.collection)
        return url_for(f"admin.{step}", collection=self.collection, id=self.id)


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _view(routes, context)
    _edit_form(routes, context)

    @routes.get(_NEW)
    def add(collection: str) -> Response:
        current_maintainer("edit")
        return _form(context, SubmittedForm(collection, None, {}, ""))

    for address, endpoints in ((f"{RECORD_RULE}/edit", _STEPS), (_NEW, _STEPS.values())):
        base = address.removesuffix("/edit")
        steps = zip(
            (address, f"{base}/review", f"{base}/save"),
            endpoints,
            (_form, _review, _save),
            strict=True,
        )
        for rule, endpoint, step in steps:
            routes.add_url_rule(rule, endpoint, partial(_run_step, context, step), methods=["POST"])


def _view(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(RECORD_RULE)
    def record(collection: str, id: str) -> Response:
        kind = KINDS[collection]
        stored = context.directory.editor.stored(kind, id)
        return context.page(
            "record",
            collection=collection,
            stored=stored,
            sections=RecordForm(kind, columns.flatten(kind, stored.record)).sections(),
            confirmation=context.confirmation(kind, stored.record),
            last=context.overview.last_change(kind, id),
            waiting=context.waiting_for(kind, id),
            remarks=context.remarks(kind, id),
            note=request.args.get("note"),
        )


def _edit_form(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(f"{RECORD_RULE}/edit")
    def edit(collection: str, id: str) -> Response:
        current_maintainer("edit")
        kind = KINDS[collection]
        stored = context.directory.editor.stored(kind, id)
        return _form(
            context,
            SubmittedForm(collection, id, columns.flatten(kind, stored.record), stored.version),
        )


def form_again(
    context: AdminContext, sentence: str, *, waiting_helps: bool = True
) -> Response | None:
    """Return the form as it was sent, with a message, for when the store is unavailable.

    None if the request has no form. Renders only the submitted form; reads nothing, so it needs no
    authentication.
    """
    if (request.endpoint or "").removeprefix("admin.") not in (*_STEPS, *_STEPS.values()):
        return None
    return _form(
        context,
        SubmittedForm.sent(),
        HTTPStatus.SERVICE_UNAVAILABLE,
        elsewhere=[f"{sentence} {_UNSAVED}{_AGAIN if waiting_helps else ''}"],
    )


def _run_step(
    context: AdminContext, step: Callable[[AdminContext, SubmittedForm], Response], **_route: str
) -> Response:
    """Run a step with the form that was sent."""
    current_maintainer("edit")
    return step(context, SubmittedForm.sent())


def _review(context: AdminContext, submitted: SubmittedForm) -> Response:
    edit = _edit(submitted, "")
    return _page_or_form(context, submitted, lambda: _review_page(context, submitted, edit, None))


def _save(context: AdminContext, submitted: SubmittedForm) -> Response:
    reason, fault = text_from_form("reason")
    edit = _edit(submitted, reason)
    if fault:
        return _page_or_form(
            context,
            submitted,
            lambda: _review_page(context, submitted, edit, fault, is_checked=True),
        )
    edit = replace(edit, idempotency_key=idempotency_key(edit.actor))
    how = reason if _CHECKED in request.form else None

    def saved() -> Response:
        try:
            outcome = _write(context, submitted, edit, how)
        except ConfirmationNeeded:
            return _review_page(context, submitted, edit, None, is_checked=True)
        return context.done(outcome, submitted.collection, edit.id)

    return _page_or_form(context, submitted, saved)


def _edit(submitted: SubmittedForm, reason: str) -> Edit:
    return Edit(
        current_maintainer("edit"),
        submitted.kind,
        submitted.raw()["id"],
        reason,
        expected_versions(),
        typed=typed_numbers(),
    )


def _write(
    context: AdminContext, submitted: SubmittedForm, edit: Edit, how: str | None = None
) -> Outcome:
    """Write a form; with `how`, the record is confirmed in the same step."""
    editor = context.directory.editor
    write = editor.create if submitted.id is None else editor.replace
    return write(edit, submitted.raw(), how=how)


def _review_page(
    context: AdminContext,
    submitted: SubmittedForm,
    edit: Edit,
    fault: str | None,
    *,
    is_checked: bool = False,
) -> Response:
    """Return the page between the form and saving: the change in words. What was typed once more is
    checked when it was sent.
    """
    outcome = _write(context, submitted, replace(edit, dry_run=True))
    labels = RecordForm(submitted.kind, submitted.cells).labels()
    return context.page(
        "review",
        HTTPStatus.UNPROCESSABLE_ENTITY if is_checked else HTTPStatus.OK,
        submitted=submitted,
        typed=[*typed_fields(outcome.changes, request.form, is_checked=is_checked)],
        views=change_views(outcome),
        waits=bool(outcome.waiting),
        to_check=outcome.to_check,
        seen=context.is_seen(outcome),
        warnings=_warnings(submitted, outcome, labels),
        reason=edit.reason,
        fault=fault,
        confirmable=_confirmable(outcome),
        is_checked=_CHECKED in request.form,
    )


def _confirmable(outcome: Outcome) -> str | None:
    """Return what a maintainer can confirm together with the change; None if nothing by which
    people reach the centre or the helpline is new.
    """
    for change in outcome.changes:
        if contact_changed(change) and typed(change.kind, change.after or {}).needs_confirmation:
            numbers = [_numbers(record or {}) for record in (change.before, change.after)]
            return "new values" if numbers[0] == numbers[1] else "new number"
    return None


def _numbers(record: Record) -> set[str | None]:
    return {phone.get("number") for phone in (record, *record.get("phones", ()))}


def _warnings(
    submitted: SubmittedForm, outcome: Outcome, labels: Mapping[str, Input]
) -> list[tuple[str, str]]:
    """Return each warning with the label of its field."""
    details = (
        (columns.column_of(submitted.kind, submitted.cells, warning.pointer or ""), warning.detail)
        for warning in outcome.warnings
    )
    return [(labels[column].full if column in labels else "", detail) for column, detail in details]


def _page_or_form(
    context: AdminContext, submitted: SubmittedForm, page: Callable[[], Response]
) -> Response:
    """Return the page; if the change is refused, the form with all input and the faults."""
    try:
        return page()
    except StaleRecord:
        return _merged_form(context, submitted)
    except ClientError as error:
        faults = (
            [Fault(error.detail, pointer="/id")] if isinstance(error, IdTaken) else error.faults
        )
        by_column, elsewhere = faults_by_field(submitted.kind, submitted.cells, faults)
        if not faults:
            elsewhere = [problems.describe(error).sentence]
        return _form(context, submitted, problems.kind_of(error).status, by_column, elsewhere)


def _merged_form(context: AdminContext, submitted: SubmittedForm) -> Response:
    """The record has changed: return the form with the current record and the input merged."""
    editor = context.directory.editor
    stored = editor.stored(submitted.kind, submitted.id or "")
    revision = revision_number(submitted.revision.partition(".")[0])
    entries = editor.history(submitted.kind, submitted.id or "", most=10_000)
    cells, both = three_way_merge(
        columns.flatten(submitted.kind, _at(entries, revision)),
        submitted.cells,
        columns.flatten(submitted.kind, stored.record),
    )
    since = with_change_views(entry for entry in entries if entry.revision > revision)
    merged = replace(submitted, cells=cells, revision=stored.version)
    return _form(
        context,
        merged,
        HTTPStatus.PRECONDITION_FAILED,
        since=since,
        both=_names(submitted.kind, cells, both),
    )


def _at(entries: tuple[HistoryEntry, ...], revision: int) -> Record:
    """Return the record at a revision; empty if it did not exist."""
    record = next((entry.change.after for entry in entries if entry.revision <= revision), None)
    return record or {}


def _names(kind: str, cells: Mapping[str, str], members: tuple[str, ...]) -> list[str]:
    """Return the labels of members in the form: of their field, or of the group of their fields."""
    form = RecordForm(kind, cells)
    labels = {column: field.full for column, field in form.labels().items()}
    legends = {
        field.column.partition(".")[0]: section.legend
        for section in form.sections()
        for field in section.inputs
    }
    return [labels.get(member, legends[member]) for member in members]


def _form(
    context: AdminContext,
    submitted: SubmittedForm,
    status: int = HTTPStatus.OK,
    faults: Mapping[str, list[str]] | None = None,
    elsewhere: list[str] | None = None,
    **values: Any,
) -> Response:
    tags = languages_to_offer(request.form.get("language", ""))
    form = RecordForm(submitted.kind, submitted.cells, faults or {}, tags)
    sections = form.sections()
    faulty = [field for section in sections for field in section.inputs if field.faults]
    return context.page(
        "form",
        status,
        submitted=submitted,
        sections=sections,
        faulty=faulty,
        elsewhere=elsewhere or [],
        # While the store is away, the form is shown without reading it.
        remarks=()
        if status == HTTPStatus.SERVICE_UNAVAILABLE
        else context.remarks(submitted.kind, submitted.id),
        **values,
    )
