"""The map of a form: what it shows for the cells so far, and what looking up an address found."""

from flask import request

from directory_api.features.admin.context import AdminContext
from directory_api.features.admin.form.address_cells import Cells, area_of, text_of
from directory_api.features.admin.point_map import UNITS, Found, PointMap, frame_of, point_of
from directory_api.text.errors import ClientError, ServiceUnavailable
from directory_api.text.message import Message

# What every form with a map sends of it.
_FRAME = {"map.middle", "map.width"}
_NOT_FOUND = Message(
    "The service does not know this address. Check the street and the postcode, or use the map."
)
_AWAY = Message("The service does not answer. Try again later, or use the map.")


def map_of(context: AdminContext, cells: Cells, before: Cells) -> PointMap | None:
    """Return the map for the cells of a form of a centre; None without pages that draw it, and
    without anything to show. `before` has the cells of the stored record.
    """
    if context.surroundings is None:
        return None
    pin, area = point_of(cells), area_of(cells, context.place_of)
    frame = frame_of(request.form, pin, area.point if area else None, context.box_of_home())
    if frame is None:
        return None
    # An address that must stay secret is sent to no service.
    can_look_up = context.locate is not None and _is_public(cells) and _is_public(before)
    return PointMap(
        frame,
        pin,
        point_of(before),
        context.surroundings(frame.box, UNITS),
        has_area=area is not None,
        can_look_up=can_look_up,
        is_used=any(name.startswith("map.") for name in request.form.keys() - _FRAME),
        found=_found(context, cells) if can_look_up and "map.look_up" in request.form else None,
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
