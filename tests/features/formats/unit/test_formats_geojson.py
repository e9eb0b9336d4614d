"""Centres on a map: RFC 7946, and nothing that is hidden."""

import json
from dataclasses import replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.formats.as_geojson import MEDIA_TYPE, as_geojson
from directory_api.place.geometry import Point
from directory_api.record.parts import Location
from directory_api.record.records import Centre
from tests.support.record_strategies import CENTRES
from tests.support.records import shipped_records

_INSTEAD = Location(Point(50.85, 4.35), "municipality")


def _map(*centres: Centre) -> dict[str, Any]:
    collection: dict[str, Any] = json.loads(as_geojson(centres))
    return collection


def test_a_centre_is_a_feature() -> None:
    """Longitude is first; the properties are the record, with the precision in place of the
    location.
    """
    record = shipped_records()["centres"][0]
    (feature,) = _map(Centre.from_record(record))["features"]
    del record["location"]
    assert feature == {
        "type": "Feature",
        "id": "pag-asa",
        "geometry": {"type": "Point", "coordinates": [4.3497, 50.8428]},
        "properties": {**record, "precision": "street"},
    }
    assert MEDIA_TYPE == "application/geo+json"


@given(st.lists(CENTRES, max_size=4), st.booleans())
def test_a_map_shows_the_centres_as_they_are_published(
    records: list[dict[str, Any]], located: bool
) -> None:
    """Every centre is a feature in order, unchanged, without geometry if no point is known."""
    centres = [
        Centre.from_record(record).published(_INSTEAD if located else None) for record in records
    ]
    collection = _map(*centres)
    assert collection["type"] == "FeatureCollection"
    for feature, centre in zip(collection["features"], centres, strict=True):
        properties = dict(feature["properties"])
        geometry, precision = feature["geometry"], properties.pop("precision", None)
        if geometry:
            lon, lat = geometry["coordinates"]
            assert Location(Point(lat, lon), precision) == centre.location
        assert (geometry is None) is (precision is None) is (centre.location is None)
        assert feature["id"] == centre.id
        assert properties == replace(centre, location=None).to_record()
