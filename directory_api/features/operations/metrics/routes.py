"""The route that Prometheus scrapes."""

from collections.abc import Iterable

from flask import Blueprint, Response

from directory_api.features.operations.metrics.exposition import CONTENT_TYPE, exposition
from directory_api.web.served import Web


def routes(web: Web) -> Iterable[Blueprint]:
    """Return the route that Prometheus scrapes."""
    blueprint = Blueprint("metrics", __name__)

    # With a slash at its end it would pass a proxy that refuses only this address.
    @blueprint.get("/metrics", strict_slashes=True)
    def metrics() -> Response:
        return Response(exposition(web), content_type=CONTENT_TYPE)

    return (blueprint,)
