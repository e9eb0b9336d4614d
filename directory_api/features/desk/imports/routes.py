"""/v1/import: imports of whole files."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from flask import Response, g, request

from directory_api.answer import as_json
from directory_api.change.guards import Allowed
from directory_api.features.desk.imports.fields import ImportFields
from directory_api.features.desk.imports.importer import importer_of
from directory_api.features.desk.sheets import CSV, XLSX
from directory_api.features.desk.sheets.raw_records import Incoming
from directory_api.text.strict_json import IMPORT_BYTES
from directory_api.web import served
from directory_api.web.access.auth import permitted
from directory_api.web.access.conditions import idempotency_key as key_of_request
from directory_api.web.api import Route
from directory_api.web.http import responses
from directory_api.web.http.parsing import read_body

# What a body can be, and what a fault calls it.
_NAMES = {"application/json": "the JSON", CSV: "the CSV", XLSX: "the workbook"}


def import_directory(params: Mapping[str, Any]) -> Response:
    """Import a file that replaces the directory: JSON, CSV or a workbook

    Either every change of the file is made or none. A table replaces only the kinds of records
    (centres, helplines, sources) that it contains, and leaves what it has no column for. With
    `dry_run=true` the answer lists the changes, and none is made.
    """
    if params["allow_removals"]:
        permitted(g.actor, "admin")
    file = Incoming(read_body(request, _NAMES, IMPORT_BYTES), _NAMES[request.mimetype])
    outcome = importer_of(served.web().directory).bring_in(
        g.actor,
        file,
        params["reason"],
        dry_run=params["dry_run"],
        allowed=Allowed.of(params["confirm_number"], removals=params["allow_removals"]),
        idempotency_key=key_of_request(g.actor, IMPORT_BYTES),
    )
    response = responses.json(as_json.outcome(outcome))
    if outcome.proposals and not outcome.applied:
        response.status_code = HTTPStatus.ACCEPTED
    return response


ROUTES = (Route("POST", "/v1/import", import_directory, ImportFields(), access="edit"),)
