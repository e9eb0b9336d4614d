"""A record as a form: the cells of features/desk/columns.py, in the layout of fields.py.

Each fault is next to its field. The form shows the cells as they were sent, even if they are not a
valid record, so that no input is lost.
"""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from directory_api.countries.examples import own_country
from directory_api.countries.languages import own_languages
from directory_api.features.desk.admin.form.address_cells import (
    FORM_ONLY,
    POINT,
    own_faults,
    point_text,
    stored_point,
)
from directory_api.features.desk.admin.form.choices import Choices, Names, instead, language_label
from directory_api.features.desk.admin.form.week import WEEK
from directory_api.features.desk.members.field import (
    Field,
    Fold,
    RowsField,
    Section,
    SourceFields,
    Texts,
)
from directory_api.features.desk.members.fields import PARTS, SECTIONS
from directory_api.features.desk.members.labels import column_in_words
from directory_api.features.desk.members.names import as_text
from directory_api.features.desk.sheets import filled_in
from directory_api.features.desk.typed.cells import country_of
from directory_api.hours.in_words import HoursInWords
from directory_api.record.cells import BETWEEN
from directory_api.record.phone_numbers import example, printed
from directory_api.text.errors import Fault
from directory_api.text.message import Joined, Message, Value
from directory_api.text.named import Day
from directory_api.text.written import Written

Cells = Mapping[str, str]
# Empty rows after the filled rows of a list.
EMPTY_ROWS = 2
# The same, in a row of another list.
_EMPTY_BELOW = 1
_REQUIRED: Mapping[str, Mapping[str, Any]] = {
    "centre": {"address": {}, "location": {}},
    "helpline": {},
}
# What a person reads of a value, by the widget.
_SHOWN: Mapping[str, Callable[[str], Value]] = {
    "date": Day,
    "hours": HoursInWords,
    "written": Written,
}
_BY_NAME = ("language", "languages", "source", "sources")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}", re.ASCII)


class FormData(Protocol):
    """The data of a form (werkzeug's MultiDict)."""

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the fields."""

    def getlist(self, key: str) -> list[str]:
        """Return the values of a field."""


@dataclass(frozen=True, slots=True)
class Option:
    """A choice, and whether it is selected."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class Input:
    """One field. `full` is its label out of context, such as “Phone 2 – Number”.

    `language` is the language of its text. `unknown` is what was typed that is none of the values
    to choose by name.
    """

    column: str
    label: str
    full: str
    help: str
    widget: str
    value: str
    options: tuple[Option, ...]
    faults: tuple[str, ...]
    language: str | None = None
    unknown: str = ""

    @property
    def text(self) -> str:
        """The value as a person reads it."""
        if self.options:
            chosen = (option.label for option in self.options if option.chosen)
            return as_text(Joined.of(filter(None, (*chosen, self.unknown))))
        shown = _SHOWN.get(self.widget)
        return as_text(shown(self.value)) if shown else self.value


@dataclass(frozen=True, slots=True)
class Group:
    """Fields with a legend; `foldable` if rarely needed, `shut` if also with a value, `spare` if
    they are an empty row. `part` is the part of the record that a whole section belongs to.
    """

    legend: str
    help: str
    parts: tuple["Input | Group", ...]
    foldable: bool = False
    shut: bool = False
    spare: bool = False
    part: str = ""

    @property
    def inputs(self) -> Iterator[Input]:
        """Its fields, including those of nested groups."""
        for part in self.parts:
            yield from part.inputs if isinstance(part, Group) else (part,)

    @property
    def point(self) -> str:
        """The column of the point that is directly among its fields; empty without one."""
        columns = (part.column for part in self.parts if isinstance(part, Input))
        return next((column for column in columns if column.endswith(POINT)), "")

    @property
    def filled(self) -> tuple[Input, ...]:
        """The fields with a value."""
        return tuple(part for part in self.inputs if part.value)

    @property
    def open(self) -> bool:
        """Whether any field has a value or a fault."""
        return bool(self.filled) or self.faulty

    @property
    def faulty(self) -> bool:
        """Whether any field has a fault."""
        return any(part.faults for part in self.inputs)


