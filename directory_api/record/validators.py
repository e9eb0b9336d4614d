"""Validators for the values of a record.

Each raises ValidationError with the fault and the correct form. None does I/O.
"""

import ipaddress
import re
import unicodedata
import zoneinfo
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache, lru_cache
from typing import Any, cast
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields

from directory_api.hours.rules import CLOSED
from directory_api.hours.syntax import ALWAYS, parse
from directory_api.place.postcode import rule_for
from directory_api.record import phone_numbers
from directory_api.record.numbers import FAX, TEXT_MESSAGE, shown_numbers
from directory_api.record.vocabulary import CLAIMED, EMERGENCY_KINDS
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName
from directory_api.text.normalize import tidy

_LENGTH_OF_DAY = len("YYYY-MM-DD")
_HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)
_NO_PUBLIC_HOST = Message(
    "The address must have the name of a public host, such as www.example.org."
)
_NOT_PUBLIC = (
    ".local",
    ".localhost",
    ".internal",
    ".test",
    ".invalid",
    ".example",
    ".lan",
    ".home",
    ".onion",
)


class Degrees(fields.Field[float]):
    """A JSON number of degrees within +-limit; text and booleans are rejected."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise ValidationError(Message("Write a number of degrees, such as 50.85."))
        if not -self.limit <= value <= self.limit:
            raise ValidationError(
                Message("Write a number of degrees from -{limit} to {limit}.", limit=self.limit)
            )
        return float(value)


# More are checked each time, so that a file cannot fill the memory.
_MOST_PASSED = 1_000
_LONGEST_PASSED = 100


class Code(fields.String):
    """A text of which all records together have few different values, such as a language tag.

    A value that has passed its checks is not checked again; what passes does not depend on anything
    but the value.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._passed: set[str] = set()

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Return the value. Raises ValidationError."""
        if type(value) is str and value in self._passed:
            return value
        checked = super().deserialize(value, attr, data, **options)
        if len(self._passed) < _MOST_PASSED and checked and len(checked) <= _LONGEST_PASSED:
            self._passed.add(checked)
        return checked


# Control and format characters (including those that change the direction of text, and so the order
# of a phone number's digits), surrogates, private-use and unassigned characters, line and paragraph
# separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Persian, Hindi and other languages need the zero-width joiner and non-joiner in words.
_JOINERS = "\u200c\u200d"
_PRINTED_NUMBER = re.compile(r"[0-9+ ()./-]+", re.ASCII)


def printed_number(value: str) -> None:
    """Require a phone number in printed form."""
    if not _PRINTED_NUMBER.fullmatch(value) or value != value.strip():
        raise ValidationError(
            Message("Write only digits, spaces and + ( ) . / -, such as +32 2 511 64 64.")
        )


# In locales where semicolons separate columns, a spreadsheet may split a text there and evaluate
# the rest as a formula.
_FORMULA = re.compile(r";[\s\u200c\u200d]*[=+@\uff1d\uff0b\uff0d\uff20-]")


def plain_text(value: str) -> None:
    """Require plain text.

    Rejected are `<`, control characters, lone surrogates, blank text, leading or trailing spaces,
    and a semicolon before a character that begins a formula.
    """
    if "<" in value:
        raise ValidationError(Message("The sign < is not allowed. Remove it."))
    if _FORMULA.search(value):
        raise ValidationError(
            Message(
                "A semicolon before = + - or @ could begin a formula in a spreadsheet. Use a comma "
                "instead."
            )
        )
    # `isprintable` is false for each of them, and 20 times as fast as looking at every letter.
    if not value.isprintable() and any(
        unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS for letter in value
    ):
        raise ValidationError(
            Message("Line breaks and invisible characters are not allowed. Type the text again.")
        )
    if not value.strip() or value != value.strip():
        raise ValidationError(
            Message("The text must not be empty, and must not begin or end with a space.")
        )


# In UTF-8. The warnings are about numbers, domains and opening hours, almost all of them ASCII.
MOST_BYTES = 1000


def short_in_bytes(value: str) -> None:
    """Require at most MOST_BYTES as UTF-8."""
    if len(value.encode(errors="surrogatepass")) > MOST_BYTES:
        raise ValidationError(Message("The text is too long. Shorten it."))


def plain_text_fault(value: str) -> str | None:
    """Return why this is not plain text, or None."""
    try:
        plain_text(value)
    except ValidationError as error:
        fault: str = error.messages[0]
        return fault
    return None


# RFC 5646, section 2.1: language, script, region, variants. Every tag in CLDR has this form.
_LANGUAGE = re.compile(
    r"(?=.{2,35}\Z)[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*",
    re.ASCII | re.IGNORECASE,
)


# They name no language that a visitor could look for: undetermined, none, several, uncoded. The
# codes from qaa to qtz are for private use (ISO 639-2).
_NO_LANGUAGE = re.compile(r"(und|zxx|mul|mis|q[a-t][a-z])(-|\Z)", re.ASCII | re.IGNORECASE)


def language(value: str) -> None:
    """Require a BCP 47 language tag (RFC 5646) without extlang and grandfathered forms.

    Browsers reject those forms: `yue` works everywhere, `zh-yue` raises an error in scripts.
    """
    import langcodes  # only writes need it

    if not (_LANGUAGE.fullmatch(value) and langcodes.tag_is_valid(value)):
        raise ValidationError(
            Message("Use a language tag (BCP 47) such as nl or pt-BR, and yue, not zh-yue.")
        )
    if _NO_LANGUAGE.match(value):
        raise ValidationError(
            Message(
                "This tag names no language. Choose the language, or leave it out if it is not "
                "known."
            )
        )


@lru_cache(maxsize=_MOST_PASSED)
def canonical_language(tag: str) -> str:
    """Return a valid language tag in its canonical form (RFC 5646, section 4.5): fr for fra, he for
    iw, pt-BR for pt-br. Raises ValueError for a tag that is not well-formed.
    """
    import langcodes  # only writes and filters by language need it

    return langcodes.standardize_tag(tag)


class LanguageTag(Code):
    """A language tag (BCP 47), which is stored in its canonical form: visitors look for `fr`, and
    would not find `fra`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=[language], **options)

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Return the canonical form. Raises ValidationError."""
        return canonical_language(super().deserialize(value, attr, data, **options))


# Of each list, each mapping and the unknown members of a record. One with more is no record, or an
# attack: a fault takes 40 µs, and 3 MB can have a million.
MOST_FAULTS = 20


class LimitedList(fields.List[Any]):
    """A list of which nothing is read after `most_faults` entries with faults."""

    def __init__(
        self, entries: fields.Field[Any], *, most_faults: int = MOST_FAULTS, **options: Any
    ) -> None:
        super().__init__(entries, **options)
        self._most_faults = most_faults

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> list[Any]:
        if not isinstance(value, list):
            return super()._deserialize(value, attr, data, **options)
        loaded: list[Any] = []
        faults: dict[int, Any] = {}
        for index, entry in enumerate(value):
            try:
                loaded += super()._deserialize([entry], attr, data, **options)
            except ValidationError as error:
                loaded += error.valid_data or ()
                faults[index] = _by_key(error)[0]
                if len(faults) == self._most_faults:
                    break
        if faults:
            raise ValidationError(faults, valid_data=loaded)
        return loaded


class LimitedDict(fields.Dict):
    """A mapping of which nothing is read after MOST_FAULTS entries with faults."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> dict[Any, Any]:
        read: Callable[..., dict[Any, Any]] = super()._deserialize
        if not isinstance(value, dict):
            return read(value, attr, data, **options)
        loaded: dict[Any, Any] = {}
        faults: dict[Any, Any] = {}
        for name, entry in value.items():
            try:
                loaded |= read({name: entry}, attr, data, **options)
            except ValidationError as error:
                loaded |= error.valid_data or {}
                faults |= _by_key(error)
                if len(faults) == MOST_FAULTS:
                    break
        if faults:
            raise ValidationError(faults, valid_data=loaded)
        return loaded


