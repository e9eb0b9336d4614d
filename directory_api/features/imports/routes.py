"""/v1/import and /v1/proposals: imports of whole files, and changes that wait for review."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request

from directory_api.answer import as_json
from directory_api.bootstrap import Directory
from directory_api.change.guards import Confirmation
from directory_api.features.imports.importer import Incoming, importer_of, readers
from directory_api.features.review.proposals import Proposals
from directory_api.text.strict_json import IMPORT_BYTES
from directory_api.web.access.auth import BearerAuth, permitted
from directory_api.web.access.conditions import idempotency_key as key_of_request
from directory_api.web.http import responses
from directory_api.web.http.parsing import read_body
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import ANY_OBJECT, private
from directory_api.web.schemas import editing, requests

_ONCE = ("Idempotency-Key",)
_TEXT = {"type": "string"}
_BINARY = {"type": "string", "format": "binary"}


def blueprint(directory: Directory, proposals: Proposals, auth: BearerAuth) -> ApiBlueprint:
    """Return the routes."""
    importer = importer_of(directory)
    others = {each.media_type: each for each in readers()}
    media: Mapping[str, Any] = {
        "application/json": dict(ANY_OBJECT),
        **{name: _BINARY if each.signatures else _TEXT for name, each in others.items()},
    }
    # What a fault calls the body that it is in.
    names = {
        "application/json": "the JSON",
        **{name: each.name for name, each in others.items()},
    }
    routes = ApiBlueprint(
        "changes",
        __name__,
        description="Imports, and changes that wait for review",
        parameters={
            "id": {
                "description": "The id of the proposal, as in the list.",
                "schema": {"type": "string", "minLength": 1, "maxLength": 60},
            }
        },
    )
    auth.protect(routes)

    @routes.route("/v1/import", methods=["POST"])
    @routes.arguments(editing.ImportFields(), location="query")
    @private(
        routes,
        editing.OutcomeDocument,
        name="import_directory",
        success=(200, 202),
        media=media,
        headers=_ONCE,
    )
    def import_directory(params: Mapping[str, Any]) -> Response:
        """Import a file that replaces the directory: JSON, CSV or a workbook

        Either every change of the file is made or none. A table replaces only the kinds of records
        (centres, helplines, sources) that it contains. With `dry_run=true` the answer lists the
        changes, and none is made.
        """
        actor = auth.require_scope("edit")
        if params["allow_removals"]:
            permitted(actor, "admin")
        file = Incoming(read_body(tuple(media), IMPORT_BYTES), names[request.mimetype])
        outcome = importer.bring_in(
            actor,
            file,
            params["reason"],
            dry_run=params["dry_run"],
            confirmed=Confirmation.of(params["confirm_number"], removals=params["allow_removals"]),
            idempotency_key=key_of_request(actor, IMPORT_BYTES),
        )
        response = responses.private(as_json.dump(as_json.outcome(outcome)))
        if outcome.waiting and not outcome.done:
            response.status_code = HTTPStatus.ACCEPTED
        return response

    @routes.route("/v1/proposals", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @private(routes, editing.ProposalsDocument, name="proposals")
    def listed(_given: Mapping[str, Any]) -> Response:
        """List the proposals that wait for review: helplines first, then the oldest"""
        auth.require_scope()
        return responses.private(as_json.dump(as_json.proposals(proposals.waiting())))

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
