"""What marshmallow found in a request, as faults that a person can mend and that repeat no value."""

import difflib
import re
from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma
from marshmallow import fields

from directory_api.domain.errors import Fault, InputInvalid

_UNKNOWN = "Unknown field."
# Neither a postcode nor a coordinate.
_LETTERS = re.compile(r"[a-z][a-z_]{0,29}")
MOST = 20
_PLAIN = {
    "Missing data for required field.": "missing",
    "Field may not be null.": "must not be null; leave it out instead",
    "Not a valid string.": "must be text",
    "Not a valid list.": "must be a list",
    "Invalid input type.": "must be a JSON object",
}


def refuse(messages: Mapping[Any, Any], schema: ma.Schema, *, in_body: bool) -> InputInvalid:
    """Nested messages as faults: by parameter in a query, by JSON pointer (RFC 6901) in a body."""
    walked = list(_walk(messages, schema, ()))
    found = [
        Fault(detail, pointer="".join(f"/{step}" for step in path))
        if in_body
        else Fault(detail, parameter=path[-1] if path else None)
        for path, detail in walked[:MOST]
    ]
    shown = f"; the first {MOST} are listed" if len(walked) > MOST else ""
    return InputInvalid(f"{len(walked)} fault{'s' * (len(walked) > 1)} in the request{shown}.", found)


def _walk(messages: Mapping[Any, Any], schema: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, below in messages.items():
        here = path if name == ma.exceptions.SCHEMA else (*path, str(name))
        if isinstance(below, list) and _UNKNOWN in below:
            meant = difflib.get_close_matches(str(name), schema.fields, n=1)
            hint = f"did you mean {meant[0]}?" if meant else f"known are: {', '.join(schema.fields) or 'none'}"
            # Only the slip of a known name is repeated: another may be the name of a town.
            yield (here if meant and _LETTERS.fullmatch(str(name)) else path), f"unknown; {hint}"
        elif isinstance(below, Mapping):
            yield from _walk(below, _schema_of(schema, name), here)
        else:
            yield from ((here, _PLAIN.get(str(message), str(message))) for message in below)


def _schema_of(schema: Any, name: Any) -> Any:
    """The schema of a member: a list's items and a list have the same."""
    field = schema.fields.get(name)
    if isinstance(field, fields.List):
        field = field.inner
    return field.schema if isinstance(field, fields.Nested) else schema
