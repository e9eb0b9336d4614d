"""The page on which maintainers see which prints are no longer right: /admin/prints."""

from flask import Blueprint, Response, g

from directory_api.features.flyer.prints import outdates_prints, wrong_prints
from directory_api.text.message import Message
from directory_api.web.access.auth import permitted
from directory_api.web.context import AddedPages, MaintainerPages, Web

_SCOPE = "edit"


def pages(web: Web) -> AddedPages:
    """Return the page."""

    def follows(kind: str, identity: str) -> Message | None:
        if not outdates_prints(web.directory, kind, identity):
            return None
        return Message("Flyers that were printed before this change are no longer right.")

    return AddedPages(
        _routes,
        "flyer_prints.prints",
        Message("Prints"),
        None,
        _SCOPE,
        lambda _kind, _identity: (),
        lambda: None,
        follows=follows,
    )


def _routes(pages: MaintainerPages) -> Blueprint:
    routes = Blueprint("flyer_prints", __name__, template_folder="templates")

    @routes.get("/prints")
    @pages.alone
    def prints() -> Response:
        permitted(g.actor, _SCOPE)
        directory = pages.directory
        return pages.page(
            "prints",
            wrong=wrong_prints(directory),
            revision=directory.live.snapshot.revision,
        )

    return routes
