"""The documentation of the API: /docs, /openapi.yaml, /problems."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import flask_swagger_ui
from flask import Blueprint, Response, abort, render_template

from directory_api.web.http import problems, responses

# Swagger UI comes from the package flask-swagger-ui. Only these of its files are served.
_SWAGGER = files(flask_swagger_ui) / "dist"
_SWAGGER_FILES: Mapping[str, str] = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
# The files that /docs loads.
ASSETS = ("/docs/start.js", *(f"/docs/{name}" for name in _SWAGGER_FILES))


def pages(openapi: Path, *, static_site: bool) -> Blueprint:
    """Return the routes of the documentation. `static_site` changes what the reference says."""
    routes = Blueprint("pages", __name__, template_folder="templates")

    @routes.get("/openapi.yaml")
    def openapi_yaml() -> Response:
        return responses.directory(openapi.read_bytes(), "application/yaml")

    @routes.get("/docs")
    def docs() -> Response:
        return Response(render_template("docs.html", static_site=static_site), mimetype="text/html")

    @routes.get("/docs/start.js")
    def docs_start() -> Response:
        return responses.directory(
            (files("directory_api") / "web/openapi/static/docs.js").read_bytes(), "text/javascript"
        )

    @routes.get("/docs/<name>")
    def docs_asset(name: str) -> Response:
        if name not in _SWAGGER_FILES:
            abort(404)
        return responses.directory((_SWAGGER / name).read_bytes(), _SWAGGER_FILES[name])

    @routes.get("/problems")
    def problem_kinds() -> Response:
        return Response(
            render_template("problems.html", kinds=problems.KINDS.values()), mimetype="text/html"
        )

    return routes
