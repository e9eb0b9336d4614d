"""The documentation of the API: the OpenAPI documents, the pages that show them, /problems."""

import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from threading import Lock

from flask import Blueprint, Response, render_template

from directory_api.answer import as_json
from directory_api.config import shipped
from directory_api.features.reference import reference
from directory_api.live.editions import MAX_AGE_SECONDS, Edition
from directory_api.text.errors import DirectoryError
from directory_api.web.http import negotiation, problems, responses
from directory_api.web.http.static_file import StaticFile, at_its_path
from directory_api.web.served import Web

# The files that /docs and /problems load.
ASSETS = ("/docs/reference.css", "/docs/reference.js")
_MEDIA_TYPES = {"css": "text/css", "js": "text/javascript"}
# Of each OpenAPI document: its name, and the page that shows it.
_DOCUMENTS = {
    "openapi": "/docs",
    "openapi-editing": "/docs/editing",
    "openapi-hsds": "/docs/hsds",
}
# As a document is written: its paths are below this one.
_SERVER = b"\nservers: [{url: /}]\n"


def pages(*, static_site: bool) -> Blueprint:
    """Return the routes of the documentation. `static_site` changes what the reference says."""
    routes = Blueprint("pages", __name__, template_folder="templates")
    making = Lock()
    yaml_of = cache(reference.as_yaml)
    finished: dict[tuple[str, str], negotiation.CompressedBody] = {}

    # A document does not change while the server runs, and most servers are never asked for it.
    # Its links begin with the prefix, of which a server has one.
    def cached(name: str, make: Callable[[], str | bytes], mimetype: str) -> Response:
        # Every thread would make a page that is not there yet: 300 requests at once took 47
        # seconds.
        with making:
            key = name, responses.prefix()
            if key not in finished:
                body = make()
                finished[key] = negotiation.prepare(
                    body if isinstance(body, bytes) else body.encode()
                )
        cache = responses.CACHE.format(MAX_AGE_SECONDS)
        return responses.with_digests(finished[key], cache, mimetype)

    def in_yaml(path: Path) -> Response:
        document = yaml_of(path)
        if responses.prefix():
            below = _SERVER.replace(b"/", json.dumps(responses.prefix()).encode())
            document = document.replace(_SERVER, below, 1)
        return responses.directory(document, "application/yaml")

    def in_json(path: Path) -> Response:
        servers = [{"url": responses.prefix() or "/"}]
        return cached(
            path.name,
            lambda: as_json.dump({**reference.load(path), "servers": servers}),
            responses.JSON_TYPE,
        )

    def page(path: Path, address: str) -> Response:
        return cached(address, lambda: reference.render(path, static_site=static_site), "text/html")

    for name, address in _DOCUMENTS.items():
        path = shipped(f"{name}.yaml")
        routes.add_url_rule(f"/{name}.yaml", f"{name}_yaml", partial(in_yaml, path))
        routes.add_url_rule(f"/{name}.json", f"{name}_json", partial(in_json, path))
        routes.add_url_rule(address, name, partial(page, path, address))
    for address in ASSETS:
        name = address.rpartition("/")[2]
        routes.add_url_rule(address, name.replace(".", "_"), partial(_asset, name))

    @routes.get("/problems")
    def problem_kinds() -> Response:
        return Response(
            render_template("problems.html", types=_by_type()),
            mimetype="text/html",
        )

    return routes


def _by_type() -> Mapping[str, list[type[DirectoryError]]]:
    types: dict[str, list[type[DirectoryError]]] = {}
    for error in problems.BY_CODE.values():
        types.setdefault(problems.type_of(error), []).append(error)
    return types


def _asset(name: str) -> Response:
    content = (files(__package__) / "static" / name).read_bytes()
    return responses.directory(content, _MEDIA_TYPES[name.rpartition(".")[2]])


def routes(web: Web) -> Iterable[Blueprint]:
    """Return the routes of the pages and of the documents."""
    return (pages(static_site=web.static_site),)


def static_files(_edition: Edition, *, has_origin: bool) -> Iterable[StaticFile]:
    """Return the pages and the documents."""
    del has_origin
    for page in (*_DOCUMENTS.values(), "/problems"):
        yield StaticFile(page, f"{page[1:]}/index.html")
    documents = (f"/{name}.{kind}" for name in _DOCUMENTS for kind in ("yaml", "json"))
    yield from map(at_its_path, (*ASSETS, *documents))
