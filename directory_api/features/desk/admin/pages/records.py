"""One record: view, edit, add. The whole change is shown before it is saved."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from directory_api.change.change import HistoryEntry
from directory_api.change.confirmation import UNCONFIRMED, contact_changed, parsed_record
from directory_api.change.outcome import Outcome
from directory_api.countries.examples import own_values
from directory_api.edit.editor import Edit
from directory_api.edit.lazy_history import MOST_ENTRIES
from directory_api.features.desk import columns
from directory_api.features.desk.admin import where_read
from directory_api.features.desk.admin.change_view import (
    name_of,
    new_numbers,
    with_change_views,
)
from directory_api.features.desk.admin.context import (
    KINDS,
    RECORD_RULE,
    AdminContext,
    current_maintainer,
    revision_number,
)
from directory_api.features.desk.admin.form import new_centre
from directory_api.features.desk.admin.form.address_cells import (
    KEPT,
    PREFIXES,
    below,
    said_of_point,
)
from directory_api.features.desk.admin.form.choices import Names
from directory_api.features.desk.admin.form.ids import free_id
from directory_api.features.desk.admin.form.parts import in_time, record_parts, used
from directory_api.features.desk.admin.form.record_form import (
    Cells,
    Group,
    RecordForm,
    faults_by_field,
    languages_to_offer,
    record_from_cells,
    three_way_merge,
)
from directory_api.features.desk.admin.form.week import (
    HOURS,
    SURE,
    day_rows,
    exception_rows,
    in_words,
    with_rows,
)
from directory_api.features.desk.admin.hiding import COPIES, hidden
from directory_api.features.desk.admin.language import shown
from directory_api.features.desk.admin.look_up import look_ups
from directory_api.features.desk.admin.operation import Operation, mount
from directory_api.features.desk.admin.point_map import PointMap, map_of, movement, point_of
from directory_api.features.desk.admin.submitted_form import SubmittedForm, requested_part
from directory_api.features.desk.members.fields import PARTS, members
from directory_api.features.desk.sheets import filled_in
from directory_api.features.desk.typed.hours import suggestions
from directory_api.record.numbers import shown_numbers
from directory_api.record.published import publisher
from directory_api.record.record_value import Record
from directory_api.text.errors import (
    CentreNotFound,
    ClientError,
    Fault,
    IdTaken,
    PermissionDenied,
    StaleRecord,
)
from directory_api.text.message import Joined, Message
from directory_api.web.http import problems

# The name of the tick box with which a maintainer confirms what is changed.
_CHECKED = "checked"
_NEW = "/add/<any(centres, helplines):collection>"
# So many fields get the values that may be meant.
_MOST_EXPLAINED = 20
# What is ticked on the page of the preview.
_TICKED = frozenset(f"{prefix}{KEPT}" for prefix in PREFIXES)
# Beside the card are the copies of an address in more detail. Beside the box with which what is new
# is confirmed is that it has to be.
_SAID_BESIDE_CARD, _SAID_BESIDE_BOX = "hidden_later", UNCONFIRMED


@dataclass(frozen=True, slots=True)
class NewPoint:
    """What a preview says of a point: that it follows from a new address, how far it moves, and
    where it is.
    `kept` is the name of the box that keeps the old one, if the address had one.
    """

    kept: str
    said: Message | None
    moves: Message | None
    has_old: bool
    is_kept: bool
    map: PointMap | None


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    _view(routes, context)
    _edit_form(routes, context)

    @routes.get(_NEW)
    def add(collection: str) -> Response:
        current_maintainer("edit")
        home = context.editions.home
        cells = new_centre.first_cells(home) if collection == "centres" else {}
        return form(context, SubmittedForm(collection, None, cells, ""))

    mount(
        routes,
        context,
        partial(_change, context),
        form=("edit_again", f"{RECORD_RULE}/edit", _NEW),
        show_form=partial(_as_sent, context),
        review=("review", f"{RECORD_RULE}/review", f"{_NEW}/review"),
        save=("save", f"{RECORD_RULE}/save", f"{_NEW}/save"),
    )


def _view(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(RECORD_RULE)
    def record(collection: str, id: str) -> Response:
        kind = KINDS[collection]
        stored = context.directory.editor.stored(kind, id)
        cells = columns.flatten(kind, stored.record)
        return context.page(
            "record",
            collection=collection,
            stored=stored,
            name=name_of(stored.record) or id,
            parts=record_parts(kind, stored.record, context.sources(), context.names()),
            names=context.names(),
            card=context.card(kind, stored.record, has_slots=True),
            forms={
                part: SubmittedForm(collection, id, {}, stored.version, part)
                for part in PARTS
                if members(kind, part)
            },
            look_ups=look_ups(context, cells, cells) if kind == "centre" else {},
            confirmation=context.confirmation(kind, stored.record),
            last=context.overview.last_changes([(kind, id)]).get((kind, id)),
            waiting=context.waiting_for(kind, id),
            remarks=context.remarks(kind, id),
            temporary=in_time(stored.record, context.today()),
            note=request.args.get("note"),
        )


def _edit_form(routes: Blueprint, context: AdminContext) -> None:
    @routes.get(f"{RECORD_RULE}/edit")
    def edit(collection: str, id: str) -> Response:
        current_maintainer("edit")
        kind = KINDS[collection]
        stored = context.directory.editor.stored(kind, id)
        submitted = SubmittedForm.of(collection, stored, requested_part(collection))
        number = request.args.get("use", type=int)
        if number is not None:
            cells = {**submitted.stored(stored), **used(stored.record, number)}
            submitted = replace(submitted, cells=submitted.shown(cells))
        return form(context, submitted)


def _as_sent(
    context: AdminContext,
    status: int = HTTPStatus.OK,
    elsewhere: Sequence[str] = (),
    **route: str,
) -> Response:
    """Return the form as it was sent."""
    return form(context, SubmittedForm.from_request(route), status, elsewhere=[*elsewhere])


def _with_id(context: AdminContext, submitted: SubmittedForm) -> SubmittedForm:
    """Return the form of a new centre with an id that is made from its name, if it has none."""
    if not submitted.is_new_centre or submitted.cells.get("id", "").strip():
        return submitted

    def is_free(identity: str) -> bool:
        try:
            context.directory.editor.history(submitted.kind, identity, most=1)
        except CentreNotFound:
            return True
        return False

    identity = free_id(submitted.cells.get("name", ""), is_free)
    return replace(submitted, cells={**submitted.cells, "id": identity})


def _change(context: AdminContext, **route: str) -> Operation:
    """Return the change of a record to what is in its form."""
    current_maintainer("edit")
    sent = SubmittedForm.from_request(route)
    submitted = _with_id(context, sent)
    editor = context.directory.editor
    is_confirmed = _CHECKED in request.form
    answer = where_read.Answer.from_form(request.form)

    def has_fault() -> bool:
        return answer.fault(context.names().sources) is not None

    def run(edit: Edit) -> Outcome:
        new_sources = submitted.new_sources(context)
        cells = submitted.resolved(_before(context, submitted), context, new_sources)
        record = record_from_cells(submitted.kind, cells)
        how = edit.reason if is_confirmed and not edit.dry_run else None
        named = [*new_sources.values()]
        if submitted.id is None:
            return editor.create(edit, record, how=how, stated_by=named)
        before = _stored_record(context, submitted)
        new = where_read.new_values(before, record)
        if new and not has_fault():
            names, known = context.names().with_sources(new_sources), context.sources()
            known |= {each["id"]: each for each in named}
            answered = [*answer.sources(before, known, names.sources, context.today())]
            record = where_read.citing(record, new, answered, before)
            if answer.settles:
                record = where_read.without_contest(record, where_read.settled(record, new))
                record = where_read.uncontested(record, _contested(record, new))
            named += answered
        return editor.replace(edit, record, how=how, stated_by=named)

    def check(reason: str) -> str | None:
        if is_confirmed and submitted.title and reason == shown(submitted.usual_reason):
            return Message("Write how you have checked it, for example: called the new number.")
        return None

    identity = submitted.id or submitted.cells.get("id", "").strip()
    part = {"part": submitted.part} if submitted.part else {}
    unticked = {name: text for name, text in submitted.cells.items() if name not in _TICKED}
    is_whole = not submitted.part and not submitted.is_new_centre
    return Operation(
        kind=submitted.kind,
        id=identity,
        version=submitted.revision,
        run=run,
        respond=lambda outcome: context.redirect_to_result(outcome, submitted.collection, identity),
        refused=partial(_refused, context, sent),
        check=check,
        is_faulty=has_fault,
        title=Message("Check your changes"),
        details=partial(_details, context, submitted, answer),
        values="open" if is_whole else "closed",
        help=Message(
            "A few words for the history, for example: the centre sent its new number by e-mail."
        ),
        reason=submitted.usual_reason,
        carried={**part, **unticked},
        form=submitted.url("edit_again"),
    )


def _stored_record(context: AdminContext, submitted: SubmittedForm) -> Record:
    """Return the record as it is stored; empty if it is new, or was removed."""
    stored = context.stored(submitted.kind, submitted.id) if submitted.id else None
    return stored.record if stored else {}


def _before(context: AdminContext, submitted: SubmittedForm) -> Cells:
    """Return the cells of the record that the form was made from; none of a new or removed one."""
    stored = context.stored(submitted.kind, submitted.id) if submitted.id else None
    if stored is None:
        return {}
    if stored.version == submitted.revision:
        return columns.flatten(submitted.kind, stored.record)
    return columns.flatten(submitted.kind, _at(*_history(context, submitted)))


def _history(
    context: AdminContext, submitted: SubmittedForm
) -> tuple[tuple[HistoryEntry, ...], int]:
    """Return the history of the record, and the revision that the form was made from. Raises
    PermissionDenied for who may not see former values.
    """
    current_maintainer("read_history")
    revision = revision_number(submitted.revision.partition(".")[0])
    entries = context.directory.editor.history(
        submitted.kind, submitted.id or "", most=MOST_ENTRIES
    )
    return entries, revision


def _details(
    context: AdminContext, submitted: SubmittedForm, answer: where_read.Answer, outcome: Outcome
) -> Mapping[str, Any]:
    """Return what the page says of a change beside its words."""
    before = _before(context, submitted)
    cells = submitted.resolved(before, context)
    publish = publisher(context.directory.live.snapshot.gazetteer)
    disappears = [each for change in outcome.changes for each in hidden(change, publish)]
    after = next(
        (each.after for each in outcome.changes if each.kind == submitted.kind and each.after), None
    )
    has_days = submitted.part == "hours" or submitted.is_new_centre
    return {
        "name": cells.get("name") or cells.get("id"),
        "days": in_words(cells.get(HOURS, "")) if has_days else (),
        "numbers": [each for change in outcome.changes for each in new_numbers(change)],
        "card": context.card(submitted.kind, after) if after else None,
        "disappears": disappears,
        "copies": COPIES if disappears else (),
        "points": _points(context, submitted, before, cells),
        "warnings": _warnings(
            submitted.kind,
            cells,
            outcome,
            said=(_SAID_BESIDE_BOX, _SAID_BESIDE_CARD if disappears else ""),
        ),
        "confirmable": _confirmable(outcome),
        "is_checked": _CHECKED in request.form,
        **_question(context, submitted, answer, outcome),
    }


def _question(
    context: AdminContext, submitted: SubmittedForm, answer: where_read.Answer, outcome: Outcome
) -> Mapping[str, Any]:
    """Return what the page says of the sources on record, and asks about those of the new values;
    nothing of a new record, whose form has a field for them.
    """
    change = next((each for each in outcome.changes if each.kind == submitted.kind), None)
    if submitted.id is None or change is None or not (change.before and change.after):
        return {}
    before, after = change.before, change.after
    new = where_read.new_values(before, after)
    if not new:
        return {}
    names, known = context.names().sources, context.sources()
    settled = where_read.settled({**after, "contested": before.get("contested", ())}, new)
    return {
        "asked": answer,
        "source_fault": answer.fault(names),
        "on_record": [*where_read.on_record(before, after, new, known)],
        "settled": [*where_read.in_words(settled, known)],
        "is_contested": bool(_contested(before, new)),
        "choices": names,
    }


def _contested(record: Record, members: Sequence[str]) -> list[Record]:
    """Return what sources disagree about among some members."""
    return [each for each in record.get("contested", ()) if each["member"] in members]


def _points(
    context: AdminContext, submitted: SubmittedForm, before: Cells, cells: Cells
) -> list[NewPoint]:
    """Return what the preview says of each point."""
    return [
        each
        for prefix in PREFIXES
        if (each := _point(context, prefix, submitted.over(before), before, cells))
    ]


def _point(
    context: AdminContext, prefix: str, typed: Cells, before: Cells, cells: Cells
) -> NewPoint | None:
    """Return what the preview says of the point of one address; None if it stays as it was."""
    said = said_of_point(below(prefix, typed), below(prefix, before), context.place_of)
    old, new = point_of(below(prefix, before)), point_of(below(prefix, cells))
    if said is None and (new is None or new == old):
        return None
    return NewPoint(
        f"{prefix}{KEPT}",
        said,
        movement(old, new),
        has_old=old is not None,
        is_kept=bool(typed.get(f"{prefix}{KEPT}")),
        # Of the middle of a postcode that nobody has typed there is nothing to check.
        map=map_of(context, old, new) if old or not said else None,
    )


def _confirmable(outcome: Outcome) -> str | None:
    """Return what a maintainer can confirm together with the change; None if nothing by which
    people reach the centre or the helpline is new.
    """
    for change in outcome.changes:
        if (
            contact_changed(change)
            and parsed_record(change.kind, change.after or {}).needs_confirmation
        ):
            before, after = (
                {shown.number for shown in shown_numbers(record or {})}
                for record in (change.before, change.after)
            )
            return "values" if before == after else "number"
    return None


def _warnings(
    kind: str, cells: Cells, outcome: Outcome, said: Collection[str]
) -> list[tuple[str, str]]:
    """Return each warning with the label of its field, except those of the codes that are `said`
    elsewhere on the page.
    """
    labels = RecordForm(kind, cells).labels()
    details = (
        (filled_in.column_of(kind, cells, pointer) if pointer else "", warning.detail)
        for warning in outcome.warnings
        for pointer in [(warning.pointer or "").strip("/")]
        if warning.code not in said
    )
    return [(labels[column].full if column in labels else "", detail) for column, detail in details]


def _refused(context: AdminContext, submitted: SubmittedForm, error: ClientError) -> Response:
    """Return the form with all input and the faults, or with what has changed meanwhile."""
    if isinstance(error, PermissionDenied):  # of the history, from which both changes are joined
        return context.page(
            "refused",
            error.status,
            title=Message("Another maintainer changed this record"),
            sentence=Message(
                "Nothing was saved. Open the record again, and type your change once more. To have "
                "it joined with the change of the other, ask an administrator for the right to see "
                "former values."
            ),
        )
    if isinstance(error, StaleRecord):
        return _merged_form(context, submitted)
    by_column, elsewhere = _faults(context, submitted, error)
    own = submitted.own(dict.fromkeys(by_column, ""))
    cells = submitted.over(_before(context, submitted))
    for column in [each for each in by_column if each not in own]:
        label = RecordForm(submitted.kind, cells, by_column).labels()[column].full
        elsewhere += [
            Message("{field}: {fault}", field=label, fault=detail)
            for detail in by_column.pop(column)
        ]
    return form(context, submitted, error.status, by_column, elsewhere)


def _faults(
    context: AdminContext, submitted: SubmittedForm, error: ClientError
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the faults of a form by field, and the sentences about no field."""
    faults = [Fault(error.detail, pointer="/id")] if isinstance(error, IdTaken) else error.faults
    if not faults:
        return {}, [problems.problem_of(error).sentence]
    cells = submitted.over(_before(context, submitted))
    by_column, elsewhere = faults_by_field(submitted.kind, cells, faults)
    if submitted.is_new_centre:
        by_column = new_centre.own_faults(by_column, cells)
    return by_column, elsewhere


