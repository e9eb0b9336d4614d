"""/v1/changes.atom: the last changes, for people who follow them in a feed reader."""

from flask import Blueprint, Response

from directory_api.features.device import as_atom
from directory_api.live.editions import MAX_AGE_SECONDS, EditionCache
from directory_api.record.texts import text_in
from directory_api.web.http import negotiation, responses

# The feed contains the requested host; a cache that ignores the host must not share it.
_CACHE = f"private, max-age={MAX_AGE_SECONDS}"


def blueprint(editions: EditionCache, *, static_site: bool) -> Blueprint:
    """Return the route.

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
            edition.helplines.of_country(edition.home),
            names,
            responses.prefix(),
            responses.link(as_atom.PATH) if static_site else responses.address(as_atom.PATH),
        )
        return responses.with_digests(negotiation.compress(body), _CACHE, as_atom.MIMETYPE)

    return routes
