"""What a server has to answer, as the records say that come with the software."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from directory_api.files.files import read_json
from directory_api.place.postcode import rule_for
from directory_api.text.errors import InputInvalid


@dataclass(frozen=True, slots=True)
class Known:
    """A postcode of a country (ISO 3166-1), and the numbers that an answer to it has: those for
    emergencies, and the national lines, as they are stored.
    """

    country: str
    postcode: str
    emergency: tuple[str, ...]
    lines: tuple[str, ...]


def known(
    data: Path,
    country: str,
    postcode: str | None,
    emergency: Sequence[str],
    lines: Sequence[str],
) -> Known:
    """Return what is given, the rest from the records of a data folder. Raises InputInvalid if
    these do not say it, and FileUnreadable.
    """
    postcode = postcode or rule_for(country).example
    if not postcode:
        raise InputInvalid(f"No postcode of {country} is known. Give one with --postcode.")
    records = data / "centres.json"
    helplines = read_json(records)["helplines"] if records.exists() else ()
    emergency = emergency or _numbers(helplines, country, "emergency")
    if not emergency:
        raise InputInvalid(
            f"No emergency number of {country} is known. Give the right one with --number."
        )
    lines = lines or _numbers(helplines, country, "national_line")
    return Known(country, postcode, tuple(emergency), tuple(lines))


def _numbers(helplines: Sequence[Mapping[str, Any]], country: str, kind: str) -> Sequence[str]:
    return [
        each["number"]
        for each in helplines
        if each["kind"] == kind and country in each["countries"] and each.get("number")
    ]
