"""Every number that a visitor can be shown of a record, on any day.

A check, a guard or a comparison of numbers asks `shown_numbers`. One that reads the phones alone
lets a wrong number pass as a temporary one or as that of a channel.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeVar

from directory_api.record.record_value import Record
from directory_api.record.vocabulary import BY_PHONE

_Kind = TypeVar("_Kind")

FAX, DUTY_PHONE, TEXT_MESSAGE = "fax", "duty", "sms"


class ShownNumber(NamedTuple):
    """A number, and its JSON pointer below the record.

    `kind` is that of the phone or of the channel. `display` is the printed form that the record
    has, which only phones and helplines have.
    """

    pointer: str
    number: str
    kind: str | None
    display: str | None = None


def shown_numbers(record: Record) -> Iterator[ShownNumber]:
    """Yield each number of a centre or a helpline: its own, those for some time, those that come
    back after that time, and those of its channels for calls and text messages.

    The record may be one that the schema refuses: what is no text is left out.
    """
    if number := _member(record, "number", str):
        yield ShownNumber("/number", number, "call", _member(record, "display", str))
    for name in ("", "temporary", "permanent"):
        holder = record.get(name) if name else record
        for index, phone in enumerate(_member(holder, "phones", list) or ()):
            if number := _member(phone, "number", str):
                pointer = f"{'/' if name else ''}{name}/phones/{index}/number"
                kind, display = _member(phone, "kind", str), _member(phone, "display", str)
                yield ShownNumber(pointer, number, kind, display)
    for index, channel in enumerate(_member(record, "channels", list) or ()):
        kind = _member(channel, "kind", str)
        if kind in BY_PHONE and (number := _member(channel, "address", str)):
            yield ShownNumber(f"/channels/{index}/address", number, kind)


def numbers_of(record: Record) -> frozenset[str]:
    """Return the numbers of `shown_numbers`."""
    return frozenset(shown.number for shown in shown_numbers(record))


def _member(holder: object, name: str, kind: type[_Kind]) -> _Kind | None:
    """Return a member of a mapping, if it is of this kind."""
    # A dict alone is recognised in a tenth of the time of any mapping.
    value = holder.get(name) if isinstance(holder, (dict, Mapping)) else None
    return value if isinstance(value, kind) else None
