"""/v1/postcodes: the place of a postcode, and places by the beginning of a code or name.

The answers are about a person's place, so they are never cached.
"""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from directory_api.answer import as_json
from directory_api.web import served
from directory_api.web.http import negotiation, responses


def places(params: Mapping[str, Any]) -> Response:
    """Postcodes by the first digits of the code or the first letters of the place

    The search ignores accents and case, and includes the names in all languages of the country.
    """
    edition, selected = served.edition(), negotiation.selection(request.environ, params)
    country = (params.get("country") or edition.home).upper()
    found = edition.places.country(country).begins_with(params["prefix"], params["limit"])
    body = {
        "revision": str(edition.snapshot.revision),
        "postcodes": [as_json.postcode(place, selected.language) for place in found],
    }
    return responses.about_a_place(as_json.dump(body))


def postcode(params: Mapping[str, Any], country: str, code: str) -> Response:
    """One postcode: its point, its accuracy and its place names"""
    place = served.edition().places.resolve(code, country.upper())
    language = negotiation.selection(request.environ, params).language
    return responses.about_a_place(as_json.dump(as_json.postcode(place, language)))
