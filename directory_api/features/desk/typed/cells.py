"""What people type into a form or a table, as it is stored: numbers in E.164, and hours in the
syntax of OpenStreetMap.
"""

import re
from collections.abc import Iterator, Mapping

from directory_api.features.desk.typed.hours import understood
from directory_api.record import phone_numbers
from directory_api.record.plausibility import timezones
from directory_api.record.vocabulary import BY_PHONE

Cells = Mapping[str, str]
_HOURS, _ZONE, _COUNTRY = "opening_hours", "timezone", "address.country"
_NUMBER = re.compile(r"((?:(?:temporary\.)?phones\.[0-9]+\.)?)number")
# The kind of a channel; of these kinds the address is a number.
CHANNEL = re.compile(r"(channels\.[0-9]+\.)kind")


def as_stored(cells: Cells, country: str = "") -> dict[str, str]:
    """Return cells with each number and all hours as they are stored, if they are understood.

    `country` (ISO 3166-1) is that of a record whose cells have none.
    """
    return {
        column: understood(text) if column.endswith("hours") and text.strip() else text
        for column, text in with_dialled(cells, country).items()
    }


def with_timezone(cells: Cells, country: str = "") -> dict[str, str]:
    """Return cells with the time zone of opening hours, if there is one in the country only."""
    zones = timezones(cells.get(_COUNTRY, "").strip() or country)
    if len(zones) != 1 or not cells.get(_HOURS, "").strip() or cells.get(_ZONE, "").strip():
        return dict(cells)
    return {**cells, _ZONE: zones[0]}


def with_dialled(cells: Cells, country: str = "") -> dict[str, str]:
    """Return cells with each number in E.164, as it is dialled in the country of the cells, else in
    `country`.
    """
    country = country_of(cells) or country
    typed = [*((column, text) for column, _, text in numbers(cells)), *channel_numbers(cells)]
    return {**cells, **{column: phone_numbers.dialled(text, country) for column, text in typed}}


def numbers(cells: Cells) -> Iterator[tuple[str, str, str]]:
    """Yield the column, the prefix of its row, and the text of each number."""
    for column, text in cells.items():
        if (match := _NUMBER.fullmatch(column)) and text.strip():
            yield column, match[1], text.strip()


def channel_numbers(cells: Cells) -> Iterator[tuple[str, str]]:
    """Yield the column and the text of each number of a channel."""
    for column, kind in cells.items():
        if (match := CHANNEL.fullmatch(column)) and kind.strip() in BY_PHONE:
            address = f"{match[1]}address"
            if cells.get(address, "").strip():
                yield address, cells[address].strip()


def country_of(cells: Cells) -> str:
    """Return the country (ISO 3166-1) in which the numbers are dialled; empty if it is not
    known.
    """
    named = cells.get("address.country", "").strip()
    return named or cells.get("countries", "").partition(";")[0].strip()
