"""The point of an address from a service, in a form: what was found, to choose from."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from directory_api.features.desk.admin.context import AdminContext
from directory_api.features.desk.admin.form.address_cells import (
    LAT,
    LON,
    POINT,
    PRECISION,
    PREFIXES,
    Cells,
    below,
    text_of,
)
from directory_api.features.desk.admin.point_map import point_of
from directory_api.features.desk.geocoding.located import Located
from directory_api.text.errors import ServiceUnavailable
from directory_api.text.message import Message

_NOT_FOUND = Message(
    "The service does not know this address. Check the street and the postcode, or paste the point."
)
_AWAY = Message("The service does not answer. Try again later, or paste the point.")


@dataclass(frozen=True, slots=True)
class LookUp:
    """What a service has found for the address of a form, or why it has not; neither if it was not
    asked. `column` is the field with the point.
    """

    column: str
    found: Located | None = None
    fault: Message | None = None


def look_ups(context: AdminContext, cells: Cells, before: Cells) -> dict[str, LookUp]:
    """Return the looking up of each address of a form of a centre, by the column of its point; none
    without a service, nor of a centre whose address is not public: such a one is sent to no
    service. `before` has the cells of the stored record.
    """
    if context.locate is None or not (_is_public(cells) and _is_public(before)):
        return {}
    return {
        column: _look_up(context, below(prefix, cells), column)
        if request.form.get("look_up") == column
        else LookUp(column)
        for prefix in PREFIXES
        for column in [f"{prefix}{POINT}"]
    }


def _is_public(cells: Cells) -> bool:
    return cells.get("address_visibility", "") in ("", "public")


def _look_up(context: AdminContext, cells: Cells, column: str) -> LookUp:
    assert context.locate is not None  # else there is no button
    country = cells.get("address.country", "").strip() or context.editions.home
    try:
        located = context.locate(text_of(cells), country)
    except ServiceUnavailable:
        return LookUp(column, fault=_AWAY)
    return LookUp(column, located) if located.candidates else LookUp(column, fault=_NOT_FOUND)


def chosen_point(sent: Mapping[str, str]) -> dict[str, str]:
    """Return the cells of the point that was chosen of those that a service has found; none
    without one.
    """
    for prefix in PREFIXES:
        lat, lon, precision = [*sent.get(f"{prefix}found", "").split(" "), "", ""][:3]
        if point_of({LAT: lat, LON: lon}):
            return {f"{prefix}{POINT}": f"{lat}, {lon}", f"{prefix}{PRECISION}": precision}
    return {}
