"""/v1/bundle: all that a device needs to find the closest centre by itself, so that no place leaves it."""

import base64
import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Response

from directory_api.actions.find import Finder
from directory_api.formats.as_bundle import as_bundle
from directory_api.search.snapshot import Snapshot
from directory_api.web import bundle_documents, reply, schemas
from directory_api.web.api import ApiBlueprint, operation

# A changed number is seen within five minutes; a phone in a tunnel goes on for a week with what it has, and the hours
# in it are known for two.
_CACHE = "public, max-age=300, stale-while-revalidate=604800, stale-if-error=604800"
# Lists of openapi.yaml's example are cut to this; a table that is cut evenly is still one.
_EXAMPLE_LIST = 3


@dataclass(frozen=True, slots=True)
class Packed:
    """A bundle as it is sent: JSON, the same compressed (RFC 1952, without a time), and the SHA-256 of either."""

    plain: bytes
    zipped: bytes
    plain_digest: bytes
    zipped_digest: bytes


class Packer:
    """Bundles, each made once for a revision and a day (UTC)."""

    def __init__(self, finder: Finder, now: Callable[[], datetime]) -> None:
        self._finder = finder
        self._now = now
        self._kept: tuple[Snapshot | None, date | None, dict[str, Packed]] = (None, None, {})

    def packed(self, country: str) -> Packed:
        """The bundle of a country at this moment. Raises BundleUnknown, NotReady."""
        snapshot, now = self._finder.snapshot, self._now()
        # One dictionary for each revision and day, swapped whole: no bundle outlives either.
        made = self._kept
        if made[0] is not snapshot or made[1] != now.date():
            made = self._kept = (snapshot, now.date(), {})
        kept = made[2]  # not self._kept's: another thread may have gone on to the next revision
        if country not in kept:
            kept[country] = _pack(as_bundle(self._finder.bundle(country, now, snapshot)))
        return kept[country]


def blueprint(finder: Finder, now: Callable[[], datetime]) -> ApiBlueprint:
    """The routes."""
    routes = ApiBlueprint("bundle", __name__, description="Finding on the device")
    packer = Packer(finder, now)

    @routes.route("/v1/bundle", methods=["GET"])
    @routes.arguments(schemas.NoFields, location="query")
    @operation(
        routes,
        bundle_documents.BundleDocument,
        problems=(404,),
        example={"path": "/v1/bundle", "longest": _EXAMPLE_LIST},
    )
    def bundle(_given: Mapping[str, Any]) -> Response:
        """Everything to find the closest centre on a device, for the directory's own country

        docs/bundle.md explains the format. The example is shortened.
        """
        return _reply(packer.packed(finder.country))

    @routes.route("/v1/bundle/<country>", methods=["GET"])
    @routes.arguments(schemas.NoFields, location="query")
    @operation(
        routes,
        bundle_documents.BundleDocument,
        problems=(404,),
        example={"path": "/v1/bundle/BE", "longest": _EXAMPLE_LIST},
    )
    def bundle_of_country(_given: Mapping[str, Any], country: str) -> Response:
        """Everything to find the closest centre on a device, for the postcodes of one country

        docs/bundle.md explains the format. The example is shortened.
        """
        return _reply(packer.packed(country.upper()))

    return routes


def _pack(plain: bytes) -> Packed:
    zipped = gzip.compress(plain, compresslevel=9, mtime=0)
    return Packed(plain, zipped, hashlib.sha256(plain).digest(), hashlib.sha256(zipped).digest())


def _reply(packed: Packed) -> Response:
    """The bundle, compressed for who takes that. The two are different representations, so each has its own ETag.

    Repr-Digest (RFC 9530) is of what is sent, before a browser unpacks it; Unencoded-Digest
    (draft-ietf-httpbis-unencoded-digest) is of the JSON, which is what a program can look at.
    """
    zips = reply.takes_gzip()
    response = Response(packed.zipped if zips else packed.plain, mimetype=reply.JSON)
    response.set_etag(packed.plain_digest.hex() + ("-gzip" if zips else ""))
    response.headers["Cache-Control"] = _CACHE
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Repr-Digest"] = _digest(packed.zipped_digest if zips else packed.plain_digest)
    response.headers["Unencoded-Digest"] = _digest(packed.plain_digest)
    if zips:
        response.headers["Content-Encoding"] = "gzip"
    return reply.conditional(response)


def _digest(sha256: bytes) -> str:
    return f"sha-256=:{base64.b64encode(sha256).decode()}:"
