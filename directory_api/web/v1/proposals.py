"""/v1/proposals: changes that wait for review."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from flask import Response

from directory_api.answer import as_json
from directory_api.edit.proposal_review import Proposals
from directory_api.web.access.auth import BearerAuth
from directory_api.web.access.conditions import idempotency_key as key_of_request
from directory_api.web.http import responses
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import private
from directory_api.web.schemas import editing, requests
from directory_api.web.schemas.responses import many

_ONCE = ("Idempotency-Key",)


class ProposalsDocument(ma.Schema):
    """The changes that wait for review: of emergency and police numbers, of other helplines, then
    others; of each, the oldest first.
    """

    proposals = many(editing.ProposalDocument)


def blueprint(proposals: Proposals, auth: BearerAuth) -> ApiBlueprint:
    """Return the routes."""
    routes = ApiBlueprint(
        "proposals",
        __name__,
        tag="changes",
        description="Changes that wait for review",
        parameters={
            "id": {
                "description": "The id of the proposal, as in the list.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 60},
            }
        },
    )
    auth.protect(routes)

    @routes.route("/v1/proposals", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @private(routes, ProposalsDocument, name="proposals")
    def listed(_given: Mapping[str, Any]) -> Response:
        """List the proposals that wait for review: helplines first, then the oldest"""
        auth.require_scope()
        rows = [
            as_json.proposal(waiting, outdated=outdated)
            for waiting, outdated in proposals.waiting()
        ]
        return responses.private(as_json.dump({"proposals": rows}))

    @routes.route("/v1/proposals/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @private(routes, editing.ProposalDocument, name="proposal", problems=(404,))
    def one(_given: Mapping[str, Any], id: str) -> Response:
        """One proposal: its changes in words, and the whole records before and after"""
        auth.require_scope()
        waiting, outdated = proposals.get(id)
        return responses.private(as_json.dump(as_json.proposal(waiting, outdated=outdated)))

    @routes.route("/v1/proposals/<id>/approve", methods=["POST"])
    @routes.arguments(editing.ConfirmationFields(), location="query")
    @private(
        routes, editing.OutcomeDocument, name="approve_proposal", problems=(404,), headers=_ONCE
    )
    def approve(params: Mapping[str, Any], id: str) -> Response:
        """Approve a proposal of another maintainer

        That of a change or removal of a helpline needs its number once more.
        """
        actor = auth.require_scope("approve")
        outcome = proposals.approve(
            actor, id, typed=params["confirm_number"], idempotency_key=key_of_request(actor)
        )
        return responses.private(as_json.dump(as_json.outcome(outcome)))

    @routes.route("/v1/proposals/<id>/reject", methods=["POST"])
    @routes.arguments(editing.ReasonFields(), location="query")
    @private(
        routes, editing.OutcomeDocument, name="reject_proposal", problems=(404,), headers=_ONCE
    )
    def reject(params: Mapping[str, Any], id: str) -> Response:
        """Reject a proposal, or withdraw your own"""
        actor = auth.require_scope()
        outcome = proposals.reject(
            actor, id, params["reason"], idempotency_key=key_of_request(actor)
        )
        return responses.private(as_json.dump(as_json.outcome(outcome)))

    return routes
