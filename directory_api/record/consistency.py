"""What the members of a record have to agree about: rules for more than one member.

Each rule yields the faults that it finds, each with the steps to its member. `data` has the members
that are valid by themselves, `given` the record as it came, with the others, too.
"""

from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from typing import Any

from marshmallow import ValidationError

from directory_api.hours.syntax import AROUND_THE_CLOCK
from directory_api.place.postcode import rule_for
from directory_api.record import phone_numbers
from directory_api.record.numbers import FAX, TEXT_MESSAGE, shown_numbers
from directory_api.record.record_value import Record
from directory_api.record.validators import (
    dialled_number,
    email,
    international_number,
    opening_hours,
    plain_text,
    web_address,
)
from directory_api.record.vocabulary import CLAIMED, EMERGENCY_KINDS
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName
from directory_api.text.normalize import tidy

# The names of members and the indexes of entries that lead to a member.
Steps = tuple[str | int, ...]
MemberFault = tuple[Steps, Message]

REQUIRED = Message("This field is required.")
_NO_TIMEZONE = Message("This field is required, because there are opening hours.")


def refuse(faults: Iterable[MemberFault]) -> None:
    """Raise ValidationError with each fault at its member, if there are any."""
    by_member: dict[Any, Any] = {}
    for (*above, member), message in faults:
        below = by_member
        for step in above:
            below = below.setdefault(step, {})
        messages = below.setdefault(member, [])
        if message not in messages:
            messages.append(message)
    if by_member:
        raise ValidationError(by_member)


def display_agrees(data: Record) -> Iterator[MemberFault]:
    """Require that `display` is the same number as `number`: two forms reveal a mistyped digit."""
    number, display = data.get("number"), data.get("display")
    if number and display and (fault := phone_numbers.fault_in_display(number, display)):
        yield ("display",), fault


def number_or_address(given: Record) -> Iterator[MemberFault]:
    """Require that a helpline has either a number or a URL, not both; invalid values count."""
    if ("number" in given) == ("url" in given):
        yield ("number",), Message("Give either a number or a web address, not both.")


def emergency_helpline(data: Record, given: Record) -> Iterator[MemberFault]:
    """Require that a helpline for immediate danger has an emergency number of each of its
    countries, and is answered at any time.

    Without hours it is answered at any time, too: of an emergency number they go without saying.
    """
    if data.get("kind") not in EMERGENCY_KINDS:
        return
    if "number" not in given:
        fault = Message("A helpline of the kind emergency or police must have a number.")
        yield ("number",), fault
    for shown in shown_numbers(data):
        # Some countries take text messages at another number.
        countries = () if shown.kind == TEXT_MESSAGE else data.get("countries", ())
        for country in countries:
            if not phone_numbers.is_emergency_number(shown.number, country):
                yield _steps(shown.pointer), _no_emergency_number(country)
    if data.get("hours", AROUND_THE_CLOCK) != AROUND_THE_CLOCK:
        fault = Message(
            "An emergency number is answered day and night. Write 24/7, or leave the field empty."
        )
        yield ("hours",), fault


# With more emergency numbers than this a message names none of them.
_MOST_NAMED = 6


def _no_emergency_number(country: str) -> Message:
    known = phone_numbers.emergency_numbers(country)
    if 0 < len(known) <= _MOST_NAMED:
        return Message(
            "This is not an emergency number of {country} ({numbers}). Correct the number or the "
            "countries; a number that is not for emergencies belongs to the kind “National line” "
            "(national_line).",
            country=CountryName(country),
            numbers=Joined(known),
        )
    return Message(
        "This is not an emergency number of {country}. Correct the number or the countries; a "
        "number that is not for emergencies belongs to the kind “National line” (national_line).",
        country=CountryName(country),
    )


def _steps(pointer: str) -> Steps:
    return tuple(int(step) if step.isdecimal() else step for step in pointer.split("/")[1:])


