"""Centres as GeoJSON (RFC 7946), for maps."""

from collections.abc import Iterable
from typing import Any

from directory_api.domain.centre import Centre
from directory_api.formats.as_json import dump

MEDIA_TYPE = "application/geo+json"


def as_geojson(centres: Iterable[Centre]) -> bytes:
    """A FeatureCollection of published centres, in their order.

    A feature's id is the centre's, its properties are the centre's record. `precision` says how exact the point is,
    since a map shows every point as if it were exact; without a known point the geometry is null (section 3.2).
    """
    return dump({"type": "FeatureCollection", "features": [_feature(centre) for centre in centres]})


def _feature(centre: Centre) -> dict[str, Any]:
    properties = centre.to_record()
    properties.pop("location", None)
    geometry = None
    if centre.location:
        point = centre.location.point
        geometry = {"type": "Point", "coordinates": [point.lon, point.lat]}  # in this order: section 3.1.1
        properties["precision"] = centre.location.precision
    return {"type": "Feature", "id": centre.id, "geometry": geometry, "properties": properties}
