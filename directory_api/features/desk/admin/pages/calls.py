"""The sheet with the questions to ask a centre on the phone: /admin/calls."""

from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.change.confirmation import typed
from directory_api.edit.editor import Edit, VersionedRecord
from directory_api.features.desk.admin import where_read
from directory_api.features.desk.admin.context import (
    KINDS,
    RECORD_RULE,
    AdminContext,
    current_maintainer,
    idempotency_key,
    redirect,
)
from directory_api.features.desk.admin.language import speaker
from directory_api.features.desk.call_round.asked import Said, Try, dealt_with, noted, read
from directory_api.features.desk.call_round.sheet import (
    RIGHT,
    Answers,
    answers,
    contested_in,
    disagreements,
    label_of,
    not_answered,
    questions,
    result,
)
from directory_api.record.centre_in_words import describe_centre
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.texts import in_languages
from directory_api.text.errors import StaleRecord
from directory_api.text.message import Message

_SHEET = f"/calls{RECORD_RULE}"
_UNANSWERED = Answers({}, {}, {})
# As the history keeps them.
_CALLED, _DEALT_WITH = str(Message("called")), str(Message("dealt with"))


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    editor = context.directory.editor

    def page(
        collection: str,
        stored: VersionedRecord,
        given: Answers = _UNANSWERED,
        *,
        changed: bool = False,
    ) -> Response:
        kind, identity = KINDS[collection], stored.record["id"]
        record = typed(kind, stored.record)
        today = record.at(context.directory.clock()) if isinstance(record, Centre) else record
        tried = read(context.directory.writer.store, kind, identity).tried
        status = HTTPStatus.UNPROCESSABLE_ENTITY if given.faults else HTTPStatus.OK
        return context.page(
            "call_sheet",
            HTTPStatus.PRECONDITION_FAILED if changed else status,
            collection=collection,
            id=identity,
            version=stored.version,
            name=record.name if isinstance(record, Centre) else in_languages(record.name),
            numbers=_numbers(today, speaker(context.today())),
            questions=questions(record, speaker(context.today())),
            disagreements=disagreements(record),
            contested=contested_in(record),
            settled=request.form,
            tried=tried,
            missing=[*map(label_of, tried.missing)] if tried else [],
            today=context.today(),
            given=given,
            changed=changed,
            waiting=context.waiting_for(kind, identity),
        )

    @routes.get(_SHEET)
    def call_sheet(collection: str, id: str) -> Response:
        current_maintainer("edit")
        return page(collection, editor.stored(KINDS[collection], id))

    # Confirms the record if everything is right that a confirmation is about, and keeps what else
    # was said, or that there was no answer.
    @routes.post(_SHEET)
    def call_save(collection: str, id: str) -> Response:
        maintainer, kind = current_maintainer("edit"), KINDS[collection]
        stored = editor.stored(kind, id)
        asked = questions(typed(kind, stored.record), speaker(context.today()))
        is_answered = "unanswered" not in request.form
        given = answers(asked, request.form) if is_answered else not_answered(asked)
        if given.faults:
            return page(collection, stored, given)
        found = result(asked, given)
        said = (
            Said(context.today(), maintainer.name, dict(found.differs)) if found.differs else None
        )
        key = idempotency_key(maintainer)
        if found.is_confirmed:
            versions = frozenset({request.form.get("revision", "")})
            edit = Edit(maintainer, kind, id, _CALLED, versions, key)
            try:
                editor.verify(edit, found.how, noted(kind, id, said=said))
            except StaleRecord:
                return page(collection, editor.stored(kind, id), given, changed=True)
        else:
            tried = Try(context.today(), maintainer.name, found.missing)
            note = noted(kind, id, tried=tried, said=said)
            editor.write_beside(maintainer, _CALLED, note, key)
        _end_contest(context, stored.record, kind, given)
        if found.differs:
            part = next(each.part for each in asked if given.texts[each.key])
            return redirect("edit", collection=collection, id=id, part=part)
        return redirect("todo", note="confirmed" if found.is_confirmed else "noted")

    # Forgets what was said: it is in the record, or was wrong. The history keeps it.
    @routes.post(f"{_SHEET}/done")
    def call_done(collection: str, id: str) -> Response:
        maintainer = current_maintainer("edit")
        seen = request.form.get("seen", 0, int)
        editor.write_beside(maintainer, _DEALT_WITH, dealt_with(KINDS[collection], id, seen))
        return redirect("record", collection=collection, id=id)


def _end_contest(context: AdminContext, before: Record, kind: str, given: Answers) -> None:
    """Take out of a record what sources disagree about, where that was ticked beside an answer that
    it is right: the centre is a source of it, too. Where review is on, this waits, and the
    confirmation does not.
    """
    ended = [
        member
        for question, members in contested_in(typed(kind, before)).items()
        if f"settles.{question}" in request.form and given.choices.get(question) == RIGHT
        for member in members
    ]
    if not ended:
        return
    editor, today = context.directory.editor, context.today()
    record = editor.stored(kind, before["id"]).record
    told = where_read.Answer(is_told=True)
    sources = [*told.sources(record, context.sources(), context.names().sources, today)]
    left = [each for each in record.get("contested", ()) if each["member"] not in ended]
    after = where_read.citing({**record, "contested": left}, ended, sources, {})
    if not left:
        del after["contested"]
    editor.replace(
        Edit(current_maintainer(), kind, record["id"], _CALLED), after, stated_by=sources
    )


def _numbers(record: Centre | Helpline, say: Speaker) -> list[tuple[str, str, str]]:
    """Return the numbers to call: as dialled, as displayed, and of which kind."""
    if isinstance(record, Centre):
        return [
            (each.number, each.display, each.label) for each in describe_centre(record, say).called
        ]
    return [(record.number, record.display or record.number, "")] if record.number else []
