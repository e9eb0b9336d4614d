"""The route that Prometheus scrapes."""

from collections.abc import Iterable

from flask import Blueprint, Response

from directory_api.web.served import Web


def blueprint(web: Web) -> Blueprint:
    """Return the route."""
    routes = Blueprint("metrics", __name__)

    # With a slash at its end it would pass a proxy that refuses only this address.
    @routes.get("/metrics", strict_slashes=True)
    def metrics() -> Response:
        # Imported here: prometheus_client takes 1 MB, and many servers are never scraped.
        from directory_api.features.operations.metrics.exposition import CONTENT_TYPE, exposition

        body = exposition(web)
        return Response(body, content_type=CONTENT_TYPE)

    return routes


def routes(web: Web) -> Iterable[Blueprint]:
    """Return the route that Prometheus scrapes."""
    return (blueprint(web),)
