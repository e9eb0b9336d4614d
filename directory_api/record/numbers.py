"""Every number that a visitor can be shown of a record, on any day.

A check, a guard or a comparison of numbers asks `shown_numbers`. One that reads the phones alone
lets a wrong number pass as a temporary one or as that of a channel.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from directory_api.record.records import Centre, Helpline, Record
from directory_api.record.vocabulary import BY_PHONE

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


def shown_numbers(record: Centre | Helpline | Record) -> Iterator[ShownNumber]:
    """Yield each number of a centre or a helpline: its own, those for some time, those that come
    back after that time, and those of its channels for calls and text messages.

    The record may be a raw one that the schema refuses: what is no text is left out.
    """
    if number := _text(record, "number"):
        yield ShownNumber("/number", number, "call", _text(record, "display"))
    for path, holder in (
        ("", record),
        ("/temporary", _member(record, "temporary")),
        ("/permanent", _member(record, "permanent")),
    ):
        for index, phone in enumerate(_list(holder, "phones")):
            if number := _text(phone, "number"):
                pointer = f"{path}/phones/{index}/number"
                kind, display = _text(phone, "kind"), _text(phone, "display")
                yield ShownNumber(pointer, number, kind, display)
    for index, channel in enumerate(_list(record, "channels")):
        kind = _text(channel, "kind")
        if kind in BY_PHONE and (number := _text(channel, "address")):
            yield ShownNumber(f"/channels/{index}/address", number, kind)


def numbers_of(record: Centre | Helpline | Record) -> frozenset[str]:
    """Return the numbers of `shown_numbers`."""
    return frozenset(shown.number for shown in shown_numbers(record))


def _member(holder: Any, name: str) -> Any:
    return holder.get(name) if isinstance(holder, Mapping) else getattr(holder, name, None)


def _text(holder: Any, name: str) -> str | None:
    value = _member(holder, name)
    return value if isinstance(value, str) else None


def _list(holder: Any, name: str) -> Sequence[Any]:
    value = _member(holder, name)
    return value if isinstance(value, (list, tuple)) else ()
