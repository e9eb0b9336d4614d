"""The ways to reach a centre or a helpline: its channels, and those that follow from its other
members, which have no channel of their own.

What no source says is None in every way, and must never be shown, sorted or counted as safe.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from directory_api.record.numbers import FAX
from directory_api.record.parts import Channel, Contested, Spoken
from directory_api.record.record_value import empty_mapping
from directory_api.record.records import Centre, Helpline
from directory_api.record.texts import TextsByLanguage
from directory_api.record.vocabulary import BY_PHONE
from directory_api.text.message import Message

# The kinds of ways, in the order in which `ways` returns them, and what each is called in a
# sentence. A web site is no channel: it may have nothing by which people can reach anyone.
WAYS: Mapping[str, Message] = {
    "call": Message("call"),
    "sms": Message("text message"),
    "chat": Message("chat"),
    "app": Message("app"),
    "form": Message("web form"),
    "email": Message("e-mail"),
    "relay": Message("relay service"),
    "in_person": Message("in person"),
    "website": Message("web site"),
}
# What is known of a way, in words.
FACTS: Mapping[str, Mapping[str | bool, Message]] = {
    "cost": {"free": Message("free of charge"), "charged": Message("costs money")},
    "on_phone_bill": {True: Message("on the phone bill"), False: Message("not on the phone bill")},
    "needs_account": {
        True: Message("needs an account, an app or a registration"),
        False: Message("needs no account, app or registration"),
    },
    "audible": {True: Message("makes sound"), False: Message("makes no sound")},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """A way to reach a record, with everything that is known about it; the rest is None.

    `kind` is a key of WAYS. `address` is what is dialled, opened or written to; None of a
    way in person, whose place is the address of the record, and where it is not known. `display`
    is a number in printed form, and `translations` are web addresses by language. `languages` is
    None if not known. `contested` is what sources disagree about: `address`, or the place of a way
    in person and its hours.
    """

    kind: str
    address: str | None = None
    display: str | None = None
    translations: TextsByLanguage = field(default_factory=empty_mapping)
    languages: tuple[Spoken, ...] | None = None
    hours: str | None = None
    cost: str | None = None
    on_phone_bill: bool | None = None
    needs_account: bool | None = None
    audible: bool | None = None
    eligibility: TextsByLanguage | None = None
    note: TextsByLanguage | None = None
    sources: tuple[str, ...] = ()
    contested: tuple[Contested, ...] = ()


# What a channel without an address of its own is about, where that has another kind.
_SAME_ADDRESS = {"sms": "call", "form": "website"}


def ways(record: Centre | Helpline) -> tuple[Way, ...]:
    """Return each way to reach a record, in the order of WAYS.

    A channel without an address is about the record's own numbers, or its own address, of that
    kind: one way for each. A phone of a centre that no channel of the kind `call` is about is a way
    to call it. The number of a helpline is one only if no channel is about it: a number for text
    messages may take no calls.
    """
    own = [*(_of_centre(record) if isinstance(record, Centre) else _of_helpline(record))]
    found = [way for channel in record.channels for way in _of_channel(channel, own)]
    kinds_of = {
        "call": ("call",) if isinstance(record, Centre) else BY_PHONE,
        "website": ("website", "form"),
    }
    for each in own:
        kinds = kinds_of.get(each.kind, (each.kind,))
        if not any(way.kind in kinds and way.address == each.address for way in found):
            found.append(each)
    kinds_in_order = [*WAYS]
    return tuple(sorted(found, key=lambda way: kinds_in_order.index(way.kind)))


def facts(way: Way | Channel) -> tuple[Message, ...]:
    """Return what is known of a way or a channel in words: cost, bill, account and sound. Nothing
    is said of what is not known.
    """
    known = ((name, getattr(way, name)) for name in FACTS)
    return tuple(FACTS[name][value] for name, value in known if value is not None)


def _of_centre(centre: Centre) -> Iterator[Way]:
    """Yield the numbers and addresses of a centre itself."""

    def contested(*members: str) -> tuple[Contested, ...]:
        return tuple(entry for entry in centre.contested if entry.member in members)

    for phone in centre.phones:
        if phone.kind != FAX:
            yield Way(
                kind="call",
                address=phone.number,
                display=phone.display,
                languages=tuple(map(Spoken, phone.languages)) or None,
                hours=phone.hours,
                note=phone.note or None,
                sources=centre.sources.get("phones", ()),
                contested=contested("phones"),
            )
    for member, address in (("email", centre.email), ("website", centre.website)):
        if address:
            yield Way(
                kind=member,
                address=address,
                sources=centre.sources.get(member, ()),
                contested=contested(member),
            )
    if centre.address_visibility == "public":
        yield Way(
            kind="in_person",
            hours=centre.opening_hours,
            sources=centre.sources.get("address", ()),
            contested=contested("address", "opening_hours"),
        )


def _of_helpline(line: Helpline) -> Iterator[Way]:
    """Yield the number and the site of a helpline itself."""
    if line.number:
        yield Way(
            kind="call",
            address=line.number,
            display=line.display,
            hours=line.hours,
            sources=line.sources,
        )
    if line.url:
        yield Way(
            kind="website",
            address=line.url,
            translations=line.url_translations,
            sources=line.sources,
        )


def _of_channel(channel: Channel, own: Sequence[Way]) -> Iterator[Way]:
    """Yield the ways of a channel: one for each own address of the record that it is about."""
    kind = _SAME_ADDRESS.get(channel.kind, channel.kind)
    about = [each for each in own if each.kind == kind and channel.address in (None, each.address)]
    for each in about or (Way(kind=kind, address=channel.address),):
        # The hours, languages and note of a number are those of calls, not of text messages to it.
        is_same = channel.kind == each.kind
        yield replace(
            each,
            kind=channel.kind,
            languages=channel.languages or (each.languages if is_same else None),
            hours=channel.hours or (each.hours if is_same else None),
            cost=channel.cost,
            on_phone_bill=channel.on_phone_bill,
            needs_account=channel.needs_account,
            audible=channel.audible,
            eligibility=channel.eligibility or None,
            note=channel.note or (each.note if is_same else None),
            sources=tuple(dict.fromkeys((*channel.sources, *each.sources))),
        )
