"""Routes of /hsds: the directory as HSDS 3.0 (Open Referral), for other service directories."""

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response

from directory_api.domain.query import Postcode
from directory_api.formats import as_json
from directory_api.hsds import objects, parameters, parts, schemas
from directory_api.hsds.catalogue import (
    AT_LOCATIONS,
    ORGANIZATIONS,
    SERVICES,
    TAXONOMIES,
    TERMS,
    Catalogue,
)
from directory_api.hsds.objects import DetailLevel
from directory_api.services.editions import EditionCache
from directory_api.services.finder import Finder
from directory_api.web.http import responses
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import requests

# A centre of the seed data, whose ids are stable.
_EXAMPLE = "pag-asa"
_NDJSON = "application/x-ndjson"


def blueprint(finder: Finder, editions: EditionCache) -> ApiBlueprint:
    """Return the routes."""
    routes = ApiBlueprint("hsds", __name__, description="The directory as HSDS 3.0 (Open Referral)")

    def current() -> Catalogue:
        edition = editions.current()
        return edition.cached(Catalogue, lambda: Catalogue(finder, edition.snapshot))

    @routes.route("/hsds/", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(routes, schemas.HsdsAboutDocument, example={"path": "/hsds/"})
    def hsds(_given: Mapping[str, Any]) -> Response:
        """The version of HSDS, and the address of the OpenAPI document"""
        response = responses.directory(
            written(current(), objects.about(f"{responses.origin()}/openapi.yaml"))
        )
        # The answer contains the requested host; a cache that ignores the host must not share it.
        response.headers["Cache-Control"] = "no-store"
        return response

    _services(routes, current)
    _organizations(routes, current)
    _at_locations(routes, current, finder)
    _taxonomies(routes, current)
    return routes


def _services(routes: ApiBlueprint, current: Callable[[], Catalogue]) -> None:
    @routes.route("/hsds/services", methods=["GET"])
    @routes.arguments(parameters.ServicesFields(), location="query")
    @operation(
        routes,
        schemas.HsdsServicesDocument,
        example={"path": "/hsds/services?per_page=1"},
        also=(_NDJSON,),
    )
    def hsds_services(given: Mapping[str, Any]) -> Response:
        """List the services: one for each centre, and the helplines

        A service must match all filters.
        """
        return _page(current, SERVICES, given)

    @routes.route("/hsds/services/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes, schemas.HsdsServiceDocument, problems=(404,), example=_example(SERVICES, "service")
    )
    def hsds_service(_given: Mapping[str, Any], id: str) -> Response:
        """One service with all nested objects, also of a centre that is closed for good"""
        return _one(current, SERVICES, id)


def _organizations(routes: ApiBlueprint, current: Callable[[], Catalogue]) -> None:
    @routes.route("/hsds/organizations", methods=["GET"])
    @routes.arguments(parameters.OrganizationsFields(), location="query")
    @operation(
        routes,
        schemas.HsdsOrganizationsDocument,
        example={"path": "/hsds/organizations?per_page=1"},
        also=(_NDJSON,),
    )
    def hsds_organizations(given: Mapping[str, Any]) -> Response:
        """List the organizations: the centres and the publisher of the directory"""
        return _page(current, ORGANIZATIONS, given)

    @routes.route("/hsds/organizations/<id>", methods=["GET"])
    @routes.arguments(parameters.OrganizationFields(), location="query")
    @operation(
        routes,
        schemas.HsdsOrganizationDocument,
        problems=(404,),
        example=_example(ORGANIZATIONS, "organization"),
    )
    def hsds_organization(given: Mapping[str, Any], id: str) -> Response:
        """One organization with its location and services"""
        return _one(
            current,
            ORGANIZATIONS,
            id,
            DetailLevel.FULL_SERVICE if given["full_service"] else DetailLevel.FULL,
        )


def _at_locations(routes: ApiBlueprint, current: Callable[[], Catalogue], finder: Finder) -> None:
    @routes.route("/hsds/service_at_locations", methods=["GET"])
    @routes.arguments(parameters.AtLocationsFields(), location="query")
    @operation(
        routes,
        schemas.HsdsAtLocationsDocument,
        problems=(404, 422),
        example={"path": "/hsds/service_at_locations?per_page=1"},
        also=(_NDJSON,),
    )
    def hsds_service_at_locations(given: Mapping[str, Any]) -> Response:
        """List the services at their locations; with a postcode, those that serve it, nearest first

        Distances are WGS84 geodesics in metres. With a postcode, temporarily closed centres are
        left out.
        """
        if "postcode" not in given:
            return _page(current, AT_LOCATIONS, given)
        catalogue = current()
        place = Postcode(given["postcode"], (given.get("country") or finder.country).upper())
        page, size = parameters.page(given, len(catalogue.entries(AT_LOCATIONS)))
        found = catalogue.serving(
            place,
            given.get("proximity"),
            parameters.selection(given),
            parameters.form(given),
            page,
            size or 1,
        )
        return responses.about_a_place(*_body(catalogue, found, given))

    @routes.route("/hsds/service_at_locations/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas.HsdsAtLocationDocument,
        problems=(404,),
        example=_example(AT_LOCATIONS, "service_at_location"),
    )
    def hsds_service_at_location(_given: Mapping[str, Any], id: str) -> Response:
        """One service at its location, with all nested objects"""
        return _one(current, AT_LOCATIONS, id)


def _taxonomies(routes: ApiBlueprint, current: Callable[[], Catalogue]) -> None:
    @routes.route("/hsds/taxonomies", methods=["GET"])
    @routes.arguments(parameters.ListFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTaxonomiesDocument,
        example={"path": "/hsds/taxonomies"},
        also=(_NDJSON,),
    )
    def hsds_taxonomies(given: Mapping[str, Any]) -> Response:
        """List the taxonomies: services and audiences"""
        return _page(current, TAXONOMIES, given)

    @routes.route("/hsds/taxonomies/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTaxonomyDocument,
        problems=(404,),
        example={"path": f"/hsds/taxonomies/{parts.taxonomy_identity('services')}"},
    )
    def hsds_taxonomy(_given: Mapping[str, Any], id: str) -> Response:
        """One taxonomy"""
        return _one(current, TAXONOMIES, id)

    @routes.route("/hsds/taxonomy_terms", methods=["GET"])
    @routes.arguments(parameters.TermsFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTermsDocument,
        example={"path": "/hsds/taxonomy_terms?per_page=2"},
        also=(_NDJSON,),
    )
    def hsds_taxonomy_terms(given: Mapping[str, Any]) -> Response:
        """List the terms of the taxonomies"""
        return _page(current, TERMS, given)

    @routes.route("/hsds/taxonomy_terms/<id>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas.HsdsTermDocument,
        problems=(404,),
        example={"path": f"/hsds/taxonomy_terms/{parts.term_identity('services', 'legal')}"},
    )
    def hsds_taxonomy_term(_given: Mapping[str, Any], id: str) -> Response:
        """One term of a taxonomy"""
        return _one(current, TERMS, id)


def _example(kind: str, object_name: str) -> dict[str, Any]:
    """Return the request for a whole object; openapi.yaml shows one item of each of its lists."""
    identity = parts.identity(object_name, "centre", _EXAMPLE)
    return {"path": f"/hsds/{kind}/{identity}", "longest": 1}


def _page(current: Callable[[], Catalogue], kind: str, given: Mapping[str, Any]) -> Response:
    catalogue = current()
    asked = parameters.selection(given)
    page, size = parameters.page(given, None)
    found = catalogue.page(kind, asked, parameters.form(given), page, size)
    response = responses.directory(*_body(catalogue, found, given))
    if asked.search is not None:
        # The words may be the name of a person's town.
        response.headers.update(responses.ABOUT_A_PLACE)
    return response


def _one(
    current: Callable[[], Catalogue], kind: str, identity: str, form: DetailLevel = DetailLevel.FULL
) -> Response:
    catalogue = current()
    return responses.directory(written(catalogue, catalogue.one(kind, identity, form)))


def _body(
    catalogue: Catalogue, found: dict[str, Any], given: Mapping[str, Any]
) -> tuple[bytes, str]:
    """Return a page as JSON, or its objects as NDJSON, with the media type."""
    if given.get("format") != parameters.NDJSON:
        return written(catalogue, found), responses.JSON
    return b"".join(written(catalogue, each) + b"\n" for each in found["contents"]), _NDJSON


def written(catalogue: Catalogue, found: dict[str, Any]) -> bytes:
    """Return an answer as JSON, with the revision and the helplines."""
    snapshot = catalogue.snapshot
    lines = [line.to_record() for line in snapshot.helplines]
    return as_json.dump({**found, "revision": str(snapshot.revision), "helplines": lines})
