"""/v1/nearest: the closest centres to a place."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from directory_api.domain.errors import PlaceRefused
from directory_api.formats import answer as formats_answer
from directory_api.services import editions
from directory_api.services.finder import Finder
from directory_api.web.http import negotiation, problems, responses
from directory_api.web.middleware import rate_limit
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import requests
from directory_api.web.schemas import responses as response_schemas

_GET = {"path": "/v1/nearest?postcode=1000&limit=1"}
_POST = {"path": "/v1/nearest", "body": {"postcode": "1000", "country": "BE", "limit": 1}}
_BATCH = {
    "path": "/v1/nearest/batch",
    "body": {
        "origins": [{"postcode": "1000", "country": "BE"}, {"lat": 50.85, "lon": 4.35}],
        "limit": 1,
    },
}


def blueprint(finder: Finder, editions: editions.EditionCache) -> ApiBlueprint:
    """Return the routes."""
    routes = ApiBlueprint(
        "nearest", __name__, description="The closest centres to a postcode or a coordinate"
    )

    @routes.route("/v1/nearest", methods=["GET"])
    @routes.arguments(requests.NearestFields(), location="query")
    @operation(
        routes,
        response_schemas.NearestDocument,
        problems=(404, 406, 422),
        example=_GET,
        formatted=True,
    )
    def nearest(given: Mapping[str, Any]) -> Response:
        """The closest centres to a postcode or a coordinate

        Distances are WGS84 geodesics. Use POST where the place must not stand in a URL.
        """
        return _nearest(given)

    @routes.route("/v1/nearest", methods=["POST"])
    @routes.arguments(requests.NearestFields(), location="json")
    @operation(
        routes,
        response_schemas.NearestDocument,
        problems=(404, 406, 413, 415, 422),
        example=_POST,
        formatted=True,
    )
    def nearest_private(given: Mapping[str, Any]) -> Response:
        """The closest centres, with the place in the body

        The same answer as GET; the place stands in no URL, and so in no history and no log on the way.
        """
        return _nearest(given)

    def _nearest(given: Mapping[str, Any]) -> Response:
        wanted, edition = negotiation.wanted(given), editions.current()
        filters = requests.filters(given, editions.opening(given.get("open_at"), edition))
        query = requests.nearest_query(given, given, finder.country, filters)
        answer = formats_answer.of_place(
            finder.nearest(query, edition.snapshot), edition.pieces, wanted.voice
        )
        return wanted.dressed(
            responses.about_a_place(wanted.format.write(answer), wanted.format.media_type)
        )

    @routes.route("/v1/nearest/batch", methods=["POST"])
    @routes.arguments(requests.BatchFields(), location="json")
    @operation(routes, response_schemas.BatchDocument, problems=(413, 415), example=_BATCH)
    def nearest_batch(given: Mapping[str, Any]) -> Response:
        """The closest centres to each of up to 100 places

        Each origin has its own answer or problem, in the order of the origins, and counts as one request of the rate
        limit.
        """
        rate_limit.charge(request.environ, len(given["origins"]) - 1)
        edition = editions.current()
        filters = requests.filters(given, editions.opening(given.get("open_at"), edition))
        answers = []
        for place in given["origins"]:
            try:
                query = requests.nearest_query(place, given, finder.country, filters)
                answers.append(edition.pieces.nearest(finder.nearest(query, edition.snapshot)))
            except PlaceRefused as error:
                answers.append(problems.body(error, finder))
        return responses.about_a_place(edition.pieces.batch(edition.snapshot.revision, answers))

    return routes
