"""To sign in with a passkey, and to register the first one by a link: for those who are not signed
in yet.

The code of a link is after the # of its address, and then in the body of each form. Neither GET nor
opening a link uses it up: programs that look at the links in mails may do both (ADR 17).
"""

from http import HTTPStatus

from flask import Blueprint, Response, request

from directory_api.features.desk.admin.context import AdminContext
from directory_api.features.desk.admin.pages import session
from directory_api.features.desk.passkeys.ceremony import Refused
from directory_api.features.desk.passkeys.labels import ONLY_HTTPS, REFUSED, name_fault
from directory_api.features.desk.passkeys.passkeys import LinkEnded, Passkeys
from directory_api.features.desk.passkeys.site import site_of_request
from directory_api.text.errors import TokenRefused
from directory_api.text.message import Message
from directory_api.web.http import responses

_MOST_CODE = 200
_DOES_NOT_WORK = Message(
    "This passkey does not work here. It may have been removed, or your access has ended. Try "
    "again, or ask an administrator for a link with which you register a new one."
)


class SignIn:
    """The routes."""

    def __init__(self, context: AdminContext, passkeys: Passkeys) -> None:
        self._context = context
        self._passkeys = passkeys

    def add_to(self, routes: Blueprint) -> None:
        """Add the routes."""
        routes.add_url_rule("/passkeys/options", "options", self._options, methods=["POST"])
        routes.add_url_rule("/passkeys/use", "sign_in", self._sign_in, methods=["POST"])
        routes.add_url_rule("/passkeys/first", "first", self._first)
        # Another path: a link that did not work yet can be opened again in the same tab.
        routes.add_url_rule("/passkeys/link", "open_link", self._open_link, methods=["POST"])
        routes.add_url_rule("/passkeys/register", "register", self._register, methods=["POST"])

    def _options(self) -> Response:
        site = site_of_request()
        options = self._passkeys.sign_in_options(site) if site else "null"
        return Response(options, mimetype=responses.JSON_TYPE)

    def _sign_in(self) -> Response:
        site = site_of_request()
        if site is None:
            return session.refuse(self._context, sentence=ONLY_HTTPS)
        try:
            opened = self._passkeys.sign_in(site, request.form.get("credential", ""))
        except (Refused, TokenRefused):
            return session.refuse(self._context, sentence=_DOES_NOT_WORK)
        return session.begin(self._context, opened)

    def _first(self) -> Response:
        return self._context.page("passkeys/first")

    def _open_link(self) -> Response:
        try:
            return self._form(_code())
        except LinkEnded:
            return self._ended()

    def _register(self) -> Response:
        code, name = _code(), request.form.get("name", "").strip()
        try:
            if fault := name_fault(name):
                return self._form(code, fault)
            return self._registered(code, name)
        except LinkEnded:
            return self._ended()
        except Refused:
            return self._form(code, REFUSED)

    def _registered(self, code: str, name: str) -> Response:
        """Keep the passkey of a link, and sign its person in. Raises LinkEnded, Refused."""
        link, token = self._passkeys.open_link(code)
        site = site_of_request()
        if site is None:
            raise Refused
        new = self._passkeys.register(site, token, request.form.get("credential", ""), name, code)
        tokens = self._context.directory.tokens
        if link.starts or request.form.get("others") == "remove":
            tokens.sign_out_elsewhere(token.id, "")
            for each in self._passkeys.of(token.id):
                if each.id != new:
                    self._passkeys.remove(token.id, each.id)
        opened, _ = tokens.sign_in_as(token.id)
        return session.begin(self._context, opened)

    def _form(self, code: str, fault: str | None = None) -> Response:
        """Return the page on which the person of a link registers a passkey. Raises LinkEnded."""
        link, token = self._passkeys.open_link(code)
        site = site_of_request()
        return self._context.page(
            "passkeys/register",
            HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
            code=code,
            link=link,
            token=token,
            has_others=bool(self._passkeys.of(token.id)),
            site=site,
            options=self._passkeys.registration(site, token) if site else None,
            fault=fault,
            name=request.form.get("name", ""),
        )

    def _ended(self) -> Response:
        return self._context.page("passkeys/ended", HTTPStatus.GONE)


def _code() -> str:
    # Without scripts, a person pastes the whole link.
    return request.form.get("code", "").strip().rpartition("#")[2][:_MOST_CODE]