def _by_key(error: ValidationError) -> dict[Any, Any]:
    """Return the messages of a fault in a list or a mapping, by index or key."""
    return cast("dict[Any, Any]", error.messages)


class ByLanguage(LimitedDict):
    """Values by language tag. No language may have two."""

    def __init__(self, values: fields.Field[Any], **options: Any) -> None:
        super().__init__(keys=LanguageTag(), values=values, **options)

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Return the values by canonical tag. Raises ValidationError."""
        loaded = super().deserialize(value, attr, data, **options)
        if isinstance(loaded, dict) and len(loaded) < len(value):
            raise ValidationError(
                Message(
                    "Two of the tags are of the same language, such as fr and fra. Keep one of "
                    "them."
                )
            )
        return loaded


# What most addresses are. email_validator accepts each of them, in ten times the time.
_PLAIN_EMAIL = re.compile(r"(?=[^@]{1,64}@)(?!.*--)[a-z0-9]+([._-][a-z0-9]+)*@([^@]{4,189})")


def email(value: str) -> None:
    """Require the syntax of an e-mail address; no DNS lookup."""
    plain = _PLAIN_EMAIL.fullmatch(value)
    if plain and _HOST.fullmatch(plain[2]) and not plain[2].endswith((*_NOT_PUBLIC, ".arpa")):
        return
    import email_validator  # only writes need it

    try:
        # ASCII only: letters of other scripts can look like Latin ones but belong to another
        # address.
        email_validator.validate_email(value, check_deliverability=False, allow_smtputf8=False)
        value.encode("ascii")
    except (email_validator.EmailNotValidError, UnicodeEncodeError):
        raise ValidationError(
            Message("This is not an e-mail address. Write it like info@example.org.")
        ) from None


def web_address(value: str) -> None:
    """Require an https URL of a public host, without user, password or port."""
    plain_text(value)
    try:
        parts = urlsplit(value)
    except ValueError:  # brackets without an IPv6 address
        raise ValidationError(_NO_PUBLIC_HOST) from None
    host = parts.hostname or ""
    if not value.startswith("https://") or " " in value:
        raise ValidationError(Message("Write the whole web address, beginning with https://."))
    if parts.netloc != host:
        raise ValidationError(
            Message("Write the host name in small letters, without a user name, password or port.")
        )
    if _is_address(host) or not _HOST.fullmatch(host) or host.endswith(_NOT_PUBLIC):
        raise ValidationError(_NO_PUBLIC_HOST)


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def opening_hours(value: str) -> None:
    """Require OpenStreetMap's opening_hours syntax, and a rule that may open."""
    plain_text(value)
    try:
        hours = parse(value)
    except ValueError as error:
        raise ValidationError(
            Message(
                "These are not opening hours as OpenStreetMap writes them, such as "
                "Mo-Fr 09:00-17:00; PH off. {reason}",
                reason=error.args[0],
            )
        ) from error
    if all(rule.state == CLOSED for rule in hours.rules):
        raise ValidationError(
            Message(
                "These hours are never open. Leave the field empty if they are not known; for a "
                "centre that is closed, change the status."
            )
        )


