"""Records whose every value is the longest that is allowed, with a marker at its end."""

from dataclasses import dataclass, field
from typing import Any

from marshmallow import fields, validate

from directory_api.record.schemas import CentreSchema, DirectorySchema, HelplineSchema
from directory_api.record.validators import DegreesField

# Of a text whose length no rule limits, such as a web address.
_LONG = 400
_SCHEMAS = {"centre": CentreSchema, "helpline": HelplineSchema, "directory": DirectorySchema}
# The lists of the other kinds.
_APART = ("centres", "helplines")


@dataclass
class Longest:
    """A record of a kind, and its markers by the path of the member."""

    kind: str
    markers: dict[str, str] = field(default_factory=dict)

    def record(self) -> dict[str, Any]:
        """The record."""
        members = _SCHEMAS[self.kind]().fields
        return {
            name: self._value(name, member)
            for name, member in members.items()
            if name not in _APART
        }

    def _value(self, path: str, member: fields.Field[Any]) -> Any:
        if isinstance(member, fields.Nested):
            below = member.schema.fields
            return {name: self._value(f"{path}/{name}", each) for name, each in below.items()}
        if isinstance(member, fields.List):
            return [self._value(f"{path}/0", member.inner)]
        if isinstance(member, fields.Dict):
            assert member.value_field
            return {"fr": self._value(f"{path}/fr", member.value_field)}
        if isinstance(member, fields.Boolean):
            return True
        marker = f"m{len(self.markers):03}"
        if isinstance(member, DegreesField):
            self.markers[path] = marker = f"3.{len(self.markers):03}7"
            return float(marker)
        self.markers[path] = marker
        start = "https://www.example.org/" if path.endswith(("url", "website")) else ""
        return f"{start}{'x' * (_longest(member) - len(start) - len(marker))}{marker}"


def _longest(member: fields.Field[Any]) -> int:
    limits = (each.max for each in member.validators if isinstance(each, validate.Length))
    return next(filter(None, limits), _LONG)
