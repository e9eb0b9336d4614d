"""Routes for operators: /livez, /readyz and /.well-known/security.txt."""

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response

from directory_api.answer import as_json
from directory_api.left_out import sentence
from directory_api.live.editions import EditionCache
from directory_api.live.live_snapshot import Health, LiveSnapshot
from directory_api.text.errors import NotReady
from directory_api.web.http import problems, responses
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import requests
from directory_api.web.schemas import responses as response_schemas


def blueprint(live: LiveSnapshot, editions: EditionCache) -> ApiBlueprint:
    """Return the routes /livez and /readyz, which openapi.yaml documents."""
    routes = ApiBlueprint("operations", __name__, description="Health checks")

    @routes.route("/livez", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(routes, response_schemas.LiveDocument, example={"path": "/livez"})
    def livez(_given: Mapping[str, Any]) -> Response:
        """Whether the process answers"""
        return Response(as_json.dump({"status": "live"}), mimetype=responses.JSON)

    @routes.route("/readyz", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(routes, response_schemas.ReadyDocument, example={"path": "/readyz"})
    def readyz(_given: Mapping[str, Any]) -> Response:
        """Whether reads are answered; `degraded` and why, if not all is well"""
        try:
            snapshot = live.snapshot
        except NotReady as error:
            problem = problems.for_operator(error)
            body = problem.to_json(editions.helplines().here.brief.all, responses.prefix())
            return Response(body, problem.status, problem.headers, mimetype=problems.PROBLEM_JSON)
        health = live.health
        reason = "; ".join(filter(None, (health.degraded, sentence())))
        state = {"status": "degraded", "reason": reason} if reason else {"status": "ready"}
        state |= {"revision": str(snapshot.revision), "link": snapshot.link}
        return Response(as_json.dump(state | _writes(health)), mimetype=responses.JSON)

    return routes


def _writes(health: Health) -> dict[str, str]:
    if not health.takes_writes:
        return {"writes": "off"}
    fault = health.writes_fault
    return {"writes": "unavailable", "writes_reason": fault} if fault else {"writes": "available"}


def security_txt(contact: str, now: Callable[[], datetime]) -> Blueprint:
    """The route that says where to report a security problem (RFC 9116); `now` is a clock in UTC.

    `Expires` is less than a year after the start of the day, as the RFC recommends, so that the
    file stays the same for a day.
    """
    routes = Blueprint("security_txt", __name__)

    @routes.get("/.well-known/security.txt")
    def security_txt() -> Response:
        moment = now()
        expires = datetime.combine(moment.date(), time(), moment.tzinfo) + timedelta(days=365)
        lines = (
            f"Contact: {contact}",
            f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
            "Preferred-Languages: en",
        )
        return responses.directory("".join(f"{line}\n" for line in lines).encode(), "text/plain")

    return routes