def _merged_form(context: AdminContext, submitted: SubmittedForm) -> Response:
    """The record has changed: return the form with the current record and the input merged."""
    editor = context.directory.editor
    stored = editor.stored(submitted.kind, submitted.id or "")
    entries, revision = _history(context, submitted)
    base = columns.flatten(submitted.kind, _at(entries, revision))
    cells, both = three_way_merge(
        base,
        submitted.resolved(base, context),
        columns.flatten(submitted.kind, stored.record),
    )
    later = (entry for entry in entries if entry.revision > revision)
    merged = replace(submitted, cells=submitted.shown(cells), revision=stored.version)
    return form(
        context,
        merged,
        HTTPStatus.PRECONDITION_FAILED,
        since=with_change_views(later, context.names()),
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


def form(
    context: AdminContext,
    submitted: SubmittedForm,
    status: int = HTTPStatus.OK,
    faults: Mapping[str, list[str]] | None = None,
    elsewhere: list[str] | None = None,
    **values: Any,
) -> Response:
    """Return the page with a form."""
    names, asked_for = context.names(), request.form.get("language", "")
    tags = languages_to_offer(asked_for, names)
    faults = {
        column: _explained(column, found, submitted.cells, names)
        if number < _MOST_EXPLAINED
        else found
        for number, (column, found) in enumerate((faults or {}).items())
    }
    if submitted.is_new_centre and day_rows(submitted.cells) is None:
        submitted = replace(submitted, cells=with_rows(submitted.cells))
    record_form = RecordForm(
        submitted.kind, submitted.cells, faults, tags, names, _example_point(context)
    )
    sections = [
        each
        for each in (
            _new_sections(record_form) if submitted.is_new_centre else record_form.sections()
        )
        if submitted.part in ("", each.part)
    ]
    faulty = [
        (field.column, field.full, field.faults)
        for section in sections
        for field in section.inputs
        if field.faults
    ]
    # While the store is away, the form is shown without reading it.
    is_away = status == HTTPStatus.SERVICE_UNAVAILABLE
    stored = None if is_away or not submitted.id else context.stored(submitted.kind, submitted.id)
    before = columns.flatten(submitted.kind, stored.record) if stored else {}
    rows = day_rows(submitted.cells)
    exceptions = exception_rows(submitted.cells)
    asked = [(row.column, row.name) for row in (*(rows or ()), *exceptions)]
    asked.append((SURE, Message("Check again")))
    faulty += [(column, name, tuple(faults[column])) for column, name in asked if column in faults]
    if asked_for and len(tags) == len(languages_to_offer("", names)):
        sentences = names.faults(f"{new_centre.NEW}languages", asked_for)
        faulty += [("language", Message("Add a language"), tuple(sentences))] if sentences else []
    return context.page(
        "form",
        status,
        submitted=submitted,
        names=names,
        sections=sections,
        rows=rows,
        exceptions=exceptions,
        faults=faults,
        faulty=faulty,
        needed=new_centre.NEEDED if submitted.is_new_centre else (),
        elsewhere=elsewhere or [],
        name=name_of(stored.record) if stored else "",
        look_ups=look_ups(context, submitted.over(before), before)
        if submitted.has_point and not is_away
        else {},
        remarks=() if is_away else context.remarks(submitted.kind, submitted.id),
        suggested=suggestions(submitted.cells.get(HOURS, "")) if HOURS in faults else (),
        **values,
    )


def _example_point(context: AdminContext) -> str:
    """Return a point as map sites write it: the middle of a postcode of the own country."""
    own = own_values()
    place = context.place_of(own["country"], own["postcode"]) if own else None
    return f"{place.point.lat}, {place.point.lon}" if place else ""


def _new_sections(record_form: RecordForm) -> Iterator[Group]:
    """Yield the sections of a new centre, and others of a centre that have a value."""
    yield from map(record_form.section, new_centre.SECTIONS)
    shown = {section.part for section in new_centre.SECTIONS}
    yield from (each for each in record_form.sections() if each.part not in shown and each.open)


def _explained(column: str, found: list[str], cells: Cells, names: Names) -> list[str]:
    """Return the faults of a field; of one that is chosen by name, which names are nearest."""
    text = cells.get(column, "")
    return names.faults(column, text) or [*found, *_meant(column, cells)]


def _meant(column: str, cells: Cells) -> Iterator[str]:
    """Yield what opening hours, or those of a phone, may mean that are not valid."""
    found = suggestions(cells.get(column, "")) if column.endswith("hours") else ()
    if found:
        yield Message("Perhaps you mean one of these: {hours}.", hours=Joined.of(found, " / "))
