"""Query strings and bodies (marshmallow). request_fields.py has the types of their fields, and the
fields of a place.

All faults of a request are reported at once, and never repeat a value.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import marshmallow as ma

from directory_api.answer.registry import BY_NAME
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.search import query
from directory_api.web.http.parsing import RequestSchema
from directory_api.web.schemas.centre_document import CentreDocument
from directory_api.web.schemas.members import MemberNames
from directory_api.web.schemas.request_fields import (
    Moment,
    PlaceFields,
    Separate,
    Several,
    ShortText,
    Whole,
    code_of,
    country,
    known_language,
    known_languages,
    language_tag,
)

# Half of the Earth's circumference in metres: no two places are farther apart.
FARTHEST_M = 20_004_000
PAGE_LIMIT = 20
PAGE_MOST = 100
PLACES_LIMIT = 10
PLACES_MOST = 50
LONGEST_WORDS = 100


class SelectionFields(RequestSchema):
    """What the answer has of each centre."""

    lang = language_tag(
        metadata={
            "description": "The language (BCP 47) of the words in text and vCard. It overrides "
            "Accept-Language. The default, also for unknown languages, is English. In JSON, "
            "GeoJSON and CSV, each text is then in this language only, else in English; the "
            "default is all languages. The name of the place that was asked for, and those of "
            "suggestions, are in it, too, if the place has a name in it.",
            "example": "nl",
        },
    )
    fields = MemberNames(  # type: ignore[assignment]  # marshmallow takes it out of the class
        CentreDocument,
        metadata={
            "description": "The members of each centre in JSON and GeoJSON, and their columns in "
            "CSV, separated by commas, such as `id,name,phones,address.locality`; all by default. "
            "In JSON the members that every centre has, which their schema requires, stay; the "
            "helplines have no `channels` and no `sources`; with `lang`, too, their `url` is in "
            "that language."
        },
    )


class FormatFields(SelectionFields):
    """The format of the answer, and what it has of each centre."""

    format = code_of(
        BY_NAME,
        metadata={"description": "The format of the answer, by default json. It overrides Accept."},
    )


class FilterFields(RequestSchema):
    """The filters of centres."""

    language = known_language(
        metadata={
            "description": "Only centres that speak this language (BCP 47); nl-BE falls back to nl."
        }
    )
    service = code_of(
        SERVICES, metadata={"description": "Only centres with this service (see /v1/services)."}
    )
    audience = code_of(
        AUDIENCES, metadata={"description": "Only centres for these people (see /v1/services)."}
    )
    open_at = Moment(
        metadata={
            "description": "Only centres that are open at this time: `now`, or an RFC 3339 time "
            "with its offset, from 2000 to 2099. In a URL, write + as %2B. Centres with unknown "
            "hours are left out, and `hours_unknown` in the answer counts them. The answer repeats "
            "the time as `open_at`; `open_state` of each centre stays that of the time of the "
            "answer.",
            "example": "now",
        }
    )


class SearchFields(FilterFields):
    """What a search from a place returns."""

    prefer_language = known_languages(
        metadata={
            "description": "Languages (BCP 47) with commas between them, for example those of the "
            "visitor's browser. They change neither the centres nor their order: `preferred` in "
            "the answer is the closest centre that speaks one of them.",
            "example": "ar,fr",
        }
    )
    limit = Whole(
        1,
        query.NEAREST_MOST,
        load_default=query.NEAREST_LIMIT,
        metadata={
            "description": "The most centres to return; "
            "one more if the first two may change places."
        },
    )
    max_distance_m = Whole(
        1, FARTHEST_M, metadata={"description": "Only centres within this many metres."}
    )


class NearestFields(SearchFields, PlaceFields, FormatFields):
    """The parameters of /v1/nearest."""


class BatchFields(SearchFields, SelectionFields):
    """The parameters of /v1/nearest/batch."""

    origins = Several(
        Separate(PlaceFields),
        query.BATCH_MOST,
        error=f"Send 1 to {query.BATCH_MOST} origins.",
        required=True,
        metadata={
            "description": "The places, each a postcode or a coordinate. One that is not valid has "
            "a problem in its place in the answer."
        },
    )

    def load(self, data: Any, **options: Any) -> Any:
        """Load a JSON object; an origin that is not valid as its ValidationError.

        If something else is not valid, too, raises one ValidationError with every fault.
        """
        try:
            return super().load(data, **options)
        except ma.ValidationError as error:
            messages = cast("dict[str, Any]", error.messages)
            loaded = cast("Mapping[str, Any]", error.valid_data or {})
            if "origins" not in messages:
                faults = faults_of(loaded.get("origins", ()))
                messages = {**messages, **({"origins": faults} if faults else {})}
            raise ma.ValidationError(messages, data=data) from None


class CentresFields(FilterFields, FormatFields):
    """The parameters of /v1/centres."""

    q = ShortText(
        LONGEST_WORDS,
        metadata={
            "description": "Words to search for, without accents or case: of names, places, "
            "descriptions and services (in English, Dutch, French or German), and telephone "
            "numbers in any form.",
            "example": "surya",
        },
    )
    limit = Whole(
        1, PAGE_MOST, load_default=PAGE_LIMIT, metadata={"description": "Centres on a page."}
    )
    cursor = ShortText(
        200, metadata={"description": "The start of the page, from `next` or the header Link."}
    )


class NamesFields(RequestSchema):
    """The language of the names of places."""

    lang = language_tag(
        metadata={
            "description": "The language (BCP 47) of `place`, if the place has a name in it; by "
            "default the first one of the place.",
            "example": "fr",
        },
    )


class PlacesFields(NamesFields):
    """The parameters of /v1/postcodes."""

    country = country(
        metadata={"description": "ISO 3166-1 code; the default is the directory's own country."}
    )
    prefix = ShortText(
        LONGEST_WORDS,
        required=True,
        metadata={
            "description": "The first digits of a code or the first letters of a place name.",
            "example": "liè",
        },
    )
    limit = Whole(
        1,
        PLACES_MOST,
        load_default=PLACES_LIMIT,
        metadata={"description": "The most postcodes to return."},
    )


class HelplinesFields(RequestSchema):
    """The parameters of /v1/helplines."""

    country = country(metadata={"description": "Only helplines of this country (ISO 3166-1)."})


class NoFields(RequestSchema):
    """A route without parameters."""


def faults_of(origins: Sequence[Any]) -> dict[int, Any]:
    """Return the messages of each origin of a batch that is not valid, by its number from 0."""
    return {
        number: origin.messages
        for number, origin in enumerate(origins)
        if isinstance(origin, ma.ValidationError)
    }
