"""/v1/changes: what changed since a bundle was fetched; and the same as a feed for people."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request

from directory_api.features.device import as_atom
from directory_api.features.device import schemas as bundle
from directory_api.features.device.as_changes import ChangePieces
from directory_api.features.device.device_data import DeviceData, check_revision
from directory_api.features.device.offline import check_size
from directory_api.live.editions import MAX_AGE_SECONDS, EditionCache
from directory_api.live.standing import Standing
from directory_api.record.records import text_in
from directory_api.web.http import negotiation, responses
from directory_api.web.http.negotiation import CompressedBody
from directory_api.web.middleware.rate_limit import RateLimiter
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation

_CACHE = responses.CACHE.format(MAX_AGE_SECONDS)
# The feed contains the requested host; a cache that ignores the host must not share it.
_FEED_CACHE = f"private, max-age={MAX_AGE_SECONDS}"
# Longest list in the example of openapi.yaml.
_EXAMPLE_LIST = 2


# Changed records that count as one request for the rate limit: to write and compress 10,000 takes
# a second, and no two callers need the same ones.
_RECORDS_OF_A_REQUEST = 100


def blueprint(
    device: DeviceData, editions: EditionCache, limiter: RateLimiter | None
) -> ApiBlueprint:
    """Return the route for devices. The limiter counts many changes as several requests."""
    routes = ApiBlueprint("sync", __name__, description="Changes since a bundle")

    def since(cursor: str, store: str | None) -> Standing[CompressedBody]:
        edition, (number, _, link) = editions.current(), cursor.partition(".")
        revision = int(number)
        check_revision(revision, link, store, edition.snapshot)

        def make_pieces() -> ChangePieces:
            return ChangePieces(device.journal(edition), responses.prefix())

        pieces, is_current = responses.standing(editions, edition, ChangePieces, make_pieces)
        if revision:
            further = pieces.count(revision) // _RECORDS_OF_A_REQUEST
            if limiter and further:
                limiter.charge(request.environ, further)
            answer = Standing(negotiation.compress(pieces.since(revision)), is_current)
        else:
            # The largest answer, and the one for every caller that sends no revision.
            answer = responses.standing(
                editions, edition, "all changes", lambda: negotiation.prepare(pieces.since(0))
            )
        check_size(0, len(answer.value.encoded["gzip"]))
        return answer

    @routes.route("/v1/changes", methods=["GET"])
    @routes.arguments(bundle.ChangesFields(), location="query")
    @operation(
        routes,
        bundle.ChangesDocument,
        problems=(404, 410),
        example={"path": "/v1/changes", "longest": _EXAMPLE_LIST},
    )
    def changes(params: Mapping[str, Any]) -> Response:
        """The changes since the revision of a bundle, to update the bundle without loading it again

        Each changed record appears once, in its current version. docs/sync.md explains the
        protocol and has a client.
        """
        body, is_current = since(params["since"], params.get("store"))
        return responses.respond(body, _CACHE if is_current else responses.NO_CACHE)

    return routes


def feed(editions: EditionCache, *, static_site: bool) -> Blueprint:
    """Return the route for people who follow the changes in a feed reader.

    A static site may be served from any host, so its feed does not contain one.
    """
    routes = Blueprint("feed", __name__)

    @routes.get(as_atom.PATH)
    def changes_feed() -> Response:
        edition = editions.current()
        snapshot = edition.snapshot
        publisher = str(snapshot.header["publisher"])
        names = {
            ("centre", each.id): snapshot.by_id[each.id].name
            for each in snapshot.news
            if each.kind == "centre" and each.id in snapshot.by_id
        }
        for line in snapshot.helplines:
            names["helpline", line.id] = text_in(line.name) or line.id
        body = as_atom.as_atom(
            snapshot.store,
            snapshot.links,
            publisher,
            snapshot.news,
            edition.helplines.of(edition.home),
            names,
            responses.prefix(),
            responses.link(as_atom.PATH) if static_site else responses.address(as_atom.PATH),
        )
        return responses.respond(negotiation.compress(body), _FEED_CACHE, as_atom.MIMETYPE)

    return routes
