"""What a column of features/desk/columns.py is called where it is alone, and which field it has."""

from dataclasses import dataclass
from functools import lru_cache

from directory_api.change.sentences import member_name
from directory_api.features.desk.members.field import (
    Field,
    Fold,
    RowsField,
    Section,
    SourceFields,
    Texts,
)
from directory_api.features.desk.members.fields import SECTIONS
from directory_api.features.desk.members.names import language
from directory_api.features.desk.members.source_fields import SOURCE
from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its label, such as “Phone 2 – Number”, and its field; a text in a language has a
    field of its own. `cell` is help for a cell of a workbook.
    """

    label: str
    field: Field
    cell: str


# A form asks for some hundred columns; those of a table that comes in are without limit.
@lru_cache(maxsize=2048)
def column_in_words(kind: str, column: str) -> Column | None:
    """Return the words of a column; None if no field has it."""
    for section in SECTIONS.get(kind, (Section("", "", SOURCE),)):
        for spec in section.fields:
            if found := _found(spec, column):
                label, field = found
                if section.is_named:
                    label = Message("{row} – {field}", row=section.title, field=label)
                return Column(label, field, field.cell or field.help)
    return None


def _found(
    spec: Field | Texts | Fold | SourceFields | RowsField, column: str
) -> tuple[str, Field] | None:
    if isinstance(spec, Fold):
        return next(filter(None, (_found(each, column) for each in spec.fields)), None)
    if isinstance(spec, Field):
        return (spec.label, spec) if column == spec.name else None
    if not column.startswith(f"{spec.name}."):
        return None
    below = column.removeprefix(f"{spec.name}.")
    if isinstance(spec, Texts):
        name = language(below)
        label = Message("{field} ({language})", field=spec.label, language=name)
        return label, Field(below, name, spec.help, spec.widget)
    if isinstance(spec, SourceFields):
        label = Message("Sources: {member}", member=member_name(below))
        return label, Field(below, label, widget="sources", cell=spec.cell)
    number, _, member = below.partition(".")
    for each in (*spec.fields, *spec.more):
        if found := _found(each, member):
            row = Message("{what} {number}", what=spec.label, number=number)
            return Message("{row} – {field}", row=row, field=found[0]), found[1]
    return None
