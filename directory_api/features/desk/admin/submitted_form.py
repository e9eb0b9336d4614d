"""The form of a record in a request: its cells, and the record that they make."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from flask import request, url_for
from werkzeug.exceptions import BadRequest

from directory_api.edit.editor import VersionedRecord
from directory_api.features.desk import columns
from directory_api.features.desk.admin.context import (
    KINDS,
    AdminContext,
)
from directory_api.features.desk.admin.form import new_centre
from directory_api.features.desk.admin.form.address_cells import (
    hidden_with_temporary,
    placed,
)
from directory_api.features.desk.admin.form.phone_cells import dialled, readable
from directory_api.features.desk.admin.form.record_form import (
    Cells,
    cells_from_form,
)
from directory_api.features.desk.admin.form.week import (
    HOURS,
    WEEK,
    with_rows,
    without_rows,
)
from directory_api.features.desk.admin.look_up import chosen_point
from directory_api.features.desk.members.fields import PARTS, members
from directory_api.features.desk.typed.cells import as_stored, with_timezone
from directory_api.record.record_value import Record
from directory_api.text.message import Message

# The name of the tick box with which a maintainer confirms what is changed.


@dataclass(frozen=True, slots=True)
class SubmittedForm:
    """A form: the id of the record (None for a new one), the input, and the version that it was
    made from. `part` is the only part of the record that is in it; empty if it has everything.
    """

    collection: str
    id: str | None
    cells: Cells
    revision: str
    part: str = ""

    @classmethod
    def of(cls, collection: str, stored: VersionedRecord, part: str = "") -> "SubmittedForm":
        """Return the form of a stored record."""
        form = cls(collection, stored.record["id"], {}, stored.version, part)
        return replace(form, cells=form.shown(form.stored(stored)))

    @classmethod
    def from_request(cls, route: Mapping[str, str]) -> "SubmittedForm":
        """Return the form in this request, or the one that waits for a maintainer to sign in, for
        an address with these values.
        """
        collection, identity = route["collection"], route.get("id")
        form = cls(
            collection,
            identity,
            {},
            request.form.get("revision", ""),
            requested_part(collection),
        )
        cells = cells_from_form(form.kind, request.form)
        if form.is_new_centre:
            cells |= new_centre.own_cells(request.form)
        cells |= {name: text for name, text in request.form.items() if name.startswith(WEEK)}
        if suggested := request.form.get("suggested"):
            cells[HOURS] = suggested
        cells |= chosen_point(request.form)
        if identity is not None:
            cells["id"] = identity  # an id never changes
        return replace(form, cells=form.own(cells))

    @property
    def kind(self) -> str:
        """The kind of the record: centre or helpline."""
        return KINDS[self.collection]

    @property
    def is_new_centre(self) -> bool:
        """Whether it is the form of a new centre."""
        return self.kind == "centre" and self.id is None

    @property
    def has_point(self) -> bool:
        """Whether a point of a centre is in the form."""
        return self.kind == "centre" and self.part in ("", "address", "temporary")

    @property
    def title(self) -> str:
        """What the form changes; empty if that is everything."""
        return PARTS[self.part] if self.part else ""

    @property
    def usual_reason(self) -> str:
        """The reason of most changes of a part; empty for everything."""
        return Message("{part} changed", part=self.title) if self.part else ""

    def stored(self, stored: VersionedRecord) -> dict[str, str]:
        """Return the cells of a stored record of this kind."""
        return columns.flatten(self.kind, stored.record)

    def own(self, cells: Cells) -> dict[str, str]:
        """Return the cells that are in the form."""
        if not self.part:
            others = members(self.kind, "checks")
            return {
                name: text for name, text in cells.items() if name.partition(".")[0] not in others
            }
        own = {*members(self.kind, self.part), *((WEEK[:-1],) if self.part == "hours" else ())}
        return {name: text for name, text in cells.items() if name.partition(".")[0] in own}

    def shown(self, cells: Cells) -> dict[str, str]:
        """Return the cells of a record as the form shows them."""
        cells = readable(cells)
        return self.own(with_rows(cells) if self.part == "hours" else cells)

    def over(self, before: Cells) -> dict[str, str]:
        """Return the cells of the whole record, as typed: those of the form, and the others as they
        were.
        """
        own = self.own(before)
        others = {name: text for name, text in before.items() if name not in own}
        return {**others, **self.cells}

    def new_sources(self, context: AdminContext) -> dict[str, Record]:
        """Return the sources that the form names and the directory lacks, by what was typed."""
        about = self.id or self.cells.get("id", "").strip()
        return context.names().new_sources(self.cells, context.sources(), context.today(), about)

    def resolved(
        self, before: Cells, context: AdminContext, new: Mapping[str, Record] = MappingProxyType({})
    ) -> dict[str, str]:
        """Return the cells of the whole record as they are stored; `new` are its new sources.
        Raises InputInvalid.
        """
        cells = context.names().with_sources(new).resolved(self.over(before))
        if self.is_new_centre:
            cells = new_centre.completed(cells)
        cells = placed(dialled(cells, before), before, context.place_of)
        cells = hidden_with_temporary(cells, before)
        cells = as_stored(cells)
        if self.part == "hours" or self.is_new_centre:
            cells = with_timezone(without_rows(cells, before))
        return new_centre.sourced(cells) if self.is_new_centre else cells

    def url(self, step: str) -> str:
        """Return the URL of a step of the form: `edit_again`, `review` or `save`."""
        return url_for(f"admin.{step}", collection=self.collection, id=self.id)


def requested_part(collection: str) -> str:
    """Return the part that the request names; empty for everything. Raises BadRequest."""
    part = request.values.get("part", "")
    if part and not (part in PARTS and members(KINDS[collection], part)):
        raise BadRequest
    return part
