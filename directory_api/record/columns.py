"""Conversion between a record and text cells, for spreadsheets and forms.

The columns follow the schemas of record/schemas.py. A column is named by the path to its
member: `address.street`, `description.nl`, `phones.1.number` (counted from 1), `sources.phones`. A
list of words is one cell, separated by semicolons. An empty cell is an absent member. ROW_KINDS
lists the kinds of rows.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Any

from marshmallow import fields

from directory_api.record import cells as cell
from directory_api.record.schemas import (
    IN_EACH_TABLE,
    IS_COLUMN,
    CentreSchema,
    HelplineSchema,
    SourceSchema,
)
from directory_api.record.validators import Coordinate
from directory_api.text.message import Message
from directory_api.text.normalize import similar_name

Field = fields.Field[Any]
# The text of each cell, by the steps of its column's path.
_Cells = Mapping[tuple[str, ...], str]

_SCHEMAS = {"centre": CentreSchema, "helpline": HelplineSchema, "source": SourceSchema}
ROW_KINDS = tuple(_SCHEMAS)
# A list has at most 100 entries (schemas.py), and a mistyped number must not create more.
_ROW_NUMBER = re.compile(r"[1-9][0-9]?|100", re.ASCII)
_DIGITS = re.compile(r"(?<=\.)[0-9]{1,3}(?=\.)", re.ASCII)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)
_ANY_LANGUAGE = "en"
# Visitors act on these members, so they need a source most; an empty table has a column for each.
_SOURCED = ("address", "phones", "email", "website")
# Comparing takes quadratic time in the length, and no column name is longer.
_LONGEST_NAME = 80


def flatten(kind: str, record: Mapping[str, Any]) -> dict[str, str]:
    """Return the non-empty cells of a validated record, by column."""
    return {".".join(steps): text for steps, text in _cells(_root(kind), record)}


def unflatten(kind: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the raw record in cells by column, for the schema to validate; unknown columns are
    ignored.

    Gaps between rows of a list are closed (`phones.2` alone is the first phone). Text that is not a
    valid number or boolean stays text, so that the schema reports it.
    """
    filled = {steps: text for steps, text in _by_steps(kind, cells).items() if text}
    return dict(_value(_root(kind), filled))


