"""Conversion of marshmallow's messages to faults with JSON pointers (RFC 6901)."""

from collections.abc import Iterator
from typing import Any

import marshmallow as ma

from directory_api.domain.errors import Fault


def faults(messages: Any, pointer: str = "") -> Iterator[Fault]:
    """Flatten marshmallow's nested messages into faults with JSON pointers (RFC 6901)."""
    if isinstance(messages, dict):
        for name, below in messages.items():
            # marshmallow puts the messages about a mapping's key or value one level deeper.
            own_level = name == ma.exceptions.SCHEMA or (
                name in ("key", "value") and _of_a_list(below)
            )
            step = "" if own_level else "/" + str(name).replace("~", "~0").replace("/", "~1")
            yield from faults(below, pointer + step)
    else:
        for message in messages:
            yield Fault(_plain(str(message)), pointer=pointer or "/")


def _of_a_list(messages: Any) -> bool:
    """Whether the messages are about one value, or are keyed by the index of a list's item."""
    return isinstance(messages, list) or all(isinstance(step, int) for step in messages)


def _plain(message: str) -> str:
    return _PLAIN.get(message, message)


_PLAIN = {
    "Missing data for required field.": "missing; this member is required",
    "Unknown field.": "not a member of this record; check the spelling",
    "Not a valid boolean.": "write true or false; in a spreadsheet yes or no",
    "Field may not be null.": "must not be null; leave an unknown member out",
}
