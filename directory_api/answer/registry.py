"""All formats of answers with centres; docs/formats.md shows each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import methodcaller
from types import MappingProxyType

from directory_api.answer.answer import Answer
from directory_api.features.formats import as_csv, as_geojson, as_jsonld, as_text, as_vcard


@dataclass(frozen=True, slots=True)
class Format:
    """A format: its name in `?format=`, its media type and its serialiser.

    `ending` is the file extension in addresses. `has_records` is True if it has the records of
    centres, of which a caller can select members and one language. `is_worded` is True if the text
    depends on the requested language. `filename` is the name under which a browser saves the file,
    neutral because other users of the device may see it; None if the browser displays the answer.
    """

    name: str
    media_type: str
    ending: str
    write: Callable[[Answer], bytes]
    has_records: bool = False
    is_worded: bool = False
    filename: str | None = None


# The first is the default, and the first one that matches text/* is used for it.
FORMATS = (
    Format("json", "application/json", "json", methodcaller("own"), has_records=True),
    Format("geojson", as_geojson.MEDIA_TYPE, "geojson", as_geojson.write, has_records=True),
    Format("jsonld", "application/ld+json", "jsonld", as_jsonld.write),
    Format("text", "text/plain", "txt", as_text.write, is_worded=True),
    Format("csv", "text/csv", "csv", as_csv.write, filename="list.csv"),
    Format(
        "vcard", as_vcard.MEDIA_TYPE, "vcf", as_vcard.write, is_worded=True, filename="contact.vcf"
    ),
)
JSON = FORMATS[0]
BY_NAME: Mapping[str, Format] = MappingProxyType({each.name: each for each in FORMATS})
BY_ENDING: Mapping[str, Format] = MappingProxyType({each.ending: each for each in FORMATS})
BY_MEDIA_TYPE: Mapping[str, Format] = MappingProxyType({each.media_type: each for each in FORMATS})
