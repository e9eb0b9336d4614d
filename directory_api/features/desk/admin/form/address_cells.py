"""The address and the point of a form: what follows from the postcode, and the point, which is one
text in a form. The permanent address and the temporary one have the same fields.
"""

import re
from collections.abc import Callable, Mapping

from directory_api.countries.known import known
from directory_api.place.postcode import Place
from directory_api.record.cells import shortest
from directory_api.record.vocabulary import VISIBILITIES
from directory_api.text.message import Message
from directory_api.text.normalize import fold

Cells = Mapping[str, str]
# Returns the place of a postcode of a country (ISO 3166-1).
Find = Callable[[str, str], Place | None]
_TOWN, _REGION, _POSTCODE = "address.locality.", "address.subdivision", "address.postcode"
_STREET, _COUNTRY = "address.street", "address.country"
_REMOVED_BY = (_STREET, _POSTCODE)
LAT, LON, PRECISION = "location.lat", "location.lon", "location.precision"
_LOCATION = (LAT, LON, PRECISION)
# What a form has instead of the two numbers, and a tick that keeps the old point of a new address.
POINT, KEPT = "location.point", "location.kept"
TEMPORARY = "temporary."
# What stands before the names of the fields of each address.
PREFIXES = ("", TEMPORARY)
FORM_ONLY = frozenset(f"{prefix}{name}" for prefix in PREFIXES for name in (POINT, KEPT))
# As map sites copy a point: 51.2150, 4.4030. Between decimal commas there is a space.
_NUMBER = r"(-?[0-9]+(?:[.,][0-9]+)?(?:e-?[0-9]+)?)"
_BOTH = re.compile(
    rf"\s*{_NUMBER}(?:\s*;\s*|,?\s+){_NUMBER}\s*|\s*(-?[0-9]+\.[0-9]+),(-?[0-9]+\.[0-9]+)\s*",
    re.ASCII,
)
_NO_POINT = Message(
    "Paste the two numbers that a map site shows, with a comma between them. A link is not enough."
)
_UNKNOWN_POSTCODE = Message(
    "The directory does not know this postcode. Check it. If it is right, write the town and the "
    "point."
)


def with_numbers(cells: Cells) -> dict[str, str]:
    """Return the cells of a form with the two numbers of the text of its point."""
    numbers = {name: text for name, text in cells.items() if name not in FORM_ONLY}
    if POINT in cells:
        both = _BOTH.fullmatch(cells[POINT])
        # The schema finds the fault of any other text.
        found = filter(None, both.groups()) if both else (cells[POINT].strip(), "")
        numbers |= {
            name: text.replace(",", ".") for name, text in zip((LAT, LON), found, strict=True)
        }
        if both and not cells.get(PRECISION, "").strip():
            numbers[PRECISION] = "street"  # a point of a map site is hardly worse
    return numbers


def point_text(column: str, cells: Cells) -> str:
    """Return the text of a point (`location.point`), as it was typed or as it is stored."""
    return cells.get(column, stored_point(column.removesuffix(POINT), cells))


def stored_point(prefix: str, cells: Cells) -> str:
    """Return the text of the stored point of one of the addresses (PREFIXES)."""
    both = (cells.get(f"{prefix}{name}", "").strip() for name in (LAT, LON))
    return ", ".join(filter(None, both))


def below(prefix: str, cells: Cells) -> dict[str, str]:
    """Return the cells of one of the addresses (PREFIXES), without its prefix. A temporary address
    is in the country of the permanent one.
    """
    if not prefix:
        return {name: text for name, text in cells.items() if not name.startswith(TEMPORARY)}
    inner = {
        name.removeprefix(prefix): text for name, text in cells.items() if name.startswith(prefix)
    }
    if not inner.get(_COUNTRY, "").strip() and any(
        text.strip() for name, text in inner.items() if name.startswith("address.")
    ):
        inner[_COUNTRY] = cells.get(_COUNTRY, "")
    return inner


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
    """Return the cells of a form, and, of each address that is new, the region, the town and the
    point that follow from its postcode, unless others were typed. A point that is emptied becomes
    the middle of the postcode, too. A temporary address is removed by its street and its postcode.

    `before` has the cells of the record that the form was made from.
    """
    return {
        f"{prefix}{name}": text
        for prefix in PREFIXES
        for name, text in _placed(below(prefix, cells), below(prefix, before), find).items()
    }


def said_of_point(cells: Cells, before: Cells, find: Find) -> Message | None:
    """Return what a preview says of the point of a new address that was not set: that it is the
    middle of the postcode, or still that of the old address. None of any other.

    Both sides are cells of one of the addresses (`below`).
    """
    if not _is_left_behind(with_numbers(cells), before):
        return None
    place, code = area_of(cells, find), cells.get(_POSTCODE, "").strip()
    if place and before.get(LAT):
        return Message(
            "The address is new, and its point was not set: it becomes the middle of the postcode "
            "{code}, and is no longer exact. To set it, go back to the form.",
            code=code,
        )
    if place:
        return Message(
            "The point is the middle of the postcode {code}. To set it, go back to the form.",
            code=code,
        )
    return Message(
        "The address is new, but its point is still that of the old one. To set it, go back to "
        "the form."
    )