def temporary_values(data: Record, given: Record) -> Iterator[MemberFault]:
    """Require that temporary values are any, that an address has its point, and that one of the
    phones is no fax.
    """
    first, last = data.get("from"), data.get("until")
    if first and last and last < first:
        yield ("until",), Message("The last day must not be before the first.")
    if not any(given.get(name) for name in ("address", "phones", "opening_hours")):
        fault = Message("Give an address, phones or opening hours that hold for this time.")
        yield ("from",), fault
    elif given.get("location") and not given.get("address"):
        yield ("address",), Message("This field is required, because there is a temporary point.")
    if given.get("address") and not given.get("location"):
        fault = Message("This field is required, because there is a temporary address.")
        yield ("location",), fault
    if {shown.kind for shown in shown_numbers(given)} == {FAX}:
        fault = Message(
            "Visitors do not see a fax, so they would find no number for this time. Add another "
            "phone, or remove the temporary ones."
        )
        yield ("phones", 0, "kind"), fault


def temporary_beside_permanent(data: Record) -> Iterator[MemberFault]:
    """Require that temporary values fit the centre: a time zone, and an address in the same
    country, of a centre whose address is public.
    """
    temporary, address = data.get("temporary"), data.get("address")
    if not temporary:
        return
    if not data.get("timezone"):
        fault = Message("This field is required, because there are temporary values.")
        yield ("timezone",), fault
    elsewhere = temporary.get("address")
    if not elsewhere:
        return
    if data.get("address_visibility", "public") != "public":
        fault = Message(
            "A centre whose address is not public cannot have a temporary address. Remove the "
            "temporary address and its point. If the centre has moved, change the address itself, "
            "which stays hidden."
        )
        yield ("temporary", "address", "street"), fault
    elif address and elsewhere.get("country") != address.get("country"):
        fault = Message(
            "The temporary address must be in the same country. Add another centre instead."
        )
        yield ("temporary", "address", "country"), fault


def address_in_country(data: Record) -> Iterator[MemberFault]:
    """Require that the subdivision and the postcode fit the country: BE-BRU and 1000 fit BE."""
    address = data.get("address") or {}
    country = address.get("country")
    if not country:
        return
    subdivision, code = address.get("subdivision"), address.get("postcode")
    if subdivision and not subdivision.startswith(country + "-"):
        fault = Message("This is not a region of {country}.", country=CountryName(country))
        yield ("address", "subdivision"), fault
    if code and rule_for(country).key(tidy(code)) is None:
        fault = Message(
            "This is not the form of a postcode of {country}.", country=CountryName(country)
        )
        yield ("address", "postcode"), fault


def hours_have_a_timezone(data: Record) -> Iterator[MemberFault]:
    """Require a time zone with opening hours, which have no meaning without one."""
    channels = data.get("channels") or ()
    has_hours = data.get("opening_hours") or any(each.get("hours") for each in channels)
    if has_hours and not data.get("timezone"):
        yield ("timezone",), _NO_TIMEZONE


def only_while_closed(data: Record) -> Iterator[MemberFault]:
    """Require the status temporarily_closed with an end of the closure or a reason for it."""
    if data.get("status", "temporarily_closed") == "temporarily_closed":
        return
    fault = Message("Only a temporarily closed centre has this. Remove it, or change the status.")
    for name in ("closed_until", "closed_reason"):
        if data.get(name):
            yield (name,), fault


def contested_once(data: Record) -> Iterator[MemberFault]:
    """Require that each member is contested once, with all sources that contradict it."""
    seen: set[str] = set()
    for index, entry in enumerate(data.get("contested") or ()):
        member = entry.get("member")
        if member and member in seen:
            fault = Message(
                "This field is listed twice. Put the sources and the note into one entry."
            )
            yield ("contested", index, "member"), fault
        seen.add(member)


# What checks a value of each member that is more than a line of text.
_CLAIMS: Mapping[str, Callable[[str], None]] = {
    "phones": international_number,
    "email": email,
    "website": web_address,
    "opening_hours": opening_hours,
}


