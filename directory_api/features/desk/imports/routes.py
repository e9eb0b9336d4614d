"""/v1/import: imports of whole files."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, request

from directory_api.answer import as_json
from directory_api.bootstrap import Directory
from directory_api.change.guards import Confirmation
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets import CSV, XLSX
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.strict_json import IMPORT_BYTES
from directory_api.web.access.auth import BearerAuth, permitted
from directory_api.web.access.conditions import idempotency_key as key_of_request
from directory_api.web.http import responses
from directory_api.web.http.parsing import read_body
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import ANY_OBJECT, private
from directory_api.web.schemas import editing

_ONCE = ("Idempotency-Key",)
# What a body can be.
_MEDIA: Mapping[str, Any] = {
    "application/json": dict(ANY_OBJECT),
    CSV: {"type": "string"},
    XLSX: {"type": "string", "format": "binary"},
}
# What a fault calls the body that it is in.
_NAMES = {"application/json": "the JSON", CSV: "the CSV", XLSX: "the workbook"}


def blueprint(directory: Directory, auth: BearerAuth) -> ApiBlueprint:
    """Return the routes."""
    importer = importer_of(directory)
    routes = ApiBlueprint("imports", __name__, tag="changes", description="Imports")
    auth.protect(routes)

    @routes.route("/v1/import", methods=["POST"])
    @routes.arguments(editing.ImportFields(), location="query")
    @private(
        routes,
        editing.OutcomeDocument,
        name="import_directory",
        success=(200, 202),
        media=_MEDIA,
        headers=_ONCE,
    )
    def import_directory(params: Mapping[str, Any]) -> Response:
        """Import a file that replaces the directory: JSON, CSV or a workbook

        Either every change of the file is made or none. A table replaces only the kinds of records
        (centres, helplines, sources) that it contains, and leaves what it has no column for. With
        `dry_run=true` the answer lists the changes, and none is made.
        """
        actor = auth.require_scope("edit")
        if params["allow_removals"]:
            permitted(actor, "admin")
        file = Incoming(read_body(tuple(_MEDIA), IMPORT_BYTES), _NAMES[request.mimetype])
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

    return routes