@dataclass(frozen=True, slots=True)
class RecordForm:
    """A kind of record, with the input so far.

    `languages` are offered for each text, in addition to those that it already has; `names` are
    what can be chosen by name. `example_point` is for the help of a record that has no point.
    """

    kind: str
    cells: Cells
    faults: Mapping[str, Sequence[str]] = field(default_factory=dict)
    languages: tuple[str, ...] = field(default_factory=own_languages)
    names: Names = field(default_factory=Names)
    example_point: str = ""

    def sections(self) -> tuple[Group, ...]:
        """Return the whole form, by heading."""
        return tuple(self.section(each) for each in SECTIONS[self.kind] if each.part in PARTS)

    def section(self, section: Section) -> Group:
        """Return one heading of a form with its fields."""
        return Group(
            section.title,
            section.help,
            tuple(
                part
                for field in section.fields
                if not (isinstance(field, Field) and field.widget == "cell")
                for part in self._parts(field)
            ),
            part=section.part,
        )

    def labels(self, members: Collection[str] | None = None) -> dict[str, Input]:
        """Return every field by its column, in the order of the form; with `members`, those of
        these members of the record alone, which is much quicker than the whole form.
        """
        specs = (spec for section in SECTIONS[self.kind] for spec in section.fields)
        parts = (
            part
            for spec in specs
            if members is None or spec.name.partition(".")[0] in members
            for part in self._parts(spec)
        )
        return {field.column: field for field in Group("", "", tuple(parts)).inputs}

    def _parts(
        self, spec: Field | Texts | Fold | SourceFields | RowsField, column: str = ""
    ) -> Iterator[Input | Group]:
        """Yield the fields of a member; in a row of a list, `column` is where it is."""
        column = column or spec.name
        if isinstance(spec, RowsField):
            yield from self._rows(spec, column)
        elif isinstance(spec, Fold):
            below = tuple(part for each in spec.fields for part in self._parts(each))
            yield Group(spec.label, spec.help, below, foldable=True, shut=True)
        elif isinstance(spec, SourceFields):
            for member in dict.fromkeys((*spec.members, *self._below(column))):
                yield self._input(f"{column}.{member}")
        elif isinstance(spec, Texts):
            tags = dict.fromkeys((*self._below(column), *self.languages))
            inputs = tuple(self._input(f"{column}.{tag}", tag=tag) for tag in tags)
            yield Group(spec.label, spec.help, inputs, foldable=True)
        else:
            yield self._input(column, spec)

    def _rows(self, rows: RowsField, column: str) -> Iterator[Group]:
        """Yield the rows of a list, and empty ones."""
        filled = sorted(int(number) for number in self._below(column))
        last = max(filled, default=0)
        empty = EMPTY_ROWS if column == rows.name else _EMPTY_BELOW
        for number in (*filled, *range(last + 1, last + 1 + empty)):
            parts, more = (
                tuple(
                    part
                    for spec in fields
                    for part in self._parts(spec, f"{column}.{number}.{spec.name}")
                )
                for fields in (rows.fields, rows.more)
            )
            folded = (Group(Message("More"), "", more, foldable=True),) if more else ()
            legend = Message("{what} {number}", what=rows.label, number=number)
            yield Group(legend, "", (*parts, *folded), spare=number not in filled)

    def _input(self, column: str, spec: Field | None = None, tag: str | None = None) -> Input:
        """Return the field of a column; `spec` is that of a form which is no column."""
        words = column_in_words(self.kind, column)
        spec = words.field if words else spec
        assert spec is not None
        value = self.cells.get(column, "")
        if spec.widget == "point":
            value = point_text(column, self.cells)
        return Input(
            column,
            spec.label,
            words.label if words else spec.label,
            "" if tag else self._help(spec),
            spec.widget,
            value,
            tuple(_options(spec, column, value, self.names)),
            tuple(self.faults.get(column, ())),
            tag,
            BETWEEN.join(self.names.unknown(column, value)),
        )

    def _help(self, spec: Field) -> str:
        """Return the help of a field, with examples of the country of the record."""
        if not isinstance(spec.help, Message) or not spec.help.values:
            return spec.help
        number = example(country_of(self.cells) or own_country())
        return spec.help.format(
            national=printed(number, is_national=True),
            international=printed(number),
            point=stored_point("", self.cells) or self.example_point or spec.help.values["point"],
        )

    def _below(self, column: str) -> Iterator[str]:
        """Yield the next step of each column below this one that has input or a fault."""
        steps = column.count(".") + 1
        names = (*(name for name, text in self.cells.items() if text.strip()), *self.faults)
        yield from dict.fromkeys(
            name.split(".")[steps] for name in names if name.startswith(f"{column}.")
        )


