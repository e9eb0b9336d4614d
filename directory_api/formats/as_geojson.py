"""Centres as GeoJSON (RFC 7946), for maps."""

from collections.abc import Iterable
from typing import Any

from directory_api.domain.model.centre import Centre
from directory_api.domain.query import Shown
from directory_api.formats.answer import Listing, notice
from directory_api.formats.as_json import dump

MEDIA_TYPE = "application/geo+json"


def as_geojson(centres: Iterable[Centre]) -> bytes:
    """A FeatureCollection of published centres, in their order.

    A feature's id is the centre's, its properties are the centre's record. `precision` says how exact the point is,
    since a map shows every point as if it were exact; without a known point the geometry is null (section 3.2).
    """
    return dump({"type": "FeatureCollection", "features": [_feature(centre) for centre in centres]})


def write(listing: Listing) -> bytes:
    """The same with what an answer says beside the centres, as foreign members (section 6.1): helplines first.

    `certain`, `outside_coverage`, `notice` and `attribution` are those of /v1/nearest.
    """
    answer = listing.answer
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "revision": str(listing.revision),
        "helplines": [line.to_record() for line in listing.pieces.helplines],
    }
    if answer:
        collection |= {"certain": answer.certain, "outside_coverage": answer.outside_coverage}
        collection |= {"notice": dict(notice(answer))} if answer.outside_coverage else {}
        collection |= {"attribution": listing.pieces.attributions}
    features = [_answered(_feature(shown.centre), shown, listing) for shown in listing.shown]
    return dump({**collection, "features": features})


def _answered(feature: dict[str, Any], shown: Shown, listing: Listing) -> dict[str, Any]:
    """The feature with how far its centre is, and what follows from the clock."""
    properties = feature["properties"] | listing.pieces.computed(shown.centre)
    if shown.distance_m is not None:
        properties |= {"distance_m": round(shown.distance_m), "tied": shown.tied}
    if shown.responsible:
        properties["responsible"] = True
    return {**feature, "properties": properties}


def _feature(centre: Centre) -> dict[str, Any]:
    properties = centre.to_record()
    properties.pop("location", None)
    geometry = None
    if centre.location:
        point = centre.location.point
        geometry = {"type": "Point", "coordinates": [point.lon, point.lat]}  # in this order: section 3.1.1
        properties["precision"] = centre.location.precision
    return {"type": "Feature", "id": centre.id, "geometry": geometry, "properties": properties}
