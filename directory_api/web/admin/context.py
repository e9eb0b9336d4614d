"""Shared parts of the admin pages: the directory, the signed-in maintainer, and page rendering."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Response, g, render_template, request, url_for
from werkzeug.exceptions import BadRequest

from directory_api.bootstrap import Directory
from directory_api.domain.changes.change import COLLECTIONS, Record
from directory_api.domain.changes.proposal import Outcome
from directory_api.domain.errors import CentreNotFound, HelplineNotFound
from directory_api.domain.model.records import Verified, freshness
from directory_api.domain.model.token import Actor
from directory_api.domain.validation.validators import plain_text_fault
from directory_api.services.editor import StoredRecord
from directory_api.services.writer import IdempotencyKey
from directory_api.web.admin.change_view import ChangeView, told
from directory_api.web.http.auth import BearerAuth, permitted
from directory_api.web.pages.presenters import LineShown, line_shown

KINDS: Mapping[str, str] = {collection: kind for kind, collection in COLLECTIONS.items()}
# Part of a route; other paths lead to the page for an unknown address.
ONE = f"/<any({', '.join(KINDS)}):collection>/<id>"
LONGEST_LINE = 200
_MOST_REVISIONS_DIGITS = 9


@dataclass(frozen=True, slots=True)
class AdminContext:
    """What every page needs. `today` returns the day in UTC."""

    directory: Directory
    auth: BearerAuth
    today: Callable[[], date]
    stylesheet: str

    def page(self, template: str, status: int = HTTPStatus.OK, **shown: Any) -> Response:
        """Return a page, with the helplines if it is an error.

        Its forms carry an idempotency key, so resending one changes nothing.
        """
        who = g.get("actor")
        html = render_template(
            f"admin/{template}.html",
            actor=who,
            may=who.may if who else lambda _scope: False,
            stylesheet=self.stylesheet,
            once=secrets.token_urlsafe(16),
            helplines=self._helplines() if status >= HTTPStatus.BAD_REQUEST else (),
            **shown,
        )
        return Response(html, status, mimetype="text/html")

    def _helplines(self) -> list[LineShown]:
        return [line_shown(line, "en") for line in self.directory.finder.always_helplines]

    def held(self, kind: str, identity: str) -> StoredRecord | None:
        """Return the stored record; None if it does not exist (any more)."""
        try:
            return self.directory.editor.held(kind, identity)
        except (CentreNotFound, HelplineNotFound):
            return None

    def freshness(self, kind: str, record: Record) -> str | None:
        """Return a word of vocabulary.FRESHNESS; None for a helpline.

        Helplines have no freshness, since 112 needs no confirmation.
        """
        if kind != "centre":
            return None
        verified = Verified.from_record(record["verified"]) if "verified" in record else None
        return freshness(verified, self.today(), self.directory.settings.fresh_days)

    def done(self, outcome: Outcome, collection: str, identity: str) -> Response:
        """Redirect to the result of an edit.

        That is the record, the history of a removed record, or the proposal that waits for review.
        """
        if outcome.waiting:
            return see("proposal", id=outcome.waiting[0].id, note="waits")
        note = "saved" if outcome.done else "same"
        gone = any(change.after is None for change in outcome.done)
        return see("history" if gone else "record", collection=collection, id=identity, note=note)


def actor(scope: str | None = None) -> Actor:
    """Return the signed-in maintainer. Raises PermissionDenied."""
    who: Actor = g.actor
    return permitted(who, scope) if scope else who


def see(endpoint: str, **values: Any) -> Response:
    """Redirect to another page (303, so that reloading it sends nothing again)."""
    return Response(
        status=HTTPStatus.SEE_OTHER, headers={"Location": url_for(f"admin.{endpoint}", **values)}
    )


def once(who: Actor) -> IdempotencyKey | None:
    """Return the form's idempotency key, with a fingerprint of its fields."""
    key = request.form.get("once")
    if not key:
        return None
    fields = sorted((name, *request.form.getlist(name)) for name in request.form)
    return IdempotencyKey(_sha256("admin", who.id, key), _sha256(request.path, repr(fields)))


def seen() -> frozenset[int]:
    """Return the revision of the record that the form was made from; 0 for a new record."""
    return frozenset({number(request.form.get("revision") or "0")})


def number(written: str) -> int:
    """Return a revision number from one of our own forms. Raises BadRequest."""
    if not (written.isascii() and written.isdecimal() and len(written) <= _MOST_REVISIONS_DIGITS):
        raise BadRequest
    return int(written)


def line(name: str) -> tuple[str, str | None]:
    """Return a line of text from the form, and its fault."""
    text = request.form.get(name, "").strip()
    if not text:
        return text, "Missing: a few words are enough."
    if len(text) > LONGEST_LINE:
        return text, f"Write at most {LONGEST_LINE} characters."
    return text, plain_text_fault(text)


def tell(outcome: Outcome) -> list[tuple[ChangeView, bool]]:
    """Return the changes of an edit in words, and whether each waits for review."""
    waits = [False] * len(outcome.done) + [True] * len(outcome.waiting)
    return [(told(change), waiting) for change, waiting in zip(outcome.changes, waits, strict=True)]


def labelled(entries: Iterable[Any]) -> list[tuple[Any, ChangeView]]:
    """Return objects with a change, each with that change in words."""
    return [(entry, told(entry.change)) for entry in entries]


def _sha256(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()
