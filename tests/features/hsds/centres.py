"""Centres in HSDS 3.0, with the time at which they changed."""

from datetime import UTC, datetime
from typing import Any

from directory_api.features.hsds import objects
from directory_api.place.geometry import Point
from directory_api.record.parts import Location
from directory_api.record.records import Centre
from tests.support.records import made_up_centre

CHANGED = datetime(2026, 11, 24, 12, 0, 0, 5_999, tzinfo=UTC)
_STAND_IN = Location(Point(0.0, 0.0), "municipality")


def published(record: dict[str, Any]) -> Centre:
    """A centre as the snapshot shows it."""
    return Centre.from_record(record).published(_STAND_IN)


def whole(**members: Any) -> dict[str, Any]:
    """The whole service of a made-up centre."""
    return objects.service(published(made_up_centre(1, **members)), CHANGED, True)
