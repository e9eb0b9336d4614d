"""What a member of a record is, for a form and for a workbook."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from directory_api.countries.area_name import AreaName
from directory_api.features.desk.members.names import as_text


@dataclass(frozen=True, slots=True)
class Field:
    """One value. `help` is for a field of the form, `cell` for a cell of a workbook, where
    something else is typed, and `example` is what such a cell may have.

    `widget` is line, area (long text), point (latitude and longitude, of a form only), cell (of a
    table only), date, hours (in OpenStreetMap's syntax), written (a text
    that the software may have written), choice, radios (a choice of which each is explained), ticks
    (several of the choices), language, languages, source or sources (one or several by name, see
    choices.py; of languages, `choices` are offered first).
    """

    name: str
    label: str
    help: str = ""
    widget: str = "line"
    choices: Mapping[str, str] | Callable[[], Mapping[str, str]] = field(default_factory=dict)
    cell: str = ""
    example: str = ""

    @property
    def labels(self) -> Mapping[str, str]:
        """The labels of its choices."""
        return self.choices() if callable(self.choices) else self.choices

    def unknown(self, word: str) -> str:
        """Return the label of a stored value that is not offered: it may be a country."""
        return as_text(AreaName(word)) if callable(self.choices) else word


@dataclass(frozen=True, slots=True)
class Texts:
    """The same text in several languages."""

    name: str
    label: str
    help: str = ""
    widget: str = "line"


@dataclass(frozen=True, slots=True)
class Fold:
    """Fields of a form that are rarely changed, because others bring them."""

    label: str
    fields: tuple[Field | Texts, ...]
    help: str = ""

    @property
    def name(self) -> str:
        """The column of the first of them."""
        return self.fields[0].name


@dataclass(frozen=True, slots=True)
class SourceFields:
    """The sources of each member."""

    name: str
    members: tuple[str, ...]
    cell: str


@dataclass(frozen=True, slots=True)
class RowsField:
    """A list of objects with several values each. `label` is the name of one object, and `more` are
    rarely changed; a list may be among them.
    """

    name: str
    label: str
    fields: tuple[Field | Texts, ...]
    more: "tuple[Field | Texts | RowsField, ...]" = ()


@dataclass(frozen=True, slots=True)
class Section:
    """Fields with a heading. `part` is the part of the record that is changed together (PARTS). If
    it `is_named`, its title is a part of the labels of its fields where they are alone.
    """

    part: str
    title: str
    fields: tuple[Field | Texts | Fold | SourceFields | RowsField, ...]
    help: str = ""
    is_named: bool = False
