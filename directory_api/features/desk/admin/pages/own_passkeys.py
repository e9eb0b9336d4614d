"""A person's own passkeys: /admin/passkeys."""

from http import HTTPStatus

from flask import Blueprint, Response, g, request, url_for

from directory_api.features.desk.admin.context import AdminContext
from directory_api.features.desk.passkeys.ceremony import Refused
from directory_api.features.desk.passkeys.labels import REFUSED, name_fault
from directory_api.features.desk.passkeys.passkeys import MOST, Passkeys
from directory_api.features.desk.passkeys.site import site_of_request


class OwnPasskeys:
    """The routes."""

    def __init__(self, context: AdminContext, passkeys: Passkeys) -> None:
        self._context = context
        self._passkeys = passkeys

    def add_to(self, routes: Blueprint) -> None:
        """Add the routes."""
        routes.add_url_rule("/passkeys", "own", self._list)
        routes.add_url_rule("/passkeys", "add", self._add, methods=["POST"])
        routes.add_url_rule("/passkeys/remove", "remove", self._remove, methods=["POST"])

    def _list(self, fault: str | None = None) -> Response:
        token, site = self._passkeys.token(g.actor), site_of_request()
        rows = self._passkeys.of(token.id)
        is_full = len(rows) >= MOST
        return self._context.page(
            "passkeys/own",
            HTTPStatus.UNPROCESSABLE_ENTITY if fault else HTTPStatus.OK,
            token=token,
            rows=rows,
            is_full=is_full,
            most=MOST,
            site=site,
            options=self._passkeys.registration(site, token) if site and not is_full else None,
            fault=fault,
            name=request.form.get("name", ""),
        )

    def _add(self) -> Response:
        name, site = request.form.get("name", "").strip(), site_of_request()
        if fault := name_fault(name):
            return self._list(fault)
        if site is None:
            return self._list(REFUSED)
        token = self._passkeys.token(g.actor)
        try:
            self._passkeys.register(site, token, request.form.get("credential", ""), name)
        except Refused:
            return self._list(REFUSED)
        return _back()

    def _remove(self) -> Response:
        token = self._passkeys.token(g.actor)
        self._passkeys.remove(token.id, request.form.get("passkey", ""), g.session)
        return _back()


def _back() -> Response:
    headers = {"Location": url_for("admin.passkeys.own")}
    return Response(status=HTTPStatus.SEE_OTHER, headers=headers)