def timezone(value: str) -> None:
    """Require a name from the IANA time zone database."""
    if value not in _timezones():
        raise ValidationError(Message("Use a time zone of the IANA list, such as Europe/Brussels."))


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # reads a directory of files on each call


def day(value: str) -> None:
    """Require a date in the form YYYY-MM-DD."""
    try:
        written = date.fromisoformat(value).isoformat()
    except ValueError:
        written = None
    if written != value:
        raise ValidationError(Message("Write the day as YYYY-MM-DD, such as 2026-11-02."))


def month(value: str) -> None:
    """Require a month in the form YYYY-MM."""
    try:
        day(value + "-01")
    except ValidationError:
        raise ValidationError(Message("Write the month as YYYY-MM, such as 2026-11.")) from None


def date_of_text(value: str) -> None:
    """Require a day, or only its year and month, or its year: YYYY-MM-DD, YYYY-MM or YYYY."""
    try:
        day((value + "-01-01")[:10] if len(value) < _LENGTH_OF_DAY else value)
    except ValidationError:
        raise ValidationError(
            Message("Write the year, the month or the day, such as 2026, 2026-11 or 2026-11-02.")
        ) from None


def international_number(value: str) -> None:
    """Require a phone number in E.164 that its country assigns."""
    if fault := phone_numbers.fault_in_number(value):
        raise ValidationError(fault)


