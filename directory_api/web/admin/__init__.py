"""The maintainers' pages at /admin: server-rendered, without scripts, for non-programmers."""

import hashlib
from collections.abc import Callable
from datetime import date
from importlib.resources import files

from flask import Blueprint, Response

from directory_api.bootstrap import Directory
from directory_api.web.admin import (
    errors,
    imports,
    lists,
    proposals,
    record_actions,
    records,
    report,
    session,
)
from directory_api.web.admin.context import AdminContext
from directory_api.web.http.auth import BearerAuth


def blueprint(directory: Directory, auth: BearerAuth, today: Callable[[], date]) -> Blueprint:
    """Return the routes."""
    style = (files("directory_api") / "web/admin/static/admin.css").read_bytes()
    name = f"style-{hashlib.sha256(style).hexdigest()[:16]}.css"
    routes = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
    context = AdminContext(directory, auth, today, name)

    @routes.get(f"/{name}")
    def stylesheet() -> Response:
        # Safe, because the name contains a hash of the content.
        return Response(
            style,
            mimetype="text/css",
            headers={"Cache-Control": "public, max-age=31536000, immutable"},
        )

    for room in (session, lists, records, record_actions, proposals, imports, report, errors):
        room.add_to(routes, context)
    return routes
