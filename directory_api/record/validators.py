"""Validators for single values of a record; consistency.py compares them with one another.

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
from directory_api.hours.syntax import parse_hours
from directory_api.record import phone_numbers
from directory_api.text.message import Message

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


class DegreesField(fields.Field[float]):
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
            Message("Write only digits, spaces and + ( ) . / -, such as +44 20 7946 0123.")
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


def web_address_fault(value: str) -> str | None:
    """Return why this is no web address, or None."""
    return _fault_of(web_address, value)


def plain_text_fault(value: str) -> str | None:
    """Return why this is not plain text, or None."""
    return _fault_of(plain_text, value)


def _fault_of(require: Callable[[str], None], value: str) -> str | None:
    try:
        require(value)
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


@lru_cache(maxsize=1000)
def canonical_language(tag: str) -> str:
    """Return a valid language tag in its canonical form (RFC 5646, section 4.5): fr for fra, he for
    iw, pt-BR for pt-br. Raises ValueError for a tag that is not well-formed.
    """
    import langcodes  # only writes and filters by language need it

    return langcodes.standardize_tag(tag)


class LanguageTag(fields.String):
    """A language tag (BCP 47), which is stored in its canonical form: visitors look for `fr`, and
    would not find `fra`.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=[language], post_load=[canonical_language], **options)


# Of each list, each mapping and the unknown members of a record. One with more is no record, or an
# attack: a fault takes 40 µs, and 3 MB can have a million.
MOST_FAULTS_OF_A_LIST = 20


class LimitedList(fields.List[Any]):
    """A list of which nothing is read after `most_faults` entries with faults."""

    def __init__(
        self,
        entries: fields.Field[Any],
        *,
        most_faults: int = MOST_FAULTS_OF_A_LIST,
        **options: Any,
    ) -> None:
        super().__init__(entries, **options)
        self._most_faults = most_faults

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **options: Any
    ) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        loaded: list[Any] = []
        faults: dict[int, Any] = {}
        for index, entry in enumerate(value):
            try:
                loaded.append(self.inner.deserialize(entry, **options))
            except ValidationError as error:
                if error.valid_data is not None:
                    loaded.append(error.valid_data)
                faults[index] = error.messages
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
                faults |= cast("dict[Any, Any]", error.messages)
                if len(faults) == MOST_FAULTS_OF_A_LIST:
                    break
        if faults:
            raise ValidationError(faults, valid_data=loaded)
        return loaded


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


def email(value: str) -> None:
    """Require the syntax of an e-mail address; no DNS lookup."""
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
        hours = parse_hours(value)
    except ValueError as error:
        raise ValidationError(
            Message(
                "These opening hours cannot be read. Write them like Mo-Fr 09:00-17:00; PH off. "
                "{reason}",
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
        raise ValidationError(Message("Use a time zone of the IANA list, such as Europe/Paris."))


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


def has_an_emergency_number(helplines: Sequence[Any]) -> None:
    """Require an emergency number: every answer contains the helplines."""
    if not any(
        isinstance(line, dict) and line.get("kind") == "emergency" and line.get("number")
        for line in helplines
    ):
        raise ValidationError(
            Message("There must be a helpline of the kind emergency that has a number.")
        )
