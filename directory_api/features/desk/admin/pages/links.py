"""The list of the links for centres, which pages/confirm.py makes: /admin/links."""

from http import HTTPStatus

from flask import Blueprint, Response, abort

from directory_api.change.change import COLLECTIONS
from directory_api.features.desk.admin.context import (
    AdminContext,
    current_maintainer,
    redirect,
)
from directory_api.features.desk.admin.paging import Part
from directory_api.features.desk.own_confirmation.links import LinkEnded, Links


def add_to(routes: Blueprint, context: AdminContext) -> None:
    """Add the routes."""
    every_link = Links(context.directory)

    @routes.get("/links")
    def links() -> Response:
        current_maintainer("edit")
        rows = [(link, COLLECTIONS[link.kind], state) for link, state in every_link.states()]
        return context.page("links", found=Part.requested("page", rows))

    @routes.post("/links/<id>/revoke")
    def link_revoked(id: str) -> Response:
        try:
            every_link.revoke(current_maintainer("edit"), id)
        except LinkEnded:
            abort(HTTPStatus.NOT_FOUND)
        # Not to the record, which may have been removed.
        return redirect("links")