def own_faults(faults: Mapping[str, list[str]], cells: Cells) -> dict[str, list[str]]:
    """Return the faults of a form by field, with those of the two numbers of a point at its text.

    What is empty and follows from the postcode is left out: the postcode has the fault for
    everything that it should have brought.
    """
    moved = dict(faults)
    for prefix in PREFIXES:
        point, code = f"{prefix}{POINT}", f"{prefix}{_POSTCODE}"
        typed = cells.get(point, "").strip()
        numbers = [
            text
            for name in (LAT, LON, *((PRECISION,) if not typed else ()))
            for text in moved.pop(f"{prefix}{name}", ())
        ]
        towns = [name for name in moved if name.startswith(f"{prefix}{_TOWN[:-1]}")]
        unplaced = [name for name in towns if not cells.get(name, "").strip()]
        if typed and numbers:
            moved[point] = [*dict.fromkeys(numbers)] if _BOTH.fullmatch(typed) else [_NO_POINT]
        elif numbers or unplaced:
            moved.setdefault(code, [_UNKNOWN_POSTCODE])
        for name in unplaced:
            del moved[name]
    return moved


def hidden_with_temporary(cells: Cells, before: Cells) -> dict[str, str]:
    """Return the cells of a form; if it hides the address of a centre with a temporary one, then
    without that and its point, and without the days if no temporary value is left.

    `before` has the cells of the record that the form was made from.
    """
    address, point = (f"{TEMPORARY}{name}." for name in ("address", "location"))
    had_one = any(text and name.startswith(address) for name, text in before.items())
    was, is_now = (side.get("address_visibility") for side in (before, cells))
    if not had_one or was != "public" or is_now not in VISIBILITIES[1:]:
        return dict(cells)
    values = (f"{TEMPORARY}phones.", f"{TEMPORARY}opening_hours")
    is_left = any(text.strip() and name.startswith(values) for name, text in cells.items())
    removed = (address, point) if is_left else TEMPORARY
    return {name: text for name, text in cells.items() if not name.startswith(removed)}


def _placed(cells: Cells, before: Cells, find: Find) -> dict[str, str]:
    if before.get(_POSTCODE) and not any(cells.get(name, "").strip() for name in _REMOVED_BY):
        gone = ("address.", "location.")
        return {name: text for name, text in cells.items() if not name.startswith(gone)}
    resolved = with_numbers(cells)
    if _is_pasted(resolved, before) and resolved.get(PRECISION) in ("postcode", "municipality"):
        resolved[PRECISION] = "street"  # what a postcode brought is not as good
    place = area_of(cells, find)
    if place is None:
        return resolved
    is_emptied = not any(resolved.get(name, "").strip() for name in (LAT, LON))
    if is_emptied or (_is_left_behind(resolved, before) and not cells.get(KEPT)):
        point = (shortest(place.point.lat), shortest(place.point.lon), "postcode")
        resolved |= zip(_LOCATION, point, strict=True)
    if cells.get(_POSTCODE, "").strip() == before.get(_POSTCODE, ""):
        return resolved
    if place.subdivision and cells.get(_REGION, "").strip() in ("", before.get(_REGION, "")):
        resolved[_REGION] = place.subdivision
    towns, old = _towns(cells), _towns(before)
    if not towns or (towns == old and not any(map(place.has_name, towns.values()))):
        resolved = {name: text for name, text in resolved.items() if name not in towns}
        names = place.names or {next(iter(known()[place.country].languages), "en"): place.name}
        resolved |= {f"{_TOWN}{language}": name for language, name in names.items()}
    return resolved


def _is_pasted(cells: Cells, before: Cells) -> bool:
    """Return whether an address has another point, and still its old precision."""
    at, was = ([side.get(name, "").strip() for name in (LAT, LON)] for side in (cells, before))
    return all(at) and at != was and cells.get(PRECISION) == before.get(PRECISION)


def _is_left_behind(cells: Cells, before: Cells) -> bool:
    """Return whether an address has another postcode or street, and still its old point."""
    is_new = cells.get(_POSTCODE, "").strip() != before.get(_POSTCODE, "") or (
        _street_name(cells) != _street_name(before)
    )
    return is_new and all(cells.get(name, "").strip() == before.get(name, "") for name in _LOCATION)


def _street_name(cells: Cells) -> str:
    """Return the street of an address without its numbers, which change for small corrections."""
    words = fold(cells.get(_STREET, "")).split()
    return " ".join(word for word in words if not any(map(str.isdigit, word)))


def _towns(cells: Cells) -> dict[str, str]:
    return {name: text for name, text in cells.items() if name.startswith(_TOWN) and text.strip()}
