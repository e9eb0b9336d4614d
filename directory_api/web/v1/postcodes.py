"""/v1/postcodes: the place of a postcode, and places by the beginning of a code or name."""

from collections.abc import Mapping
from typing import Any

from flask import Response

from directory_api.answer import as_json
from directory_api.live.editions import EditionCache
from directory_api.web.http import negotiation, responses
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import requests
from directory_api.web.schemas import responses as response_schemas


def blueprint(editions: EditionCache) -> ApiBlueprint:
    """Return the routes. Their answers are about a person's place, so they are never cached."""
    routes = ApiBlueprint(
        "postcodes",
        __name__,
        description="Postcodes and place names",
        parameters=requests.IN_PATH,
    )

    @routes.route("/v1/postcodes", methods=["GET"])
    @routes.arguments(requests.PlacesFields(), location="query")
    @operation(
        routes,
        response_schemas.PlacesDocument,
        problems=(422,),
        example={"path": "/v1/postcodes?country=BE&prefix=li%C3%A8&limit=2"},
    )
    def places(params: Mapping[str, Any]) -> Response:
        """Postcodes by the first digits of the code or the first letters of the place

        The search ignores accents and case, and includes the names in all languages of the country.
        """
        edition, selected = editions.current(), negotiation.selection(params)
        country = (params.get("country") or edition.home).upper()
        places = edition.places.country(country).begins_with(params["prefix"], params["limit"])
        body = {
            "revision": str(edition.snapshot.revision),
            "postcodes": [as_json.place(place, selected.language) for place in places],
        }
        return responses.about_a_place(as_json.dump(body))

    @routes.route("/v1/postcodes/<country>/<code>", methods=["GET"])
    @routes.arguments(requests.NamesFields(), location="query")
    @operation(
        routes,
        response_schemas.PlaceDocument,
        problems=(404, 422),
        example={"path": "/v1/postcodes/BE/4000"},
    )
    def postcode(params: Mapping[str, Any], country: str, code: str) -> Response:
        """One postcode: its point, its accuracy and its place names"""
        place = editions.current().places.resolve(code, country.upper())
        language = negotiation.selection(params).language
        return responses.about_a_place(as_json.dump(as_json.place(place, language)))

    return routes
