"""Shared parts of the admin pages: the directory, the signed-in maintainer, and page rendering."""

import secrets
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Response, g, render_template, request, url_for
from markupsafe import Markup
from werkzeug.exceptions import BadRequest

from directory_api.bootstrap import Directory
from directory_api.change.change import COLLECTIONS
from directory_api.change.confirmation import parsed_record
from directory_api.change.outcome import Outcome
from directory_api.change.proposal import Proposal
from directory_api.change.public_history import LINK_DIGITS, is_seen
from directory_api.edit.editor import ABSENT, VersionedRecord
from directory_api.edit.proposal_review import Proposals
from directory_api.edit.todo import Item
from directory_api.edit.writer import IdempotencyKey
from directory_api.features.desk.admin import language
from directory_api.features.desk.admin.change_view import TYPED
from directory_api.features.desk.admin.form.choices import Names, language_choices, source_choices
from directory_api.features.desk.admin.menu import Entry, menu
from directory_api.features.desk.admin.one_at_a_time import OneAtATime
from directory_api.features.desk.admin.overview import Overview
from directory_api.features.desk.admin.remarks import Remark, remarks_about
from directory_api.features.desk.geocoding.located import Locate
from directory_api.features.desk.imports.exporter import FORMATS
from directory_api.features.desk.notices.current import current
from directory_api.features.desk.own_confirmation.links import Links
from directory_api.features.desk.passkeys.passkeys import Link, Passkeys
from directory_api.live.editions import EditionCache
from directory_api.place.postcode import Place
from directory_api.record.helpline_in_words import HelplineInWords, describe_helpline
from directory_api.record.published import publisher
from directory_api.record.record_value import Record
from directory_api.record.records import confirmation
from directory_api.record.speaker import Speaker
from directory_api.record.token import Actor, Token
from directory_api.record.validators import plain_text_fault
from directory_api.record.verified import freshness
from directory_api.text.errors import CentreNotFound, HelplineNotFound, ServiceUnavailable
from directory_api.text.message import Message
from directory_api.text.translations import words
from directory_api.web.access.auth import BearerAuth, permitted

KINDS: Mapping[str, str] = {collection: kind for kind, collection in COLLECTIONS.items()}
# The start of a record's routes; other collections lead to the page for an unknown address.
RECORD_RULE = f"/<any({', '.join(KINDS)}):collection>/<id>"
MAX_TEXT = 200
_MAX_REVISION_DIGITS = 9


# Draws what is in a box (west, south, east and north in degrees) of so many units of the image.
Surroundings = Callable[[tuple[float, float, float, float], int], Markup]


@dataclass(frozen=True, slots=True)
class Freshness:
    """How fresh a record is, as a word of vocabulary.FRESHNESS, and whether it has changed since it
    was confirmed.
    """

    freshness: str
    has_changed: bool


