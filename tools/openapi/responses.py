"""The schemas of answers.

Nothing is written by them: the formats write the answers, and tests compare.
"""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.record import schemas, vocabulary
from directory_api.record.record_value import private_members
from directory_api.record.records import Helpline
from directory_api.record.schemas import Strict
from tools.openapi.cards import CardDocument, HelplineCardDocument
from tools.openapi.centre_document import CentreDocument, VerifiedDocument

_Field = TypeVar("_Field", bound=fields.Field[Any])


def always(kind: Callable[..., _Field], description: str = "", **options: Any) -> _Field:
    """Return a field that is always present."""
    return kind(
        required=True, metadata={"description": description} if description else {}, **options
    )


text = partial(always, fields.String)
number = partial(always, fields.Float)
whole = partial(always, fields.Integer)
flag = partial(always, fields.Boolean)
_texts = partial(fields.List, fields.String())


def many(schema: type[ma.Schema], description: str = "") -> fields.List[Any]:
    """Return a field for a list that is always present."""
    nested: fields.Nested = fields.Nested(schema)
    return fields.List(
        nested, required=True, metadata={"description": description} if description else {}
    )


def by_key(values: fields.Field[Any], **options: Any) -> fields.Dict:
    """Return a field for a mapping from text."""
    return fields.Dict(keys=fields.String(), values=values, **options)


class Either(fields.Raw):
    """A value that has one of these schemas, or null."""

    def __init__(self, *shapes: type[ma.Schema], null: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self.shapes = shapes
        self.null = null


def open_at() -> fields.DateTime:
    """Return the time of the filter open_at."""
    description = (
        "With open_at: the time (UTC) at which the centres are open; for `now`, that of the "
        "answer. `office` is always of the time of the answer."
    )
    return fields.DateTime(metadata={"description": description})


def hours_unknown() -> fields.Integer:
    """Return the count of centres that the filter open_at leaves out for unknown hours."""
    description = "With open_at: how many centres match the other filters, but have unknown hours."
    return fields.Integer(metadata={"description": description})


ATTRIBUTION = (
    "The licence of the data, and the address that lists whom to name when you publish it."
)
REVISION = "Grows by one with each change of the directory."
REVISION_HASH = (
    "Tells the revision apart from one with the same number in a copy of the database that was "
    "changed in another way."
)


class HelplineDocument(schemas.HelplineSchema):
    """A number to call or a site to report at."""

    class Meta(Strict.Meta):
        """Omit what only maintainers see."""

        exclude = private_members(Helpline)

    verified = fields.Nested(VerifiedDocument)


class AttributionDocument(ma.Schema):
    """A source of data, which must be named."""

    name = text()
    licence = text()
    url = text()


class ErrorDocument(ma.Schema):
    """One fault in the request, and where it is."""

    detail = text()
    parameter = fields.String()
    pointer = fields.String(
        metadata={"description": "JSON pointer (RFC 6901) to a place in the body."}
    )
    sheet = fields.String(metadata={"description": "The name of the sheet, in a workbook."})
    row = fields.Integer(metadata={"description": "The number of the row, in a table."})
    column = fields.String(
        metadata={"description": "The header and letter of the column, in a table."}
    )
    code = text(
        "The rule, such as `missing` or `value_invalid`: /problems explains those of requests. It "
        "stays the same if the words change."
    )
    value = fields.String(
        metadata={"description": "What a warning is about, for its acknowledgement in the record."}
    )


class SuggestionDocument(ma.Schema):
    """What may be meant: a place, a country, the name of a parameter, or an address."""

    label = text(
        "What to show: a postcode and its place, or a country, in the language of the request; "
        "else a sentence for developers."
    )
    send = by_key(
        fields.String(allow_none=True),
        required=True,
        metadata={
            "description": "Parameters for the next request. A `postcode`, or `lat` and `lon`, "
            "replace the place; a `country` alone is sent beside it. Null means a value of "
            "yours."
        },
    )
    href = fields.String(metadata={"description": "The address to use instead, if it is another."})


class BatchProblemDocument(ma.Schema):
    """Problem details (RFC 9457) of one place of a batch."""

    type = text("Stable; explained at /problems.")
    code = text("What exactly is wrong, for programs; `type` is the group to which it belongs.")
    title = text("What is wrong, in short, in the language of the request.")
    status = whole("The status of HTTP.")
    detail = text(
        "What is wrong, and what to do, in the language of the request; in English, where it "
        "names a parameter or a header."
    )
    errors = fields.List(
        fields.Nested(ErrorDocument),
        metadata={"description": "Each fault of the request. Absent without any."},
    )
    did_you_mean = fields.List(
        fields.Nested(SuggestionDocument),
        metadata={"description": "What may be meant. Absent without any."},
    )


class ProblemDocument(BatchProblemDocument):
    """Problem details (RFC 9457). No problem repeats the requested place."""

    helplines = many(HelplineCardDocument, "The emergency number, and the line for every victim.")


class OneCentreDocument(CentreDocument):
    """The published record of a centre in all languages, with the helplines."""

    helplines = many(HelplineCardDocument, "The short list of the directory's own country.")


class CentresDocument(ma.Schema):
    """One page of centres."""

    revision = text(REVISION)
    total = whole("How many centres match the filters, on all pages.")
    helplines = many(HelplineCardDocument, "The short list of the directory's own country.")
    centres = many(CardDocument, "The centres of this page, by id.")
    open_at = open_at()
    hours_unknown = hours_unknown()
    attribution = text(ATTRIBUTION)
    next = fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "The address of the next page, or null."},
    )


