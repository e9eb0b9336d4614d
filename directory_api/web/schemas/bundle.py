"""The schemas of the bundle and of /v1/changes, for openapi.yaml.

docs/bundle.md and docs/sync.md explain them.
"""

from functools import partial

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.domain.model import vocabulary
from directory_api.domain.validation import schemas as records
from directory_api.web.schemas import requests
from directory_api.web.schemas.fields import Whole
from directory_api.web.schemas.responses import (
    REVISION,
    AddressDocument,
    AttributionDocument,
    always,
    by_key,
    either,
    many,
    text,
    whole,
)

_integers = partial(fields.List, fields.Integer())
_texts = partial(fields.List, fields.String())
_STEPS = "in 1/100000 degree, each the step from the one before; the first from 0."


class BundleSpokenDocument(records.SpokenSchema):
    """A language."""

    class Meta:
        """Members that a visitor does not need."""

        exclude = ("source",)


class BundleCentreDocument(records.CentreSchema):
    """A centre as it is published, without its sources and confirmation."""

    class Meta:
        """Members that a visitor does not need."""

        exclude = ("sources", "verified")

    address = fields.Nested(AddressDocument, required=True)
    location = fields.Nested(records.LocationSchema)
    languages = fields.List(fields.Nested(BundleSpokenDocument))
    freshness = text(validate=validate.OneOf(vocabulary.FRESHNESS))
    open = fields.List(
        fields.List(fields.Raw(metadata={"oneOf": [{"type": "integer"}, {"type": "string"}]})),
        metadata={
            "description": "Start and end in minutes since 1970 (UTC), and `open` or `unknown`; closed between them, "
            "and unknown outside made and until. Absent where the hours are not known."
        },
    )


class BundleHelplineDocument(records.HelplineSchema):
    """A number to call or a site to report at, without its sources."""

    class Meta:
        """Members that a visitor does not need."""

        exclude = ("sources",)


class PostcodeTableDocument(ma.Schema):
    """The postcodes of the country, column by column."""

    written = text(
        "How a postcode is written: a regular expression for a text in capitals; its group is the code."
    )
    foreign = by_key(
        fields.String(), required=True, metadata={"description": "The same, for other countries."}
    )
    institutions = always(
        _texts, "Codes of institutions, which say nothing about where somebody is."
    )
    codes = always(
        _texts,
        "How many letters a code shares with the one before (one digit), and the rest of it.",
    )
    lat = always(_integers, f"WGS84, {_STEPS}")
    lon = always(_integers, f"WGS84, {_STEPS} ")
    accuracy_least_m = whole("Metres.")
    accuracy_more_m = always(
        _integers, "By how many metres a code's accuracy is more than the least."
    )
    names = always(_texts, "What to call each place.")
    other_names = by_key(
        _texts(),
        metadata={
            "description": "By code, what a place is called in the country's other languages."
        },
    )
    parts = fields.List(
        _texts(),
        metadata={
            "description": "Parts of a place that have its postcode to themselves, where their town has several."
        },
    )


class CoverageDocument(ma.Schema):
    """Which countries have centres, and about where they lie."""

    countries = always(_texts, "ISO 3166-1.")
    notice = by_key(
        fields.String(), required=True, metadata={"description": "What to do outside, by language."}
    )
    margin_m = whole(
        "Nearer than this to a line nobody can tell from the outlines whether a position is outside."
    )
    outlines = by_key(
        fields.List(fields.List(_integers())),
        required=True,
        metadata={
            "description": "By country its polygons, each its rings: steps east and north in turn, in 1/1000 degree, "
            "the first two from 0/0."
        },
    )


class BundleDocument(ma.Schema):
    """All that finds the closest centre on a device. The same revision and day (UTC) give the same bytes."""

    format = whole("1; a higher number is another shape.")
    revision = text(REVISION)
    store = text("The name of the database that the revision is of.")
    changes = text("What to ask for what has changed since (docs/sync.md).")
    country = text("Whose postcodes are in it (ISO 3166-1).")
    made = always(
        fields.AwareDateTime, "The beginning of the day (UTC) that freshness and hours are for."
    )
    until = always(fields.AwareDateTime, "Until when hours are known.")
    emergency = always(_texts, "What to dial in danger.")
    helplines = many(BundleHelplineDocument, "In the order to try them.")
    centres = many(
        BundleCentreDocument, "All that are not closed for good; the closest is one that is active."
    )
    blur_m = by_key(
        fields.Integer(),
        required=True,
        metadata={
            "description": "By the precision of a location: within how many metres of it a centre lies."
        },
    )
    postcodes = fields.Nested(PostcodeTableDocument, required=True)
    coverage = fields.Nested(CoverageDocument, required=True)
    attribution = many(AttributionDocument)


class ChangesFields(requests.RequestSchema):
    """What /v1/changes takes."""

    since = Whole(
        0,
        requests.MOST_REVISIONS,
        load_default=0,
        metadata={
            "description": "The revision of the bundle; without it, all that there ever were.",
            "example": 1,
        },
    )
    store = fields.String(
        validate=validate.Regexp(
            r"\A[0-9a-f]{1,16}\Z", error="must be the store of a bundle; take it from `changes`"
        ),
        metadata={
            "description": "The store of the bundle, so that another one in its place is noticed."
        },
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

    since = text(
        "The revision that the changes follow; 0 for all that there ever were.", data_key="from"
    )
    revision = text(REVISION)
    store = text("The name of the database; of another one no revision means anything.")
    made = always(
        fields.AwareDateTime, "The beginning of the day (UTC) that freshness and hours are for."
    )
    until = always(fields.AwareDateTime, "Until when hours are known.")
    countries = always(
        partial(fields.List, fields.String()),
        "Those with centres, as a bundle's coverage.countries.",
    )
    next = text("What to ask next time.")
    helplines = many(BundleHelplineDocument, "All, in the order to try them.")
    changes = many(ChangedRecordDocument, "By revision, kind and id.")
