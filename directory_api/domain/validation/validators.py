"""What a value in a record must be. Each rule says what is wrong and how to write it; none does I/O."""

import ipaddress
import re
import unicodedata
import zoneinfo
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields

from directory_api.domain.geo.postcode import rule_for
from directory_api.domain.text.normalize import tidy
from directory_api.domain.validation.phone_numbers import fault_in_number, same_number

_HOST = re.compile(r"(?=.{4,253}\Z)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.ASCII)
_NOT_PUBLIC = (".local", ".localhost", ".internal", ".test", ".invalid", ".example", ".lan", ".home", ".onion")


class Degrees(fields.Field[float]):
    """A JSON number of degrees within +-limit; text and booleans are refused, since they hide a mistake."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
            raise ValidationError("write a number of degrees, such as 50.85")
        if not -self.limit <= value <= self.limit:
            raise ValidationError(f"must be from -{self.limit} to {self.limit} degrees")
        return float(value)


# Control and format characters (among them those that turn the direction of text, and so of a phone number),
# surrogates, private and unassigned ones, line and paragraph separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# Persian, Hindi and others need the zero-width joiner and non-joiner inside words.
_JOINERS = "\u200c\u200d"
_PRINTED_NUMBER = re.compile(r"[0-9+ ()./-]+", re.ASCII)


def printed_number(value: str) -> None:
    """A phone number as it is printed."""
    if not _PRINTED_NUMBER.fullmatch(value) or value != value.strip():
        raise ValidationError("write digits, spaces and + ( ) . / - only, such as +32 2 511 64 64")


def plain_text(value: str) -> None:
    """No `<`, no control characters, no lone surrogates, not blank, no space at the ends."""
    _refuse(plain_text_fault(value))


# Where lists are written with semicolons a spreadsheet may cut a text there, and calculate what comes behind.
_FORMULA = re.compile(r";[\s\u200c\u200d]*[=+@\uff1d\uff0b\uff0d\uff20-]")


def plain_text_fault(value: str) -> str | None:
    """Why this is not plain text, or None."""
    if "<" in value:
        return "must not hold the sign <"
    if _FORMULA.search(value):
        return "must not hold a semicolon before = + - or @; a spreadsheet could take that for a formula"
    if any(unicodedata.category(letter) in _UNSEEN and letter not in _JOINERS for letter in value):
        return "must not hold control characters, line breaks, signs that nobody sees or half a surrogate"
    if not value.strip() or value != value.strip():
        return "must not be blank or start or end with a space"
    return None


# RFC 5646, section 2.1: language, script, region, variants; so is each tag that CLDR has.
_LANGUAGE = re.compile(
    r"(?=.{2,35}\Z)[a-z]{2,3}(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*",
    re.ASCII | re.IGNORECASE,
)


def language(value: str) -> None:
    """A BCP 47 language tag (RFC 5646), without the forms that it has for old tags only (extlang, grandfathered).

    Browsers do not take those: `yue` is read everywhere, `zh-yue` ends a script with an error.
    """
    import langcodes  # only writing needs it

    if not (_LANGUAGE.fullmatch(value) and langcodes.tag_is_valid(value)):
        raise ValidationError("use a BCP 47 language tag such as nl or pt-BR, and yue, not zh-yue")


def email(value: str) -> None:
    """An e-mail address by syntax; nothing is looked up."""
    import email_validator  # only writing needs it

    try:
        # A letter of another script looks like one of ours and leads to somebody else, so both sides are ASCII.
        email_validator.validate_email(value, check_deliverability=False, allow_smtputf8=False)
        value.encode("ascii")
    except (email_validator.EmailNotValidError, UnicodeEncodeError):
        raise ValidationError("not an e-mail address; write it like info@example.org") from None


def web_address(value: str) -> None:
    """An https address of a public host, without a name, a password or a port."""
    plain_text(value)
    try:
        parts = urlsplit(value)
    except ValueError:  # brackets that hold no IPv6 address
        raise ValidationError("must name a public host") from None
    host = parts.hostname or ""
    if parts.scheme != "https" or " " in value:
        raise ValidationError("write a whole web address that starts with https://")
    if parts.netloc != host:
        raise ValidationError("must hold a plain host name in small letters: no user, password or port")
    if _is_address(host) or not _HOST.fullmatch(host) or host.endswith(_NOT_PUBLIC):
        raise ValidationError("must name a public host")


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def opening_hours(value: str) -> None:
    """The opening_hours syntax of OpenStreetMap."""
    plain_text(value)
    import opening_hours as osm  # only writing needs it: 3 MB that a worker that reads never pays

    if not osm.validate(value):
        raise ValidationError("not in OpenStreetMap's opening_hours syntax, such as Mo-Fr 09:00-17:00; PH off")


def timezone(value: str) -> None:
    """A name of the IANA time zone database."""
    if value not in _timezones():
        raise ValidationError("use an IANA time zone such as Europe/Brussels")


@cache
def _timezones() -> frozenset[str]:
    return frozenset(zoneinfo.available_timezones())  # walks through a folder of files each time


def day(value: str) -> None:
    """A calendar day, YYYY-MM-DD."""
    try:
        written = date.fromisoformat(value).isoformat()
    except ValueError:
        written = None
    if written != value:
        raise ValidationError("write a day as YYYY-MM-DD")


def month(value: str) -> None:
    """A calendar month, YYYY-MM."""
    try:
        day(value + "-01")
    except ValidationError:
        raise ValidationError("write a month as YYYY-MM") from None


def international_number(value: str) -> None:
    """A phone number in E.164 that its country gives out."""
    _refuse(fault_in_number(value))


def dialled_number(value: str) -> None:
    """A short number such as 112, or one in E.164."""
    _refuse(fault_in_number(value, short_allowed=True))


def _refuse(fault: str | None) -> None:
    if fault:
        raise ValidationError(fault)


def display_agrees(data: Mapping[str, Any]) -> None:
    """The printed form must name the same number: a second writing catches a mistyped digit."""
    number, display = data.get("number"), data.get("display")
    if number and display and not same_number(number, display):
        raise ValidationError("does not name the same number as `number`; one of the two has a wrong digit", "display")


def number_or_address(given: Any) -> None:
    """A helpline is a number or a web address, never both and never neither; a faulty one is given all the same."""
    if isinstance(given, dict) and ("number" in given) == ("url" in given):
        raise ValidationError("give either a number or a url", "number")


def subdivision_in_country(data: Mapping[str, Any]) -> None:
    """BE-BRU lies in BE."""
    address = data.get("address") or {}
    subdivision, country = address.get("subdivision"), address.get("country")
    if subdivision and country and not subdivision.startswith(country + "-"):
        raise ValidationError({"address": {"subdivision": ["must start with the country's code"]}})
    code = address.get("postal_code")
    if code and country and rule_for(country).key(tidy(code)) is None:
        raise ValidationError({"address": {"postal_code": [f"not written like a postcode of {country}"]}})


def hours_have_a_timezone(data: Mapping[str, Any]) -> None:
    """Opening hours without a time zone cannot be read."""
    if data.get("opening_hours") and not data.get("timezone"):
        raise ValidationError("required beside opening_hours", "timezone")


def sourced_members_exist(data: Mapping[str, Any], members: frozenset[str]) -> None:
    """`sources` names members of the record."""
    unknown = {name: ["names no member of the record"] for name in data.get("sources") or {} if name not in members}
    if unknown:
        raise ValidationError({"sources": unknown})


def has_an_emergency_number(helplines: Sequence[Any]) -> None:
    """Every answer carries the helplines, so there must be one to dial."""
    if not any(isinstance(line, dict) and line.get("kind") == "emergency" and line.get("number") for line in helplines):
        raise ValidationError("must hold a helpline of the kind emergency with a number")
