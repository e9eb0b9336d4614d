"""The schemas of answers to maintainers, and of the records that they send."""

from collections.abc import Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.change.change import COLLECTIONS
from directory_api.hours.rules import STATES
from directory_api.record import schemas, vocabulary
from directory_api.web.schemas.centre_document import PermanentDocument
from tools.openapi.responses import (
    Either,
    ErrorDocument,
    flag,
    many,
    text,
)

_RESULTS = ("done", "waiting", "partly_waiting", "unchanged")


class ChangeDocument(ma.Schema):
    """The addition, change or removal of one record, in words."""

    kind = text(validate=validate.OneOf([*COLLECTIONS, "directory"]))
    id = text()
    deed = text(validate=validate.OneOf(["added", "changed", "removed"]))
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


class OutcomeDocument(ma.Schema):
    """The result of an edit."""

    revision = text("The current revision; in a dry run, the one that the file was compared with.")
    result = text(validate=validate.OneOf(_RESULTS))
    changes = many(ChangeDocument, "The changes that were made.")
    proposals = many(
        ProposalDocument, "The changes that wait for the approval of another maintainer."
    )
    to_check = many(
        ProposalDocument,
        "Those of the changes made that another maintainer is to look at afterwards: a state that "
        "a second person has approved before, or that was loaded first, or what only hides a "
        "number or an address.",
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


_MAY_BE_OMITTED = {"description": "May be omitted if the confirmation is the stored one."}


class VerifiedBody(schemas.VerifiedSchema):
    """A confirmation in a request: the stored one, or what GET returned."""

    by = schemas.one_line(80, metadata=dict(_MAY_BE_OMITTED))
    how = schemas.one_line(metadata=dict(_MAY_BE_OMITTED))
    digest = fields.String(
        metadata={
            "description": "Which values were confirmed, if they have changed since. Omit it to "
            "confirm those of the request."
        }
    )
    changed_since = fields.Boolean(
        dump_only=True, metadata={"description": "Computed from `digest`; ignored in a request."}
    )


class CentreBody(schemas.CentreSchema):
    """A centre in a request: the stored record, or what GET returned."""

    verified = fields.Nested(VerifiedBody)
    permanent = fields.Nested(
        PermanentDocument,
        metadata={
            "description": "If GET returned it, send it back: then `address`, `location`, `phones` "
            "and `opening_hours`, as far as `temporary` has them, are the temporary ones."
        },
    )
    freshness = fields.String(
        dump_only=True,
        validate=validate.OneOf(vocabulary.FRESHNESS),
        metadata={"description": "Computed from `verified`; ignored in a request."},
    )
    open_state = fields.String(
        dump_only=True,
        validate=validate.OneOf(STATES),
        metadata={"description": "Computed from `opening_hours`; ignored in a request."},
    )
    next_change = fields.DateTime(
        dump_only=True,
        metadata={"description": "Computed from `opening_hours`; ignored in a request."},
    )
    next_state = fields.String(
        dump_only=True,
        validate=validate.OneOf(STATES),
        metadata={"description": "Computed from `opening_hours`; ignored in a request."},
    )


class HelplineBody(schemas.HelplineSchema):
    """A helpline in a request: the stored record, or what GET returned."""

    verified = fields.Nested(VerifiedBody)


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
    "helpline": {"note": {"en": "Also at night."}},
}
