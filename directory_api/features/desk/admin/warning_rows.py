"""Warnings about records, as a page lists them."""

from collections.abc import Callable
from dataclasses import dataclass

from directory_api.change.change import COLLECTIONS, Contents
from directory_api.change.directory import record_of
from directory_api.features.desk import columns
from directory_api.features.desk.admin.change_view import name_of
from directory_api.features.desk.admin.context import KINDS
from directory_api.features.desk.admin.form.record_form import RecordForm
from directory_api.features.desk.sheets import filled_in
from directory_api.record import vocabulary
from directory_api.text.errors import Fault
from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class WarningRow:
    """A warning about a record, with the field that it is about; `reason` if it was
    acknowledged.
    """

    collection: str
    id: str
    name: str
    label: str
    detail: str
    code: str | None
    value: str | None
    reason: str | None

    @property
    def can_be_acknowledged(self) -> bool:
        """Whether it is about a value that may be right."""
        return self.code in vocabulary.WARNINGS


def _key_of(warning: Fault) -> tuple[str, str]:
    """Return the kind and the id of the record that a warning is about."""
    collection, identity = record_of(warning)
    return KINDS[collection], identity


def described(contents: Contents) -> Callable[[tuple[Fault, str | None]], WarningRow]:
    """Return what makes a row of a warning and the reason if it was acknowledged."""
    # What a column is called is the same for every record.
    called: dict[tuple[str, str], str] = {}

    def row(found: tuple[Fault, str | None]) -> WarningRow:
        warning, reason = found
        kind, identity = _key_of(warning)
        collection = COLLECTIONS[kind]
        # Without those that are gone since the warnings were found.
        record = contents.get(kind, {}).get(identity, {})
        pointer = (warning.pointer or "").removeprefix(f"/{collection}/{identity}")
        member = pointer[1:].partition("/")[0]
        # Reading the cells of all members of each record takes as long as the rest of the page.
        cells = columns.flatten(kind, {member: record[member]} if member in record else {})
        column = filled_in.column_of(kind, cells, pointer) if pointer else ""
        if (kind, column) not in called:
            labels = RecordForm(kind, cells).labels({member})
            label = labels[column].full if column in labels else Message("the whole record")
            called[kind, column] = label
        return WarningRow(
            collection,
            identity,
            name_of(record) or identity,
            called[kind, column],
            warning.detail,
            warning.code,
            warning.value,
            reason,
        )

    return row
