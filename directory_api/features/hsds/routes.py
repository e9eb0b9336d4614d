"""Routes of /hsds: the directory as HSDS 3.0 (Open Referral), for other service directories."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import marshmallow as ma
from flask import Blueprint, Response

from directory_api.answer import as_json
from directory_api.features.hsds import objects, parts, schemas
from directory_api.features.hsds.catalogue import (
    AT_LOCATIONS,
    ORGANIZATIONS,
    SERVICES,
    TAXONOMIES,
    TERMS,
    Catalogue,
)
from directory_api.live.editions import MAX_AGE_SECONDS, Edition, EditionCache
from directory_api.web.context import Web
from directory_api.web.http import negotiation, responses
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import requests

# A centre of the seed data, whose ids are stable.
_EXAMPLE = ("centre", "example-town")


class _Kind(NamedTuple):
    """A kind of objects: what is said of its list and of one object, their schemas, and the id of
    an example.
    """

    name: str
    about_list: str
    about_one: str
    page: type[ma.Schema]
    one: type[ma.Schema]
    example: str


_KINDS = (
    _Kind(
        SERVICES,
        "List the services: one for each centre, and the helplines",
        "One service with all nested objects, also of a centre that is closed for good",
        schemas.HsdsServicesDocument,
        schemas.HsdsServiceDocument,
        parts.identity("service", *_EXAMPLE),
    ),
    _Kind(
        ORGANIZATIONS,
        "List the organizations: the centres and the publisher of the directory",
        "One organization with its location and services",
        schemas.HsdsOrganizationsDocument,
        schemas.HsdsOrganizationDocument,
        parts.identity("organization", *_EXAMPLE),
    ),
    _Kind(
        AT_LOCATIONS,
        "List the services at their locations",
        "One service at its location, with all nested objects",
        schemas.HsdsAtLocationsDocument,
        schemas.HsdsAtLocationDocument,
        parts.identity("service_at_location", *_EXAMPLE),
    ),
    _Kind(
        TAXONOMIES,
        "List the taxonomies: services and audiences",
        "One taxonomy",
        schemas.HsdsTaxonomiesDocument,
        schemas.HsdsTaxonomyDocument,
        parts.taxonomy_identity("services"),
    ),
    _Kind(
        TERMS,
        "List the terms of the taxonomies",
        "One term of a taxonomy",
        schemas.HsdsTermsDocument,
        schemas.HsdsTermDocument,
        parts.term_identity("services", "legal"),
    ),
)
_ONE = {
    SERVICES: "service",
    ORGANIZATIONS: "organization",
    AT_LOCATIONS: "service_at_location",
    TAXONOMIES: "taxonomy",
    TERMS: "taxonomy_term",
}


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

    @routes.route("/hsds/", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(routes, schemas.HsdsAboutDocument, example={"path": "/hsds/"})
    def hsds(_params: Mapping[str, Any]) -> Response:
        """The version of HSDS, and the address of the OpenAPI document"""
        about = objects.about(responses.address("/openapi.json"))
        return responses.about_the_host(_answer(editions.current(), about))

    for kind in _KINDS:
        _list(routes, editions, kind)
        _one(routes, editions, kind)
    return routes


def _list(routes: ApiBlueprint, editions: EditionCache, kind: _Kind) -> None:
    def view(_params: Mapping[str, Any]) -> Response:
        edition = editions.current()

        def make() -> negotiation.CompressedBody:
            return negotiation.prepare(_answer(edition, catalogue_of(edition).page(kind.name)))

        body, is_current = responses.current_or_stale(editions, edition, ("hsds", kind.name), make)
        cache = responses.CACHE.format(MAX_AGE_SECONDS) if is_current else responses.NO_CACHE
        return responses.respond(body, cache)

    view.__name__, view.__doc__ = f"hsds_{kind.name}", kind.about_list
    path = f"/hsds/{kind.name}"
    documented = operation(routes, kind.page, example={"path": path, "longest": 2})
    _add(routes, path, view, documented)


def _one(routes: ApiBlueprint, editions: EditionCache, kind: _Kind) -> None:
    def view(_params: Mapping[str, Any], id: str) -> Response:
        edition = editions.current()
        return responses.directory(_answer(edition, catalogue_of(edition).get(kind.name, id)))

    view.__name__, view.__doc__ = f"hsds_{_ONE[kind.name]}", kind.about_one
    # openapi.yaml shows one item of each of the lists of a whole object.
    example = {"path": f"/hsds/{kind.name}/{kind.example}", "longest": 1}
    documented = operation(routes, kind.one, problems=(404,), example=example)
    _add(routes, f"/hsds/{kind.name}/<id>", view, documented)


def _add(
    routes: ApiBlueprint,
    path: str,
    view: Callable[..., Response],
    documented: Callable[[Callable[..., Response]], Callable[..., Response]],
) -> None:
    parsed = routes.arguments(requests.NoFields(), location="query")(documented(view))
    routes.route(path, methods=["GET"])(parsed)


def catalogue_of(edition: Edition) -> Catalogue:
    """Return the catalogue of an edition, made once."""
    return edition.cached(Catalogue, lambda: Catalogue(edition.snapshot))


def _answer(edition: Edition, members: dict[str, Any]) -> bytes:
    """Return an answer as JSON, with the revision, and the helplines of the directory's own
    country.
    """
    lines = [line.to_record() for line in edition.helplines.here.all]
    return as_json.dump({**members, "revision": str(edition.snapshot.revision), "helplines": lines})


def routes(web: Web) -> Blueprint:
    """Return the routes, which are made with the first request below /hsds."""
    return blueprint(web.editions)
