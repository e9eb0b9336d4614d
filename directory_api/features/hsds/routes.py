"""Routes of /hsds: the directory as HSDS 3.0 (Open Referral), for other service directories."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from directory_api.answer import as_json
from directory_api.features.hsds import objects, parameters, parts, schemas
from directory_api.features.hsds.catalogue import (
    AT_LOCATIONS,
    ORGANIZATIONS,
    SERVICES,
    TAXONOMIES,
    TERMS,
    Catalogue,
)
from directory_api.features.hsds.objects import DetailLevel
from directory_api.live.editions import Edition, EditionCache
from directory_api.record.helplines import PlaceHelplines
from directory_api.search.query import Coordinate, Postcode, split_tags
from directory_api.web.http import header_fields, responses
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import requests

# A centre of the seed data, whose ids are stable.
_EXAMPLE = "example-town"
_NDJSON = "application/x-ndjson"
# The statuses of a place that cannot be found.
_PLACE_REFUSED = (404, 422)


def blueprint(editions: EditionCache) -> ApiBlueprint:
    """Return the routes."""
    routes = ApiBlueprint(
        "hsds",
        __name__,
        description="The directory as HSDS 3.0 (Open Referral)",
        parameters={
            "id": {
                "description": "The id of the object, as in the list.",
                "schema": {"type": "string", "format": "uuid"},
            }
        },
    )

    def current() -> Catalogue:
        return catalogue_of(editions.current())

    @routes.route("/hsds/", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(routes, schemas.HsdsAboutDocument, example={"path": "/hsds/"})
    def hsds(_params: Mapping[str, Any]) -> Response:
        """The version of HSDS, and the address of the OpenAPI document"""
        return responses.about_the_host(
            answer(current(), objects.about(responses.address("/openapi.json")))
        )

    _services(routes, current)
    _organizations(routes, current)
    _at_locations(routes, editions)
    _taxonomies(routes, current)
    return routes


def _services(routes: ApiBlueprint, current: Callable[[], Catalogue]) -> None:
    @routes.route("/hsds/services", methods=["GET"])
    @routes.arguments(parameters.HsdsServicesFields(), location="query")
    @operation(
        routes,
        schemas.HsdsServicesDocument,
        example={"path": "/hsds/services?per_page=1"},
        also=(_NDJSON,),
    )
    def hsds_services(params: Mapping[str, Any]) -> Response:
        """List the services: one for each centre, and the helplines

        A service must match all filters.
        """
        return _list(current(), SERVICES, params)

    @routes.route("/hsds/services/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes, schemas.HsdsServiceDocument, problems=(404,), example=_example(SERVICES, "service")
    )
    def hsds_service(_params: Mapping[str, Any], id: str) -> Response:
        """One service with all nested objects, also of a centre that is closed for good"""
        return _one(current, SERVICES, id)


def _organizations(routes: ApiBlueprint, current: Callable[[], Catalogue]) -> None:
    @routes.route("/hsds/organizations", methods=["GET"])
    @routes.arguments(parameters.HsdsOrganizationsFields(), location="query")
    @operation(
        routes,
        schemas.HsdsOrganizationsDocument,
        example={"path": "/hsds/organizations?per_page=1"},
        also=(_NDJSON,),
    )
    def hsds_organizations(params: Mapping[str, Any]) -> Response:
        """List the organizations: the centres and the publisher of the directory"""
        return _list(current(), ORGANIZATIONS, params)

    @routes.route("/hsds/organizations/<id>", methods=["GET"])
    @routes.arguments(parameters.OrganizationFields(), location="query")
    @operation(
        routes,
        schemas.HsdsOrganizationDocument,
        problems=(404,),
        example=_example(ORGANIZATIONS, "organization"),
    )
    def hsds_organization(params: Mapping[str, Any], id: str) -> Response:
        """One organization with its location and services"""
        return _one(
            current,
            ORGANIZATIONS,
            id,
            DetailLevel.FULL_SERVICE if params["full_service"] else DetailLevel.FULL,
        )


def _at_locations(routes: ApiBlueprint, editions: EditionCache) -> None:
    @routes.route("/hsds/service_at_locations", methods=["GET"])
    @routes.arguments(parameters.HsdsAtLocationsFields(), location="query")
    @operation(
        routes,
        schemas.HsdsAtLocationsDocument,
        problems=_PLACE_REFUSED,
        example={"path": "/hsds/service_at_locations?per_page=1"},
        also=(_NDJSON,),
    )
    def hsds_service_at_locations(params: Mapping[str, Any]) -> Response:
        """List the services at their locations; with a place, those that serve it, nearest first

        A place is a postcode or a coordinate; if it must not appear in a URL, use POST /v1/nearest.
        Distances are WGS84 geodesics in metres. With a place, temporarily closed centres are left
        out.
        """
        edition = editions.current()
        place = parameters.place(params, edition.home)
        if place is None:
            return _list(catalogue_of(edition), AT_LOCATIONS, params)
        return responses.about_a_place(*_near(edition, place, params))

    @routes.route("/hsds/service_at_locations/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas.HsdsAtLocationDocument,
        problems=(404,),
        example=_example(AT_LOCATIONS, "service_at_location"),
    )
    def hsds_service_at_location(_params: Mapping[str, Any], id: str) -> Response:
        """One service at its location, with all nested objects"""
        return _one(lambda: catalogue_of(editions.current()), AT_LOCATIONS, id)


def _taxonomies(routes: ApiBlueprint, current: Callable[[], Catalogue]) -> None:
    @routes.route("/hsds/taxonomies", methods=["GET"])
    @routes.arguments(parameters.HsdsTaxonomiesFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTaxonomiesDocument,
        example={"path": "/hsds/taxonomies"},
        also=(_NDJSON,),
    )
    def hsds_taxonomies(params: Mapping[str, Any]) -> Response:
        """List the taxonomies: services and audiences"""
        return _list(current(), TAXONOMIES, params)

    @routes.route("/hsds/taxonomies/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTaxonomyDocument,
        problems=(404,),
        example={"path": f"/hsds/taxonomies/{parts.taxonomy_identity('services')}"},
    )
    def hsds_taxonomy(_params: Mapping[str, Any], id: str) -> Response:
        """One taxonomy"""
        return _one(current, TAXONOMIES, id)

    @routes.route("/hsds/taxonomy_terms", methods=["GET"])
    @routes.arguments(parameters.HsdsTermsFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTermsDocument,
        example={"path": "/hsds/taxonomy_terms?per_page=2"},
        also=(_NDJSON,),
    )
    def hsds_taxonomy_terms(params: Mapping[str, Any]) -> Response:
        """List the terms of the taxonomies"""
        return _list(current(), TERMS, params)

    @routes.route("/hsds/taxonomy_terms/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTermDocument,
        problems=(404,),
        example={"path": f"/hsds/taxonomy_terms/{parts.term_identity('services', 'legal')}"},
    )
    def hsds_taxonomy_term(_params: Mapping[str, Any], id: str) -> Response:
        """One term of a taxonomy"""
        return _one(current, TERMS, id)


def catalogue_of(edition: Edition) -> Catalogue:
    """Return the catalogue of an edition, made once."""
    return edition.cached(Catalogue, lambda: Catalogue(edition.snapshot, edition.helplines))


def _example(kind: str, object_name: str) -> dict[str, Any]:
    """Return the request for a whole object; openapi.yaml shows one item of each of its lists."""
    identity = parts.identity(object_name, "centre", _EXAMPLE)
    return {"path": f"/hsds/{kind}/{identity}", "longest": 1}


def _list(catalogue: Catalogue, kind: str, params: Mapping[str, Any]) -> Response:
    response = responses.directory(*_page(catalogue, kind, params))
    if "search" in params:
        # The words may be the name of a person's town.
        response.headers.update(header_fields.ABOUT_A_PLACE)
    return response


def _page(catalogue: Catalogue, kind: str, params: Mapping[str, Any]) -> tuple[bytes, str]:
    selection, level = parameters.selection(params), parameters.detail_level(params)
    page = catalogue.page(kind, selection, level, *parameters.page(params, None))
    return _body(catalogue, page, params)


def _near(
    edition: Edition, place: Postcode | Coordinate, params: Mapping[str, Any]
) -> tuple[bytes, str]:
    catalogue = catalogue_of(edition)
    number, size = parameters.page(params, catalogue.count(AT_LOCATIONS))
    preferred = params.get("prefer_language")
    page, helplines = catalogue.serving(
        edition,
        place,
        params.get("proximity"),
        parameters.selection(params),
        parameters.detail_level(params),
        number,
        size or 1,
        split_tags(preferred) if preferred else (),
    )
    return _body(catalogue, page, params, helplines)


def _one(
    current: Callable[[], Catalogue],
    kind: str,
    identity: str,
    level: DetailLevel = DetailLevel.FULL,
) -> Response:
    catalogue = current()
    return responses.directory(answer(catalogue, catalogue.get(kind, identity, level)))


def _body(
    catalogue: Catalogue,
    page: dict[str, Any],
    params: Mapping[str, Any],
    helplines: PlaceHelplines | None = None,
) -> tuple[bytes, str]:
    """Return a page as JSON, or its objects as NDJSON, with the media type."""
    if params.get("format") != parameters.NDJSON:
        return answer(catalogue, page, helplines), responses.JSON
    lines = (answer(catalogue, item, helplines) + b"\n" for item in page["contents"])
    return b"".join(lines), _NDJSON


def answer(
    catalogue: Catalogue, members: dict[str, Any], helplines: PlaceHelplines | None = None
) -> bytes:
    """Return an answer as JSON, with the revision and the helplines: those of its place, if it has
    one.
    """
    shown = catalogue.helplines if helplines is None else helplines.all
    lines = [line.to_record() for line in shown]
    revision = str(catalogue.snapshot.revision)
    return as_json.dump({**members, "revision": revision, "helplines": lines})
