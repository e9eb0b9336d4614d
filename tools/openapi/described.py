"""What openapi.yaml says of a route beside what the server knows of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import marshmallow as ma

from directory_api.change.change import COLLECTIONS
from directory_api.record.records import SLUG
from directory_api.web.schemas.requests import LONGEST_WORDS

# An object of another standard. Without additionalProperties, openapi-typescript makes a type that
# no object matches.
ANY_OBJECT: Mapping[str, Any] = MappingProxyType({"type": "object", "additionalProperties": True})
# The parameters in paths.
IN_PATH: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "collection": {
            "description": "The kind of the record.",
            "schema": {"type": "string", "enum": [*COLLECTIONS.values()]},
        },
        "id": {
            "description": "The id of the record, as in the list.",
            "schema": {"type": "string", "pattern": f"^{SLUG.pattern}$", "maxLength": 60},
        },
        "country": {
            "description": "An ISO 3166-1 code of two letters. A directory has the postcodes of "
            "its own country, and of its neighbours near the border; `did_you_mean` of the "
            "problem for any other country lists them.",
            "schema": {"type": "string", "pattern": "^[A-Za-z]{2}$"},
        },
        "digest": {
            "description": "The hash of a table of postcodes, as in `postcodes` of a bundle.",
            "schema": {"type": "string", "minLength": 1},
        },
        "code": {
            "description": "A postcode of this country.",
            "schema": {"type": "string", "minLength": 1, "maxLength": LONGEST_WORDS},
        },
    }
)

# A schema of marshmallow, or one of OpenAPI that may have such.
Shape = type[ma.Schema] | Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Described:
    """The operation of a route: its section (`tag`), its name, and the schema of its response.

    `problems` are statuses beside those that every operation can have. `summary` and `description`
    are those of the view's docstring, unless given. `success` are the statuses of success. `media`
    gives the schema of a body by media type, and `body` an example; `is_sent` is whether it is sent
    for the example of the response, as that of the route is. `longest` cuts the lists of that
    example. `takes` are the headers of a write, and `sends` those of a response that the example
    does not have.
    """

    tag: str
    name: str
    response: Shape
    problems: tuple[int, ...] = ()
    summary: str = ""
    description: str = ""
    success: tuple[int, ...] = (200,)
    media: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    is_sent: bool = False
    longest: int | None = None
    takes: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    in_path: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: IN_PATH)


# By the method and the path of the route.
Operations = Mapping[tuple[str, str], Described]
