"""Centres as KML, for maps on a desk."""

from directory_api.answer.format import Format
from directory_api.feature import Feature


def _formats() -> tuple[Format, ...]:
    """Return the format."""
    from directory_kml.kml import MEDIA_TYPE, write

    return (Format("kml", MEDIA_TYPE, "kml", write, filename="list.kml"),)


feature = Feature(summary="Centres as KML, for maps on a desk", formats=_formats)
