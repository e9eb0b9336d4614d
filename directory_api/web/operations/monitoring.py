"""For operators: /livez, /readyz and /.well-known/security.txt."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import Any

from flask import Response

from directory_api.left_out import sentence
from directory_api.live.live_snapshot import Health
from directory_api.text.errors import NotReady
from directory_api.web import served
from directory_api.web.http import problems, responses


def livez(_given: Mapping[str, Any]) -> Response:
    """Whether the process answers"""
    return responses.json({"status": "live"})


def readyz(_given: Mapping[str, Any]) -> Response:
    """Whether reads are answered; `degraded` and why, if not all is well"""
    web = served.web()
    live = web.directory.live
    try:
        snapshot = live.snapshot
    except NotReady as error:
        problem = problems.for_operator(error)
        body = problem.to_json(web.editions.helplines(), responses.prefix())
        return Response(body, problem.status, problem.headers, mimetype=problems.PROBLEM_JSON)
    health = live.health
    reason = "; ".join(filter(None, (health.degraded, sentence())))
    state = {"status": "degraded", "reason": reason} if reason else {"status": "ready"}
    state |= {"revision": str(snapshot.revision), "revision_hash": snapshot.revision_hash}
    return responses.json(state | _writes(health))


def _writes(health: Health) -> dict[str, str]:
    if not health.takes_writes:
        return {"writes": "off"}
    fault = health.writes_fault
    return {"writes": "unavailable", "writes_reason": fault} if fault else {"writes": "available"}


def security_txt() -> Response:
    """Return where to report a security problem (RFC 9116).

    `Expires` is less than a year after the start of the day, as the RFC recommends, so that the
    file stays the same for a day.
    """
    web = served.web()
    moment = web.now()
    expires = datetime.combine(moment.date(), time(), moment.tzinfo) + timedelta(days=365)
    lines = (
        f"Contact: {web.settings.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        "Preferred-Languages: en",
    )
    return responses.directory("".join(f"{line}\n" for line in lines).encode(), "text/plain")
