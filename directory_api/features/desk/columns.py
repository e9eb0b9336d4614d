"""The columns of records in tables and forms, and their cells.

The columns follow the schemas of record/schemas.py. A column is named by the path to its
member: `address.street`, `description.nl`, `phones.1.number` (counted from 1), `sources.phones`. A
list of words is one cell, separated by semicolons. An empty cell is an absent member. ROW_KINDS
lists the kinds of rows.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from marshmallow import fields

from directory_api.record import cells
from directory_api.record.schemas import (
    IN_EACH_TABLE,
    IS_COLUMN,
    CentreSchema,
    HelplineSchema,
    SourceSchema,
)
from directory_api.record.validators import DegreesField

Field = fields.Field[Any]

_SCHEMAS = {"centre": CentreSchema, "helpline": HelplineSchema, "source": SourceSchema}
ROW_KINDS = tuple(_SCHEMAS)
ANY_LANGUAGE = "en"
# Visitors act on these members, so they need a source most; an empty table has a column for each.
SOURCED = ("address", "phones", "email", "website")


def flatten(kind: str, record: Mapping[str, Any]) -> dict[str, str]:
    """Return the non-empty cells of a validated record, by column."""
    return {".".join(steps): text for steps, text in _cells(root(kind), record)}


def column_names(kind: str, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the columns that these records need, in the schema's order.

    The columns of an empty table are always included. Each text has a column for every language
    that occurs in any text of the records.
    """
    records = list(records)
    languages = list(
        dict.fromkeys(tag for record in records for tag in _languages(root(kind), record))
    )
    return list(map(".".join, _columns(root(kind), records, languages or [ANY_LANGUAGE])))


@cache
def root(kind: str) -> fields.Nested:
    """Return the schema of a kind of row."""
    return fields.Nested(_SCHEMAS[kind])


@cache
def members_of(field: fields.Nested) -> Mapping[str, Field]:
    """Return the members of an object that have columns."""
    members = field.schema.fields
    return {name: below for name, below in members.items() if below.metadata.get(IS_COLUMN, True)}


def row_of(field: Field) -> fields.Nested | None:
    """Return the schema of an entry of a list of objects; None for any other field."""
    return (
        field.inner
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested)
        else None
    )


def is_by_language(field: Field) -> bool:
    """Return whether a field has a text for each language."""
    return isinstance(field, fields.Dict) and not isinstance(field.value_field, fields.List)


def value_of(field: fields.Dict) -> Field:
    """Return the field of the values of a mapping."""
    assert field.value_field is not None  # every Dict field of the schemas has a value field
    return field.value_field


def _parts(field: Field, value: Any) -> Iterator[tuple[str, Field, Any]]:
    """Yield the steps directly below a value with several columns; nothing for a single cell."""
    if isinstance(field, fields.Nested):
        for name, below in members_of(field).items():
            if name in value:
                yield name, below, value[name]
    elif row := row_of(field):
        for number, part in enumerate(value, start=1):
            yield str(number), row, part
    elif isinstance(field, fields.Dict):
        for key, part in value.items():
            yield key, value_of(field), part


def is_cell(field: Field) -> bool:
    """Return whether a value has one cell."""
    return not isinstance(field, fields.Nested | fields.Dict) and row_of(field) is None


def _cells(field: Field, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if is_cell(field):
        yield (), _text(field, value)
    for step, below, part in _parts(field, value):
        for steps, text in _cells(below, part):
            yield (step, *steps), text


def _text(field: Field, value: Any) -> str:
    if isinstance(field, fields.List):
        return cells.BETWEEN.join(value)
    if isinstance(field, fields.Boolean):
        return cells.yes_or_no(value)
    return cells.shortest(value) if isinstance(field, DegreesField) else str(value)


def _languages(field: Field, value: Any) -> Iterator[str]:
    for step, below, part in _parts(field, value):
        if is_by_language(field):
            yield step
        yield from _languages(below, part)


def _columns(
    field: Field, values: Sequence[Any], languages: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the columns below a field; `values` are its values in all records."""
    if is_cell(field):
        yield ()
        return
    below: dict[str, list[Any]] = {}
    for value in values:
        for step, _, part in _parts(field, value):
            below.setdefault(step, []).append(part)
    for step, part_field in _standard(field, below, languages):
        for steps in _columns(part_field, below.get(step, []), languages):
            yield step, *steps


def _standard(
    field: Field, used: Mapping[str, Any], languages: Sequence[str]
) -> Iterator[tuple[str, Field]]:
    """Yield the steps below a field in a table, in order: used ones and those of an empty table."""
    if isinstance(field, fields.Nested):
        yield from (
            (name, member)
            for name, member in members_of(field).items()
            if name in used or member.metadata.get(IN_EACH_TABLE, True)
        )
    elif isinstance(field, fields.Dict):
        for step in languages if is_by_language(field) else dict.fromkeys((*used, *SOURCED)):
            yield step, value_of(field)
    else:
        row = row_of(field)
        assert row is not None  # only a list of objects is left
        for number in range(1, max(1, len(used)) + 1):
            yield str(number), row
