"""Routes of /hsds: the directory as HSDS 3.0 (Open Referral), for other service directories."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Blueprint, Response

from directory_api.answer import as_json
from directory_api.features.hsds import objects, parts
from directory_api.features.hsds.catalogue import (
    AT_LOCATIONS,
    ORGANIZATIONS,
    SERVICES,
    TAXONOMIES,
    TERMS,
    Catalogue,
)
from directory_api.live.editions import MAX_AGE_SECONDS, Edition
from directory_api.web import served
from directory_api.web.api import Api, Route
from directory_api.web.http import negotiation, responses
from directory_api.web.schemas import requests
from directory_api.web.served import Web

# A centre of the seed data, whose ids are stable.
_EXAMPLE = ("centre", "example-town")
# Each kind of objects, with the id of an example.
_KINDS: Mapping[str, str] = {
    SERVICES: parts.identity("service", *_EXAMPLE),
    ORGANIZATIONS: parts.identity("organization", *_EXAMPLE),
    AT_LOCATIONS: parts.identity("service_at_location", *_EXAMPLE),
    TAXONOMIES: parts.taxonomy_identity("services"),
    TERMS: parts.term_identity("services", "legal"),
}


def about(_params: Mapping[str, Any]) -> Response:
    """The version of HSDS, and the address of the OpenAPI document"""
    members = objects.about(responses.address("/openapi-hsds.json"))
    return responses.about_the_host(_body(served.edition(), members))


def page(kind: str, _params: Mapping[str, Any]) -> Response:
    """List the objects of a kind."""
    editions = served.web().editions
    edition = editions.current()

    def make() -> negotiation.CompressedBody:
        return negotiation.prepare(_body(edition, catalogue_of(edition).page(kind)))

    body, is_current = responses.current_or_stale(editions, edition, ("hsds", kind), make)
    cache = responses.CACHE.format(MAX_AGE_SECONDS) if is_current else responses.NO_CACHE
    return responses.with_digests(body, cache)


def one(kind: str, _params: Mapping[str, Any], id: str) -> Response:
    """Return one object, with those that it refers to."""
    edition = served.edition()
    return responses.directory(_body(edition, catalogue_of(edition).get(kind, id)))


def catalogue_of(edition: Edition) -> Catalogue:
    """Return the catalogue of an edition, made once."""
    return edition.cached(Catalogue, lambda: Catalogue(edition.snapshot))


def _body(edition: Edition, members: dict[str, Any]) -> bytes:
    """Return an answer as JSON, with the revision, and the helplines of the directory's own
    country.
    """
    lines = [line.to_record() for line in edition.helplines.for_home.all]
    return as_json.dump({**members, "revision": str(edition.snapshot.revision), "helplines": lines})


_NOTHING = requests.NoFields()
ROUTES = (
    Route("GET", "/hsds", about, _NOTHING, example="/hsds/"),
    *(
        route
        for kind, example in _KINDS.items()
        for route in (
            Route(
                "GET",
                f"/hsds/{kind}",
                partial(page, kind),
                _NOTHING,
                example=f"/hsds/{kind}",
            ),
            Route(
                "GET",
                f"/hsds/{kind}/<id>",
                partial(one, kind),
                _NOTHING,
                example=f"/hsds/{kind}/{example}",
            ),
        )
    ),
)


def routes(_web: Web) -> Blueprint:
    """Return the routes, which are made with the first request below /hsds."""
    return Api("hsds", ROUTES)