def cells_from_form(kind: str, data: FormData) -> dict[str, str]:
    """Return the cells of a form; ticks with the same name become one cell."""
    return {
        name: BETWEEN.join(data.getlist(name))
        for name in data
        if filled_in.is_column(kind, name) or (kind == "centre" and name in FORM_ONLY)
    }


def record_from_cells(kind: str, cells: Cells) -> dict[str, Any]:
    """Return the input as a record, not yet checked.

    Required parts are always present, so that validation reports all missing members.
    """
    return {
        **_REQUIRED[kind],
        **filled_in.unflatten(kind, cells),
        "id": cells.get("id", "").strip(),
    }


def languages_to_offer(more: str, names: Names) -> tuple[str, ...]:
    """Return the languages to offer for each text, with `more`, a name or a tag, added if there is
    such a language.
    """
    tag = names.languages.value_of(more.strip()) or more.strip()
    own = own_languages()
    return (*own, tag) if _TAG.fullmatch(tag) and tag not in own else own


def faults_by_field(
    kind: str, cells: Cells, faults: Iterable[Fault]
) -> tuple[dict[str, list[str]], list[str]]:
    """Return the faults by field, and the details of those without a field of this record."""
    by_column: dict[str, list[str]] = {}
    elsewhere = []
    # A form sends every field. Empty cells must not attract the fault of a missing required member.
    typed, cells = cells, {column: text for column, text in cells.items() if text.strip()}
    for fault in faults:
        pointer = fault.pointer or ""
        is_in_week = pointer.startswith(f"/{WEEK}")
        column = pointer[1:] if is_in_week else filled_in.column_of(kind, cells, pointer)
        if is_in_week or filled_in.is_column(kind, column):
            by_column.setdefault(column, []).append(fault.detail)
        else:
            elsewhere.append(fault.detail)
    return own_faults(by_column, typed), elsewhere


def three_way_merge(
    base: Cells, mine: Cells, theirs: Cells
) -> tuple[dict[str, str], tuple[str, ...]]:
    """Merge two people's edits of one record, and return the members that both changed.

    A member that only one of them changed gets that change. One that both changed gets `mine`, and
    the maintainer has to check it. Members are taken as a whole, because the second phone of one
    edit may be the first of the other.
    """
    merged: dict[str, str] = {}
    both = []
    for member in dict.fromkeys(column.partition(".")[0] for column in (*theirs, *mine)):
        old, my_new, their_new = (_member(cells, member) for cells in (base, mine, theirs))
        merged |= their_new if my_new == old else my_new
        if my_new != old and their_new not in (old, my_new):
            both.append(member)
    return merged, tuple(both)


def _member(cells: Cells, member: str) -> dict[str, str]:
    return {
        name: text.strip()
        for name, text in cells.items()
        if name.partition(".")[0] == member and text.strip()
    }


def _options(spec: Field, column: str, value: str, names: Names) -> Iterator[Option]:
    """Yield the choices, and the stored value if it is not among them, so that saving keeps it; of
    what is chosen by name, what was chosen, and what may be meant.
    """
    labels = spec.labels
    if spec.widget in _BY_NAME:
        yield from _named_options(spec, column, value, names)
    elif spec.widget == "ticks":
        chosen = filled_in.words(value)
        ticked = [word for word in labels if word in chosen]
        # A form sends ticks in the order of the choices. A record with another order must stay
        # unchanged.
        first = [] if ticked == chosen else chosen
        for word in (*first, *(word for word in labels if word not in first)):
            yield Option(word, labels.get(word) or spec.unknown(word), word in chosen)
    elif spec.widget == "radios":
        for word in dict.fromkeys((*labels, *filter(None, (value,)))):
            yield Option(word, labels.get(word) or spec.unknown(word), word == value)
    elif spec.widget == "choice":
        for word in dict.fromkeys(("", *labels, value)):
            label = labels.get(word) or spec.unknown(word) if word else Message("Choose …")
            yield Option(word, label, word == value)


def _named_options(spec: Field, column: str, value: str, names: Names) -> Iterator[Option]:
    choices = names.of(column) or Choices()
    label = language_label if choices is names.languages else choices.label
    words = names.words(column, value)
    chosen = [found for word in words if (found := choices.value_of(word))]
    for found in chosen:
        yield Option(found, label(found), chosen=True)
    meant = {
        near: instead(near, word)
        for word in names.unknown(column, value)
        for near in choices.near(word)
    }
    for offered in dict.fromkeys((*meant, *spec.labels)):
        if offered not in chosen:
            yield Option(meant.get(offered, offered), label(offered), chosen=False)
