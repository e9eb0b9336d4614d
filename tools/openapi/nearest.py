"""The schemas of the answers to searches from a place, for openapi.yaml."""

from functools import partial

import marshmallow as ma
from marshmallow import fields

from directory_api.search.query import FILTERS
from directory_api.web.schemas.centre_document import CentreDocument
from tools.openapi.responses import (
    REVISION,
    AttributionDocument,
    BatchProblemDocument,
    HelplineDocument,
    OriginDocument,
    SuggestionDocument,
    always,
    by_key,
    flag,
    hours_unknown,
    many,
    open_at,
    text,
    whole,
)

_RESULTS = "The closest centres, nearest first; empty if none matches the filters."
_CLOSEST = (
    "The closest centre without the filters and max_distance_m, if that is not the first result. "
    "Show it, too: a centre may offer what is not recorded."
)
_PREFERRED = (
    "With prefer_language: the closest centre that speaks one of the languages, also beyond the "
    "limit. Absent if no centre that passes the filters within max_distance_m is recorded to speak "
    "one."
)
_RESPONSIBLE = (
    "The centres whose record has the country or the region of the place in `coverage`, and that "
    "pass the filters, at any distance; some may be in `results`, too. Show them even if another "
    "centre is closer. Empty for a coordinate, and if no record has such a `coverage`."
)
_TIED = (
    "true if another centre is at the same distance, to the millimetre. Neither is closer: their "
    "order is that of their ids."
)
_TEMPORARILY_CLOSED = (
    "The temporarily closed centres that would be among the results if they were open, nearest "
    "first. Name them with their state: a person may look for one of them. Absent without any."
)
_HELPLINES = (
    "The numbers and sites for help, in the order in which to try them: those of the country of "
    "the place, of which the first is its emergency number, or 112 if no country is known; then, "
    "outside the coverage, the sites and international numbers of the countries of the centres."
)
_COUNTRIES = (
    "The countries in which the place may be (ISO 3166-1), the likeliest first: one, unless it "
    "is a coordinate near a border; none at sea or far away. Name the country of a helpline that "
    "is not of the only one."
)
_OUTSIDE = "The place is outside the countries that the directory covers; see `notice`."
_ALL_HELPLINES = "The helplines of all answers, and those of the directory's own country."
_OF_ANSWER = "Those for the place, by their ids in `helplines` of the batch."


# How many centres each filter of the request leaves out, at any distance.
LeftOutDocument = ma.Schema.from_dict(
    {name: fields.Integer() for name in FILTERS}, name="LeftOutDocument"
)


class _Preferred(ma.Schema):
    language = text(
        "The first language of prefer_language that the centre speaks, in its canonical form "
        "(BCP 47): `he` for `iw`."
    )
    rank = fields.Integer(
        metadata={
            "description": "The place of the centre in `results`, from 1; absent if it is not one "
            "of them."
        }
    )


class _Placed(ma.Schema):
    """What an answer says of its origin, without the centres."""

    alternatives = fields.List(
        fields.Nested(SuggestionDocument),
        metadata={
            "description": "If the name of a municipality was sent: at most five other places that "
            "have the name or a longer one, and may have another closest centre. Offer to search "
            "there, by a request with their `postcode`. Absent without any."
        },
    )
    suggestions = fields.List(
        fields.Nested(SuggestionDocument),
        metadata={
            "description": "For a coordinate outside the coverage that would be inside it with "
            "latitude and longitude exchanged: what may be meant. Absent otherwise."
        },
    )
    certain = fields.Boolean(
        metadata={
            "description": "false if another centre could be closer than the first result, within "
            "the accuracies of the origin and of the centres' points. Absent without results."
        }
    )
    undecided = fields.List(
        fields.String(),
        metadata={
            "description": "If `certain` is false: the ids of the first result and of the first "
            "other one that could be closer. Both are in `results`, whatever the limit. Absent if "
            "the other one is beyond max_distance_m."
        },
    )
    notice = by_key(
        fields.String(), metadata={"description": "What to do outside the coverage, by language."}
    )
    open_at = open_at()
    hours_unknown = hours_unknown()
    left_out = fields.Nested(
        LeftOutDocument,
        metadata={
            "description": "With filters: how many centres each of them leaves out. A centre may "
            "be left out by several."
        },
    )


class ResultDocument(ma.Schema):
    """A centre and its distance."""

    distance_m = whole("Metres along the WGS84 ellipsoid.")
    tied = flag(_TIED)
    centre = fields.Nested(CentreDocument, required=True)


class PreferredDocument(ResultDocument, _Preferred):
    """The closest centre that speaks a preferred language, and its distance."""


class NearestDocument(_Placed):
    """The closest centres."""

    revision = text(REVISION)
    origin = fields.Nested(OriginDocument, required=True)
    countries = always(partial(fields.List, fields.String()), _COUNTRIES)
    outside_coverage = flag(_OUTSIDE)
    results = many(ResultDocument, _RESULTS)
    closest = fields.Nested(ResultDocument, metadata={"description": _CLOSEST})
    preferred = fields.Nested(PreferredDocument, metadata={"description": _PREFERRED})
    responsible = many(CentreDocument, _RESPONSIBLE)
    temporarily_closed = fields.List(
        fields.Nested(ResultDocument), metadata={"description": _TEMPORARILY_CLOSED}
    )
    helplines = many(HelplineDocument, _HELPLINES)
    attribution = many(AttributionDocument)


class BatchResultDocument(ma.Schema):
    """A centre, by its id, and its distance."""

    distance_m = whole("Metres along the WGS84 ellipsoid.")
    tied = flag(_TIED)
    centre = text("Its id in `centres`.")


class BatchPreferredDocument(BatchResultDocument, _Preferred):
    """The closest centre that speaks a preferred language, by its id, and its distance."""


class BatchAnswerDocument(_Placed):
    """The closest centres to one origin, by their ids in `centres`; or its `problem`."""

    # One schema, not a choice of two, which generated clients in Kotlin cannot read.

    problem = fields.Nested(
        BatchProblemDocument,
        metadata={
            "description": "Why there is no answer to this origin. Without it, `origin`, "
            "`countries`, `outside_coverage`, `results` and `responsible` are always present."
        },
    )
    origin = fields.Nested(OriginDocument)
    countries = fields.List(fields.String(), metadata={"description": _COUNTRIES})
    outside_coverage = fields.Boolean(metadata={"description": _OUTSIDE})
    results = fields.List(fields.Nested(BatchResultDocument), metadata={"description": _RESULTS})
    closest = fields.Nested(BatchResultDocument, metadata={"description": _CLOSEST})
    preferred = fields.Nested(BatchPreferredDocument, metadata={"description": _PREFERRED})
    responsible = fields.List(fields.String(), metadata={"description": _RESPONSIBLE})
    temporarily_closed = fields.List(
        fields.Nested(BatchResultDocument), metadata={"description": _TEMPORARILY_CLOSED}
    )
    helplines = always(partial(fields.List, fields.String()), _OF_ANSWER)


class BatchDocument(ma.Schema):
    """One answer for each origin, in their order; each centre and each helpline once."""

    revision = text(REVISION)
    helplines = many(HelplineDocument, _ALL_HELPLINES)
    answers = many(BatchAnswerDocument, "For each origin an answer or a problem, in their order.")
    centres = by_key(
        fields.Nested(CentreDocument),
        required=True,
        metadata={"description": "The centres that the answers name, by id."},
    )
    attribution = many(AttributionDocument)
