"""The schemas of answers to maintainers, for openapi.yaml."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.domain.changes.change import COLLECTIONS
from directory_api.domain.hours import OPEN_STATES
from directory_api.domain.model import vocabulary
from directory_api.domain.validation import schemas as records
from directory_api.web.schemas.responses import ErrorDocument, either, flag, many, text

_RESULTS = ("done", "waiting", "partly_waiting", "unchanged")


class ChangeDocument(ma.Schema):
    """One record that appears, changes or goes, in words."""

    kind = text(validate=validate.OneOf([*COLLECTIONS, "directory"]))
    id = text()
    deed = text(validate=validate.OneOf(["added", "changed", "removed"]))
    differences = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "What is different, a sentence each."},
    )


class FullChangeDocument(ChangeDocument):
    """A change with the whole record before and after it; null where there was or is none."""

    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True, allow_none=True)


class ProposalDocument(ma.Schema):
    """A change that waits for a second pair of eyes."""

    id = text()
    author = text()
    at = text("RFC 3339, UTC.")
    reason = text()
    expires = text("RFC 3339, UTC.")
    outdated = flag("The record has changed since, so that it cannot be approved.")
    change = fields.Nested(FullChangeDocument, required=True)


class ProposalsDocument(ma.Schema):
    """What waits, oldest first."""

    proposals = many(ProposalDocument)


class OutcomeDocument(ma.Schema):
    """What an edit came to."""

    revision = text("The revision now in force; of a dry run, the one that was compared with.")
    result = text(validate=validate.OneOf(_RESULTS))
    changes = many(ChangeDocument, "What is in force now.")
    proposals = many(ProposalDocument, "What waits until somebody else approves it.")
    warnings = many(ErrorDocument, "What to look at; it stopped nothing.")
    record = either(
        records.CentreSchema,
        records.HelplineSchema,
        null=True,
        required=True,
        metadata={"description": "The record now in force, where the edit was of one."},
    )


class EntryDocument(FullChangeDocument):
    """A change that was made."""

    revision = text()
    author = text()
    approved_by = fields.String(required=True, allow_none=True)
    at = text("RFC 3339, UTC.")
    reason = text()


class HistoryDocument(ma.Schema):
    """The changes of a record, newest first."""

    kind = text()
    id = text()
    entries = many(EntryDocument)


class CentreBody(records.CentreSchema):
    """A centre as it may be sent: as it is kept, or as GET gave it."""

    freshness = fields.String(
        dump_only=True,
        validate=validate.OneOf(vocabulary.FRESHNESS),
        metadata={"description": "Follows from `verified`; what is sent is ignored."},
    )
    open_state = fields.String(
        dump_only=True,
        validate=validate.OneOf(OPEN_STATES),
        metadata={"description": "Follows from `opening_hours`; what is sent is ignored."},
    )
    next_change = fields.DateTime(
        dump_only=True,
        metadata={"description": "Follows from `opening_hours`; what is sent is ignored."},
    )


# Example records for requests; a test sends them.
EXAMPLES: Mapping[str, Mapping[str, Any]] = {
    "centre": {
        "id": "new-centre",
        "name": "New centre",
        "kind": "specialised-centre",
        "status": "active",
        "address": {
            "postal_code": "1000",
            "locality": {"fr": "Bruxelles", "nl": "Brussel"},
            "country": "BE",
        },
        "address_visibility": "public",
        "location": {"lat": 50.8467, "lon": 4.3525, "precision": "postcode"},
        "languages": [{"code": "fr"}, {"code": "nl"}],
        "services": ["information"],
    },
    "helpline": {
        "id": "new-line",
        "kind": "national_line",
        "number": "+3225116464",
        "name": {"en": "New line", "fr": "Nouvelle ligne"},
        "countries": ["BE"],
    },
}
PATCHES: Mapping[str, Mapping[str, Any]] = {
    "centre": {
        "opening_hours": "Mo-Fr 09:00-17:00",
        "timezone": "Europe/Brussels",
        "audiences": None,
    },
    "helpline": {"hours": "24/7", "note": {"en": "Also at night."}},
}
