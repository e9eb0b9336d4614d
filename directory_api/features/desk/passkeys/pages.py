"""What the feature adds to the pages for maintainers."""

import hashlib
from importlib.resources import files

from flask import Blueprint, Response

from directory_api.features.desk.added_pages import AddedPages, MaintainerPages
from directory_api.features.desk.passkeys.own import OwnPasskeys
from directory_api.features.desk.passkeys.passkeys import Passkeys
from directory_api.features.desk.passkeys.sign_in import WITHOUT_SIGN_IN, SignIn
from directory_api.features.desk.passkeys.site import site_of_request
from directory_api.text.message import Message, ngettext
from directory_api.web.context import Web
from directory_api.web.http import responses


def pages(web: Web) -> AddedPages:
    """Return the pages. That about people is in the menu already (features/desk/admin)."""
    passkeys = Passkeys(web.directory)

    def notice() -> str | None:
        waiting = sum(link.waits for link in passkeys.links().values())
        if not waiting:
            return None
        return ngettext(
            "{count} link for a person waits for a second person",
            "{count} links for people wait for a second person",
            waiting,
        )

    return AddedPages(
        lambda pages: _routes(pages, web, passkeys),
        "people",
        "approve",
        notice=notice,
        without_sign_in=("passkeys.script", *WITHOUT_SIGN_IN),
        sign_in="admin/passkeys/sign_in.html",
        own=("passkeys.own", Message("My passkeys")),
    )


def _routes(pages: MaintainerPages, web: Web, passkeys: Passkeys) -> Blueprint:
    routes = Blueprint("passkeys", __name__, template_folder="templates")
    body = (files(__package__) / "static/passkeys.js").read_bytes()
    name = f"passkeys-{hashlib.sha256(body).hexdigest()[:16]}.js"

    @routes.get(f"/passkeys/{name}")
    def script() -> Response:
        cache = {"Cache-Control": responses.FOR_EVER}
        return Response(body, mimetype="text/javascript", headers=cache)

    # The page to sign in, which is not one of ours, has them, too.
    @routes.app_context_processor
    def values() -> dict[str, object]:
        return {"passkey_site": site_of_request}

    SignIn(pages, web, passkeys).add_to(routes)
    OwnPasskeys(pages, passkeys).add_to(routes)
    return routes
