"""The sources of the directory: what cites each; add, edit, retire and remove one."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, request, url_for
from werkzeug.exceptions import NotFound

from directory_api.change.change import COLLECTIONS
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit
from directory_api.features.desk.admin.change_view import name_of
from directory_api.features.desk.admin.context import (
    MAX_TEXT,
    AdminContext,
    current_maintainer,
    redirect,
)
from directory_api.features.desk.admin.form.choices import source_label
from directory_api.features.desk.admin.form.ids import free_id
from directory_api.features.desk.admin.operation import Operation, mount
from directory_api.features.desk.admin.paging import Part
from directory_api.features.desk.admin.source_editor import Citation, SourceEditor, citations
from directory_api.features.desk.members.fields import PARTS, members
from directory_api.features.desk.members.source_fields import (
    DATES,
    FIELDS,
    ID,
    RETIRED,
    date_as_typed,
)
from directory_api.record.record_value import Record
from directory_api.text.errors import ClientError, Fault, IdTaken, StaleRecord
from directory_api.text.message import Message
from directory_api.text.normalize import fold
from directory_api.web.http import problems

_KIND = "source"
# A year, perhaps with the month, perhaps with the day before it.
_DATE = re.compile(
    r"\s*(?:(?:([0-9]{1,2})\s*[/.-]\s*)?([0-9]{1,2})\s*[/.-]\s*)?([0-9]{4})\s*", re.ASCII
)
_DATE_FAULTS = {
    "published": Message("Write a year, a month or a day: 2026, 11/2026 or 28/11/2026."),
    "accessed": Message("Write the month and the year, for example 11/2026."),
}
_REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A source in the list, and how many records cite it."""

    source: Record
    label: str
    count: int


@dataclass(frozen=True, slots=True)
class CitedIn:
    """A record that cites a source: its name, its page, and the parts with their places there."""

    name: str
    address: str
    parts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SubmittedSource:
    """The form of a source: its id (None for a new one), what was typed, and the version of the
    sources that it was made from. With `removes` the source is to be removed.
    """

    id: str | None
    cells: Mapping[str, str]
    revision: str
    removes: bool = False

    @classmethod
    def of(cls, source: Record, version: str) -> "SubmittedSource":
        """Return the form of a stored source."""
        cells = {field.name: source.get(field.name, "") for field in FIELDS}
        for name in DATES:
            cells[name] = date_as_typed(cells[name])
        return cls(source["id"], {**cells, RETIRED: _flag(source)}, version)

    @classmethod
    def from_request(cls, identity: str | None) -> "SubmittedSource":
        """Return the form in this request."""
        names = (ID.name, *(field.name for field in FIELDS), RETIRED)
        cells = {name: request.form.get(name, "").strip() for name in names}
        removes = identity is not None and request.form.get("action") == _REMOVE
        return cls(identity, cells, request.form.get("revision", ""), removes)

    def record(self) -> Record:
        """Return the source as it is stored, not yet checked."""
        values = {field.name: self.cells.get(field.name, "") for field in FIELDS}
        for name in DATES:
            if date := _DATE.fullmatch(values[name]):
                parts = (date[3], *(f"{int(part):02}" for part in (date[2], date[1]) if part))
                values[name] = "-".join(parts)
        record: dict[str, object] = {name: text for name, text in values.items() if text}
        if self.cells.get(RETIRED):
            record[RETIRED] = True
        return {"id": self.id or self.cells.get(ID.name, ""), **record}

    def url(self, step: str) -> str:
        """Return the URL of a step of the form: `edit`, `review` or `save`."""
        return url_for(f"admin.{step}_source", id=self.id)


def _flag(source: Record) -> str:
    return "yes" if source.get(RETIRED) else ""


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    editor = SourceEditor(context.directory.writer)
    _view(routes, context, editor)

    @routes.get("/sources/add")
    def new_source() -> Response:
        current_maintainer("edit")
        return _form(context, SubmittedSource(None, {}, editor.stored().version))

    @routes.get("/sources/<id>/edit")
    def source_form(id: str) -> Response:
        current_maintainer("edit")
        stored = editor.stored()
        return _form(context, SubmittedSource.of(_found(stored.get(id)), stored.version))

    mount(
        routes,
        context,
        partial(_change, context, editor),
        form=("edit_source", "/sources/<id>/edit", "/sources/add"),
        show_form=partial(_as_sent, context),
        review=("review_source", "/sources/<id>/review", "/sources/add/review"),
        save=("save_source", "/sources/<id>/save", "/sources/add/save"),
    )


