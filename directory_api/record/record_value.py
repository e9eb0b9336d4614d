"""What a record is in memory: frozen dataclasses that have a JSON form.

Reading and writing follow from the fields of the classes: their names, their order and their types.
So does what of a record is published: the type of a member says who may see it, as Public and
Private explain.
"""

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields
from datetime import date
from functools import cache, partial
from types import MappingProxyType, UnionType
from typing import Annotated, Any, Literal, Self, TypeVar, Union, get_args, get_origin

Record = Mapping[str, Any]

_Any = TypeVar("_Any")
# A member of a centre that cannot reveal where it is: it is also published if the address is
# hidden. Without this mark, `Centre.published` leaves it out then.
Public = Annotated[_Any, "public"]
# A member that only maintainers see.
Private = Annotated[_Any, "private"]

# Returns an empty mapping. It is called for most records, and takes half the time of a function.
empty_mapping: Callable[[], Mapping[str, Any]] = partial(MappingProxyType, {})


def without_empty(record: Record) -> dict[str, Any]:
    """Return a record without its empty members.

    An unknown value is an absent member, so that each record has one canonical form.
    """
    return {
        name: value
        for name, value in record.items()
        if value is not None and value not in ({}, [], "")
    }


class RecordValue:
    """A frozen dataclass that has a JSON form.

    A field may be a text, a Literal, a number, a boolean, a date (ISO 8601 in JSON), another
    RecordValue, a tuple or a mapping of these, or one of these and None. The library cattrs does
    the same, but reads a centre in 27 instead of 20 microseconds, and its import takes 90 ms and
    5 MB (November 2026).
    """

    __slots__ = ()

    @classmethod
    def from_record(cls, record: Record) -> Self:
        """Read a record that record/schemas.py has validated; ignore unknown members.

        May raise KeyError for any other record.
        """
        values = {
            attribute: value if read is None else read(value)
            for attribute, name, read in _readers(cls)  # type: ignore[arg-type]  # is hashable
            if (value := record.get(name)) is not None
        }
        try:
            return cls(**values)
        except TypeError:
            raise KeyError(f"a required member of {cls.__name__}") from None

    def to_record(self) -> dict[str, Any]:
        """Return the canonical record: members in the order of the fields, without empty ones."""
        record = {}
        for attribute, name, write in _writers(type(self)):  # type: ignore[arg-type]  # see above
            value = getattr(self, attribute)
            if value or value == 0:  # False and 0 are values
                record[name] = value if write is None else write(value)
        return record


_Convert = Callable[[Any], Any]


# The names of attributes and members, each with the function that reads or writes its value; None
# stands for a function that returns its argument, which most would be. A member with the name of a
# keyword of Python has an attribute with an underscore at the end.
_Members = tuple[tuple[str, str, _Convert | None], ...]


@cache
def _readers(kind: type[RecordValue]) -> _Members:
    return tuple(
        (member.name, member.name.rstrip("_"), _converters(member.type)[0])
        for member in fields_of(kind)
    )


@cache
def _writers(kind: type[RecordValue]) -> _Members:
    return tuple(
        (member.name, member.name.rstrip("_"), _converters(member.type)[1])
        for member in fields_of(kind)
    )


def fields_of(kind: type[RecordValue]) -> tuple[Field[Any], ...]:
    """Return the fields of a class."""
    return fields(kind)  # type: ignore[arg-type]  # each subclass of RecordValue is a dataclass


def _converters(hint: Any) -> tuple[_Convert | None, _Convert | None]:
    """Return the functions that read and write a value of a type."""
    origin, args = get_origin(hint), get_args(hint)
    # In `X | None` a member that is None is absent; Annotated adds a description to X.
    if origin in (UnionType, Union, Annotated):
        return _converters(args[0])
    if origin is Literal:
        return None, None
    if origin is tuple:
        read, write = _converters(args[0])
        return _each(tuple, read), _each(list, write)
    if origin is Mapping:
        read, write = _converters(args[1])
        return _each_value(_frozen, read), _each_value(dict, write)
    if hint is date:
        return date.fromisoformat, date.isoformat
    return (hint.from_record, hint.to_record) if issubclass(hint, RecordValue) else (None, None)


def _mark(member: Field[Any]) -> str | None:
    marks: tuple[str, ...] = getattr(member.type, "__metadata__", ())
    return marks[0] if marks else None


@cache
def private_members(kind: type[RecordValue]) -> tuple[str, ...]:
    """Return the members of a class that only maintainers see."""
    return tuple(member.name for member in fields_of(kind) if _mark(member) == "private")


@cache
def absent_members(kind: type[RecordValue], mark: str | None) -> Record:
    """Return the members with a mark, each with the value that it has if it is absent.

    That of a required one is MISSING, which cannot be written as JSON: the caller replaces it.
    """
    return {
        member.name: member.default
        if member.default_factory is MISSING
        else member.default_factory()
        for member in fields_of(kind)
        if _mark(member) == mark
    }


def _frozen(values: Record) -> Record:
    return MappingProxyType(dict(values))


def _each(collect: _Convert, convert: _Convert | None) -> _Convert:
    """Return a function that converts the items of a sequence and collects them."""
    return (lambda items: collect(map(convert, items))) if convert else collect


def _each_value(collect: _Convert, convert: _Convert | None) -> _Convert:
    """Return a function that converts the values of a mapping and collects them with their keys."""
    if convert is None:
        return collect
    return lambda values: collect({key: convert(value) for key, value in values.items()})
