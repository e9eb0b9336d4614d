"""Answers in other formats than JSON: CSV, GeoJSON, text and vCard."""

from directory_api.answer.format import ContactCard, FileFormat, Format
from directory_api.feature import Feature


def _formats() -> tuple[Format, ...]:
    """Return the formats of answers."""
    from directory_api.features.formats import as_csv, as_geojson, as_text, as_vcard

    return (
        Format("geojson", as_geojson.MEDIA_TYPE, "geojson", as_geojson.write, has_records=True),
        Format("text", "text/plain", "txt", as_text.write, is_worded=True),
        Format("csv", "text/csv", "csv", as_csv.write, filename="list.csv", has_records=True),
        Format(
            "vcard",
            as_vcard.MEDIA_TYPE,
            "vcf",
            as_vcard.write,
            is_worded=True,
            filename="contact.vcf",
            card=ContactCard(as_vcard.MEDIA_TYPE, as_vcard.vcard, as_vcard.helpline),
        ),
    )


def _file_formats() -> tuple[FileFormat, ...]:
    """Return the formats of files with the whole directory."""
    from directory_api.features.formats import as_csv, as_geojson

    return (
        FileFormat("csv", "for a spreadsheet", lambda contents, _texts: as_csv.as_csv(contents)),
        FileFormat("geojson", "for a map", listed=as_geojson.as_geojson),
    )


feature = Feature(
    summary="Answers in other formats than JSON: CSV, GeoJSON, text and vCard",
    formats=_formats,
    file_formats=_file_formats,
)
