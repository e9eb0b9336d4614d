"""Changes as text for a page: sentences, and values before and after."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from directory_api.domain.changes.change import COLLECTIONS, Change, Outcome, Record
from directory_api.domain.changes.summary import Difference, differences
from directory_api.domain.model.records import text_in
from directory_api.domain.tabular import columns
from directory_api.web.admin.forms import RecordForm


@dataclass(frozen=True, slots=True)
class ChangeView:
    """A change in words. `rows` are the label, the old and the new value of each changed field."""

    change: Change
    name: str
    differences: tuple[Difference, ...]
    rows: tuple[tuple[str, str, str], ...]

    @property
    def collection(self) -> str | None:
        """The collection whose pages show the record; None if it has no page."""
        return COLLECTIONS.get(self.change.kind)


def change_view(change: Change) -> ChangeView:
    """Return a change in words."""
    rows = _rows(change) if change.kind in COLLECTIONS else ()
    return ChangeView(
        change, name_of(change.after or change.before or {}), differences(change), rows
    )


def change_views(outcome: Outcome) -> list[tuple[ChangeView, bool]]:
    """Return the changes of an edit in words, and whether each waits for review."""
    waits = [False] * len(outcome.done) + [True] * len(outcome.waiting)
    return [
        (change_view(change), waiting)
        for change, waiting in zip(outcome.changes, waits, strict=True)
    ]


def with_change_views(entries: Iterable[Any]) -> list[tuple[Any, ChangeView]]:
    """Return entries that contain a change, each with that change in words."""
    return [(entry, change_view(entry.change)) for entry in entries]


def name_of(record: Record) -> str:
    """Return the name of a record, in English if it has several."""
    name = record.get("name", "")
    if isinstance(name, str):
        return name
    return text_in(name) or ""


def _rows(change: Change) -> tuple[tuple[str, str, str], ...]:
    sides = [
        columns.flatten(change.kind, record) if record else {}
        for record in (change.before, change.after)
    ]
    fields = RecordForm(change.kind, {**sides[0], **sides[1]}).labels()
    texts = [
        {
            column: field.text
            for column, field in RecordForm(change.kind, side).labels().items()
            if field.value
        }
        for side in sides
    ]
    return tuple(
        (field.full, texts[0].get(column, ""), texts[1].get(column, ""))
        for column, field in fields.items()
        if sides[0].get(column) != sides[1].get(column)
    )
