"""Centres as KML, for maps on a desk."""

from directory_api.answer.format import Format


def provide_formats() -> tuple[Format, ...]:
    """Return the format."""
    from directory_kml.kml import MEDIA_TYPE, write

    return (Format("kml", MEDIA_TYPE, "kml", write, filename="list.kml"),)
