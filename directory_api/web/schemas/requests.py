"""Query strings and bodies (marshmallow). request_fields.py has the types of their fields, and the
fields of a place.

All faults of a request are reported at once, and never repeat a value.
"""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import marshmallow as ma

from directory_api.answer.registry import BY_NAME, OF_HELPLINES
from directory_api.answer.selection import ALL, INCLUDES, OTHER_HELPLINES
from directory_api.record.vocabulary import AUDIENCES, SERVICES
from directory_api.search import query
from directory_api.web.http.parsing import RequestSchema
from directory_api.web.schemas.request_fields import (
    Codes,
    Moment,
    PlaceFields,
    Separate,
    Several,
    ShortText,
    WholeNumber,
    code_of,
    country,
    known_language,
    known_languages,
    language_tag,
)

PAGE_LIMIT = 20
PAGE_MOST = 100
PLACES_LIMIT = 10
PLACES_MOST = 50
LONGEST_WORDS = 100


class LanguageFields(RequestSchema):
    """The language of the answer."""

    lang = language_tag(
        metadata={
            "description": "The language of the texts (BCP 47), such as `nl`. The default is that "
            "of Accept-Language; English, if neither is offered.",
            "example": "nl",
        },
    )


class SelectionFields(LanguageFields):
    """What the answer has of each centre, in which language."""

    include = Codes(
        (*INCLUDES, ALL),
        metadata={
            "description": "Members to add to each centre, with commas between them: "
            f"{', '.join(f'`{name}`' for name in INCLUDES)}, or `{ALL}`. `{OTHER_HELPLINES}` adds "
            "those beyond the short list.",
            "example": "description,opening_hours",
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

    speaks = known_language(
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
            "with its offset. In a URL, write + as %2B. `hours_unknown` counts those with unknown "
            "hours.",
            "example": "now",
        }
    )


class SearchFields(FilterFields):
    """What a search from a place returns."""

    prefer_speaks = known_languages(
        metadata={
            "description": "Languages (BCP 47) with commas between them, such as those of the "
            "browser: `results` also has the closest centre that speaks one of them.",
            "example": "ar,fr",
        }
    )
    limit = WholeNumber(
        1,
        query.NEAREST_MOST,
        load_default=query.NEAREST_LIMIT,
        metadata={
            "description": "How many of the nearest centres to return. All that may be the closest "
            "are added, and those that are shown for another reason."
        },
    )


class NearestFields(SearchFields, PlaceFields, FormatFields):
    """The parameters of /v1/nearest."""


class BatchFields(SearchFields, SelectionFields):
    """The parameters of /v1/nearest/batch."""

    places = Several(
        Separate(PlaceFields),
        query.BATCH_MOST,
        error=f"Send 1 to {query.BATCH_MOST} places.",
        required=True,
        metadata={
            "description": "The places, each a postcode, a place or a coordinate. One that is not "
            "valid has a problem in its place in the answer."
        },
    )

    def load(self, data: Any, **options: Any) -> Any:
        """Load a JSON object; a place that is not valid as its ValidationError.

        If something else is not valid, too, raises one ValidationError with every fault.
        """
        try:
            return super().load(data, **options)
        except ma.ValidationError as error:
            messages = cast("dict[str, Any]", error.messages)
            loaded = cast("Mapping[str, Any]", error.valid_data or {})
            if "places" not in messages:
                faults = faults_of(loaded.get("places", ()))
                messages = {**messages, **({"places": faults} if faults else {})}
            raise ma.ValidationError(messages, data=data) from None


class CentresFields(FilterFields, FormatFields):
    """The parameters of /v1/centres."""

    q = ShortText(
        LONGEST_WORDS,
        metadata={
            "description": "Words to search for, without accents or case: of names, places, "
            "descriptions and services (in English, Dutch, French or German), and telephone "
            "numbers in any form.",
            "example": "example",
        },
    )
    limit = WholeNumber(
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
            "example": "10",
        },
    )
    limit = WholeNumber(
        1,
        PLACES_MOST,
        load_default=PLACES_LIMIT,
        metadata={"description": "The most postcodes to return."},
    )


class HelplinesFields(RequestSchema):
    """The parameters of /v1/helplines."""

    country = country(metadata={"description": "Only helplines of this country (ISO 3166-1)."})
    format = code_of(
        [each.name for each in OF_HELPLINES],
        metadata={"description": "The format of the answer. It overrides Accept."},
    )
    lang = language_tag(
        metadata={"description": "The language of a table (BCP 47). It overrides Accept-Language."}
    )


class NoFields(RequestSchema):
    """A route without parameters."""


def faults_of(places: Sequence[Any]) -> dict[int, Any]:
    """Return the messages of each place of a batch that is not valid, by its number from 0."""
    return {
        number: place.messages
        for number, place in enumerate(places)
        if isinstance(place, ma.ValidationError)
    }
