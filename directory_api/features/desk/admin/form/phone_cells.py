"""The phone numbers of a form: typed once, in any usual form, and shown as people read them."""

from collections.abc import Mapping
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from directory_api.features.desk.typed.cells import (
    CHANNEL,
    channel_numbers,
    country_of,
    numbers,
    with_dialled,
)
from directory_api.record import phone_numbers

Cells = Mapping[str, str]


def readable(cells: Cells) -> dict[str, str]:
    """Return the cells of a record with each number as people read it, where that is dialled as the
    same number.
    """
    country, shown = country_of(cells), dict(cells)
    for column, prefix, number in numbers(cells):
        printed = cells.get(f"{prefix}display") or phone_numbers.printed(number)
        if phone_numbers.dialled(printed, country) == number:
            shown[column] = printed
    for column, number in channel_numbers(cells):
        printed = phone_numbers.printed(number)
        if phone_numbers.dialled(printed, country) == number:
            shown[column] = printed
    return shown


def dialled(cells: Cells, before: Cells) -> dict[str, str]:
    """Return the cells of a form with each number in E.164, and the printed form of a centre's
    number that has changed, if no other one was typed: in its own country's form if the record has
    it so. A phone whose number was cleared is left out, and so is a channel without its kind.

    `before` has the cells of the record that the form was made from.
    """
    cleared = tuple(
        prefix
        for _, prefix, _ in numbers(before)
        if prefix and not cells.get(f"{prefix}number", "").strip()
    )
    cleared += tuple(
        match[1]
        for column in before
        if (match := CHANNEL.fullmatch(column)) and not cells.get(column, "").strip()
    )
    country = country_of(cells)
    resolved = {name: text for name, text in cells.items() if not name.startswith(cleared)}
    printed_before = [text for column, text in before.items() if column.endswith(".display")]
    resolved = with_dialled(resolved)
    for column, prefix, number in [*numbers(resolved)]:
        display, old = (side.get(f"{prefix}display", "") for side in (cells, before))
        has_changed = before.get(column) != number and display.strip() in ("", old)
        if prefix and has_changed and phone_numbers.fault_in_number(number) is None:
            like = old or next(iter(printed_before), "+")
            is_national = not like.startswith("+") and phone_numbers.country_of(number) == country
            resolved[f"{prefix}display"] = phone_numbers.printed(number, is_national=is_national)
    return resolved


def differing(number: str, before: str) -> Markup:
    """Return a printed number with the digits in bold that differ from another one: those at the
    same places, if both have as many digits.
    """
    old, new = _digits(before), _digits(number)
    if len(old) == len(new):
        pairs = zip(old, new, strict=True)
        same = {at for (_, was), (at, now) in pairs if was == now}
    else:
        matching = SequenceMatcher(None, before, number, autojunk=False).get_matching_blocks()
        same = {at for _, start, size in matching for at in range(start, start + size)}
    return Markup().join(
        Markup("<b>{}</b>").format(sign) if at not in same and sign.isdigit() else escape(sign)
        for at, sign in enumerate(number)
    )


def exchanged(number: str, before: str) -> tuple[str, str] | None:
    """Return which digits have changed places, such as 90 and 09, before and after; None if a
    number differs from the one before it in another way.
    """
    old, new = ("".join(digit for _, digit in _digits(text)) for text in (before, number))
    if len(old) != len(new):
        return None
    places = [at for at, (was, now) in enumerate(zip(old, new, strict=True)) if was != now]
    if not places:
        return None
    span = slice(places[0], places[-1] + 1)
    return (old[span], new[span]) if sorted(old[span]) == sorted(new[span]) else None


def _digits(text: str) -> list[tuple[int, str]]:
    """Return the digits of a text with their places in it."""
    return [(at, sign) for at, sign in enumerate(text) if sign.isdigit()]
