"""Reads the cells of a table or a form as a record. columns.py says which columns exist."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any

from marshmallow import fields

from directory_api.features.desk.columns import (
    ANY_LANGUAGE,
    SOURCED,
    Field,
    column_names,
    is_by_language,
    is_cell,
    members_of,
    root,
    row_of,
    value_of,
)
from directory_api.record.validators import DegreesField
from directory_api.text.message import Message
from directory_api.text.normalize import similar_name

# The text of each cell, by the steps of its column's path.
_Cells = Mapping[tuple[str, ...], str]

# A list has at most 100 entries (schemas.py), and a mistyped number must not create more.
_ROW_NUMBER = re.compile(r"[1-9][0-9]?|100", re.ASCII)
_DIGITS = re.compile(r"(?<=\.)[0-9]{1,3}(?=\.)", re.ASCII)
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})?", re.ASCII)
# Comparing takes quadratic time in the length, and no column name is longer.
_LONGEST_NAME = 80
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}([.,][0-9]{1,30})?([eE][+-]?[0-9]{1,3})?", re.ASCII)
_YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


def unflatten(kind: str, cells: Mapping[str, str]) -> dict[str, Any]:
    """Return the raw record in cells by column, for the schema to validate; unknown columns are
    ignored.

    Gaps between rows of a list are closed (`phones.2` alone is the first phone). Text that is not a
    valid number or boolean stays text, so that the schema reports it.
    """
    filled = {steps: text for steps, text in _by_steps(kind, cells).items() if text}
    return dict(_value(root(kind), filled))


def column_of(kind: str, cells: Mapping[str, str], pointer: str) -> str:
    """Return the column of a JSON pointer into `unflatten(kind, cells)`.

    For example `/phones/0/number` -> `phones.2.number`, if the first row of phones is empty. For a
    missing member, or one with several columns, this is the first of its columns in `cells`, even
    an empty one, else a required column.
    """
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/") if step]
    return ".".join(_way(root(kind), _by_steps(kind, cells), steps))


def is_column(kind: str, column: str) -> bool:
    """Return whether records of this kind have such a column."""
    return len(column) <= _LONGEST_NAME and _is_column(kind, column)


# Each cell of each row asks: without the cache this was half of the time to read a table. Headers
# come from outside, so it has a size.
@lru_cache(maxsize=2048)
def _is_column(kind: str, column: str) -> bool:
    return _leaf(root(kind), column.split(".")) is not None


def field_of(kind: str, column: str) -> Field:
    """Return the field of the schema that a column is read by. Raises KeyError if there is none."""
    field = _leaf(root(kind), column.split("."))
    if field is None:
        raise KeyError(column)
    return field


def unknown(kind: str, column: str) -> Message | None:
    """Return a message for an unknown column, with the most similar name; None if known."""
    if is_column(kind, column):
        return None
    if column in members_of(root(kind)):
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


def _leaf(field: Field, steps: Sequence[str]) -> Field | None:
    """Return the field of a column, or None if there is no such column."""
    if is_cell(field):
        return None if steps else field
    if not all(steps) or not steps:
        return None
    if isinstance(field, fields.Nested):
        below = members_of(field).get(steps[0])
        return _leaf(below, steps[1:]) if below else None
    if isinstance(field, fields.Dict):
        return value_of(field)
    row = row_of(field)
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
    if is_cell(field):
        return _read(field, cells[()])
    if isinstance(field, fields.Dict):
        return {".".join(key): _read(value_of(field), text) for key, text in cells.items()}
    below = _below(cells)
    if isinstance(field, fields.Nested):
        return {
            name: _value(member, below[name])
            for name, member in members_of(field).items()
            if name in below
        }
    row = row_of(field)
    assert row is not None  # only a list of objects is left
    return [_value(row, below[number]) for number in sorted(below, key=int)]


def _read(field: Field, text: str) -> Any:
    if isinstance(field, fields.List):
        return words(text)
    if isinstance(field, fields.Boolean):
        return _YES_OR_NO.get(text.casefold(), text)
    if isinstance(field, DegreesField) and _NUMBER.fullmatch(text):
        return float(text.replace(",", "."))  # a decimal comma is allowed
    return text


def words(text: str) -> list[str]:
    """Split a cell with several words at its semicolons."""
    return [word.strip() for word in text.split(";") if word.strip()]


def _way(field: Field, cells: _Cells, steps: Sequence[str]) -> Iterator[str]:
    """Yield the steps of the column that a pointer's steps lead to."""
    if is_cell(field):
        return
    below = _below(cells)
    if isinstance(field, fields.Nested):
        step = steps[0] if steps else _nearest(members_of(field), below)
        yield step
        if member := members_of(field).get(step):
            yield from _way(member, below.get(step, {}), steps[1:])
    elif row := row_of(field):
        step = _numbered(below, int(steps[0]) if steps else 0)
        yield step
        yield from _way(row, below.get(step, {}), steps[1:])
    else:
        yield (
            steps[0]
            if steps
            else next(iter(below), ANY_LANGUAGE if is_by_language(field) else SOURCED[0])
        )


def _nearest(members: Mapping[str, Field], below: Mapping[str, Any]) -> str:
    """Return the first member that is there, else the first that is required, else the first."""
    required = [name for name, member in members.items() if member.required]
    return next(chain((name for name in members if name in below), required, members))


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
        if numbered.endswith(f".{ANY_LANGUAGE}") and _TAG.fullmatch(last):
            yield f"{numbered.removesuffix(ANY_LANGUAGE)}{last}"
