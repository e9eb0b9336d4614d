"""For whoever runs or reads the server: livez, readyz, metrics, openapi.yaml, docs, problems."""

from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import flask_swagger_ui
from flask import Blueprint, Response, abort, render_template
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from directory_api.actions.find import Finder
from directory_api.formats import as_json
from directory_api.web import documents, problems, reply, schemas
from directory_api.web.api import ApiBlueprint
from directory_api.web.observe import Meters
from directory_api.web.operations import operation

# Swagger UI's files come from the wheel flask-swagger-ui; only these are given out.
_SWAGGER = files(flask_swagger_ui) / "dist"
_SWAGGER_FILES: Mapping[str, str] = {
    "swagger-ui.css": "text/css",
    "swagger-ui-bundle.js": "text/javascript",
    "favicon-32x32.png": "image/png",
}
# What /docs loads.
ASSETS = ("/docs/start.js", *(f"/docs/{name}" for name in _SWAGGER_FILES))


def blueprint(finder: Finder) -> ApiBlueprint:
    """The routes that monitors read, documented."""
    routes = ApiBlueprint("operations", __name__, description="For monitors")

    @routes.route("/livez", methods=["GET"])
    @routes.arguments(schemas.NoFields, location="query")
    @operation(routes, documents.LiveDocument, example={"path": "/livez"})
    def livez(_given: Mapping[str, Any]) -> Response:
        """Whether the process answers; touches nothing"""
        return Response(as_json.dump({"status": "live"}), mimetype=reply.JSON)

    @routes.route("/readyz", methods=["GET"])
    @routes.arguments(schemas.NoFields, location="query")
    @operation(routes, documents.ReadyDocument, example={"path": "/readyz"})
    def readyz(_given: Mapping[str, Any]) -> Response:
        """Whether reads are answered; `degraded` with the reason while the store cannot be read"""
        revision, reason = str(finder.snapshot.revision), finder.degraded
        state = {"status": "degraded", "reason": reason} if reason else {"status": "ready"}
        return Response(as_json.dump({**state, "revision": revision}), mimetype=reply.JSON)

    return routes


def pages(meters: Meters, openapi: Path, *, still: bool) -> Blueprint:
    """The routes for people and for Prometheus; `still` for a folder without a server."""
    routes = Blueprint("pages", __name__, template_folder="templates")

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)

    @routes.get("/openapi.yaml")
    def openapi_yaml() -> Response:
        return reply.directory(openapi.read_bytes(), "application/yaml")

    @routes.get("/docs")
    def docs() -> Response:
        return Response(render_template("docs.html", still=still), mimetype="text/html")

    @routes.get("/docs/start.js")
    def docs_start() -> Response:
        return reply.directory((files("directory_api") / "web/static/docs.js").read_bytes(), "text/javascript")

    @routes.get("/docs/<name>")
    def docs_asset(name: str) -> Response:
        if name not in _SWAGGER_FILES:
            abort(404)
        return reply.directory((_SWAGGER / name).read_bytes(), _SWAGGER_FILES[name])

    @routes.get("/problems")
    def problem_kinds() -> Response:
        return Response(render_template("problems.html", kinds=problems.KINDS.values()), mimetype="text/html")

    return routes
