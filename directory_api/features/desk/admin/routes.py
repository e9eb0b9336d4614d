"""The maintainers' pages at /admin: server-rendered, for people who are not programmers."""

import hashlib
from http import HTTPStatus
from importlib.resources import files
from typing import NoReturn

from flask import Blueprint, Response, abort

from directory_api.feature import use_each
from directory_api.features.desk.admin import language
from directory_api.features.desk.admin.context import AdminContext
from directory_api.features.desk.admin.overview import Overview
from directory_api.features.desk.admin.pages import (
    confirm,
    imports,
    links,
    lists,
    passkeys,
    people,
    record_actions,
    records,
    rollback,
    session,
    sources,
    todo,
)
from directory_api.features.desk.admin.pages import proposals as proposal_pages
from directory_api.features.desk.geocoding.locate import locate
from directory_api.features.desk.passkeys import IS_INSTALLED
from directory_api.features.desk.passkeys.passkeys import Passkeys
from directory_api.web.http import responses
from directory_api.web.served import Web

# Files of static/. Every page works without, except those about passkeys.
_SCRIPTS = ("passkeys", "unsaved")


def make_context(web: Web) -> AdminContext:
    """Return what the pages share."""
    name = f"style-{hashlib.sha256(_style()).hexdigest()[:16]}.css"
    directory = web.directory
    show = use_each(lambda feature: feature.card(web))
    surroundings = use_each(lambda feature: feature.surroundings(web))
    return AdminContext(
        directory,
        web.editions,
        Overview(directory.writer),
        web.auth,
        directory.today,
        name,
        Passkeys(directory) if IS_INSTALLED else None,
        show=next(iter(show), None),
        surroundings=next(iter(surroundings), None),
        locate=locate(directory),
        scripts={each: _named(f"{each}.js") for each in _SCRIPTS},
    )


def blueprint(context: AdminContext) -> Blueprint:
    """Return the routes."""
    routes = Blueprint("admin", __name__, url_prefix="/admin", template_folder="templates")
    style = _style()
    scripts = {path: _file(f"{name}.js") for name, path in context.scripts.items()}

    @routes.get(f"/{context.stylesheet}")
    def stylesheet() -> Response:
        cache = {"Cache-Control": responses.FOR_EVER}
        return Response(style, mimetype="text/css", headers=cache)

    any_script = ", ".join(f'"{path}"' for path in scripts)

    @routes.get(f"/<any({any_script}):name>")
    def script(name: str) -> Response:
        cache = {"Cache-Control": responses.FOR_EVER}
        return Response(scripts[name], mimetype="text/javascript", headers=cache)

    language.add_to(routes)
    modules = (
        session,
        lists,
        todo,
        confirm,
        links,
        records,
        record_actions,
        sources,
        proposal_pages,
        imports,
        rollback,
        people,
        passkeys,
    )
    for module in modules:
        module.add_to(routes, context)

    # A route, so that only signed-in maintainers see the page for an unknown address.
    @routes.route("/<path:_rest>", methods=["GET", "POST"])
    def unknown_address(_rest: str) -> NoReturn:
        abort(HTTPStatus.NOT_FOUND)

    return routes


def _style() -> bytes:
    return _file("admin.css")


def _file(name: str) -> bytes:
    return (files(__package__) / "static" / name).read_bytes()


def _named(name: str) -> str:
    """Return the name of a file with its hash, so that it may be cached indefinitely."""
    stem, _, ending = name.partition(".")
    return f"{stem}-{hashlib.sha256(_file(name)).hexdigest()[:16]}.{ending}"


def routes(web: Web) -> Blueprint:
    """Return the routes, which are made with the first request below /admin."""
    return blueprint(web.get_or_build(make_context))
