"""Changes that wait until a second maintainer approves them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Blueprint

    from directory_api.edit.gate import Required
    from directory_api.edit.writer import Writer
    from directory_api.features.review.gate import ReviewGate
    from directory_api.features.review.proposals import Proposals
    from directory_api.web.context import Web


def provide_blueprints(web: "Web") -> "Iterable[Blueprint]":
    """Return the routes of the proposals."""
    from directory_api.features.review import routes

    return (routes.blueprint(web.directory.writer, web.auth),)


def provide_gate(required: "Required") -> "ReviewGate":
    """Return the gate that stores changes as proposals while review is required."""
    from directory_api.features.review.gate import ReviewGate

    return ReviewGate(required)


def provide_proposals(writer: "Writer") -> "Proposals":
    """Return the changes that wait for a second person."""
    from directory_api.features.review.proposals import Proposals

    return Proposals(writer)
