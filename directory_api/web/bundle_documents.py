"""The shape of the bundle, for openapi.yaml; docs/bundle.md explains it."""

from functools import partial

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.domain import schema as records
from directory_api.domain import vocabulary
from directory_api.web.documents import (
    REVISION,
    AddressDocument,
    AttributionDocument,
    always,
    by_key,
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
        """Without what a visitor does not need."""

        exclude = ("source",)


class BundleCentreDocument(records.CentreSchema):
    """A centre as it is published, without its sources and confirmation."""

    class Meta:
        """Without what a visitor does not need."""

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
        """Without what a visitor does not need."""

        exclude = ("sources",)


class PostcodeTableDocument(ma.Schema):
    """The postcodes of the country, column by column."""

    written = text("How a postcode is written: a regular expression for a text in capitals; its group is the code.")
    foreign = by_key(fields.String(), required=True, metadata={"description": "The same, for other countries."})
    institutions = always(_texts, "Codes of institutions, which say nothing about where somebody is.")
    codes = always(_texts, "How many letters a code shares with the one before (one digit), and the rest of it.")
    lat = always(_integers, f"WGS84, {_STEPS}")
    lon = always(_integers, f"WGS84, {_STEPS} ")
    accuracy_least_m = whole("Metres.")
    accuracy_more_m = always(_integers, "By how many metres a code's accuracy is more than the least.")
    names = always(_texts, "What to call each place.")
    other_names = by_key(
        _texts(), metadata={"description": "By code, what a place is called in the country's other languages."}
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
    notice = by_key(fields.String(), required=True, metadata={"description": "What to do outside, by language."})
    margin_m = whole("Nearer than this to a line nobody can tell from the outlines whether a position is outside.")
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
    made = always(fields.AwareDateTime, "The beginning of the day (UTC) that freshness and hours are for.")
    until = always(fields.AwareDateTime, "Until when hours are known.")
    emergency = always(_texts, "What to dial in danger.")
    helplines = many(BundleHelplineDocument, "In the order to try them.")
    centres = many(BundleCentreDocument, "All that are not closed for good; the closest is one that is active.")
    blur_m = by_key(
        fields.Integer(),
        required=True,
        metadata={"description": "By the precision of a location: within how many metres of it a centre lies."},
    )
    postcodes = fields.Nested(PostcodeTableDocument, required=True)
    coverage = fields.Nested(CoverageDocument, required=True)
    attribution = many(AttributionDocument)