def dialled_number(value: str) -> None:
    """Require a short number such as 112, or one in E.164."""
    if fault := phone_numbers.fault_in_number(value, short_allowed=True):
        raise ValidationError(fault)


def display_agrees(data: Mapping[str, Any]) -> None:
    """Require that `display` is the same number as `number`: two forms reveal a mistyped digit."""
    number, display = data.get("number"), data.get("display")
    if number and display and (fault := phone_numbers.fault_in_display(number, display)):
        raise ValidationError(fault, "display")


def number_or_address(record: Any) -> None:
    """Require that a helpline has either a number or a URL, not both; invalid values count."""
    if isinstance(record, dict) and ("number" in record) == ("url" in record):
        raise ValidationError(Message("Give either a number or a web address, not both."), "number")


# With more emergency numbers than this a message names none of them.
_MOST_NAMED = 6


def emergency_line(data: Mapping[str, Any], original: Any) -> None:
    """Require that a helpline for immediate danger has an emergency number of each of its
    countries, and is answered at any time.

    Without hours it is answered at any time, too: of an emergency number they go without saying.
    """
    if data.get("kind") not in EMERGENCY_KINDS or not isinstance(original, Mapping):
        return
    faults: dict[Any, Any] = {}
    hours = data.get("hours", ALWAYS)
    if "number" not in original:
        faults["number"] = [
            Message("A helpline of the kind emergency or police must have a number.")
        ]
    for shown in shown_numbers(data):
        # Some countries take text messages at another number.
        countries = () if shown.kind == TEXT_MESSAGE else data.get("countries", ())
        found = (_not_an_emergency_number(shown.number, each) for each in countries)
        _put(faults, shown.pointer, [fault for fault in found if fault])
    if hours != ALWAYS:
        faults["hours"] = [
            Message(
                "An emergency number is answered day and night. Write 24/7, or leave the field "
                "empty."
            )
        ]
    if faults:
        raise ValidationError(faults)


def _put(faults: dict[Any, Any], pointer: str, messages: list[Message]) -> None:
    """Add messages at the place of a JSON pointer, if there are any."""
    if messages:
        *parents, member = (
            int(step) if step.isdecimal() else step for step in pointer.split("/")[1:]
        )
        for step in parents:
            faults = faults.setdefault(step, {})
        faults[member] = messages


def _not_an_emergency_number(number: str, country: str) -> Message | None:
    """Return why a number is no emergency number of a country, or None."""
    if phone_numbers.is_emergency_number(number, country):
        return None
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


def temporary_values(data: Mapping[str, Any], original: Any) -> None:
    """Require that temporary values are any, that an address has its point, and that one of the
    phones is no fax.
    """
    given = original if isinstance(original, Mapping) else data
    first, last = data.get("from"), data.get("until")
    if first and last and last < first:
        raise ValidationError({"until": [Message("The last day must not be before the first.")]})
    if not any(given.get(name) for name in ("address", "phones", "opening_hours")):
        raise ValidationError(
            {"from": [Message("Give an address, phones or opening hours that hold for this time.")]}
        )
    kinds = {shown.kind for shown in shown_numbers(given)}
    if kinds == {FAX}:
        fault = Message(
            "Visitors do not see a fax, so they would find no number for this time. Add another "
            "phone, or remove the temporary ones."
        )
        raise ValidationError({"phones": {0: {"kind": [fault]}}})
    if given.get("address") and not given.get("location"):
        fault = Message("This field is required, because there is a temporary address.")
        raise ValidationError({"location": [fault]})
    if given.get("location") and not given.get("address"):
        fault = Message("This field is required, because there is a temporary point.")
        raise ValidationError({"address": [fault]})
    subdivision_in_country(data)