@dataclass(frozen=True, slots=True)
class AdminContext:
    """What every page needs. `today` returns the day in the time zone of the directory.

    `show`, which returns a record as visitors see it, is None if no feature has pages for them. So
    is `surroundings`, which draws what is around a point. `locate`, which returns the points of an
    address, is None where no service is configured, and `passkeys` without the package for them.
    `scripts` are the addresses of the scripts by name. `alone` decorates the views that take long.
    `forms` show a form as it was sent, by the endpoints that it is sent to (operation.py).
    """

    directory: Directory
    editions: EditionCache
    overview: Overview
    auth: BearerAuth
    today: Callable[[], date]
    stylesheet: str
    passkeys: Passkeys | None
    show: Callable[..., Markup] | None
    surroundings: Surroundings | None
    locate: Locate | None
    scripts: Mapping[str, str]
    one_at_a_time: OneAtATime = field(default_factory=OneAtATime)
    forms: dict[str, Callable[..., Response]] = field(default_factory=dict)

    @property
    def proposals(self) -> Proposals:
        """The changes that wait for a second person."""
        return self.directory.proposals

    def page(
        self,
        template: str,
        status: int = HTTPStatus.OK,
        **values: Any,
    ) -> Response:
        """Return a page, with the helplines if it is an error.

        Its forms carry an idempotency key, so resending one changes nothing.
        """
        maintainer = g.get("actor")
        values |= language.of_page()
        if maintainer:
            # The page of an error must not fail as its request did: it reads no store.
            has_store = status < HTTPStatus.INTERNAL_SERVER_ERROR
            values["menu"] = self._menu(maintainer, has_store=has_store)
            values["delayed"] = self._delayed_links(maintainer) if has_store else []
        html = render_template(
            f"admin/{template}.html",
            actor=maintainer,
            stylesheet=self.stylesheet,
            scripts=self.scripts,
            degraded=self.directory.live.health.degraded if maintainer else None,
            has_passkeys=self.passkeys is not None,
            zone=self.directory.zone,
            once=secrets.token_urlsafe(16),
            downloads=FORMATS,
            helplines=self._helplines(values["tag"]) if status >= HTTPStatus.BAD_REQUEST else (),
            **values,
        )
        return Response(html, status, mimetype="text/html")

    def card(self, kind: str, record: Record, *, has_slots: bool = False) -> Markup | None:
        """Return a stored record as visitors see it, in the language of the page, perhaps with a
        slot for each part; None without such pages.
        """
        if self.show is None:
            return None
        return self.show(kind, record, tag=language.page_language(), has_slots=has_slots)

    def sources(self) -> dict[str, Record]:
        """Return the sources of the directory, by id."""
        header = self.directory.live.snapshot.small["directory"]["directory"]
        return {each["id"]: each for each in header.get("sources", ())}

    def names(self) -> Names:
        """Return the languages and the sources, which forms let choose by name."""
        header = self.directory.live.snapshot.small["directory"]["directory"]
        return Names(
            language_choices(language.page_language()), source_choices(header.get("sources", ()))
        )

    def _menu(self, maintainer: Actor, *, has_store: bool) -> list[Entry]:
        """Return the menu, with the number of what there is to do; of changes that wait, those that
        the maintainer can decide. Without a store there is no number, and no page of links.
        """
        if not has_store:
            return [*menu(maintainer.scopes, None, tuple)]
        try:
            items, proposals = self.todo()
            to_do = sum(
                "approve" in maintainer.scopes
                and not maintainer.is_person(proposal.actor, proposal.author)
                if (proposal := proposals.get(each.about))
                else True
                for each in items
            )
            if self.passkeys and "approve" in maintainer.scopes:
                to_do += self.passkeys.waiting()
            return [*menu(maintainer.scopes, to_do, Links(self.directory).states)]
        except ServiceUnavailable:
            return [*menu(maintainer.scopes, None, tuple)]

    def _delayed_links(self, maintainer: Actor) -> list[tuple[Link, Token]]:
        """Return the links after a lost device that the maintainer can still revoke; none while the
        store cannot be read.
        """
        with suppress(ServiceUnavailable):
            return self.passkeys.delayed(maintainer) if self.passkeys else []
        return []

    def _helplines(self, tag: str) -> list[HelplineInWords]:
        say = Speaker(words(tag))
        return [
            describe_helpline(line, say) for line in self.editions.helplines().for_home.brief.all
        ]

    def waiting_for(self, kind: str, identity: str) -> list[Proposal]:
        """Return the changes of a record that wait for a second person."""
        return [
            proposal
            for proposal, _ in self.proposals.waiting()
            if (proposal.change.kind, proposal.change.id) == (kind, identity)
        ]

    def todo(self) -> tuple[list[Item], Mapping[str, Proposal]]:
        """Return what there is to do, and the proposals by the path of their page. Raises
        StoreUnavailable.
        """
        items, proposals = current(self.directory)
        # Who may not see the people can do nothing about their tokens.
        unseen = () if "approve" in current_maintainer().scopes else ("token_ends",)
        return [each for each in items if each.kind not in unseen], proposals

    def place_of(self, country: str, code: str) -> Place | None:
        """Return the place of a postcode (ISO 3166-1), or None."""
        return self.directory.live.snapshot.gazetteer.find(country, code)

    def remarks(self, kind: str, identity: str | None) -> list[Remark]:
        """Return what was said about a record and waits to be dealt with; nothing of a new one."""
        return [*remarks_about(self.directory, kind, identity)] if identity else []

    def stored(self, kind: str, identity: str) -> VersionedRecord | None:
        """Return the stored record; None if there is none, for example after its removal."""
        try:
            return self.directory.editor.stored(kind, identity)
        except (CentreNotFound, HelplineNotFound):
            return None

    def confirmation(self, kind: str, record: Record) -> Freshness | None:
        """Return how fresh a stored record is; None if it needs no confirmation, as 112."""
        whole = parsed_record(kind, record)
        if not whole.needs_confirmation:
            return None
        verified, days = confirmation(whole), self.directory.settings.fresh_days
        return Freshness(
            freshness(verified, self.today(), days), bool(verified and verified.changed_since)
        )

    def is_seen(self, outcome: Outcome) -> bool:
        """Return whether visitors see any of the changes of an edit, when they are in force."""
        publish = publisher(self.directory.live.snapshot.gazetteer)
        return any(is_seen(change, publish) for change in outcome.changes)

    def redirect_to_result(self, outcome: Outcome, collection: str, identity: str) -> Response:
        """Redirect to the result of an edit.

        That is the record, the history of a removed record (or the list, for who may not read it),
        or the proposal that waits for review.
        """
        if outcome.proposals:
            # A new source waits with the record that cites it.
            about = (each for each in outcome.proposals if each.change.id == identity)
            return redirect("proposal", id=next(about, outcome.proposals[0]).id, note="waits")
        note = "same" if not outcome.applied else "saved" if self.is_seen(outcome) else "unseen"
        is_removed = any(change.after is None for change in outcome.applied)
        if is_removed and "read_history" not in current_maintainer().scopes:
            return redirect("centres", note=note)
        return redirect(
            "history" if is_removed else "record", collection=collection, id=identity, note=note
        )


