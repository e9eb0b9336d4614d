"""All formats of answers with centres; docs/formats.md shows each."""

from collections.abc import Mapping
from operator import methodcaller
from types import MappingProxyType

from directory_api.answer.format import Format
from directory_api.feature import rows

# The first is the default, and the first one that matches text/* is used for it.
JSON = Format("json", "application/json", "json", methodcaller("to_json"))
FORMATS: tuple[Format, ...] = rows(
    lambda feature: feature.formats(),
    Format,
    lambda each: (each.name, each.media_type, each.ending),
    (JSON,),
)
# Those of a list of helplines alone.
OF_HELPLINES = tuple(each for each in FORMATS if each is JSON or each.write_helplines)
BY_NAME: Mapping[str, Format] = MappingProxyType({each.name: each for each in FORMATS})
BY_ENDING: Mapping[str, Format] = MappingProxyType({each.ending: each for each in FORMATS})
BY_MEDIA_TYPE: Mapping[str, Format] = MappingProxyType({each.media_type: each for each in FORMATS})
