"""Centres as GeoJSON (RFC 7946), for maps."""

from collections.abc import Iterable
from typing import Any

from directory_api.answer.as_json import dump
from directory_api.answer.json_pieces import about_place
from directory_api.answer.listing import Listing
from directory_api.record.records import Centre

MEDIA_TYPE = "application/geo+json"


def as_geojson(centres: Iterable[Centre]) -> bytes:
    """Return a FeatureCollection of published centres, in the given order.

    The id of a feature is that of the centre, its properties are the centre's record. `precision`
    says how exact the point is, since a map shows every point as if it were exact. The geometry is
    null if no point is known (section 3.2).
    """
    features = (_feature(each, _properties(each)) for each in centres)
    return dump({"type": "FeatureCollection", "features": [*features]})


def write(listing: Listing) -> bytes:
    """Return an answer: features whose properties are the cards of /v1/nearest, and the other
    members of that as foreign members (section 6.1), helplines first.
    """
    answer, pieces, selection = listing.nearest, listing.pieces, listing.selection
    return dump(
        {
            "type": "FeatureCollection",
            "helplines": pieces.helpline_cards(answer, selection),
            **(about_place(answer, selection.language) if answer else {}),
            "features": [
                _feature(each.centre, pieces.result(each, selection)) for each in listing.results
            ],
            **pieces.attribution(listing.prefix),
        }
    )


def _properties(centre: Centre) -> dict[str, Any]:
    record = centre.to_record()
    location = record.pop("location", None)
    return {**record, "precision": location["precision"]} if location else record


def _feature(centre: Centre, properties: object) -> dict[str, Any]:
    point = centre.location and centre.location.point
    # Longitude first (section 3.1.1).
    geometry = {"type": "Point", "coordinates": [point.lon, point.lat]} if point else None
    return {"type": "Feature", "id": centre.id, "geometry": geometry, "properties": properties}
