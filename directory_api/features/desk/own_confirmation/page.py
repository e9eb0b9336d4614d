"""The page /confirm, on which a centre answers.

The code of the link is after the # of the address, and then in the body of each form, never in an
address. GET changes nothing, and nor does opening a link: programs that look at the links in mails
may do both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from importlib.resources import files
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import RequestEntityTooLarge

from directory_api.change.confirmation import parsed_record
from directory_api.countries.languages import listed_languages
from directory_api.edit.editor import VersionedRecord
from directory_api.features.desk.own_confirmation.card import name_in, parts
from directory_api.features.desk.own_confirmation.links import ELSE, Link, LinkEnded, Links
from directory_api.features.desk.own_confirmation.texts import LANGUAGES, language_of, texts
from directory_api.record.helpline_in_words import describe_helpline
from directory_api.record.published import publisher
from directory_api.record.speaker import Speaker
from directory_api.record.validators import plain_text_fault
from directory_api.text.errors import ConfirmationRequired, StaleRecord
from directory_api.text.translations import ENGLISH, long_date, words
from directory_api.web.http.negotiation import choose
from directory_api.web.http.problems import Problem
from directory_api.web.served import Web

MOST_TEXT = 500
_NAME = "confirm"


@dataclass(frozen=True, slots=True)
class _Typed:
    """What was typed about each part, by its key, and what is wrong with it, as a sentence."""

    by_key: Mapping[str, str]
    fault: str | None = None


_NOTHING = _Typed({})


class ConfirmPage:
    """The page, and the errors of its routes (an Audience)."""

    def __init__(self, web: Web) -> None:
        self._web = web
        self._links = Links(web.directory)

    def routes(self) -> Blueprint:
        """Return the routes."""
        routes = Blueprint(_NAME, __name__, template_folder="templates")

        @routes.get("/confirm")
        def start() -> Response:
            return self._start()

        @routes.post("/confirm")
        def answer() -> Response:
            return self._answer()

        for name, endpoint, kind in (
            ("confirm.js", "script", "text/javascript"),
            ("confirm.css", "style", "text/css"),
        ):
            body = (files(__package__) / f"static/{name}").read_bytes()
            routes.add_url_rule(
                f"/confirm/{name}",
                endpoint,
                lambda body=body, kind=kind: Response(body, mimetype=kind),
            )
        return routes

    def reads(self, *, routed: bool) -> bool:
        """Return whether the answer is one of this page."""
        return routed and request.blueprint == _NAME

    def next_steps(self, error: ConfirmationRequired) -> ConfirmationRequired:
        """Return the error: a confirmation needs no other."""
        return error

    def respond(self, error: Exception, problem: Problem, *, routed: bool) -> Response:
        """Return the page, which is the same for every error of a status."""
        del error, routed
        return self._end(problem.status, "error.heading", "error.text")

    def _start(self) -> Response:
        return self._page("start", code="")

    def _answer(self) -> Response:
        # A person without scripts pastes the whole link.
        code = request.form.get("code", "").strip().rpartition("#")[2]
        if not code:
            return self._start()
        try:
            link, stored = self._links.open(code)
            return self._done(link, stored, code)
        except LinkEnded:
            return self._end(HTTPStatus.GONE, "ended.heading", "ended.text")

    def _done(self, link: Link, stored: VersionedRecord, code: str) -> Response:
        """Return the page after a button was pressed. Raises LinkEnded."""
        button = request.form.get("do", "")
        if button == "right":
            try:
                self._links.confirm(link, request.form.get("revision", ""))
            except StaleRecord:
                _, current = self._links.open(code)
                return self._check(link, current, code, changed=True)
            return self._end(HTTPStatus.OK, "thanks.heading", "thanks.right", "thanks.close")
        if button == "tell":
            sent = self._typed(link, stored)
            if sent.fault:
                return self._check(link, stored, code, sent, writes=True)
            self._links.tell(link, sent.by_key)
            return self._end(HTTPStatus.OK, "thanks.heading", "thanks.different", "thanks.close")
        return self._check(link, stored, code, writes=button == "different")

    def _typed(self, link: Link, stored: VersionedRecord) -> _Typed:
        keys = [
            *(part.key for part in parts(self._public(link, stored), ENGLISH, self._links.today())),
            ELSE,
        ]
        texts_typed = {
            # Browsers send two characters for the end of a line, and count one.
            key: text
            for key in keys
            if (text := request.form.get(f"text.{key}", "").replace("\r\n", "\n").strip())
        }
        say = texts(self._tag())
        if not texts_typed:
            return _Typed(texts_typed, say["fault.nothing"])
        if any(map(_is_wrong, texts_typed.values())):
            return _Typed(texts_typed, say["fault.text"].format(number=MOST_TEXT))
        return _Typed(texts_typed)

    def _public(self, link: Link, stored: VersionedRecord) -> Any:
        """Return the published record, with the permanent values in their place and the temporary
        ones beside them: a confirmation is about both.
        """
        publish = publisher(self._web.directory.live.snapshot.gazetteer)
        return parsed_record(link.kind, publish(link.kind, stored.record))

    def _check(
        self,
        link: Link,
        stored: VersionedRecord,
        code: str,
        sent: _Typed = _NOTHING,
        *,
        writes: bool = False,
        changed: bool = False,
    ) -> Response:
        record, tag = self._public(link, stored), self._tag()
        status = HTTPStatus.PRECONDITION_FAILED if changed else HTTPStatus.OK
        return self._page(
            "check",
            HTTPStatus.UNPROCESSABLE_ENTITY if sent.fault else status,
            code=code,
            name=name_in(record, tag),
            parts=parts(record, tag, self._links.today()),
            version=stored.version,
            until=long_date(link.until, tag),
            writes=writes,
            changed=changed,
            typed=sent.by_key,
            fault=sent.fault,
            most=MOST_TEXT,
        )

    def _end(self, status: int, heading: str, *sentences: str) -> Response:
        return self._page("end", status, code="", heading=heading, sentences=sentences)

    def _page(self, template: str, status: int = HTTPStatus.OK, **values: Any) -> Response:
        tag = self._tag()
        html = render_template(
            f"own_confirmation/{template}.html",
            tag=tag,
            texts=texts(tag),
            say=words(tag),
            languages=[each for each in listed_languages() if each.tag in LANGUAGES],
            helplines=[
                describe_helpline(line, Speaker(words(tag)))
                for line in self._web.editions.helplines().for_home.brief.all
            ],
            **values,
        )
        return Response(html, status, mimetype="text/html")

    def _tag(self) -> str:
        try:
            lang = request.values.get("lang")
        except RequestEntityTooLarge:  # also while the refusal of the body is answered
            lang = request.args.get("lang")
        return language_of(choose(request.headers.get("Accept-Language", ""), lang))


def _is_wrong(text: str) -> bool:
    # Not splitlines, which also takes control characters for ends of lines.
    lines = (line.strip(" ") for line in text.split("\n"))
    return len(text) > MOST_TEXT or any(plain_text_fault(line) for line in lines if line)


def confirm_page(web: Web) -> ConfirmPage:
    """Return the page, made once."""
    return web.get_or_build(ConfirmPage)
