"""The map of a form: what it shows for the cells so far, and what looking up an address found."""

from flask import request
from markupsafe import Markup

from directory_api.features.desk.admin.context import AdminContext
from directory_api.features.desk.admin.form.address_cells import Cells, area_of, text_of
from directory_api.features.desk.admin.point_map import UNITS, Found, Frame, PointMap, point_of
from directory_api.text.errors import ClientError, ServiceUnavailable
from directory_api.text.message import Message

_NOT_FOUND = Message(
    "The service does not know this address. Check the street and the postcode, or use the map."
)
_AWAY = Message("The service does not answer. Try again later, or use the map.")


def map_of(context: AdminContext, cells: Cells, before: Cells) -> PointMap | None:
    """Return the map for the cells of a form of a centre, around its point, else around the middle
    of its postcode; None without anything to offer. `before` has the cells of the stored record.
    """
    pin, area = point_of(cells), area_of(cells, context.place_of)
    middle = pin or (area.point if area else None)
    frame = Frame(middle) if context.surroundings and middle else None
    # An address that must stay secret is sent to no service.
    can_look_up = context.locate is not None and _is_public(cells) and _is_public(before)
    if frame is None and not can_look_up:
        return None
    return PointMap(
        frame,
        pin,
        point_of(before),
        context.surroundings(frame.box, UNITS) if context.surroundings and frame else Markup(),
        can_look_up=can_look_up,
        found=_found(context, cells) if can_look_up and "look_up" in request.form else None,
    )


def _is_public(cells: Cells) -> bool:
    return cells.get("address_visibility", "") in ("", "public")


def _found(context: AdminContext, cells: Cells) -> Found:
    assert context.locate is not None  # else there is no button
    country = cells.get("address.country", "").strip() or context.editions.home
    try:
        located = context.locate(text_of(cells), None, country)
    except ServiceUnavailable:
        return Found(fault=_AWAY)
    except ClientError:
        return Found(fault=_NOT_FOUND)
    # One far from the postcode is another place of that name.
    near = [each for each in located.candidates if each.within is not False]
    return Found(tuple(near), located.attribution, None if near else _NOT_FOUND)
