"""Answers in other formats than JSON: CSV, GeoJSON, text and vCard."""

from directory_api.answer.format import ContactCard, FileFormat, Format
from directory_api.feature import Feature, lazy


def _formats() -> tuple[Format, ...]:
    from directory_api.features.formats import as_csv, as_geojson, as_text, as_vcard

    return (
        Format("geojson", as_geojson.MEDIA_TYPE, "geojson", as_geojson.write),
        Format("text", "text/plain", "txt", as_text.write),
        Format(
            "csv",
            as_csv.MEDIA_TYPE,
            "csv",
            as_csv.write,
            filename="list.csv",
            write_helplines=as_csv.helplines,
        ),
        Format(
            "vcard",
            as_vcard.MEDIA_TYPE,
            "vcf",
            as_vcard.write,
            filename="contact.vcf",
            card=ContactCard(as_vcard.MEDIA_TYPE, as_vcard.vcard, as_vcard.helpline),
        ),
    )


def _file_formats() -> tuple[FileFormat, ...]:
    """Return the formats of files with the whole directory."""
    from directory_api.features.formats.as_geojson import as_geojson

    return (
        FileFormat("geojson", "for a map", published=lambda snapshot: as_geojson(snapshot.listed)),
        FileFormat(
            "sqlite",
            "for SQL and datasette",
            published=lazy("directory_api.features.formats.as_sqlite:as_sqlite"),
        ),
    )


feature = Feature(
    summary="Answers in other formats than JSON: CSV, GeoJSON, text and vCard",
    formats=_formats,
    file_formats=_file_formats,
)
