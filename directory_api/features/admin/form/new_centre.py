"""A new centre in five short steps, each a page with the fields that are needed.

What is typed at one step is carried in hidden fields of the others. Some fields are no columns of a
record; `completed` and `sourced` make columns of them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from directory_api.features.admin.form.address_cells import Find
from directory_api.features.admin.form.fields import (
    CENTRE,
    LANGUAGES,
    Field,
    RowsField,
    Section,
    SourceFields,
    Texts,
)
from directory_api.features.admin.form.record_form import Cells, FormData, Group, RecordForm
from directory_api.record import cells as cell
from directory_api.text.message import Message

# The start of the names of the fields that are no columns of a record.
NEW = "new."
_SPOKEN, _SOURCES = f"{NEW}languages", f"{NEW}sources"
_PHONE = re.compile(r"(phones\.[0-9]+)\..+")
_PHONE_KIND, _MAIN = "kind", "main"


@dataclass(frozen=True, slots=True)
class NewStep:
    """A step: its title, its fields, and those that are rarely needed."""

    title: Message
    fields: tuple[Field | Texts | RowsField, ...]
    more: tuple[Field | Texts, ...] = ()
    help: Message | str = ""
    has_week: bool = False
    has_map: bool = False


_BY_NAME = {field.name: field for section in CENTRE for field in section.fields}


def _field(name: str) -> Field:
    found = _BY_NAME[name]
    assert isinstance(found, Field)
    return found


def _texts(name: str) -> Texts:
    found = _BY_NAME[name]
    assert isinstance(found, Texts)
    return found


def _phones() -> RowsField:
    found = _BY_NAME["phones"]
    assert isinstance(found, RowsField)
    return found


_VISIBILITIES = {
    "public": Message("Everybody sees the full address."),
    "locality": Message("Visitors see postcode and town, but not the street."),
    "hidden": Message("Visitors see only the town. Distances are measured from its middle."),
}

STEPS = (
    NewStep(
        Message("Name and kind"),
        (_field("name"), _field("kind")),
        (
            Field(
                "id",
                Message("Id"),
                Message(
                    "A part of web addresses, which can never be changed: lower-case letters, "
                    "digits and hyphens. If you leave it empty, it is made from the name."
                ),
            ),
            _texts("name_translations"),
            _texts("description"),
        ),
    ),
    NewStep(
        Message("How to reach it"),
        (_phones(), _field("email"), _field("website")),
        help=Message("Leave empty what you do not know. Visitors call these numbers."),
    ),
    NewStep(
        Message("Address"),
        (
            _field("address.street"),
            Field(
                "address.postal_code",
                Message("Postcode"),
                Message("Town, region and point on the map follow from it."),
            ),
            Field("address_visibility", Message("Who can see it?"), "", "radios", _VISIBILITIES),
        ),
        (
            _texts("address.street_translations"),
            _texts("address.locality"),
            _field("address.country"),
            _field("address.subdivision"),
            _field("location.lat"),
            _field("location.lon"),
            _field("location.precision"),
        ),
        has_map=True,
    ),
    NewStep(
        Message("Languages and services"),
        (
            Field(
                _SPOKEN,
                Message("Languages in which it can help"),
                Message("Write names with commas between them, for example: Romanian, Arabisch."),
                "languages",
                dict.fromkeys(LANGUAGES, ""),
            ),
            _field("services"),
            _field("audiences"),
        ),
    ),
    NewStep(
        Message("Opening hours and source"),
        (
            Field(
                _SOURCES,
                Message("Where did you read this?"),
                Message(
                    "The source of everything that you wrote. A part of the title or of the "
                    "publisher is enough. You can leave it empty, and add sources later."
                ),
                "sources",
            ),
        ),
        (_field("opening_hours"), _field("timezone")),
        help=Message("If every day stays closed, the hours count as not known."),
        has_week=True,
    ),
)
_MEMBERS = tuple(
    frozenset(
        member
        for field in (*step.fields, *step.more)
        for member in (field.name.partition(".")[0],)
        if member != NEW[:-1]
    )
    for step in STEPS
)
# By the member of a record that a fault is about.
_STEP_OF = {
    **{member: step for step, members in enumerate(_MEMBERS, start=1) for member in members},
    "languages": 4,
}


_POSTCODE = "address.postal_code"
# The fields that follow from a postcode.
_PLACE = ("address.locality", "location.")
_UNKNOWN_POSTCODE = Message(
    "The directory does not know this postcode. Check it. If it is right, write the town, the "
    "point and its precision under “More”."
)


def first_cells(country: str) -> dict[str, str]:
    """Return what a new centre has before anything is typed, in a country (ISO 3166-1)."""
    return {"status": "active", "address.country": country}


def step_of(column: str) -> int:
    """Return the step, from 1, that has a field, or the one with what most is left to: the last."""
    if column == _SPOKEN:
        return _STEP_OF["languages"]
    return _STEP_OF.get(column.partition(".")[0], len(STEPS))


def completed(cells: Cells) -> dict[str, str]:
    """Return the cells of the steps with the languages as columns, without rows of phones of which
    only the kind was chosen. A phone without a kind is the main one.
    """
    rows: dict[str, set[str]] = {}
    for column, text in cells.items():
        if (match := _PHONE.fullmatch(column)) and text.strip():
            rows.setdefault(match[1], set()).add(column.rpartition(".")[2])
    empty = {f"{row}.{_PHONE_KIND}" for row, filled in rows.items() if filled == {_PHONE_KIND}}
    spoken = enumerate(cell.words(cells.get(_SPOKEN, "")), start=1)
    kinds = {
        f"{row}.{_PHONE_KIND}": _MAIN
        for row, filled in rows.items()
        if "number" in filled and _PHONE_KIND not in filled
    }
    return {
        **{column: text for column, text in cells.items() if column not in empty},
        **kinds,
        **{f"languages.{number}.code": tag for number, tag in spoken},
    }


def pointed(cells: Cells, find: Find) -> dict[str, str]:
    """Return the cells with the point of the postcode, if none was typed. `find` returns the place
    of a postcode.
    """
    point = ("location.lat", "location.lon", "location.precision")
    country, code = (cells.get(name, "").strip() for name in ("address.country", _POSTCODE))
    place = find(country, code) if code else None
    if place is None or any(cells.get(name, "").strip() for name in point):
        return dict(cells)
    values = (cell.number(place.point.lat), cell.number(place.point.lon), "postcode")
    return {**cells, **dict(zip(point, values, strict=True))}


def sourced(cells: Cells) -> dict[str, str]:
    """Return the cells with the sources of the last step for each member that has a value."""
    ids = cells.get(_SOURCES, "")
    sourced_members = _BY_NAME["sources"]
    assert isinstance(sourced_members, SourceFields)
    filled = {column.partition(".")[0] for column, text in cells.items() if text.strip()}
    named = {f"sources.{member}": ids for member in sourced_members.members if member in filled}
    return {**cells, **(named if ids else {})}


def own_faults(faults: Mapping[str, list[str]], cells: Cells) -> dict[str, list[str]]:
    """Return faults by field, with those of languages and sources at the fields of the steps.

    What is empty and follows from a field with a fault is left out: the postcode has the fault for
    everything that it should have brought.
    """
    faults = dict(faults)
    missing = {column for column in faults if not cells.get(column, "").strip()}
    unplaced = {column for column in missing if column.startswith(_PLACE)}
    if unplaced:
        faults.setdefault(_POSTCODE, [_UNKNOWN_POSTCODE])
    moved: dict[str, list[str]] = {}
    for column, found in faults.items():
        if column in unplaced or (column == "id" and column in missing and "name" in faults):
            continue
        member = column.partition(".")[0]
        field = {"languages": _SPOKEN, "sources": _SOURCES}.get(member, column)
        moved[field] = [*dict.fromkeys((*moved.get(field, ()), *found))]
    return moved


def groups(form: RecordForm, number: int) -> tuple[Group, ...]:
    """Return the fields of a step, from 1, and those that are folded. The first row of a list is
    open.
    """
    step = STEPS[number - 1]
    shown = form.section(Section("", step.title, step.fields))
    first = next((part for part in shown.parts if isinstance(part, Group)), None)
    parts = [
        replace(part, spare=False) if isinstance(part, Group) and part is first else part
        for part in shown.parts
    ]
    more = form.section(Section("", Message("More"), step.more)) if step.more else None
    return (
        replace(shown, parts=tuple(parts)),
        *((replace(more, foldable=True),) if more else ()),
    )


def own_cells(data: FormData) -> dict[str, str]:
    """Return the cells of the fields of a form that are no columns of a record."""
    return {name: cell.BETWEEN.join(data.getlist(name)) for name in data if name.startswith(NEW)}
