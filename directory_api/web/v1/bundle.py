"""/v1/bundle: data for finding the closest centre on the device, so that no place leaves it."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from flask import Response

from directory_api.formats.as_bundle import as_bundle
from directory_api.search.snapshot import Snapshot
from directory_api.services.finder import Finder
from directory_api.web.http import responses
from directory_api.web.openapi.api import ApiBlueprint
from directory_api.web.openapi.decorators import operation
from directory_api.web.schemas import bundle as schemas_bundle
from directory_api.web.schemas import requests

# A changed number is visible within five minutes. If the server is unavailable, a cache may use its
# copy for a week; the hours in it are valid for two weeks. No stale-while-revalidate: a browser
# could show an old number once more, days later. Without a network the component asks the browser
# for its cached copy, however old.
CACHE = "public, max-age=300, stale-if-error=604800"
# Longest list in the example of openapi.yaml. A table whose columns have the same length is still
# valid.
_EXAMPLE_LIST = 3


class Packer:
    """Bundles, each made once for a revision and a day (UTC)."""

    def __init__(self, finder: Finder, now: Callable[[], datetime]) -> None:
        self._finder = finder
        self._now = now
        self._kept: tuple[Snapshot | None, date | None, dict[str, responses.CompressedBody]] = (
            None,
            None,
            {},
        )

    def bundle(self, country: str) -> responses.CompressedBody:
        """Return the current bundle of a country. Raises BundleNotFound, NotReady."""
        snapshot, now = self._finder.snapshot, self._now()
        # One dictionary per revision and day, replaced as a whole, so no bundle outlives either.
        made = self._kept
        if made[0] is not snapshot or made[1] != now.date():
            made = self._kept = (snapshot, now.date(), {})
        kept = made[2]  # not self._kept: another thread may have replaced it
        if country not in kept:
            kept[country] = responses.pack(as_bundle(self._finder.bundle(country, now, snapshot)))
        return kept[country]


def blueprint(finder: Finder, now: Callable[[], datetime]) -> ApiBlueprint:
    """Return the routes."""
    routes = ApiBlueprint("bundle", __name__, description="Finding on the device")
    packer = Packer(finder, now)

    @routes.route("/v1/bundle", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas_bundle.BundleDocument,
        problems=(404,),
        example={"path": "/v1/bundle", "longest": _EXAMPLE_LIST},
    )
    def bundle(_given: Mapping[str, Any]) -> Response:
        """Everything to find the closest centre on a device, for the directory's own country

        docs/bundle.md explains the format. The example is shortened.
        """
        return responses.respond(packer.bundle(finder.country), CACHE)

    @routes.route("/v1/bundle/<country>", methods=["GET"])
    @routes.arguments(requests.NoFields(), location="query")
    @operation(
        routes,
        schemas_bundle.BundleDocument,
        problems=(404,),
        example={"path": "/v1/bundle/BE", "longest": _EXAMPLE_LIST},
    )
    def bundle_of_country(_given: Mapping[str, Any], country: str) -> Response:
        """Everything to find the closest centre on a device, for the postcodes of one country

        docs/bundle.md explains the format. The example is shortened.
        """
        return responses.respond(packer.bundle(country.upper()), CACHE)

    return routes