def temporary_beside_permanent(data: Mapping[str, Any]) -> None:
    """Require that temporary values fit the centre: a time zone, and an address in the same
    country, of a centre whose address is public.
    """
    temporary, address = data.get("temporary"), data.get("address")
    if not temporary:
        return
    if not data.get("timezone"):
        fault = Message("This field is required, because there are temporary values.")
        raise ValidationError(fault, "timezone")
    elsewhere = temporary.get("address")
    if not elsewhere:
        return
    if data.get("address_visibility", "public") != "public":
        fault = Message(
            "A centre whose address is not public cannot have a temporary address. Remove the "
            "temporary address and its point. If the centre has moved, change the address itself, "
            "which stays hidden."
        )
        raise ValidationError({"temporary": {"address": {"street": [fault]}}})
    if address and elsewhere.get("country") != address.get("country"):
        fault = Message(
            "The temporary address must be in the same country. Add another centre instead."
        )
        raise ValidationError({"temporary": {"address": {"country": [fault]}}})


def subdivision_in_country(data: Mapping[str, Any]) -> None:
    """Require that the subdivision and the postcode fit the country: BE-BRU and 1000 fit BE."""
    address = data.get("address") or {}
    subdivision, country = address.get("subdivision"), address.get("country")
    if subdivision and country and not subdivision.startswith(country + "-"):
        fault = Message("This is not a region of {country}.", country=CountryName(country))
        raise ValidationError({"address": {"subdivision": [fault]}})
    code = address.get("postal_code")
    if code and country and not _is_postcode(code, country):
        fault = Message(
            "This is not the form of a postcode of {country}.", country=CountryName(country)
        )
        raise ValidationError({"address": {"postal_code": [fault]}})


@lru_cache(maxsize=_MOST_PASSED)
def _is_postcode(code: str, country: str) -> bool:
    """Return whether a text is written like a postcode of a country."""
    return rule_for(country).key(tidy(code)) is not None


def hours_have_a_timezone(data: Mapping[str, Any]) -> None:
    """Require a time zone with opening hours, which have no meaning without one."""
    if data.get("opening_hours") and not data.get("timezone"):
        fault = Message("This field is required, because there are opening hours.")
        raise ValidationError(fault, "timezone")


def only_while_closed(data: Mapping[str, Any]) -> None:
    """Require the status temporarily_closed with an end of the closure or a reason for it."""
    if data.get("status") == "temporarily_closed":
        return
    fault = Message("Only a temporarily closed centre has this. Remove it, or change the status.")
    faults = {name: [fault] for name in ("closed_until", "closed_reason") if data.get(name)}
    if faults and "status" in data:
        raise ValidationError(faults)


def contested_once(data: Mapping[str, Any]) -> None:
    """Require that each member is contested once, with all sources that contradict it."""
    seen: set[Any] = set()
    for index, entry in enumerate(data.get("contested") or ()):
        member = entry.get("member")
        if member and member in seen:
            fault = Message(
                "This field is listed twice. Put the sources and the note into one entry."
            )
            raise ValidationError({"contested": {index: {"member": [fault]}}})
        seen.add(member)


# What checks a value of each member that is more than a line of text.
_CLAIMS: Mapping[str, Callable[[str], None]] = {
    "phones": international_number,
    "email": email,
    "website": web_address,
    "opening_hours": opening_hours,
}


def claimed_value(entry: Mapping[str, Any]) -> None:
    """Require that what other sources give as a value is one that the member may have."""
    value, member = entry.get("value"), entry.get("member")
    if value is None or member is None:
        return
    if member not in CLAIMED:
        fault = Message("This fact has no single value. Write it into the note.")
        raise ValidationError(fault, "value")
    try:
        _CLAIMS.get(member, plain_text)(value)
    except ValidationError as error:
        raise ValidationError(error.messages, "value") from None


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
_SHORT_OF_A_CENTRE = Message(
    "Write the number in international form with digits only, such as +3225116464."
)
_NO_OWN: Mapping[str, Message] = {
    "call": Message("Write the number: the record has none of its own."),
    "sms": Message("Write the number: the record has none of its own."),
    "form": Message("Write the web address: the record has none of its own."),
    "email": Message("Write the e-mail address: the record has none of its own."),
    "in_person": Message("A helpline has no address at which to meet. Choose another way."),
}


