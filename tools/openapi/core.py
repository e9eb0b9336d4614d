"""The operations of the core."""

from typing import Any

import marshmallow as ma

from directory_api.record import schemas
from tools.openapi import edits, nearest, responses
from tools.openapi.described import ANY_OBJECT, Described, Operations
from tools.openapi.responses import many

_PLACE = {"postcode": "1000", "country": "BE"}
_IF_MATCH = ("If-Match",)
_ONCE = ("Idempotency-Key",)
_BOTH = ("If-Match", "Idempotency-Key")
_TAGGED = ("ETag",)
_JSON = "application/json"
_ID_OF_PROPOSAL = {
    "id": {
        "description": "The id of the proposal, as in the list.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 60},
    }
}


class ProposalsDocument(ma.Schema):
    """The changes that wait for review: of emergency and police numbers, of other helplines, then
    others; of each, the oldest first.
    """

    proposals = many(edits.ProposalDocument)


_EVERY, _ONE = "/v1/records/<collection>", "/v1/records/<collection>/<id>"
_RECORD = {"oneOf": [schemas.CentreSchema, schemas.HelplineSchema]}


def _edit(name: str, **rest: Any) -> Described:
    rest = {"success": (200, 202), "problems": (404,), "takes": _IF_MATCH, **rest}
    return Described("editing", name, edits.OutcomeDocument, sends=_TAGGED, **rest)


_EDITING: Operations = {
    ("POST", _EVERY): _edit(
        "add_record", success=(201, 202), media={_JSON: _RECORD}, body=edits.RECORD, takes=_ONCE
    ),
    ("GET", _ONE): Described("editing", "record", _RECORD, (404,), sends=_TAGGED),
    ("PUT", _ONE): _edit("replace_record", media={_JSON: _RECORD}, body=edits.RECORD),
    ("PATCH", _ONE): _edit(
        "patch_record",
        media={"application/merge-patch+json": dict(ANY_OBJECT)},
        body=edits.PATCH,
    ),
    ("DELETE", _ONE): _edit("remove_record"),
    ("GET", f"{_ONE}/history"): Described(
        "editing", "record_history", edits.HistoryDocument, (404,)
    ),
    ("POST", f"{_ONE}/restore"): _edit(
        "restore_record", body={"revision": 1, "reason": "the new number was wrong"}, takes=_BOTH
    ),
    ("POST", f"{_ONE}/verify"): _edit(
        "verify_record", success=(200,), body={"how": "called the main number"}, takes=_BOTH
    ),
}


def _proposals(name: str, response: type[ma.Schema], **rest: Any) -> Described:
    return Described("editing", name, response, in_path=_ID_OF_PROPOSAL, **rest)


OPERATIONS: Operations = {
    ("GET", "/v1/nearest"): Described(
        "nearest", "nearest", nearest.NearestDocument, (404, 406, 422)
    ),
    ("POST", "/v1/nearest"): Described(
        "nearest",
        "nearest_private",
        nearest.NearestDocument,
        (404, 406, 413, 415, 422),
        "The closest centres, with the place in the request body",
        "The answer is that of GET. The place is not in the URL, so no browser history or proxy "
        "log\ncontains it.",
        body={**_PLACE, "limit": 1},
        is_sent=True,
    ),
    ("POST", "/v1/nearest/batch"): Described(
        "nearest",
        "nearest_batch",
        nearest.BatchDocument,
        (413, 415),
        body={"places": [_PLACE, {"lat": 50.85, "lon": 4.35}], "limit": 1},
        is_sent=True,
    ),
    ("GET", "/v1"): Described("directory", "about", responses.AboutDocument),
    ("GET", "/v1/centres"): Described(
        "directory", "centres", responses.CentresDocument, (406,), sends=("Link",)
    ),
    ("GET", "/v1/centres/<id>"): Described(
        "directory", "centre", responses.OneCentreDocument, (404, 406)
    ),
    ("GET", "/v1/helplines"): Described("directory", "helplines", responses.HelplinesDocument),
    ("GET", "/v1/helplines/<id>"): Described(
        "directory", "helpline", responses.HelplineDocument, (404,)
    ),
    ("GET", "/v1/languages"): Described("directory", "languages", responses.LanguagesDocument),
    ("GET", "/v1/services"): Described("directory", "services", responses.ServicesDocument),
    ("GET", "/v1/sources"): Described("directory", "sources", responses.SourcesDocument),
    ("GET", "/v1/postcodes"): Described(
        "postcodes", "search_postcodes", responses.PlacesDocument, (422,)
    ),
    ("GET", "/v1/postcodes/<country>/<code>"): Described(
        "postcodes", "postcode", responses.PlaceDocument, (404, 422)
    ),
    **_EDITING,
    ("GET", "/v1/proposals"): _proposals("proposals", ProposalsDocument),
    ("GET", "/v1/proposals/<id>"): _proposals("proposal", edits.ProposalDocument, problems=(404,)),
    ("POST", "/v1/proposals/<id>/approve"): _proposals(
        "approve_proposal", edits.OutcomeDocument, problems=(404,), takes=_ONCE
    ),
    ("POST", "/v1/proposals/<id>/reject"): _proposals(
        "reject_proposal", edits.OutcomeDocument, problems=(404,), takes=_ONCE
    ),
    ("GET", "/livez"): Described("operations", "livez", responses.LiveDocument),
    ("GET", "/readyz"): Described("operations", "readyz", responses.ReadyDocument),
}
