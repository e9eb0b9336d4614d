"""The address and the point of a form: what follows from the postcode, and a point that was pasted
as one text.
"""

import re
from collections.abc import Callable, Mapping

from directory_api.countries.known import known
from directory_api.place.postcode import Place
from directory_api.record.cells import shortest
from directory_api.record.vocabulary import VISIBILITIES

Cells = Mapping[str, str]
# Returns the place of a postcode of a country (ISO 3166-1).
Find = Callable[[str, str], Place | None]
_TOWN, _REGION, _POSTCODE = "address.locality.", "address.subdivision", "address.postcode"
LAT, LON, PRECISION = "location.lat", "location.lon", "location.precision"
_LOCATION = (LAT, LON, PRECISION)
_TEMPORARY = "temporary."
# As map sites copy a point: 51.2150, 4.4030.
_POINT = re.compile(r"\s*(-?[0-9]+\.[0-9]+)\s*[,;\s]\s*(-?[0-9]+\.[0-9]+)\s*", re.ASCII)


def both_numbers(cells: Cells) -> dict[str, str]:
    """Return the cells of a form with both numbers of a point that is in the field of the first."""
    point = _POINT.fullmatch(cells.get(LAT, ""))
    return {**cells, **({LAT: point[1], LON: point[2]} if point else {})}


def area_of(cells: Cells, find: Find) -> Place | None:
    """Return the place of the postcode of a form; None if it is not known."""
    code, country = (cells.get(name, "").strip() for name in (_POSTCODE, "address.country"))
    return find(country, code) if code and country else None


def text_of(cells: Cells) -> str:
    """Return the address of a form on one line: street, postcode, and the town in a language of the
    country, if it has one.
    """
    street, code, country = (
        cells.get(name, "").strip() for name in ("address.street", _POSTCODE, "address.country")
    )
    own = known()[country].languages if country in known() else ()
    towns = _towns(cells)
    names = [towns[f"{_TOWN}{tag}"] for tag in own if f"{_TOWN}{tag}" in towns]
    town = next(iter((*names, *towns.values())), "").strip()
    return ", ".join(filter(None, (street, f"{code} {town}".strip())))


def placed(cells: Cells, before: Cells, find: Find) -> dict[str, str]:
    """Return the cells of a form with both numbers of a point that is in one field, and, with a new
    postcode, the region, the town and the point that follow from it, unless others were typed; the
    same of a temporary address, except the point. It is in the country of the permanent one.

    `before` has the cells of the record that the form was made from.
    """
    country = cells.get("address.country", "")
    has_other = any(
        text.strip() for name, text in cells.items() if name.startswith(f"{_TEMPORARY}address.")
    )
    other = {f"{_TEMPORARY}address.country": country} if has_other else {}
    either = {**other, **{name: text for name, text in cells.items() if text.strip()}}
    inner, inner_before = (_below(_TEMPORARY, side) for side in (either, before))
    placed_inner = _placed(inner, inner_before, find)
    outside = {name: text for name, text in cells.items() if not name.startswith(_TEMPORARY)}
    return {
        **_pointed(_placed(outside, before, find), before, find),
        **{f"{_TEMPORARY}{name}": text for name, text in placed_inner.items()},
    }


def hidden_with_temporary(cells: Cells, before: Cells) -> dict[str, str]:
    """Return the cells of a form; if it hides the address of a centre with a temporary one, then
    without that and its point, and without the days if no temporary value is left.

    `before` has the cells of the record that the form was made from.
    """
    address, point = (f"{_TEMPORARY}{name}." for name in ("address", "location"))
    had_one = any(text and name.startswith(address) for name, text in before.items())
    was, is_now = (side.get("address_visibility") for side in (before, cells))
    if not had_one or was != "public" or is_now not in VISIBILITIES[1:]:
        return dict(cells)
    values = (f"{_TEMPORARY}phones.", f"{_TEMPORARY}opening_hours")
    is_left = any(text.strip() and name.startswith(values) for name, text in cells.items())
    removed = (address, point) if is_left else _TEMPORARY
    return {name: text for name, text in cells.items() if not name.startswith(removed)}


def _below(prefix: str, cells: Cells) -> dict[str, str]:
    return {
        name.removeprefix(prefix): text for name, text in cells.items() if name.startswith(prefix)
    }


def _placed(cells: Cells, before: Cells, find: Find) -> dict[str, str]:
    resolved = both_numbers(cells)
    code, country = (cells.get(name, "").strip() for name in (_POSTCODE, "address.country"))
    place = find(country, code) if code and code != before.get(_POSTCODE, "") else None
    if place is None:
        return resolved
    if place.subdivision and cells.get(_REGION, "").strip() in ("", before.get(_REGION, "")):
        resolved[_REGION] = place.subdivision
    towns, old = _towns(cells), _towns(before)
    if not towns or (towns == old and not any(map(place.called, towns.values()))):
        resolved = {name: text for name, text in resolved.items() if name not in towns}
        names = place.names or {next(iter(known()[country].languages), "en"): place.name}
        resolved |= {f"{_TOWN}{language}": name for language, name in names.items()}
    return resolved


def _pointed(cells: Cells, before: Cells, find: Find) -> dict[str, str]:
    """Return the cells with the point of a new postcode, if none was typed."""
    place = area_of(cells, find)
    is_known = cells.get(_POSTCODE, "").strip() == before.get(_POSTCODE, "")
    if place is None or is_known or any(cells.get(name, "").strip() for name in _LOCATION):
        return dict(cells)
    values = (
        shortest(place.point.lat),
        shortest(place.point.lon),
        "postcode",
    )
    return {**cells, **dict(zip(_LOCATION, values, strict=True))}


def _towns(cells: Cells) -> dict[str, str]:
    return {name: text for name, text in cells.items() if name.startswith(_TOWN) and text.strip()}
