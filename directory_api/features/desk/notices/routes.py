"""The feed and the calendar of what there is to do, each at a secret address."""

from datetime import date
from http import HTTPStatus

from flask import Blueprint, Response, abort

from directory_api.edit.todo import todo
from directory_api.features.desk.notices import as_atom, as_calendar
from directory_api.features.desk.notices.address import is_secret_path
from directory_api.features.desk.notices.current import situation
from directory_api.web.http import responses
from directory_api.web.served import Web


def blueprint(web: Web) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("notices", __name__, url_prefix="/notices")
    language = web.settings.of_feature("mail_languages").partition(",")[0]

    def check(secret: str) -> None:
        if not is_secret_path(web.directory, f"/notices/{secret}"):
            abort(HTTPStatus.NOT_FOUND)

    def store() -> str:
        return web.directory.live.snapshot.store

    @routes.get("/<secret>.atom")
    def feed(secret: str) -> Response:
        check(secret)
        items = todo(situation(web.directory))
        body = as_atom.feed(items, store(), language, responses.address)
        return Response(body, mimetype=as_atom.MEDIA_TYPE)

    @routes.get("/<secret>.ics")
    def calendar(secret: str) -> Response:
        check(secret)
        here = situation(web.directory)
        items = todo(here, until=date.max)
        body = as_calendar.calendar(items, store(), language, here.now)
        return Response(body, mimetype=as_calendar.MEDIA_TYPE)

    return routes
