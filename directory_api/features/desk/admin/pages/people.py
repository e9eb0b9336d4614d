"""The people and tokens of the directory: /admin/people.

An administrator makes and ends them. Everybody who may approve sees them, because they are the
second person for a link with which a person can change or approve something. Links and passkeys are
there only where people can sign in with passkeys.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from http import HTTPStatus
from typing import Any, Self

from flask import Blueprint, Response, abort, g, request

from directory_api.edit.second_person import begins_review, review_required
from directory_api.edit.tokens import LONGEST_DAYS, is_valid
from directory_api.features.desk.admin.context import AdminContext, redirect
from directory_api.features.desk.passkeys.passkeys import Link, Passkey, Passkeys
from directory_api.features.desk.passkeys.site import site_of_request
from directory_api.record.token import TOKEN, Token
from directory_api.text.errors import InputInvalid
from directory_api.text.message import Message
from directory_api.web.access.auth import permitted

_DAYS = 365
# What a person can use to propose a change, or to bring one into force.
_CHANGING = frozenset({"edit", "approve", "admin"})
# What may be chosen for a new person: each scope with what it allows.
SCOPES: Mapping[str, Message] = {
    "edit": Message("change records"),
    "read_history": Message("see former values and who changed what, and undo changes"),
    "approve": Message("approve the changes of others"),
    "admin": Message("everything, also large changes, people and tokens (administrator)"),
}
_SECOND_PERSON = Message(
    "While changes wait for a second person, only the operator makes tokens that may change or "
    "approve something. Otherwise one administrator could propose a change with the token and "
    "approve it."
)


@dataclass(frozen=True, slots=True)
class Row:
    """A person or a token in the list; `is_self` says that it is the one who reads it."""

    token: Token
    may: list[Message]
    passkeys: Sequence[Passkey]
    link: Link | None
    is_self: bool
    may_allow: bool
    may_rotate: bool
    may_remove: bool


@dataclass(frozen=True, slots=True)
class NewPerson:
    """The form for a new person or token, as it was sent."""

    name: str
    scopes: tuple[str, ...]
    ends: str
    is_person: bool

    @classmethod
    def from_request(cls, *, has_links: bool) -> Self:
        """Return what was sent. Without links, a person has a token."""
        form = request.form
        return cls(
            form.get("name", "").strip(),
            tuple(scope for scope in SCOPES if scope in form.getlist("scope")),
            form.get("ends", "").strip(),
            has_links and form.get("kind") != "token",
        )

    def days(self, today: date) -> int | None:
        """Return the number of days up to the last one; None if the date cannot be one."""
        try:
            days = (date.fromisoformat(self.ends) - today).days
        except ValueError:
            return None
        return days if 1 <= days <= LONGEST_DAYS else None


class People:
    """The routes."""

    def __init__(self, pages: AdminContext, access: Passkeys | None) -> None:
        self._pages = pages
        self._tokens = pages.directory.tokens
        self._access = access

    def add_to(self, routes: Blueprint) -> None:
        """Add the routes."""
        routes.add_url_rule("/people", "people", self._list)
        routes.add_url_rule("/people/new", "new_person", self._new)
        routes.add_url_rule("/people/new", "make_person", self._make, methods=["POST"])
        for path, endpoint, view in (
            ("link", "access_link", self._link),
            ("link/revoke", "revoke_link", self._revoke_link),
            ("link/allow", "allow_link", self._allow_link),
            ("rotate", "rotate_token", self._rotate),
            ("revoke", "end_access", self._revoke),
            ("remove", "remove_passkey", self._remove),
        ):
            routes.add_url_rule(f"/people/<id>/{path}", endpoint, view, methods=["POST"])

    def _list(self) -> Response:
        permitted(g.actor, "approve")
        return self._people()

    def _people(self, *, is_changed: bool = False) -> Response:
        """Return the list; `is_changed` says that the link that was to be allowed is another."""
        today, setting = self._pages.today(), self._setting
        links = self._access.links() if self._access else {}
        everyone = self._tokens.list()
        valid = [each for each in everyone if is_valid(each, today)]
        return self._pages.page(
            "people/list",
            has_links=self._access is not None,
            status=HTTPStatus.CONFLICT if is_changed else HTTPStatus.OK,
            is_changed=is_changed,
            rows=[self._row(each, links.get(each.id)) for each in valid],
            ended=[(each, may(each)) for each in reversed(everyone) if each not in valid],
            events=self._access.events() if self._access else (),
            names={each.id: each.name for each in everyone},
            review=setting if setting == "off" else ("on" if self._is_reviewed() else "later"),
        )

    def _row(self, token: Token, link: Link | None) -> Row:
        return Row(
            token,
            may(token),
            self._access.of(token.id) if self._access else (),
            link,
            is_self=g.actor.id == f"{TOKEN}{token.id}",
            may_allow=bool(self._access and link and self._access.may_allow(g.actor, link, token)),
            may_rotate=self._may_rotate(token),
            may_remove=bool(self._access and self._may_remove(token, link)),
        )

    def _new(self) -> Response:
        permitted(g.actor, "admin")
        ends = self._pages.today() + timedelta(days=_DAYS)
        return self._form(NewPerson("", (), ends.isoformat(), is_person=True), {})

    def _form(
        self, sent: NewPerson, faults: Mapping[str, str], *, begins: bool = False
    ) -> Response:
        return self._pages.page(
            "people/new_person",
            HTTPStatus.UNPROCESSABLE_ENTITY if faults else HTTPStatus.OK,
            sent=sent,
            faults=faults,
            begins=begins,
            is_reviewed=self._is_reviewed(),
            has_links=self._access is not None,
            scopes=SCOPES,
            least=self._pages.today() + timedelta(days=1),
        )

    def _make(self) -> Response:
        permitted(g.actor, "admin")
        sent = NewPerson.from_request(has_links=self._access is not None)
        days = sent.days(self._pages.today())
        waits = self._needs_second_person(sent.scopes)
        faults = dict(_faults(sent, days, waits=waits))
        known, today = self._tokens.list(), self._pages.today()
        begins = begins_review(self._setting, known, sent.name, sent.scopes, today)
        if faults or days is None or (begins and request.form.get("begins") != "yes"):
            return self._form(sent, faults, begins=begins)
        try:
            if sent.is_person:
                token = self._tokens.create_person(sent.name, sent.scopes, days, g.actor.name)
                return self._link_page(token, waits=waits, begins=begins)
            secret, token = self._tokens.create(sent.name, sent.scopes, days, g.actor.name)
        except InputInvalid as error:
            named = {each.parameter or "name": each.detail for each in error.faults}
            return self._form(sent, named, begins=begins)
        return self._secret_page(token, secret, begins=begins)

    def _secret_page(self, token: Token, secret: str, **values: Any) -> Response:
        return self._pages.page("people/secret", token=token, secret=secret, **values)

    def _link_page(self, token: Token, *, waits: bool, begins: bool = False) -> Response:
        address, link = self._links.make_address(g.actor, token, waits=waits)
        return self._pages.page(
            "people/link_made", token=token, link=link, address=address, begins=begins
        )

    def _link(self, id: str) -> Response:
        permitted(g.actor, "admin")
        token = self._found(id)
        waits = self._needs_second_person(token.scopes)
        return self._link_page(token, waits=waits)

    def _revoke_link(self, id: str) -> Response:
        """End a link; so may the person whom it is for."""
        if g.actor.id != f"{TOKEN}{id}":
            permitted(g.actor, "admin")
        self._links.revoke_link(g.actor, self._found(id).id)
        return _back() if "approve" in g.actor.scopes else redirect("todo")

    def _allow_link(self, id: str) -> Response:
        actor, token = permitted(g.actor, "approve"), self._found(id)
        is_allowed = self._links.allow(actor, token, request.form.get("link", ""))
        if is_allowed is None:
            return self._people(is_changed=True)
        if not is_allowed:
            abort(HTTPStatus.NOT_FOUND)
        return _back()

    def _rotate(self, id: str) -> Response:
        permitted(g.actor, "admin")
        token = self._found(id)
        if not self._may_rotate(token):
            abort(HTTPStatus.NOT_FOUND)
        secret, token = self._tokens.rotate(token.id)
        return self._secret_page(token, secret, is_rotated=True)

    def _revoke(self, id: str) -> Response:
        permitted(g.actor, "admin")
        token = self._found(id)
        if g.actor.id == f"{TOKEN}{token.id}":  # else no administrator may be left
            abort(HTTPStatus.NOT_FOUND)
        self._tokens.revoke(token.id)
        return _back()

    def _remove(self, id: str) -> Response:
        permitted(g.actor, "admin")
        token = self._found(id)
        if not self._may_remove(token, self._links.links().get(token.id)):
            abort(HTTPStatus.NOT_FOUND)
        self._links.remove(token.id, request.form.get("passkey", ""), g.session)
        return _back()

    def _may_remove(self, token: Token, link: Link | None) -> bool:
        """Return whether an administrator may remove passkeys of a token: without them, its person
        could not see a link with a delay, and revoke it.
        """
        site = site_of_request()
        return not (
            (link and link.starts)
            or (
                self._needs_second_person(token.scopes)
                and self._links.are_two(g.actor, token, site.host if site else "")
            )
        )

    def _may_rotate(self, token: Token) -> bool:
        """Return whether an administrator may see a new secret of a token."""
        return token.has_secret and not self._needs_second_person(token.scopes)

    def _found(self, identity: str) -> Token:
        token = next((each for each in self._tokens.list() if each.id == identity), None)
        if token is None or not is_valid(token, self._pages.today()):
            abort(HTTPStatus.NOT_FOUND)
        return token

    def _needs_second_person(self, scopes: Sequence[str]) -> bool:
        """Return whether access with these scopes must be allowed by a second person.

        Where changes wait for review, an administrator who alone gets the access of another person
        could propose as one and approve as the other.
        """
        return not _CHANGING.isdisjoint(scopes) and self._is_reviewed()

    def _is_reviewed(self) -> bool:
        """Return whether changes wait for a second person."""
        return review_required(self._setting, self._tokens.list())

    @property
    def _links(self) -> Passkeys:
        if self._access is None:
            abort(HTTPStatus.NOT_FOUND)
        return self._access

    @property
    def _setting(self) -> str:
        return self._pages.directory.settings.review


def may(token: Token) -> list[Message]:
    """Return what a token allows, in words."""
    if "admin" in token.scopes:
        return [SCOPES["admin"]]
    return [words for scope, words in SCOPES.items() if scope in token.scopes]


def _faults(sent: NewPerson, days: int | None, *, waits: bool) -> Mapping[str, str]:
    faults = {}
    if not sent.name:
        faults["name"] = Message("This field is required.")
    if not sent.scopes:
        faults["scope"] = Message("Choose at least one of them.")
    if waits and not sent.is_person:
        faults["scope"] = _SECOND_PERSON
    if days is None:
        faults["ends"] = Message("Choose a day after today, at most ten years from now.")
    return faults


def _back() -> Response:
    return redirect("people")


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    People(context, context.passkeys).add_to(routes)
