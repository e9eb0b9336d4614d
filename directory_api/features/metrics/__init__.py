"""Counts of requests and states of the store for Prometheus, at /metrics."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.web.context import Web
    from directory_api.web.http.addresses import Addresses


def provide_addresses() -> "Iterable[Addresses]":
    """Return the row of /metrics."""
    from directory_api.web.http.addresses import operations

    return (operations("/metrics"),)


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the route that Prometheus scrapes."""
    from directory_api.features.metrics.routes import blueprint

    return (blueprint(web),)
