"""The page of a record: its parts, each with what it is based on."""

from collections.abc import Mapping
from dataclasses import dataclass

from directory_api.change.change import Record
from directory_api.features.admin.form_fields import PARTS, members
from directory_api.features.admin.forms import Group, Input, RecordForm
from directory_api.features.admin.phone_cells import readable
from directory_api.features.admin.week_form import DayRow, day_rows, with_rows
from directory_api.record import columns
from directory_api.record.records import text_in


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a record: its stored values, its form, and what it is based on.

    `sources` has the titles of its sources, and `contested` what other sources say: a sentence, if
    there is one, and their titles. `rows` are the days of the week, if the form has them.
    """

    name: str
    title: str
    values: tuple[Input, ...]
    sections: tuple[Group, ...]
    sources: tuple[str, ...]
    contested: tuple[tuple[str, tuple[str, ...]], ...]
    rows: list[DayRow] | None


def record_parts(kind: str, record: Record, titles: Mapping[str, str]) -> list[Part]:
    """Return the parts of a record; `titles` are those of all sources, by id."""
    cells = columns.flatten(kind, record)
    stored = RecordForm(kind, cells).sections()
    sections = RecordForm(kind, readable(cells)).sections()

    def named(ids: object) -> tuple[str, ...]:
        return tuple(titles.get(each, each) for each in ids) if isinstance(ids, list) else ()

    return [
        Part(
            part,
            title,
            tuple(value for each in stored if each.part == part for value in each.filled),
            tuple(each for each in sections if each.part == part),
            tuple(
                dict.fromkeys(
                    title for member in members(kind, part) for title in named(_ids(record, member))
                )
            ),
            tuple(
                (text_in(each.get("note", {})) or "", named(each["sources"]))
                for each in record.get("contested", ())
                if each["member"] in members(kind, part)
            ),
            day_rows(with_rows(cells)) if part == "hours" else None,
        )
        for part, title in PARTS.items()
        if members(kind, part)
    ]


def _ids(record: Record, member: str) -> object:
    """Return the ids of the sources of a member; those of a helpline are for all of it."""
    sources = record.get("sources", {})
    return sources.get(member) if isinstance(sources, dict) else sources
