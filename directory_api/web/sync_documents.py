"""What /v1/changes takes and the shape of its answer, for openapi.yaml; docs/sync.md explains it."""

from functools import partial

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.web import schemas
from directory_api.web.bundle_documents import BundleCentreDocument, BundleHelplineDocument
from directory_api.web.documents import REVISION, always, either, many, text
from directory_api.web.fields import Whole


class ChangesFields(schemas.RequestSchema):
    """What /v1/changes takes."""

    since = Whole(
        0,
        schemas.MOST_REVISIONS,
        load_default=0,
        metadata={"description": "The revision of the bundle; without it, all that there ever were.", "example": 1},
    )
    store = fields.String(
        validate=validate.Regexp(r"\A[0-9a-f]{1,16}\Z", error="must be the store of a bundle; take it from `changes`"),
        metadata={"description": "The store of the bundle, so that another one in its place is noticed."},
    )


class ChangedRecordDocument(ma.Schema):
    """What became of one record: it is there as `record`, or `gone`, or to be fetched with the bundle at `href`."""

    kind = text(validate=validate.OneOf(["centre", "helpline", "boundary", "postcodes"]))
    id = text("Of the record; of a boundary and postcodes, the country (ISO 3166-1).")
    revision = text("The one that changed it last.")
    record = either(
        BundleCentreDocument,
        BundleHelplineDocument,
        metadata={"description": "A centre or a helpline as in a bundle."},
    )
    gone = fields.Boolean(metadata={"description": "true: it is not, or no longer, in a bundle."})
    href = fields.String(metadata={"description": "A bundle that has it; fetch yours anew."})


class ChangesDocument(ma.Schema):
    """What makes a bundle of the revision `from` equal to one of `revision`. Doing it twice does no harm."""

    since = text("The revision that the changes follow; 0 for all that there ever were.", data_key="from")
    revision = text(REVISION)
    store = text("The name of the database; of another one no revision means anything.")
    made = always(fields.AwareDateTime, "The beginning of the day (UTC) that freshness and hours are for.")
    until = always(fields.AwareDateTime, "Until when hours are known.")
    countries = always(partial(fields.List, fields.String()), "Those with centres, as a bundle's coverage.countries.")
    next = text("What to ask next time.")
    helplines = many(BundleHelplineDocument, "All, in the order to try them.")
    changes = many(ChangedRecordDocument, "By revision, kind and id.")