def typed_numbers() -> tuple[str, ...]:
    """Return the numbers of helplines that were typed once more."""
    return tuple(text for name, text in request.form.items() if name.startswith(TYPED))


def removals_allowed() -> bool:
    """Return whether the form allows what is refused otherwise; only an administrator may."""
    return request.form.get("allow_removals") == "yes"


def current_maintainer(scope: str | None = None) -> Actor:
    """Return the signed-in maintainer. Raises PermissionDenied without the scope."""
    maintainer: Actor = g.actor
    return permitted(maintainer, scope) if scope else maintainer


def redirect(endpoint: str, **values: Any) -> Response:
    """Redirect to another page (303, so that reloading it sends nothing again)."""
    return Response(
        status=HTTPStatus.SEE_OTHER, headers={"Location": url_for(f"admin.{endpoint}", **values)}
    )


def idempotency_key(maintainer: Actor) -> IdempotencyKey | None:
    """Return the form's idempotency key, with a fingerprint of its fields."""
    key = request.form.get("once")
    if not key:
        return None
    fields = sorted((name, *request.form.getlist(name)) for name in request.form)
    return IdempotencyKey.of(("admin", maintainer.id, key), (request.path, repr(fields)))


def expected_versions() -> frozenset[str]:
    """Return the version that the form was made from (a revision with its link); ABSENT for a new
    record. Raises BadRequest.
    """
    version = request.form.get("revision") or ABSENT
    revision, _, link = version.partition(".")
    if not (set(link) <= set("0123456789abcdef") and len(link) <= LINK_DIGITS):
        raise BadRequest
    revision_number(revision)
    return frozenset({version})


def revision_number(text: str) -> int:
    """Return a revision number from one of our own forms. Raises BadRequest."""
    if not (text.isascii() and text.isdecimal() and len(text) <= _MAX_REVISION_DIGITS):
        raise BadRequest
    return int(text)


def text_from_form(name: str) -> tuple[str, str | None]:
    """Return a line of text from the form, and its fault."""
    text = request.form.get(name, "").strip()
    if not text:
        return text, Message("This field is required. A few words are enough.")
    if len(text) > MAX_TEXT:
        return text, Message("Write at most {most} characters.", most=MAX_TEXT)
    return text, plain_text_fault(text)
