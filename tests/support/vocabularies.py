"""The vocabularies of the fields of a schema."""

from typing import Any

from marshmallow import fields, validate


def codes(field: fields.Field[Any]) -> tuple[str, ...]:
    """The words of a field for one word of a vocabulary; none for any other field."""
    words = (each.choices for each in field.validators if isinstance(each, validate.OneOf))
    return tuple(next(words, ()))
