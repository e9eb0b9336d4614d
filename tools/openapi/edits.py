"""The schemas of answers to maintainers, and of the records that they send."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.change.change import COLLECTIONS
from directory_api.record import schemas
from tools.openapi.responses import (
    Either,
    ErrorDocument,
    flag,
    many,
    text,
)

_STATUSES = ("applied", "pending", "partially_applied", "unchanged")


class ChangeDocument(ma.Schema):
    """The addition, change or removal of one record, in words."""

    kind = text(validate=validate.OneOf([*COLLECTIONS, "directory"]))
    id = text()
    action = text(validate=validate.OneOf(["added", "changed", "removed"]))
    differences = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "The differences, one sentence each."},
    )


class FullChangeDocument(ChangeDocument):
    """A change with the whole record before and after it; null if there is none."""

    before = fields.Dict(required=True, allow_none=True)
    after = fields.Dict(required=True, allow_none=True)


class ProposalDocument(ma.Schema):
    """A change that waits for review, or one in force that a second person is to look at."""

    id = text()
    in_force = flag(
        "The change took effect at once. To approve it records that you have looked at it; to "
        "reject it undoes it."
    )
    author = text()
    at = text("RFC 3339, UTC.")
    reason = text()
    expires = text("RFC 3339, UTC; null if the change is in force.", allow_none=True)
    outdated = flag("The record has changed since, so the proposal cannot be approved.")
    warnings = fields.List(
        fields.String(),
        required=True,
        metadata={
            "description": "What the person who decides should know, such as that a new number is "
            "that of another centre."
        },
    )
    change = fields.Nested(FullChangeDocument, required=True)
    new_sources = fields.List(
        fields.Nested(schemas.SourceSchema),
        metadata={
            "description": "The new sources that the record cites: they wait, too, and are "
            "approved with it. Only in `/v1/proposals`."
        },
    )


class OutcomeDocument(ma.Schema):
    """The result of an edit."""

    revision = text("The current revision; in a dry run, the one that the file was compared with.")
    status = text(validate=validate.OneOf(_STATUSES))
    changes = many(ChangeDocument, "The changes that were made.")
    proposals = many(
        ProposalDocument, "The changes that wait for the approval of another maintainer."
    )
    to_check = many(
        ProposalDocument,
        "Changes that were made and that another maintainer is to look at afterwards: a state that "
        "was approved before, or what only hides a number or an address.",
    )
    warnings = many(ErrorDocument, "Warnings, which did not prevent the changes.")
    record = Either(
        schemas.CentreSchema,
        schemas.HelplineSchema,
        null=True,
        required=True,
        metadata={"description": "The current record, if the edit changed one record."},
    )


class EntryDocument(FullChangeDocument):
    """A change in the history of a record."""

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


# A record in a request, and members of it; a test sends them.
RECORD: Mapping[str, Any] = {
    "id": "new-centre",
    "name": "New centre",
    "kind": "specialised_centre",
    "status": "active",
    "address": {
        "postcode": "1000",
        "locality": {"fr": "Bruxelles", "nl": "Brussel"},
        "country": "BE",
    },
    "address_visibility": "public",
    "location": {"lat": 50.8467, "lon": 4.3525, "precision": "postcode"},
    "languages": [{"code": "fr"}, {"code": "nl"}],
    "services": ["information"],
}
PATCH: Mapping[str, Any] = {
    "opening_hours": "Mo-Fr 09:00-17:00",
    "timezone": "Europe/Brussels",
    "audiences": None,
}
