"""/v1/nearest: the closest centres to a place."""

from collections.abc import Mapping
from typing import Any

from flask import Response, request

from directory_api.actions.find import Finder
from directory_api.domain.errors import PlaceRefused
from directory_api.formats import listing
from directory_api.web import documents, limits, negotiation, problems, reply, schemas
from directory_api.web.api import ApiBlueprint
from directory_api.web.operations import operation

_GET = {"path": "/v1/nearest?postcode=1000&limit=1"}
_POST = {"path": "/v1/nearest", "body": {"postcode": "1000", "country": "BE", "limit": 1}}
_BATCH = {
    "path": "/v1/nearest/batch",
    "body": {"origins": [{"postcode": "1000", "country": "BE"}, {"lat": 50.85, "lon": 4.35}], "limit": 1},
}


def blueprint(finder: Finder, writer: reply.Writer) -> ApiBlueprint:
    """The routes."""
    routes = ApiBlueprint("nearest", __name__, description="The closest centres to a postcode or a coordinate")

    @routes.route("/v1/nearest", methods=["GET"])
    @routes.arguments(schemas.NearestFields, location="query")
    @operation(routes, documents.NearestDocument, problems=(404, 406, 422), example=_GET, formatted=True)
    def nearest(given: Mapping[str, Any]) -> Response:
        """The closest centres to a postcode or a coordinate

        Distances are WGS84 geodesics. Use POST where the place must not stand in a URL.
        """
        return _nearest(given)

    @routes.route("/v1/nearest", methods=["POST"])
    @routes.arguments(schemas.NearestFields, location="json")
    @operation(routes, documents.NearestDocument, problems=(404, 406, 413, 415, 422), example=_POST, formatted=True)
    def nearest_private(given: Mapping[str, Any]) -> Response:
        """The closest centres, with the place in the body

        The same answer as GET; the place stands in no URL, and so in no history and no log on the way.
        """
        return _nearest(given)

    def _nearest(given: Mapping[str, Any]) -> Response:
        wanted, edition = negotiation.wanted(given), writer.current()
        filters = schemas.filters(given, writer.opening(given.get("open_at"), edition))
        query = schemas.nearest_query(given, given, finder.country, filters)
        answer = listing.of_place(finder.nearest(query, edition.snapshot), edition.pieces, wanted.voice)
        return wanted.dressed(reply.about_a_place(wanted.format.write(answer), wanted.format.media_type))

    @routes.route("/v1/nearest/batch", methods=["POST"])
    @routes.arguments(schemas.BatchFields, location="json")
    @operation(routes, documents.BatchDocument, problems=(413, 415), example=_BATCH)
    def nearest_batch(given: Mapping[str, Any]) -> Response:
        """The closest centres to each of up to 100 places

        Each origin has its own answer or problem, in the order of the origins, and counts as one request of the rate
        limit.
        """
        limits.charge(request.environ, len(given["origins"]) - 1)
        edition = writer.current()
        filters = schemas.filters(given, writer.opening(given.get("open_at"), edition))
        answers = []
        for place in given["origins"]:
            try:
                query = schemas.nearest_query(place, given, finder.country, filters)
                answers.append(edition.pieces.nearest(finder.nearest(query, edition.snapshot)))
            except PlaceRefused as error:
                answers.append(problems.body(error, finder))
        return reply.about_a_place(edition.pieces.batch(edition.snapshot.revision, answers))

    return routes
