"""Centres as GeoJSON (RFC 7946), for maps."""

from collections.abc import Iterable
from typing import Any

from directory_api.answer.answer import Answer
from directory_api.answer.as_json import dump, notice
from directory_api.answer.json_pieces import beside_results, certainty, exchanged, open_then
from directory_api.record.records import Centre
from directory_api.search.query import Hit, RankedCentre

MEDIA_TYPE = "application/geo+json"


def as_geojson(centres: Iterable[Centre]) -> bytes:
    """Return a FeatureCollection of published centres, in the given order.

    The id of a feature is that of the centre, its properties are the centre's record. `precision`
    says how exact the point is, since a map shows every point as if it were exact. The geometry is
    null if no point is known (section 3.2).
    """
    return dump({"type": "FeatureCollection", "features": [*map(_feature, centres)]})


def write(listing: Answer) -> bytes:
    """Return the same with the other parts of an answer as foreign members (section 6.1), helplines
    first.

    `suggestions`, `certain`, `countries`, `outside_coverage`, `notice`, `open_at`,
    `hours_unknown`, `left_out` and `attribution` are as in /v1/nearest; `closest` and `preferred`
    are features.
    """
    answer = listing.nearest
    collection: dict[str, Any] = {
        "type": "FeatureCollection",
        "revision": str(listing.revision),
        "helplines": [
            listing.selection.helpline(line.to_record()) for line in listing.helplines.all
        ],
    }
    if answer:
        collection |= {
            **exchanged(answer),
            **certainty(answer),
            "countries": answer.countries,
            "outside_coverage": answer.outside_coverage,
        }
        if answer.outside_coverage:
            told = listing.selection.text(notice(swapped=answer.swapped))
            collection["notice"] = dict(told)

        def feature(hit: Hit) -> dict[str, Any]:
            shown = RankedCentre(hit.published, hit.distance_m, hit.tied)
            return _answered(_feature(hit.centre), shown, listing)

        collection |= open_then(answer)
        collection |= beside_results(answer, feature)
        collection |= {"attribution": listing.pieces.attributions}
    features = [_answered(_feature(shown.centre), shown, listing) for shown in listing.shown]
    return dump({**collection, "features": features})


def _answered(feature: dict[str, Any], shown: RankedCentre, listing: Answer) -> dict[str, Any]:
    """Select properties, and add the distance of the centre."""
    computed = listing.pieces.computed(shown.centre)
    properties = dict(listing.selection.centre(feature["properties"] | computed))
    if shown.centre.location:
        properties["precision"] = shown.centre.location.precision
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
        # Longitude first (section 3.1.1).
        geometry = {"type": "Point", "coordinates": [point.lon, point.lat]}
        properties["precision"] = centre.location.precision
    return {"type": "Feature", "id": centre.id, "geometry": geometry, "properties": properties}