def column_names(kind: str, records: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return the columns that these records need, in the schema's order.

    The columns of an empty table are always included. Each text has a column for every language
    that occurs in any text of the records.
    """
    records = list(records)
    languages = list(
        dict.fromkeys(tag for record in records for tag in _languages(_root(kind), record))
    )
    return list(map(".".join, _columns(_root(kind), records, languages or [_ANY_LANGUAGE])))


def column_of(kind: str, cells: Mapping[str, str], pointer: str) -> str:
    """Return the column of a JSON pointer into `unflatten(kind, cells)`.

    For example `/phones/0/number` -> `phones.2.number`, if the first row of phones is empty. For a
    missing member, or one with several columns, this is the first of its columns in `cells`, even
    an empty one, else a required column.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/") if step]
    return ".".join(_way(_root(kind), _by_steps(kind, cells), steps))


def is_column(kind: str, column: str) -> bool:
    """Return whether records of this kind have such a column."""
    return len(column) <= _LONGEST_NAME and _is_column(kind, column)


# Each cell of each row asks: without the cache this was half of the time to read a table. Headers
# come from outside, so it has a size.
@lru_cache(maxsize=2048)
def _is_column(kind: str, column: str) -> bool:
    return _leaf(_root(kind), column.split(".")) is not None


def field_of(kind: str, column: str) -> Field:
    """Return the field of the schema that a column is read by. Raises KeyError if there is none."""
    field = _leaf(_root(kind), column.split("."))
    if field is None:
        raise KeyError(column)
    return field


def unknown(kind: str, column: str) -> Message | None:
    """Return a message for an unknown column, with the most similar name; None if known."""
    if is_column(kind, column):
        return None
    if column in _members(_root(kind)):
        near: str | None = column_of(kind, {}, f"/{column}")
    else:
        near = similar_name(column[:_LONGEST_NAME], _like(kind, column[:_LONGEST_NAME]))
    if near:
        return Message(
            "{no_such_column} Did you mean {column}?",
            no_such_column=_NO_SUCH_COLUMN[kind],
            column=near,
        )
    return Message(
        "{no_such_column} An exported table has all columns.", no_such_column=_NO_SUCH_COLUMN[kind]
    )


_NO_SUCH_COLUMN: Mapping[str, Message] = {
    "centre": Message("A centre has no such column."),
    "helpline": Message("A helpline has no such column."),
    "source": Message("A source has no such column."),
}


@cache
def _root(kind: str) -> fields.Nested:
    return fields.Nested(_SCHEMAS[kind])


@cache
def _members(field: fields.Nested) -> Mapping[str, Field]:
    members = field.schema.fields
    return {name: below for name, below in members.items() if below.metadata.get(IS_COLUMN, True)}


def _row(field: Field) -> fields.Nested | None:
    """Return the schema of a row of a list of objects; None for any other field."""
    return (
        field.inner
        if isinstance(field, fields.List) and isinstance(field.inner, fields.Nested)
        else None
    )


def _by_language(field: Field) -> bool:
    return isinstance(field, fields.Dict) and not isinstance(field.value_field, fields.List)


def _values(field: fields.Dict) -> Field:
    assert field.value_field is not None  # every Dict field of the schemas has a value field
    return field.value_field


def _parts(field: Field, value: Any) -> Iterator[tuple[str, Field, Any]]:
    """Yield the steps directly below a value with several columns; nothing for a single cell."""
    if isinstance(field, fields.Nested):
        for name, below in _members(field).items():
            if name in value:
                yield name, below, value[name]
    elif row := _row(field):
        for number, part in enumerate(value, start=1):
            yield str(number), row, part
    elif isinstance(field, fields.Dict):
        for key, part in value.items():
            yield key, _values(field), part


def _is_cell(field: Field) -> bool:
    return not isinstance(field, fields.Nested | fields.Dict) and _row(field) is None


def _cells(field: Field, value: Any) -> Iterator[tuple[tuple[str, ...], str]]:
    if _is_cell(field):
        yield (), _text(field, value)
    for step, below, part in _parts(field, value):
        for steps, text in _cells(below, part):
            yield (step, *steps), text


def _text(field: Field, value: Any) -> str:
    if isinstance(field, fields.List):
        return cell.BETWEEN.join(value)
    if isinstance(field, fields.Boolean):
        return cell.flag(value)
    return cell.number(value) if isinstance(field, Coordinate) else str(value)


def _leaf(field: Field, steps: Sequence[str]) -> Field | None:
    """Return the field of a column, or None if there is no such column."""
    if _is_cell(field):
        return None if steps else field
    if not all(steps) or not steps:
        return None
    if isinstance(field, fields.Nested):
        below = _members(field).get(steps[0])
        return _leaf(below, steps[1:]) if below else None
    if isinstance(field, fields.Dict):
        return _values(field)
    row = _row(field)
    return _leaf(row, steps[1:]) if row and _ROW_NUMBER.fullmatch(steps[0]) else None


def _by_steps(kind: str, cells: Mapping[str, str]) -> _Cells:
    """Return the kind's cells by path, with leading and trailing spaces removed."""
    return {
        tuple(column.split(".")): text.strip()
        for column, text in cells.items()
        if is_column(kind, column)
    }


def _below(cells: _Cells) -> dict[str, dict[tuple[str, ...], str]]:
    grouped: dict[str, dict[tuple[str, ...], str]] = {}
    for (step, *rest), text in cells.items():
        grouped.setdefault(step, {})[tuple(rest)] = text
    return grouped


def _value(field: Field, cells: _Cells) -> Any:
    if _is_cell(field):
        return _read(field, cells[()])
    if isinstance(field, fields.Dict):
        return {".".join(key): _read(_values(field), text) for key, text in cells.items()}
    below = _below(cells)
    if isinstance(field, fields.Nested):
        return {
            name: _value(member, below[name])
            for name, member in _members(field).items()
            if name in below
        }
    row = _row(field)
    assert row is not None  # only a list of objects is left
    return [_value(row, below[number]) for number in sorted(below, key=int)]


def _read(field: Field, text: str) -> Any:
    if isinstance(field, fields.List):
        return cell.words(text)
    if isinstance(field, fields.Boolean):
        return cell.read_flag(text)
    return cell.read_number(text) if isinstance(field, Coordinate) else text


def _languages(field: Field, value: Any) -> Iterator[str]:
    for step, below, part in _parts(field, value):
        if _by_language(field):
            yield step
        yield from _languages(below, part)


def _columns(
    field: Field, values: Sequence[Any], languages: Sequence[str]
) -> Iterator[tuple[str, ...]]:
    """Yield the columns below a field; `values` are its values in all records."""
    if _is_cell(field):
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
            for name, member in _members(field).items()
            if name in used or member.metadata.get(IN_EACH_TABLE, True)
        )
    elif isinstance(field, fields.Dict):
        for step in languages if _by_language(field) else dict.fromkeys((*used, *_SOURCED)):
            yield step, _values(field)
    else:
        row = _row(field)
        assert row is not None  # only a list of objects is left
        for number in range(1, max(1, len(used)) + 1):
            yield str(number), row


def _way(field: Field, cells: _Cells, steps: Sequence[str]) -> Iterator[str]:
    """Yield the steps of the column that a pointer's steps lead to."""
    if _is_cell(field):
        return
    below = _below(cells)
    if isinstance(field, fields.Nested):
        step = steps[0] if steps else _nearest(_members(field), below)
        yield step
        if member := _members(field).get(step):
            yield from _way(member, below.get(step, {}), steps[1:])
    elif row := _row(field):
        step = _numbered(below, int(steps[0]) if steps else 0)
        yield step
        yield from _way(row, below.get(step, {}), steps[1:])
    else:
        yield (
            steps[0]
            if steps
            else next(iter(below), _ANY_LANGUAGE if _by_language(field) else _SOURCED[0])
        )


def _nearest(members: Mapping[str, Field], below: Mapping[str, Any]) -> str:
    required = (name for name, member in members.items() if member.required)
    return next((name for name in members if name in below), next(required))


def _numbered(below: Mapping[str, Mapping[Any, str]], index: int) -> str:
    """Return the row number in the table for an index in the list without empty rows."""
    filled = [number for number in sorted(below, key=int) if any(below[number].values())]
    return (
        filled[index] if index < len(filled) else min(below.keys() - filled, key=int, default="1")
    )


def _like(kind: str, column: str) -> Iterator[str]:
    """Yield the kind's columns, with the row number and language of the misspelt column."""
    number = _DIGITS.search(column)
    last = column.rpartition(".")[2]
    for name in column_names(kind, ()):
        numbered = name.replace(".1.", f".{int(number[0]) or 1}.") if number else name
        yield numbered
        if numbered.endswith(f".{_ANY_LANGUAGE}") and _TAG.fullmatch(last):
            yield f"{numbered.removesuffix(_ANY_LANGUAGE)}{last}"
