"""/v1/changes: what changed since a bundle was fetched; and the same as a feed for people."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Blueprint, Response

from directory_api.domain.model.values import in_language
from directory_api.formats import as_atom
from directory_api.formats.as_changes import ChangePieces
from directory_api.search.snapshot import Snapshot
from directory_api.services import editions
from directory_api.services.finder import Finder
from directory_api.web.http import responses
from directory_api.web.http.responses import CompressedBody
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import bundle

_CACHE = responses.CACHE.format(editions.MAX_AGE_SECONDS)
# Longest list in the example of openapi.yaml.
_EXAMPLE_LIST = 2


class Recorder:
    """The cached JSON parts of the changes, made once for a revision and a day (UTC)."""

    def __init__(self, finder: Finder, now: Callable[[], datetime]) -> None:
        self._finder = finder
        self._now = now
        self._made: tuple[Snapshot, date, ChangePieces, CompressedBody] | None = None

    def since(self, revision: int, store: str | None) -> CompressedBody:
        """Return the changes since a revision of a store. Raises CursorNotFound, NotReady."""
        snapshot, now = self._finder.snapshot, self._now()
        self._finder.meet(revision, store, snapshot)
        made = self._made
        if made is None or made[0] is not snapshot or made[1] != now.date():
            pieces = ChangePieces(self._finder.journal(now, snapshot))
            # The largest answer, and the one for every caller that sends no revision.
            made = self._made = (snapshot, now.date(), pieces, responses.pack(pieces.since(0)))
        return responses.pack(made[2].since(revision)) if revision else made[3]


def blueprint(finder: Finder, now: Callable[[], datetime]) -> ApiBlueprint:
    """Return the route for devices."""
    routes = ApiBlueprint("sync", __name__, description="Keeping a bundle equal to the server")
    recorder = Recorder(finder, now)

    @routes.route("/v1/changes", methods=["GET"])
    @routes.arguments(bundle.ChangesFields(), location="query")
    @operation(
        routes,
        bundle.ChangesDocument,
        problems=(410,),
        example={"path": "/v1/changes", "longest": _EXAMPLE_LIST},
    )
    def changes(given: Mapping[str, Any]) -> Response:
        """What has changed since the revision of a bundle, so that it need not be fetched anew

        Each record once, as it is now. docs/sync.md explains it, with a client. The example is shortened.
        """
        return responses.respond(recorder.since(given["since"], given.get("store")), _CACHE)

    return routes


def feed(finder: Finder) -> Blueprint:
    """Return the route for people who follow the changes in a feed reader."""
    routes = Blueprint("feed", __name__)

    @routes.get(as_atom.PATH)
    def changes_feed() -> Response:
        snapshot = finder.snapshot
        publisher = str(snapshot.header["publisher"])
        names = {("centre", centre.id): centre.name for centre in snapshot.centres}
        lines = {line.id: in_language(line.name, "en") for line in snapshot.helplines}
        names |= {("helpline", identity): said.text for identity, said in lines.items() if said}
        body = as_atom.as_atom(snapshot.store, publisher, snapshot.news, snapshot.helplines, names)
        return responses.respond(responses.pack(body), _CACHE, as_atom.MIMETYPE)

    return routes
