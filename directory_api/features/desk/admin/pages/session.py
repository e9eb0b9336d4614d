"""Signing in and out, and the check before every page."""

from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, g, request
from flask.globals import request_ctx
from werkzeug.exceptions import BadRequest, Forbidden, HTTPException

from directory_api.features.desk.admin.context import AdminContext, current_maintainer, redirect
from directory_api.text.errors import PermissionDenied, StoreReadOnly, TokenRefused
from directory_api.text.strict_json import IMPORT_BYTES
from directory_api.web.http import responses

# Because of the prefix, a browser rejects it without Secure, with another path, or from another
# host (RFC 6265bis 4.1.3).
COOKIE = "__Host-maintainer"
# Below a prefix, the other sites of the host must not receive the session, so the cookie has a
# path, which __Host- does not allow. This name makes a browser insist on Secure only.
_COOKIE_BELOW_PREFIX = "__Secure-maintainer"
# A record of 64 KB, each character of which may take nine bytes in a form, and the field names.
FORM_BYTES = 768 * 1024
# A file in base64, and a few other fields.
UPLOAD_BYTES = IMPORT_BYTES * 4 // 3 + 64 * 1024
UPLOADS = ("admin.upload", "admin.compare", "admin.take")
_WITHOUT_SIGN_IN = (
    "admin.sign_in",
    "admin.signing_in",
    "admin.stylesheet",
    "admin.script",
    "admin.language",
    *(
        f"admin.passkeys.{each}"
        for each in ("options", "sign_in", "first", "open_link", "register")
    ),
)
_RETURN_TO = "return_to"
# What the form to sign in sends itself.
_NOT_KEPT = ("token", "credential", "once")
# 256 bits are 43 characters of base64; longer input is cut.
_MAX_TOKEN = 200


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes and the check."""
    routes.before_request(_guard(context))

    @routes.get("/sign-in")
    def sign_in() -> Response:
        return _sign_in_page(context, cookie_lost="welcome" in request.args)

    @routes.post("/sign-in")
    def signing_in() -> Response:
        token = request.form.get("token", "").strip()[:_MAX_TOKEN]
        try:
            session, _ = context.directory.tokens.sign_in(token)
        except TokenRefused:
            return refuse(context, refused=True)
        return begin(context, session)

    @routes.post("/sign-out")
    def sign_out() -> Response:
        with suppress(StoreReadOnly):  # the browser forgets the session all the same
            context.directory.tokens.sign_out(_session())
        return _forget(redirect("sign_in"))


def begin(context: AdminContext, session: str) -> Response:
    """Return the way to the pages, or the form that waited, with the cookie of a session that was
    opened.
    """
    # End the previous session, if any.
    context.directory.tokens.sign_out(_session())
    response = _form_again(context, session) or redirect("centres", welcome="yes")
    name, path = _cookie()
    response.set_cookie(name, session, secure=True, httponly=True, samesite="Strict", path=path)
    return response


def refuse(context: AdminContext, **values: Any) -> Response:
    """Return the page to sign in; `values` say why that has failed."""
    response = _sign_in_page(context, HTTPStatus.UNAUTHORIZED, kept=_kept(), **values)
    response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _sign_in_page(context: AdminContext, status: int = HTTPStatus.OK, **values: Any) -> Response:
    return context.page("sign_in", status, **values)


def _guard(context: AdminContext) -> Callable[[], Response | None]:
    def guard() -> Response | None:
        max_bytes = UPLOAD_BYTES if request.endpoint in UPLOADS else FORM_BYTES
        request.max_content_length = request.max_form_memory_size = max_bytes
        if request.method == "POST" and not _from_here():
            raise Forbidden
        if request.endpoint in _WITHOUT_SIGN_IN:
            return None
        g.session = _session()
        try:
            g.actor = context.directory.tokens.signed_in(g.session)
        except TokenRefused:
            response = _asked_to_sign_in(context)
            return _forget(response) if _cookie()[0] in request.cookies else response
        return None

    return guard


def _asked_to_sign_in(context: AdminContext) -> Response:
    """Return the way to sign in. A form of a record that was sent is kept in the page, so that it
    is there again afterwards: the page has only what the same request has sent, and is not stored.
    """
    if request.method == "POST" and request.endpoint in context.forms:
        kept = [each for each in _kept() if each[0] != _RETURN_TO]
        kept.append((_RETURN_TO, request.path))
        return _sign_in_page(context, HTTPStatus.UNAUTHORIZED, kept=kept)
    return redirect("sign_in", **({"welcome": "yes"} if "welcome" in request.args else {}))


def _kept() -> list[tuple[str, str]]:
    """Return the fields of the form of a record that waits until a maintainer has signed in."""
    fields = request.form.items(multi=True)
    return [(name, text) for name, text in fields if name not in _NOT_KEPT]


def _form_again(context: AdminContext, session: str) -> Response | None:
    """Return the form that was kept; None if there is none, or it cannot be edited: the session
    has begun then, too.
    """
    if request_ctx.url_adapter is None or _RETURN_TO not in request.form:
        return None
    try:
        endpoint, values = request_ctx.url_adapter.match(request.form[_RETURN_TO], method="POST")
    except HTTPException:
        return None
    if endpoint not in context.forms:
        return None
    g.actor = context.directory.tokens.signed_in(session)
    try:
        current_maintainer("edit")
        return context.forms[endpoint](**values)
    except (PermissionDenied, BadRequest):
        return None


def _from_here() -> bool:
    """Whether a form comes from one of our own pages.

    Browsers say so in Sec-Fetch-Site (Fetch Metadata) or Origin (RFC 6454).
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    # The scheme is not compared: behind a proxy that terminates TLS the original scheme is unknown.
    host = request.headers.get("Origin", "").partition("://")[2]
    return bool(host) and host == request.host


def _cookie() -> tuple[str, str]:
    """Return the name and the path of the session's cookie."""
    return (_COOKIE_BELOW_PREFIX, responses.link("/admin")) if responses.prefix() else (COOKIE, "/")


def _session() -> str:
    """Return the session's secret; empty without a cookie."""
    return request.cookies.get(_cookie()[0], "")


def _forget(response: Response) -> Response:
    name, path = _cookie()
    response.delete_cookie(name, path=path, secure=True, httponly=True, samesite="Strict")
    return response
