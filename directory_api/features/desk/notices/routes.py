"""The feed and the calendar of notices, each at a secret address."""

from http import HTTPStatus

from flask import Blueprint, Response, abort

from directory_api.features.desk.notices import as_atom, as_calendar
from directory_api.features.desk.notices.address import is_secret_path
from directory_api.features.desk.notices.current import situation
from directory_api.features.desk.notices.notice import Situation
from directory_api.web.context import Web
from directory_api.web.http import responses


def blueprint(web: Web) -> Blueprint:
    """Return the routes. A wrong address counts as a wrong token does."""
    routes = Blueprint("notices", __name__, url_prefix="/notices")
    language = web.settings.of_feature("mail_languages").partition(",")[0]

    def now(secret: str) -> Situation:
        if not is_secret_path(web.directory.tokens, f"/notices/{secret}"):
            web.auth.refuse_guessing()
            abort(HTTPStatus.NOT_FOUND)
        return situation(web.directory, web.editions.current().snapshot, web.now())

    @routes.get("/<secret>.atom")
    def feed(secret: str) -> Response:
        found = now(secret)
        body = as_atom.feed(found.notices(), found.snapshot.store, language, responses.address)
        return Response(body, mimetype=as_atom.MEDIA_TYPE)

    @routes.get("/<secret>.ics")
    def calendar(secret: str) -> Response:
        found = now(secret)
        body = as_calendar.calendar(found.days(), found.snapshot.store, language, found.now)
        return Response(body, mimetype=as_calendar.MEDIA_TYPE)

    return routes
