"""The pages /admin/calls."""

from datetime import date
from http import HTTPStatus
from importlib.resources import files

from flask import Blueprint, Response, g, request, url_for

from directory_api.change.change import COLLECTIONS, document
from directory_api.change.confirmation import typed
from directory_api.edit.editor import Beside, Edit, StoredRecord
from directory_api.edit.writer import ChangeRequest, IdempotencyKey
from directory_api.features.desk.added_pages import AddedPages, MaintainerPages, Remark, RemarkPart
from directory_api.features.desk.call_round.calls import CALL, Attempt, key_of, to_call
from directory_api.features.desk.call_round.sheet import (
    Answers,
    Question,
    answers,
    disagreements,
    label_of,
    not_answered,
    numbers,
    questions,
    result,
)
from directory_api.record.in_languages import in_languages
from directory_api.record.records import Centre, Helpline
from directory_api.record.token import Actor
from directory_api.text.errors import StaleRecord
from directory_api.text.message import Message
from directory_api.web.access.auth import permitted
from directory_api.web.context import Web

_KINDS = {collection: kind for kind, collection in COLLECTIONS.items()}
_SHEET = f"/calls/<any({', '.join(_KINDS)}):collection>/<id>"
_UNANSWERED = Answers({}, {}, {})
# As the history keeps them.
_CALLED, _DEALT_WITH = str(Message("called")), str(Message("dealt with"))


def pages(web: Web) -> AddedPages:
    """Return the pages."""
    store = web.directory.writer.store

    def remarks(kind: str, identity: str) -> list[Remark]:
        state = store.excerpt([(kind, identity), key_of(kind, identity)])
        attempt = Attempt.of(state, kind, identity)
        if attempt is None or not attempt.answers:
            return []
        done = url_for("admin.call_round.done", collection=COLLECTIONS[kind], id=identity)
        on = date.fromisoformat(attempt.on)
        forms = {
            each.label: _form(COLLECTIONS[kind], identity, each)
            for each in questions(typed(kind, state.contents[kind][identity]), on)
        }
        parts = tuple(
            RemarkPart(label_of(label), text, forms.get(label)) for label, text in attempt.answers
        )
        return [Remark(on, attempt.by, parts, done)]

    return AddedPages(
        lambda pages: _Calls(pages).routes(),
        "call_round.calls",
        Message("Calls"),
        ("call_round.sheet", Message("Call and confirm")),
        "edit",
        remarks,
        lambda: None,
    )


