"""Routes for monitoring: /livez, /readyz and /metrics."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from directory_api.formats import as_json
from directory_api.services.finder import Finder
from directory_api.web.http import responses
from directory_api.web.middleware.request_log import Meters
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import requests
from directory_api.web.schemas import responses as response_schemas


def blueprint(finder: Finder) -> ApiBlueprint:
    """Return the routes /livez and /readyz, which openapi.yaml documents."""
    routes = ApiBlueprint("operations", __name__, description="For monitors")

    @routes.route("/livez", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(routes, response_schemas.LiveDocument, example={"path": "/livez"})
    def livez(_given: Mapping[str, Any]) -> Response:
        """Whether the process answers; touches nothing"""
        return Response(as_json.dump({"status": "live"}), mimetype=responses.JSON)

    @routes.route("/readyz", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(routes, response_schemas.ReadyDocument, example={"path": "/readyz"})
    def readyz(_given: Mapping[str, Any]) -> Response:
        """Whether reads are answered; `degraded` with the reason while the store cannot be read"""
        revision, reason = str(finder.snapshot.revision), finder.degraded
        state = {"status": "degraded", "reason": reason} if reason else {"status": "ready"}
        return Response(as_json.dump({**state, "revision": revision}), mimetype=responses.JSON)

    return routes


def metrics(meters: Meters) -> Blueprint:
    """Return the route that Prometheus scrapes."""
    routes = Blueprint("metrics", __name__)

    @routes.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(meters.registry), content_type=CONTENT_TYPE_LATEST)

    return routes
