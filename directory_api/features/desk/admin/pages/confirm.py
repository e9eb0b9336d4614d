"""The page on which a record is confirmed: by a call, by a link, or as it was read there."""

from contextlib import suppress
from functools import partial
from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.change.confirmation import parsed_record
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit, VersionedRecord
from directory_api.features.desk.admin import where_read
from directory_api.features.desk.admin.context import (
    KINDS,
    RECORD_RULE,
    AdminContext,
    current_maintainer,
    expected_versions,
    idempotency_key,
    redirect,
    text_from_form,
)
from directory_api.features.desk.admin.language import speaker
from directory_api.features.desk.call_round.asked import Said, Try, dealt_with, noted, read
from directory_api.features.desk.call_round.sheet import (
    RIGHT,
    SETTLES,
    Answers,
    answers,
    contested_in,
    disagreements,
    label_of,
    questions,
    result,
)
from directory_api.features.desk.own_confirmation.card import name_in
from directory_api.features.desk.own_confirmation.links import DAYS, MOST_DAYS, Links
from directory_api.features.desk.own_confirmation.texts import LANGUAGES, language_of, texts
from directory_api.record.centre_in_words import describe_centre
from directory_api.record.records import Centre, Helpline
from directory_api.record.speaker import Speaker
from directory_api.record.texts import in_languages
from directory_api.text.errors import StaleRecord
from directory_api.text.message import Message
from directory_api.text.translations import ENGLISH, long_date
from directory_api.web.http import responses

_CONFIRM = f"{RECORD_RULE}/confirm"
_UNANSWERED = Answers({}, {}, {})
# As the history keeps them.
_CALLED, _DEALT_WITH = str(Message("called")), str(Message("dealt with"))
_CONFIRMED = str(Message("confirmed as right"))
# The ways, each with a form, as the page names them.
_CALL, _LINK, _READ = "call", "link", "read"


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    editor = context.directory.editor

    @routes.get(_CONFIRM)
    def confirm(collection: str, id: str) -> Response:
        current_maintainer("edit")
        return _page(context, collection, editor.stored(KINDS[collection], id))

    for way, view in ((_CALL, _call), (_LINK, _link), (_READ, _read)):
        routes.add_url_rule(
            f"{_CONFIRM}/{way}", f"confirm_{way}", partial(view, context), methods=["POST"]
        )

    # Forgets what was said: it is in the record, or was wrong. The history keeps it.
    @routes.post(f"{_CONFIRM}/done")
    def dealt(collection: str, id: str) -> Response:
        maintainer = current_maintainer("edit")
        seen = request.form.get("seen", 0, int)
        editor.write_feature_records(
            maintainer, _DEALT_WITH, dealt_with(KINDS[collection], id, seen)
        )
        return redirect("record", collection=collection, id=id)


def _page(
    context: AdminContext,
    collection: str,
    stored: VersionedRecord,
    way: str = "",
    *,
    given: Answers = _UNANSWERED,
    fault: str | None = None,
    changed: bool = False,
) -> Response:
    kind, identity = KINDS[collection], stored.record["id"]
    record = parsed_record(kind, stored.record)
    today = record.effective_at(context.directory.clock()) if isinstance(record, Centre) else record
    tried = read(context.directory.writer.store, kind, identity).tried
    status = HTTPStatus.UNPROCESSABLE_ENTITY if given.faults or fault else HTTPStatus.OK
    return context.page(
        "confirm",
        HTTPStatus.PRECONDITION_FAILED if changed else status,
        collection=collection,
        id=identity,
        version=stored.version,
        name=record.name if isinstance(record, Centre) else in_languages(record.name),
        way=way,
        fault=fault,
        numbers=_numbers(today, speaker(context.today())),
        questions=questions(record, speaker(context.today())),
        disagreements=disagreements(record),
        contested=contested_in(record),
        settled=[name for name in request.form if name.startswith(SETTLES)],
        tried=tried,
        missing=[*map(label_of, tried.missing)] if tried else [],
        given=given,
        changed=changed,
        waiting=context.waiting_for(kind, identity),
        spoken=_spoken(record),
        days=request.form.get("days", DAYS),
        most=MOST_DAYS,
    )