def channel_address(data: Mapping[str, Any]) -> None:
    """Require that the address of a channel is one of its kind."""
    kind, address = data.get("kind"), data.get("address")
    if kind is None or address is None:
        return
    if kind not in _CHANNEL_ADDRESSES:
        fault = Message("Remove the address: people come to that of the record.")
        raise ValidationError(fault, "address")
    try:
        _CHANNEL_ADDRESSES[kind](address)
    except ValidationError as error:
        raise ValidationError(error.messages, "address") from None


# What people trust with their safety: a wrong one is worse than none.
_FACTS = ("cost", "on_bill", "needs_account", "makes_sound")


def facts_have_sources(channel: Mapping[str, Any]) -> None:
    """Require a source for what a channel says about cost, bill, account and sound."""
    if not channel.get("sources") and any(name in channel for name in _FACTS):
        fault = Message("Name the source that says so. What no source says is not known.")
        raise ValidationError(fault, "sources")


def channels_of_centre(data: Mapping[str, Any]) -> None:
    """Require that each channel of a centre has an address or the centre one of its kind, that its
    hours have a time zone, and that its numbers are international ones.
    """
    phones = any(phone.get("kind") != FAX for phone in data.get("phones") or ())
    own = {
        "call": phones,
        "sms": phones,
        "form": data.get("website"),
        "email": data.get("email"),
        "in_person": True,
    }
    if any(each.get("hours") for each in data.get("channels") or ()) and not data.get("timezone"):
        fault = Message("This field is required, because there are opening hours.")
        raise ValidationError(fault, "timezone")
    without = _channels_without_address(data, own)
    faults: dict[Any, Any] = {"channels": without} if without else {}
    for shown in shown_numbers(data):
        _put(faults, shown.pointer, [] if shown.number.startswith("+") else [_SHORT_OF_A_CENTRE])
    if faults:
        raise ValidationError(faults)


def channels_of_helpline(data: Mapping[str, Any], original: Any) -> None:
    """Require that each channel of a helpline has an address, or the helpline one of its kind."""
    given = original if isinstance(original, Mapping) else data
    own = {"call": "number" in given, "sms": "number" in given, "form": "url" in given}
    if faults := _channels_without_address(data, own):
        raise ValidationError({"channels": faults})


def _channels_without_address(
    data: Mapping[str, Any], own: Mapping[str, Any]
) -> dict[int, dict[str, list[Message]]]:
    """Return the faults of channels without an address, by index; `own` says by kind whether the
    record itself has one.
    """
    faults: dict[int, dict[str, list[Message]]] = {}
    for index, channel in enumerate(data.get("channels") or ()):
        kind = channel.get("kind")
        if kind in _NO_OWN and "address" not in channel and not own.get(kind):
            member = "kind" if kind == "in_person" else "address"
            faults[index] = {member: [_NO_OWN[kind]]}
    return faults


def sourced_members_exist(data: Mapping[str, Any], members: frozenset[str]) -> None:
    """Require that the keys of `sources` are members of the record."""
    unknown = {
        name: [Message("This is not the name of a field of the record. Check the spelling.")]
        for name in data.get("sources") or {}
        if name not in members
    }
    if unknown:
        raise ValidationError({"sources": unknown})


def has_an_emergency_number(helplines: Sequence[Any]) -> None:
    """Require an emergency number: every answer contains the helplines."""
    if not any(
        isinstance(line, dict) and line.get("kind") == "emergency" and line.get("number")
        for line in helplines
    ):
        raise ValidationError(
            Message("There must be a helpline of the kind emergency that has a number.")
        )
