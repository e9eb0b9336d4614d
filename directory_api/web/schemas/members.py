"""The parameter `fields`: names of members of an answer, which a caller selects."""

from collections.abc import Iterator
from typing import Any

import marshmallow as ma
from marshmallow import fields

from directory_api.text.errors import FaultCode
from directory_api.text.normalize import similar_name
from directory_api.web.http.parsing import Coded

# For a caller who sends a list where a query has one text.
NOT_ONE_TEXT = 'The value must be one text, with commas between its words: "{}".'


def paths(schema: ma.Schema, parents: str = "") -> Iterator[str]:
    """Yield the names of the members of a schema, and of their members after a dot."""
    for name, field in schema.fields.items():
        yield parents + name
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(inner, fields.Nested):
            yield from paths(inner.schema, f"{parents}{name}.")


class MemberNames(fields.Field[tuple[str, ...]]):
    """Names of members of a schema, separated by commas."""

    def __init__(self, schema: type[ma.Schema], **options: Any) -> None:
        super().__init__(**options)
        self.names = tuple(paths(schema()))
        # All names together are 600 characters.
        self.longest = 1_000

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[str, ...]:
        if not isinstance(value, str):
            raise ma.ValidationError(Coded(NOT_ONE_TEXT.format("id,name"), FaultCode.TYPE_WRONG))
        if len(value) > self.longest:
            raise ma.ValidationError(f"Use at most {self.longest} characters.")
        names = tuple(name.strip() for name in value.split(","))
        faults = [
            self._advice(name, position)
            for position, name in enumerate(names, 1)
            if name not in self.names
        ]
        if faults:
            raise ma.ValidationError(faults)
        return names

    def _advice(self, name: str, position: int) -> str:
        """Return the fault of an unknown name, without the name: it could be a place."""
        folded = name.casefold()
        below = [path for path in self.names if f".{path}".endswith(f".{folded}")]
        # The shortest: a member itself rather than one of the same name below another.
        meant = min(below, key=len) if below else similar_name(name, self.names)
        hint = f"Did you mean {meant}?" if meant else "Use names such as id, address.locality."
        return Coded(f"Name {position} is unknown. {hint}", FaultCode.MEMBER_UNKNOWN)