def _call(context: AdminContext, collection: str, id: str) -> Response:
    """Confirm the record if everything is right that a confirmation is about, and keep what else
    was said, or that there was no answer.
    """
    maintainer, kind = current_maintainer("edit"), KINDS[collection]
    editor = context.directory.editor
    stored = editor.stored(kind, id)
    asked = questions(parsed_record(kind, stored.record), speaker(context.today()))
    given = answers(asked, request.form)
    if given.faults:
        return _page(context, collection, stored, _CALL, given=given)
    found = result(asked, given)
    said = Said(context.today(), maintainer.name, dict(found.differs)) if found.differs else None
    key, versions, ended = idempotency_key(maintainer), expected_versions(), None
    try:
        if found.is_confirmed:
            edit = Edit(maintainer, kind, id, _CALLED, versions, key)
            confirmed = editor.verify(edit, found.how, noted(kind, id, said=said))
            if confirmed.applied:
                versions = frozenset({editor.version(confirmed.revision)})
            # If another person changes the record in this moment, To do says that the contest
            # is left.
            with suppress(StaleRecord):
                ended = _end_contest(context, kind, id, given, versions)
        else:
            # First: if the record has changed, the end of the contest is refused, and nothing is
            # stored.
            ended = _end_contest(context, kind, id, given, versions)
            tried = Try(context.today(), maintainer.name, found.missing)
            note = noted(kind, id, tried=tried, said=said)
            editor.write_feature_records(maintainer, _CALLED, note, key)
    except StaleRecord:
        return _page(context, collection, editor.stored(kind, id), _CALL, given=given, changed=True)
    if found.differs:
        part = next(each.part for each in asked if given.texts[each.key])
        return redirect("edit", collection=collection, id=id, part=part)
    after = editor.stored(kind, id).record
    confirmation = context.confirmation(kind, after)
    is_due = confirmation is not None and confirmation.freshness != "fresh"
    outcome = "confirmed" if found.is_confirmed else "unconfirmed" if is_due else "noted"
    contest = "left" if after.get("contested") else None
    if ended:
        contest = "waits" if ended.proposals else "ended"
    return redirect("todo", note=outcome, contest=contest)


def _end_contest(
    context: AdminContext, kind: str, id: str, given: Answers, versions: frozenset[str]
) -> Outcome | None:
    """Take out of a record what sources disagree about, where that is right and was ticked: the
    centre is a source of it, too. Where review is on, this waits, and the confirmation does not.
    Return None if nothing was ticked. Raises StaleRecord unless the record is of one of `versions`.
    """
    editor, today = context.directory.editor, context.today()
    record = editor.stored(kind, id).record
    ended = [
        member
        for question, members in contested_in(parsed_record(kind, record)).items()
        if f"{SETTLES}{question}" in request.form and given.choices.get(question) == RIGHT
        for member in members
    ]
    if not ended:
        return None
    told = where_read.Answer(is_told=True)
    sources = [*told.sources(record, context.sources(), context.names().sources, today)]
    entries = [each for each in record["contested"] if each["member"] in ended]
    after = where_read.citing(where_read.uncontested(record, entries), ended, sources, {})
    edit = Edit(current_maintainer(), kind, id, _CALLED, versions)
    return editor.replace(edit, after, stated_by=sources)


def _link(context: AdminContext, collection: str, id: str) -> Response:
    """Make a link with which the centre confirms its record."""
    maintainer, days = current_maintainer("edit"), request.form.get("days", "").strip()
    kind = KINDS[collection]
    stored = context.directory.editor.stored(kind, id)
    is_number = days.isascii() and days.isdecimal() and len(days) <= len(str(MOST_DAYS))
    if not (is_number and 1 <= int(days) <= MOST_DAYS):
        fault = Message("Write a number of days from 1 to {most}.", most=MOST_DAYS)
        return _page(context, collection, stored, _LINK, fault=fault)
    tag = language_of(request.form.get("lang", ENGLISH))
    code, link = Links(context.directory).make(maintainer, kind, id, int(days))
    name = name_in(parsed_record(kind, stored.record), tag)
    message = texts(tag)["message"].format(name=name, date=long_date(link.until, tag))
    return context.page(
        "link_made",
        collection=collection,
        id=id,
        name=name,
        link=link,
        spoken=tag,
        message=f"{message}\n\n{responses.address('/confirm')}?lang={tag}#{code}",
    )


def _read(context: AdminContext, collection: str, id: str) -> Response:
    """Confirm the record as it was read elsewhere."""
    maintainer, kind = current_maintainer("edit"), KINDS[collection]
    how, fault = text_from_form("how")
    if fault:
        return _page(
            context, collection, context.directory.editor.stored(kind, id), _READ, fault=fault
        )
    key = idempotency_key(maintainer)
    edit = Edit(maintainer, kind, id, _CONFIRMED, expected_versions(), key)
    try:
        return context.redirect_to_result(
            context.directory.editor.verify(edit, how), collection, id
        )
    except StaleRecord:
        return _page(
            context, collection, context.directory.editor.stored(kind, id), _READ, changed=True
        )


def _spoken(record: Centre | Helpline) -> str:
    """Return the language for a message to a centre: the first one that it speaks."""
    spoken = record.languages if isinstance(record, Centre) else ()
    return next((each.code for each in spoken if each.code in LANGUAGES), ENGLISH)


def _numbers(record: Centre | Helpline, say: Speaker) -> list[tuple[str, str, str]]:
    """Return the numbers to call: as dialled, as displayed, and of which kind."""
    if isinstance(record, Centre):
        return [
            (each.number, each.display, each.label)
            for each in describe_centre(record, say).callable_numbers
        ]
    return [(record.number, record.display or record.number, "")] if record.number else []