class HelplinesDocument(ma.Schema):
    """The helplines, in the order in which to try them."""

    revision = text(REVISION)
    country = text("The country whose helplines are first (ISO 3166-1).")
    helplines = many(HelplineDocument)


class CountsDocument(ma.Schema):
    """The number of records and postcodes."""

    centres = whole()
    helplines = whole()
    postcodes = by_key(fields.Integer(), required=True)


class AboutDocument(ma.Schema):
    """About the directory."""

    name = text()
    about = text()
    version = text()
    features = always(_texts, "The parts that this server has, beside what every server has.")
    formats = always(_texts, "The formats of answers with centres.")
    languages = always(_texts, "The languages of the texts (BCP 47).")
    revision = text(REVISION)
    revision_hash = text(REVISION_HASH)
    counts = fields.Nested(CountsDocument, required=True)
    countries = always(_texts, "Countries with centres (ISO 3166-1).")
    licence = fields.Nested(schemas.LicenceSchema, required=True)
    attribution = many(AttributionDocument)
    helplines = many(HelplineCardDocument)
    links = by_key(
        fields.String(), required=True, metadata={"description": "URI templates (RFC 6570)."}
    )


class SourcesDocument(ma.Schema):
    """The sources of the records."""

    revision = text(REVISION)
    sources = many(schemas.SourceSchema)


class LiveDocument(ma.Schema):
    """The process answers."""

    status = text(validate=validate.OneOf(["live"]))


class ReadyDocument(ma.Schema):
    """Whether reads are answered, and whether all is well."""

    status = text(
        "degraded: the store cannot be read, and reads are answered from memory; or a part of the "
        "server is left out, because it cannot be used.",
        validate=validate.OneOf(["ready", "degraded"]),
    )
    reason = fields.String(metadata={"description": "The reason, if degraded."})
    revision = text(REVISION)
    revision_hash = text(REVISION_HASH)
    writes = text(
        "Whether the directory can be edited. unavailable: nothing can be written to the store, "
        "and reads are answered as before; off: this server never writes.",
        validate=validate.OneOf(["available", "unavailable", "off"]),
    )
    writes_reason = fields.String(metadata={"description": "The reason, if unavailable."})


class PlaceDocument(ma.Schema):
    """A postcode and its place."""

    country = text()
    postcode = text()
    name = text()
    names = by_key(fields.String(), required=True)
    places = fields.List(fields.String(), required=True)
    lat = number("Degrees, WGS84: the median of the code's places.")
    lon = number("Degrees, WGS84.")
    accuracy_m = whole("How far from the point a person with this postcode may be, in metres.")
    subdivision = fields.String(metadata={"description": "ISO 3166-2."})


class PlacesDocument(ma.Schema):
    """The postcodes and places that begin with the text."""

    revision = text(REVISION)
    postcodes = many(PlaceDocument)


class LanguageDocument(ma.Schema):
    """A language and how many centres speak it."""

    code = text("BCP 47.")
    name = text("In the language itself.")
    name_en = text("In English.")
    centres = whole()


class LanguagesDocument(ma.Schema):
    """The languages of the centres."""

    revision = text(REVISION)
    languages = many(LanguageDocument)


class AudienceDocument(ma.Schema):
    """A group of people that a centre is for."""

    code = text(validate=validate.OneOf(vocabulary.AUDIENCES))
    labels = by_key(fields.String(), required=True)


class ServiceDocument(ma.Schema):
    """A service and how many centres offer it."""

    code = text(validate=validate.OneOf(vocabulary.SERVICES))
    labels = by_key(fields.String(), required=True)
    centres = whole()


class ServicesDocument(ma.Schema):
    """The closed vocabularies."""

    revision = text(REVISION)
    services = many(ServiceDocument)
    audiences = many(AudienceDocument)