class _Calls:
    """The routes, and what they share."""

    def __init__(self, pages: MaintainerPages) -> None:
        self._pages = pages
        self._directory = pages.directory

    def routes(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint("call_round", __name__, template_folder="templates")
        style = (files(__package__) / "static/calls.css").read_bytes()

        @routes.get("/calls.css")
        def style_of_calls() -> Response:
            return Response(style, mimetype="text/css")

        routes.get("/calls")(self._pages.alone(self.calls))
        routes.get(_SHEET)(self.sheet)
        routes.post(_SHEET)(self.save)
        routes.post(f"{_SHEET}/done")(self.done)
        return routes

    def calls(self) -> Response:
        """Return the list."""
        state = self._directory.writer.store.records()
        due = to_call(state, self._pages.today(), self._directory.settings.fresh_days)
        return self._pages.page("calls", due=due, note=request.args.get("note"))

    def sheet(self, collection: str, id: str) -> Response:
        """Return the sheet of a record."""
        permitted(g.actor, "edit")
        return self._sheet(collection, self._stored(collection, id))

    def save(self, collection: str, id: str) -> Response:
        """Confirm the record if everything is right that a confirmation is about, and keep what
        else was said, or that there was no answer.
        """
        maintainer: Actor = permitted(g.actor, "edit")
        kind, stored = _KINDS[collection], self._stored(collection, id)
        asked = questions(typed(kind, stored.record), self._pages.today())
        is_answered = "unanswered" not in request.form
        given = answers(asked, request.form) if is_answered else not_answered(asked)
        if given.faults:
            return self._sheet(collection, stored, given)
        found = result(asked, given)
        today = self._pages.today().isoformat()
        last = Attempt(today, maintainer.name, found.differs, found.missing)
        key = _idempotency_key(maintainer)
        versions = frozenset({request.form.get("revision", "")})
        edit = Edit(maintainer, kind, id, _CALLED, versions, key)
        if not found.is_confirmed:
            self._write(edit, last)
        else:
            beside = _beside(edit, last if found.differs else None)
            try:
                self._directory.editor.verify(edit, found.how, beside)
            except StaleRecord:
                return self._sheet(collection, self._stored(collection, id), given, changed=True)
        if found.differs:
            first = next(each for each in asked if given.texts[each.key])
            return _redirect(_form(collection, id, first))
        note = "confirmed" if found.is_confirmed else "noted"
        return _redirect(url_for("admin.call_round.calls", note=note))

    def done(self, collection: str, id: str) -> Response:
        """Forget what was said: it is in the record, or was wrong. The history keeps it."""
        maintainer = permitted(g.actor, "edit")
        self._write(Edit(maintainer, _KINDS[collection], id, _DEALT_WITH), None)
        return _redirect(url_for("admin.record", collection=collection, id=id))

    def _stored(self, collection: str, identity: str) -> StoredRecord:
        return self._directory.editor.stored(_KINDS[collection], identity)

    def _numbers(self, record: Centre | Helpline) -> tuple[tuple[str, str, str], ...]:
        """Return the numbers to call, which are those of today."""
        if isinstance(record, Centre):
            record = record.at(self._directory.clock())
        return numbers(record)

    def _write(self, edit: Edit, last: Attempt | None) -> None:
        """Write the last call alone, which changes nothing of the record."""
        beside = _beside(edit, last)
        self._directory.writer.write(
            edit.actor,
            edit.reason,
            lambda state: ChangeRequest(document(state.contents), others=beside.contents(state)),
            about=beside.keys,
            idempotency_key=edit.idempotency_key,
        )

    def _sheet(
        self,
        collection: str,
        stored: StoredRecord,
        given: Answers = _UNANSWERED,
        *,
        changed: bool = False,
    ) -> Response:
        kind, identity = _KINDS[collection], stored.record["id"]
        record = typed(kind, stored.record)
        keys = [(kind, identity), key_of(kind, identity)]
        attempt = Attempt.of(self._directory.writer.store.excerpt(keys), kind, identity)
        status = HTTPStatus.UNPROCESSABLE_ENTITY if given.faults else HTTPStatus.OK
        return self._pages.page(
            "call_sheet",
            HTTPStatus.PRECONDITION_FAILED if changed else status,
            collection=collection,
            id=identity,
            version=stored.version,
            name=record.name if isinstance(record, Centre) else in_languages(record.name),
            numbers=self._numbers(record),
            questions=questions(record, self._pages.today()),
            disagreements=disagreements(record),
            attempt=attempt,
            missing=[*map(label_of, attempt.missing)] if attempt else [],
            today=self._pages.today(),
            given=given,
            changed=changed,
            waiting=self._pages.waiting_for(kind, identity),
        )


def _form(collection: str, identity: str, question: Question) -> str:
    """Return the address of the form in which the answer to a question is typed."""
    return url_for("admin.edit", collection=collection, id=identity, part=question.part)


def _beside(edit: Edit, last: Attempt | None) -> Beside:
    key = key_of(edit.kind, edit.id)
    return Beside((key,), lambda _: {CALL: {key[1]: last.to_record()} if last else {}})


def _idempotency_key(maintainer: Actor) -> IdempotencyKey:
    fields = sorted(request.form.items(multi=True))
    once = request.form.get("once", "")
    return IdempotencyKey.of(("call", maintainer.id, once), (request.path, repr(fields)))


def _redirect(to: str) -> Response:
    return Response(status=HTTPStatus.SEE_OTHER, headers={"Location": to})
