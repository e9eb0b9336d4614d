"""The schemas of the answers to searches from a place, for openapi.yaml."""

from functools import partial

import marshmallow as ma
from marshmallow import fields

from directory_api.search.query import FILTERS
from tools.openapi.cards import CardDocument, HelplineCardDocument
from tools.openapi.responses import (
    ATTRIBUTION,
    REVISION,
    BatchProblemDocument,
    SuggestionDocument,
    always,
    by_key,
    flag,
    hours_unknown,
    many,
    number,
    open_at,
    text,
    whole,
)

_RESULTS = (
    "All that has to be shown: open centres by distance, then temporarily closed ones. The first "
    "is the closest of all, whatever the filters."
)
_WHY = (
    "`closest` of all; `maybe_closest` where that is not certain; `near`: passes the filters; "
    "`responsible` for the country or region; `speaks:ar`, a preferred language; "
    "`temporarily_closed`. More may follow."
)
_HELPLINES = (
    "What to call, in this order: the short list of the country of the place; outside the "
    "coverage, also numbers and sites of the centres' countries. All with include=other_helplines."
)
_CERTAIN = (
    "True if the first result is certainly the closest centre, within the accuracy of the place "
    "and of the centres' points."
)
_COVERED = "False if the place is outside the countries that have centres: show `notice` first."
_EVERY_HELPLINE = "The helplines of all answers, and those of the directory's own country."
_OF_ANSWER = "Those for the place, by their ids in `helplines` of the batch."

# How many centres each filter of the request leaves out, at any distance.
LeftOutDocument = ma.Schema.from_dict(
    {name: fields.Integer() for name in FILTERS}, name="LeftOutDocument"
)


class BatchPlaceDocument(ma.Schema):
    """A place, as it was understood."""

    country = fields.String(
        metadata={"description": "ISO 3166-1. Absent if it is not known, or one of several."}
    )
    countries = fields.List(
        fields.String(),
        metadata={"description": "Of a coordinate near a border: those in which it may be."},
    )
    postcode = fields.String(
        metadata={"description": "Absent for a coordinate, and for a town with several."}
    )
    name = fields.String(metadata={"description": "In the language of the answer, if it has one."})
    postcodes = fields.List(
        fields.String(), metadata={"description": "Of a town with several postcodes: all of them."}
    )
    also_in = fields.List(
        fields.String(),
        metadata={
            "description": "Other countries that have this postcode or name: offer to search "
            "again with `country`."
        },
    )


class SearchedPlaceDocument(BatchPlaceDocument):
    """The place that a search starts from, as it was understood."""

    kind = text("`postcode`, `place` (a town with several postcodes) or `coordinate`.")
    lat = number("Degrees, WGS84.")
    lon = number("Degrees, WGS84.")
    accuracy_m = whole("The person is within so many metres of the point.")


class _AboutPlace(ma.Schema):
    """What an answer says of its place."""

    notice = fields.String(metadata={"description": "What to do outside the coverage."})
    did_you_mean = fields.List(
        fields.Nested(SuggestionDocument),
        metadata={
            "description": "Other places with the name, or latitude and longitude exchanged."
        },
    )
    left_out = fields.Nested(
        LeftOutDocument,
        metadata={
            "description": "With filters: how many centres each leaves out, at any distance."
        },
    )
    open_at = open_at()
    hours_unknown = hours_unknown()


class _Reasons(ma.Schema):
    shown_because = always(partial(fields.List, fields.String()), _WHY)
    distance_m = fields.Integer(
        metadata={"description": "Metres along the WGS84 ellipsoid. Absent if no point is known."}
    )
    tied = fields.Boolean(
        metadata={
            "description": "True if another centre is as far, to the millimetre: neither is closer."
        }
    )
    does_not_match = fields.List(
        fields.String(),
        metadata={
            "description": "The filters that it does not pass: the closest is shown nevertheless, "
            "since it may offer what is not recorded."
        },
    )


class ResultDocument(CardDocument, _Reasons):
    """A centre, why it is shown, and its distance."""


class NearestDocument(_AboutPlace):
    """The closest centres to a place."""

    place = fields.Nested(SearchedPlaceDocument, required=True)
    certain = flag(_CERTAIN)
    covered = flag(_COVERED)
    helplines = many(HelplineCardDocument, _HELPLINES)
    results = many(ResultDocument, _RESULTS)
    attribution = text(ATTRIBUTION)
    revision = text(REVISION)


class BatchResultDocument(_Reasons):
    """A centre by its id, why it is shown, and its distance."""

    id = text("Its key in `centres`.")


class BatchAnswerDocument(_AboutPlace):
    """The answer to one place; or its `problem`."""

    # One schema, not a choice of two, which generated clients in Kotlin cannot read.

    problem = fields.Nested(
        BatchProblemDocument,
        metadata={
            "description": "Why there is no answer. Without it, `place`, `certain`, `covered` and "
            "`results` are always present."
        },
    )
    place = fields.Nested(BatchPlaceDocument)
    certain = fields.Boolean(metadata={"description": _CERTAIN})
    covered = fields.Boolean(metadata={"description": _COVERED})
    helplines = always(partial(fields.List, fields.String()), _OF_ANSWER)
    results = fields.List(fields.Nested(BatchResultDocument), metadata={"description": _RESULTS})


class BatchDocument(ma.Schema):
    """One answer for each place, in their order; each centre and each helpline once."""

    attribution = text(ATTRIBUTION)
    revision = text(REVISION)
    helplines = many(HelplineCardDocument, _EVERY_HELPLINE)
    centres = by_key(
        fields.Nested(CardDocument),
        required=True,
        metadata={"description": "The centres of all answers, by id."},
    )
    answers = many(BatchAnswerDocument, "An answer or a problem for each place.")
