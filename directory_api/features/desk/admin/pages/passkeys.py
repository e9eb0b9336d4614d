"""The pages about passkeys: to sign in with one, and a person's own ones."""

from flask import Blueprint

from directory_api.features.desk.admin.context import AdminContext, current_maintainer
from directory_api.features.desk.admin.pages.own_passkeys import OwnPasskeys
from directory_api.features.desk.admin.pages.passkey_sign_in import SignIn
from directory_api.features.desk.passkeys.site import site_of_request
from directory_api.text.message import ngettext


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes, if passkeys can be used."""
    if not context.passkeys:
        return
    own = Blueprint("passkeys", __name__)

    # The page to sign in, which is not one of ours, has them, too.
    @own.app_context_processor
    def values() -> dict[str, object]:
        return {"passkey_site": site_of_request}

    SignIn(context, context.passkeys).add_to(own)
    OwnPasskeys(context, context.passkeys).add_to(own)
    routes.register_blueprint(own)


def notice(context: AdminContext) -> str | None:
    """Return what is said of links that wait for a second person, to people who may allow them."""
    if not context.passkeys or "approve" not in current_maintainer().scopes:
        return None
    waiting = context.passkeys.waiting()
    if not waiting:
        return None
    return ngettext(
        "{count} link for a person waits for a second person",
        "{count} links for people wait for a second person",
        waiting,
    )
