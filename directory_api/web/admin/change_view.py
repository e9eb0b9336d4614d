"""Changes and errors as text for a page: sentences, and values before and after."""

from dataclasses import dataclass

from directory_api.domain.changes.change import COLLECTIONS, Change, Record
from directory_api.domain.changes.summary import Difference, differences
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


def told(change: Change) -> ChangeView:
    """Return a change in words."""
    rows = _rows(change) if change.kind in COLLECTIONS else ()
    return ChangeView(
        change, name_of(change.after or change.before or {}), differences(change), rows
    )


def name_of(record: Record) -> str:
    """Return the name of a record, in English if it has several."""
    name = record.get("name", "")
    if isinstance(name, str):
        return name
    return str(name.get("en") or next(iter(name.values()), ""))


def _rows(change: Change) -> tuple[tuple[str, str, str], ...]:
    sides = [
        columns.flatten(change.kind, record) if record else {}
        for record in (change.before, change.after)
    ]
    known = RecordForm(change.kind, {**sides[0], **sides[1]}).labels()
    shown = [
        {
            column: found.shown
            for column, found in RecordForm(change.kind, side).labels().items()
            if found.value
        }
        for side in sides
    ]
    return tuple(
        (found.full, shown[0].get(column, ""), shown[1].get(column, ""))
        for column, found in known.items()
        if sides[0].get(column) != sides[1].get(column)
    )
