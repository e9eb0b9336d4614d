"""The documentation of the API: /docs, /openapi.yaml, /openapi.json, /problems."""

from collections.abc import Callable, Iterable
from functools import lru_cache, partial
from importlib.resources import files
from pathlib import Path
from threading import Lock

from flask import Blueprint, Response, render_template

from directory_api.answer import as_json
from directory_api.config import shipped
from directory_api.features.reference import reference
from directory_api.live.editions import MAX_AGE_SECONDS, Edition
from directory_api.web.http import negotiation, problems, responses
from directory_api.web.http.static_file import StaticFile, at_its_path
from directory_api.web.served import Web

# The files that /docs and /problems load.
ASSETS = ("/docs/reference.css", "/docs/reference.js")
_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript"}
# As openapi.yaml is written: its paths are below this one.
_SERVER = b"\nservers:\n- url: /\n"


def pages(openapi: Path, *, static_site: bool) -> Blueprint:
    """Return the routes of the documentation. `static_site` changes what the reference says."""
    routes = Blueprint("pages", __name__, template_folder="templates")

    making = Lock()

    # The document does not change while the server runs, and most servers are never asked for it.
    # Its links begin with the prefix, of which a server has one.
    @lru_cache(maxsize=2)
    def made_once(_prefix: str) -> negotiation.CompressedBody:
        return negotiation.prepare(reference.render(openapi, static_site=static_site).encode())

    @lru_cache(maxsize=2)
    def json_once(prefix: str) -> negotiation.CompressedBody:
        document = {**reference.load(openapi), "servers": [{"url": prefix or "/"}]}
        return negotiation.prepare(as_json.dump(document))

    def made(make: Callable[[str], negotiation.CompressedBody], mimetype: str) -> Response:
        # The cache alone has every thread make a page that is not there yet: 300 requests at once
        # took 47 seconds.
        with making:
            body = make(responses.prefix())
        return responses.respond(body, responses.CACHE.format(MAX_AGE_SECONDS), mimetype)

    @routes.get("/openapi.yaml")
    def openapi_yaml() -> Response:
        document = openapi.read_bytes()
        if responses.prefix():
            document = document.replace(_SERVER, _SERVER[:-2] + responses.link("\n").encode(), 1)
        return responses.directory(document, "application/yaml")

    @routes.get("/openapi.json")
    def openapi_json() -> Response:
        return made(json_once, responses.JSON_TYPE)

    @routes.get("/docs")
    def docs() -> Response:
        return made(made_once, "text/html")

    for address in ASSETS:
        name = address.rpartition("/")[2]
        routes.add_url_rule(address, name.replace(".", "_"), partial(_asset, name))

    @routes.get("/problems")
    def problem_kinds() -> Response:
        return Response(
            render_template("problems.html", types=problems.PROBLEM_TYPES.values()),
            mimetype="text/html",
        )

    return routes


def _asset(name: str) -> Response:
    content = (files(__package__) / "static" / name).read_bytes()
    return responses.directory(content, _MEDIA_TYPES[name.rpartition(".")[2]])


def routes(web: Web) -> Iterable[Blueprint]:
    """Return the routes of the pages and of openapi.yaml."""
    return (pages(shipped("openapi.yaml"), static_site=web.static_site),)


def static_files(_edition: Edition, *, has_origin: bool) -> Iterable[StaticFile]:
    """Return the pages and openapi.yaml."""
    del has_origin
    pages = (StaticFile(page, f"{page[1:]}/index.html") for page in ("/docs", "/problems"))
    return (*pages, *map(at_its_path, (*ASSETS, "/openapi.yaml", "/openapi.json")))
