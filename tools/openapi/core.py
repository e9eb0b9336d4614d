"""The operations of the core."""

from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma

from directory_api.change.change import COLLECTIONS
from directory_api.record import schemas
from directory_api.record.schemas import Strict
from tools.openapi import edits, nearest, responses
from tools.openapi.described import ANY_OBJECT, Described, Operations
from tools.openapi.responses import many

# The sections of the reference, in their order.
TAGS: Mapping[str, str] = {
    "nearest": "The closest centres to a postcode or a coordinate",
    "directory": "Centres, helplines and vocabularies",
    "postcodes": "Postcodes and place names",
    "maintaining": "For maintainers with a token",
    "changes": "Imports, and changes that wait for review",
    "operations": "Health checks",
    "bundle": "Data for a search on the device",
    "hsds": "The directory as HSDS 3.0 (Open Referral)",
}
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
_STORED: Mapping[str, type[Strict]] = {
    "centre": schemas.CentreSchema,
    "helpline": schemas.HelplineSchema,
}
_BODIES: Mapping[str, type[Strict]] = {
    "centre": edits.CentreBody,
    "helpline": edits.HelplineBody,
}
_ON_REMOVAL: Mapping[str, str] = {
    "centre": "Prefer the status `closed` for a centre that has closed: its address still says so.",
    "helpline": "The last emergency number cannot be removed.",
}


class ProposalsDocument(ma.Schema):
    """The changes that wait for review: of emergency and police numbers, of other helplines, then
    others; of each, the oldest first.
    """

    proposals = many(edits.ProposalDocument)


def _editing(kind: str) -> Iterator[tuple[tuple[str, str], Described]]:
    every, one = f"/v1/{COLLECTIONS[kind]}", f"/v1/{COLLECTIONS[kind]}/<id>"
    whole, example = {_JSON: _BODIES[kind]}, edits.EXAMPLES[kind]

    def written(name: str, summary: str, **rest: Any) -> Described:
        rest = {"success": (200, 202), "problems": (404,), "takes": _IF_MATCH, **rest}
        return Described(
            "maintaining", name, edits.OutcomeDocument, summary=summary, sends=_TAGGED, **rest
        )

    yield (
        ("POST", every),
        written(
            f"add_{kind}",
            f"Add a {kind} with a new id, also different from the ids of removed records",
            success=(201, 202),
            problems=(),
            media=whole,
            body=example,
            takes=_ONCE,
        ),
    )
    yield (
        ("PUT", one),
        written(f"replace_{kind}", f"Replace the record of a {kind}", media=whole, body=example),
    )
    yield (
        ("PATCH", one),
        written(
            f"patch_{kind}",
            f"Change members of a {kind} by a JSON Merge Patch (RFC 7396)",
            description="A member that is null is removed. A list is replaced as a whole.",
            media={"application/merge-patch+json": dict(ANY_OBJECT)},
            body=edits.PATCHES[kind],
        ),
    )
    yield (
        ("DELETE", one),
        written(
            f"remove_{kind}",
            f"Remove a {kind}, which can be restored",
            description=_ON_REMOVAL[kind],
        ),
    )
    yield (
        ("GET", f"{one}/record"),
        Described(
            "maintaining",
            f"{kind}_record",
            _STORED[kind],
            (404,),
            f"The stored record of a {kind}, with its unpublished members, for editing",
            sends=_TAGGED,
        ),
    )
    yield (
        ("GET", f"{one}/history"),
        Described(
            "maintaining",
            f"{kind}_history",
            edits.HistoryDocument,
            (404,),
            f"The history of a {kind}: who changed what, when and why; newest change first",
            "It can also be read after the removal of the record.",
        ),
    )
    yield (
        ("POST", f"{one}/restore"),
        written(
            f"restore_{kind}",
            f"Restore a {kind} as it was at an earlier revision",
            description="A removed record has no ETag: send `If-Match: *`.",
            body={"revision": 1, "reason": "the new number was wrong"},
            takes=_BOTH,
        ),
    )
    yield (
        ("POST", f"{one}/verify"),
        written(
            f"verify_{kind}",
            f"Confirm that the record of a {kind} is correct today, in the name of the token's "
            "owner",
            success=(200,),
            body={"how": "called the main number"},
            takes=_BOTH,
        ),
    )


def _proposals(name: str, answer: type[ma.Schema], **rest: Any) -> Described:
    return Described("changes", name, answer, in_path=_ID_OF_PROPOSAL, **rest)


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
        body={"origins": [_PLACE, {"lat": 50.85, "lon": 4.35}], "limit": 1},
        is_sent=True,
    ),
    ("GET", "/v1/"): Described("directory", "about", responses.AboutDocument),
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
    ("GET", "/v1/postcodes"): Described("postcodes", "places", responses.PlacesDocument, (422,)),
    ("GET", "/v1/postcodes/<country>/<code>"): Described(
        "postcodes", "postcode", responses.PlaceDocument, (404, 422)
    ),
    **dict(_editing("centre")),
    **dict(_editing("helpline")),
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