def _view(routes: Blueprint, context: AdminContext, editor: SourceEditor) -> None:
    @routes.get("/sources")
    @context.one_at_a_time
    def sources() -> Response:
        search = request.args.get("q", "")[:MAX_TEXT]
        words = fold(search).split()
        cited = citations(context.overview.contents())
        rows = [
            SourceRow(each, source_label(each), len(cited.get(each["id"], ())))
            for each in editor.stored().sources
            if all(word in fold(f"{source_label(each)} {each['id']}") for word in words)
        ]
        rows.sort(key=lambda row: (RETIRED in row.source, fold(row.label)))
        found = Part.requested("page", rows)
        return context.page("sources", found=found, q=search, note=request.args.get("note"))

    @routes.get("/sources/<id>")
    @context.one_at_a_time
    def source(id: str) -> Response:
        stored = editor.stored()
        found = _found(stored.get(id))
        cited = citations(context.overview.contents()).get(id, ())
        submitted = SubmittedSource.of(found, stored.version)
        return context.page(
            "source",
            source=found,
            values=[(each.label, submitted.cells[each.name]) for each in FIELDS[1:]],
            submitted=submitted,
            cited=Part.requested("page", cited).with_rows(_cited),
            note=request.args.get("note"),
        )


def _found(source: Record | None) -> Record:
    """Return a source. Raises NotFound if there is none."""
    if source is None:
        raise NotFound
    return source


def _cited(citation: Citation) -> CitedIn:
    collection, record = COLLECTIONS[citation.kind], citation.record
    address = url_for("admin.record", collection=collection, id=record["id"])
    parts = tuple(
        (title, f"{address}#change-{part}")
        for part, title in PARTS.items()
        if not members(citation.kind, part).isdisjoint(citation.members)
    )
    return CitedIn(name_of(record) or record["id"], address, parts)


def _as_sent(
    context: AdminContext,
    status: int = HTTPStatus.OK,
    elsewhere: Sequence[str] = (),
    id: str | None = None,
) -> Response:
    """Return the form as it was sent."""
    return _form(context, SubmittedSource.from_request(id), status, elsewhere=[*elsewhere])


def _change(context: AdminContext, editor: SourceEditor, id: str | None = None) -> Operation:
    """Return the change of a source to what is in its form, or its removal."""
    current_maintainer("edit")
    submitted = _with_id(editor, SubmittedSource.from_request(id))
    source = submitted.record()

    def run(edit: Edit) -> Outcome:
        if submitted.removes:
            return editor.remove(edit)
        return editor.add(edit, source) if submitted.id is None else editor.replace(edit, source)

    def respond(outcome: Outcome) -> Response:
        if outcome.proposals:
            return redirect("proposal", id=outcome.proposals[0].id, note="waits")
        if submitted.removes:
            return redirect("sources", note="removed")
        return redirect("source", id=source["id"], note="saved" if outcome.applied else "same")

    return Operation(
        kind=_KIND,
        id=source["id"],
        version=submitted.revision,
        run=run,
        respond=respond,
        refused=partial(_refused, context, editor, submitted),
        title=Message("Check your changes"),
        name=submitted.cells.get("title", ""),
        help=Message("A few words for the history, for example: the page was renewed."),
        carried={**submitted.cells, **({"action": _REMOVE} if submitted.removes else {})},
        form=submitted.url("edit"),
    )


def _with_id(editor: SourceEditor, submitted: SubmittedSource) -> SubmittedSource:
    """Return the form of a new source with an id that is made from what was typed, if it has
    none.
    """
    if submitted.id is not None or submitted.cells.get(ID.name):
        return submitted
    stored = editor.stored()
    named = submitted.cells.get("publisher") or submitted.cells.get("title", "")
    identity = free_id(named, lambda each: stored.get(each) is None)
    return replace(submitted, cells={**submitted.cells, ID.name: identity})


def _refused(
    context: AdminContext, editor: SourceEditor, submitted: SubmittedSource, error: ClientError
) -> Response:
    """Return the form with what was typed, and what is wrong."""
    status = error.status
    if isinstance(error, StaleRecord):
        submitted = replace(submitted, revision=editor.stored().version)
    by_field: dict[str, list[str]] = {}
    elsewhere: list[str] = []
    faults = [Fault(error.detail, pointer="/id")] if isinstance(error, IdTaken) else error.faults
    for fault in faults:
        name = (fault.pointer or "").strip("/")
        if name in (ID.name, *(field.name for field in FIELDS)):
            by_field.setdefault(name, []).append(_DATE_FAULTS.get(name, fault.detail))
        else:
            elsewhere.append(fault.detail)
    if not submitted.cells.get("title"):
        by_field.pop(ID.name, None)  # it would have been made from the title
    if not faults:
        elsewhere.append(problems.problem_of(error).sentence)
    return _form(context, submitted, status, by_field, elsewhere)


def _form(
    context: AdminContext,
    submitted: SubmittedSource,
    status: int = HTTPStatus.OK,
    faults: Mapping[str, list[str]] | None = None,
    elsewhere: list[str] | None = None,
) -> Response:
    return context.page(
        "source_form",
        status,
        submitted=submitted,
        fields=FIELDS,
        own_id=None if submitted.id else ID,
        every=FIELDS if submitted.id else (*FIELDS, ID),
        faults=faults or {},
        elsewhere=elsewhere or [],
    )
