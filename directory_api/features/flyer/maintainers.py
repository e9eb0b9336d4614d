"""The page on which maintainers see which prints are no longer right: /admin/prints."""

from flask import Blueprint, Response, g

from directory_api.features.flyer.prints import wrong_prints
from directory_api.text.message import Message
from directory_api.web.access.auth import permitted
from directory_api.web.context import AddedPages, MaintainerPages, Web

_SCOPE = "edit"


def pages(_web: Web) -> AddedPages:
    """Return the page."""
    return AddedPages(
        _routes,
        "flyer_prints.prints",
        Message("Prints"),
        None,
        _SCOPE,
        lambda _kind, _identity: (),
        lambda: None,
    )


def _routes(pages: MaintainerPages) -> Blueprint:
    routes = Blueprint("flyer_prints", __name__, template_folder="templates")

    @routes.get("/prints")
    def prints() -> Response:
        permitted(g.actor, _SCOPE)
        directory = pages.directory
        return pages.page(
            "prints",
            wrong=wrong_prints(directory),
            revision=directory.live.snapshot.revision,
        )

    return routes