def claimed_value(entry: Record) -> Iterator[MemberFault]:
    """Require that what other sources give as a value is one that the member may have."""
    value, member = entry.get("value"), entry.get("member")
    if value is None or member is None:
        return
    if member in CLAIMED:
        yield from _faults_in(value, _CLAIMS.get(member, plain_text), ("value",))
    else:
        yield ("value",), Message("This fact has no single value. Write it into the note.")


def _faults_in(value: str, check: Callable[[str], None], at: Steps) -> Iterator[MemberFault]:
    try:
        check(value)
    except ValidationError as error:
        for message in error.messages:
            assert isinstance(message, Message)
            yield at, message


# What the address of a channel is, by its kind.
_CHANNEL_ADDRESSES: Mapping[str, Callable[[str], None]] = {
    "call": dialled_number,
    "sms": dialled_number,
    "chat": web_address,
    "app": web_address,
    "form": web_address,
    "relay": web_address,
    "email": email,
}
# What to do where neither a channel of a kind nor its record has an address.
_NO_ADDRESS: Mapping[str, Message] = {
    "call": Message("Write the number: the record has none of its own."),
    "sms": Message("Write the number: the record has none of its own."),
    "form": Message("Write the web address: the record has none of its own."),
    "email": Message("Write the e-mail address: the record has none of its own."),
    "in_person": Message("A helpline has no address at which to meet. Choose another way."),
}


def channel_address(channel: Record) -> Iterator[MemberFault]:
    """Require that the address of a channel is one of its kind."""
    kind, address = channel.get("kind"), channel.get("address")
    if kind is None or address is None:
        return
    if kind in _CHANNEL_ADDRESSES:
        yield from _faults_in(address, _CHANNEL_ADDRESSES[kind], ("address",))
    else:
        yield ("address",), Message("Remove the address: people come to that of the record.")


# What people trust with their safety: a wrong one is worse than none.
_FACTS = ("cost", "on_phone_bill", "needs_account", "audible")


def facts_have_sources(channel: Record) -> Iterator[MemberFault]:
    """Require a source for what a channel says about cost, bill, account and sound."""
    if not channel.get("sources") and any(name in channel for name in _FACTS):
        fault = Message("Name the source that says so. What no source says is not known.")
        yield ("sources",), fault


def channels_of_centre(data: Record) -> Iterator[MemberFault]:
    """Require that each channel of a centre has an address or the centre one of its kind, and that
    its numbers are international ones.
    """
    own = {"in_person"}
    if any(phone.get("kind") != FAX for phone in data.get("phones") or ()):
        own |= {"call", "sms"}
    own |= {kind for kind, name in (("form", "website"), ("email", "email")) if data.get(name)}
    yield from _channels_have_addresses(data, own)
    for shown in shown_numbers(data):
        if not shown.number.startswith("+"):
            fault = Message(
                "Write the number in international form with digits only, such as +442079460123."
            )
            yield _steps(shown.pointer), fault


def channels_of_helpline(data: Record, given: Record) -> Iterator[MemberFault]:
    """Require that each channel of a helpline has an address, or the helpline one of its kind. A
    helpline without any is reported by `number_or_address`.
    """
    own = {"call", "sms"} if "number" in given else set[str]()
    own |= {"form"} if "url" in given else set()
    if own:
        yield from _channels_have_addresses(data, own)


def _channels_have_addresses(data: Record, own: Container[str]) -> Iterator[MemberFault]:
    """`own` are the kinds of channels for which the record itself has an address."""
    for index, channel in enumerate(data.get("channels") or ()):
        kind = channel.get("kind")
        if kind in _NO_ADDRESS and "address" not in channel and kind not in own:
            member = "kind" if kind == "in_person" else "address"
            yield ("channels", index, member), _NO_ADDRESS[kind]


def sourced_members_exist(data: Record, members: Container[str]) -> Iterator[MemberFault]:
    """Require that the keys of `sources` are members of the record."""
    for name in data.get("sources") or {}:
        if name not in members:
            fault = Message("This is not the name of a field of the record. Check the spelling.")
            yield ("sources", name), fault
