"""The form of a new centre: that of a stored one without what is rarely needed, and with one field
for all languages and one for the source of everything. These two are no columns of a record;
`completed` and `sourced` make columns of them.
"""

import re
from collections.abc import Mapping

from directory_api.countries.languages import own_languages
from directory_api.features.desk.admin.form.record_form import Cells, FormData
from directory_api.features.desk.members.field import Field, Section
from directory_api.features.desk.members.fields import CENTRE, SOURCED
from directory_api.features.desk.sheets import filled_in
from directory_api.record.cells import BETWEEN
from directory_api.text.message import Message

# The start of the names of the fields that are no columns of a record.
NEW = "new."
_SPOKEN, _SOURCES = f"{NEW}languages", f"{NEW}sources"
_PHONE = re.compile(r"(phones\.[0-9]+)\..+")
_PHONE_KIND, _MAIN = "kind", "main"
_POSTCODE = "address.postcode"
# What must be filled in.
NEEDED = ("name", "kind", _POSTCODE, "address_visibility")
# What a new centre has if nothing else was sent.
_STATUS = {"status": "active"}


def _stored(*parts: str) -> tuple[Section, ...]:
    return tuple(section for section in CENTRE if section.part in parts)


SECTIONS = (
    *_stored("words"),
    *_stored("phones"),
    *_stored("web"),
    *_stored("address"),
    Section(
        "languages",
        Message("Languages"),
        (
            Field(
                _SPOKEN,
                Message("Languages in which it can help"),
                Message("Write names with commas between them, for example: Romanian, Arabisch."),
                "languages",
                lambda: dict.fromkeys(own_languages(), ""),
            ),
        ),
    ),
    *_stored("offers"),
    *_stored("hours"),
    Section(
        "sources",
        Message("Sources"),
        (
            Field(
                _SOURCES,
                Message("Where did you read this?"),
                Message(
                    "The source of everything that you wrote: a part of its title, a web address, "
                    "or “phone call with …”. Visitors can read it: name no person. You can leave "
                    "it empty, and add sources later."
                ),
                "sources",
            ),
        ),
    ),
)


def first_cells(country: str) -> dict[str, str]:
    """Return what a new centre has before anything is typed, in a country (ISO 3166-1)."""
    return {"address.country": country}


def completed(cells: Cells) -> dict[str, str]:
    """Return the cells of the form with the languages as columns, without rows of phones of which
    only the kind was chosen. A phone without a kind is the main one, and the centre is active.
    """
    rows: dict[str, set[str]] = {}
    for column, text in cells.items():
        if (match := _PHONE.fullmatch(column)) and text.strip():
            rows.setdefault(match[1], set()).add(column.rpartition(".")[2])
    empty = {f"{row}.{_PHONE_KIND}" for row, filled in rows.items() if filled == {_PHONE_KIND}}
    spoken = enumerate(filled_in.words(cells.get(_SPOKEN, "")), start=1)
    kinds = {
        f"{row}.{_PHONE_KIND}": _MAIN
        for row, filled in rows.items()
        if "number" in filled and _PHONE_KIND not in filled
    }
    return {
        **_STATUS,
        **{column: text for column, text in cells.items() if column not in empty},
        **kinds,
        **{f"languages.{number}.code": tag for number, tag in spoken},
    }


def sourced(cells: Cells) -> dict[str, str]:
    """Return the cells with the sources of the one field for each member that has a value."""
    ids = cells.get(_SOURCES, "")
    filled = {column.partition(".")[0] for column, text in cells.items() if text.strip()}
    named = {f"sources.{member}": ids for member in SOURCED if member in filled}
    return {**cells, **(named if ids else {})}


def own_faults(faults: Mapping[str, list[str]], cells: Cells) -> dict[str, list[str]]:
    """Return faults by field, with those of languages and sources at the one field of each. A
    missing id is left out if the name from which it is made has a fault.
    """
    moved: dict[str, list[str]] = {}
    for column, found in faults.items():
        if column == "id" and not cells.get(column, "").strip() and "name" in faults:
            continue
        member = column.partition(".")[0]
        field = {"languages": _SPOKEN, "sources": _SOURCES}.get(member, column)
        moved[field] = [*dict.fromkeys((*moved.get(field, ()), *found))]
    return moved


def own_cells(data: FormData) -> dict[str, str]:
    """Return the cells of the fields of a form that are no columns of a record."""
    return {name: BETWEEN.join(data.getlist(name)) for name in data if name.startswith(NEW)}
