"""What the tables of phone numbers (libphonenumber) say about a number.

Numbers are in E.164, or short numbers as dialled: 112 must not become +32112.
"""

import re
from functools import cache, lru_cache
from typing import NamedTuple

from directory_api.text.message import Message

_SHORT = re.compile(r"[0-9]{2,6}", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# As people write one. The spaces and the hyphen are those that texts and web pages have, too.
_TYPED = re.compile(r"[0-9+()./\u00a0\u202f\u2009\u2010\u2011\u2012\u2013 -]+", re.ASCII)


def fault_in_number(number: str, *, short_allowed: bool = False) -> Message | None:
    """Return why this number cannot be dialled, or None.

    With `short_allowed`, a short number is valid as dialled: 112 must not become +32112.
    """
    if short_allowed and _SHORT.fullmatch(number):
        return None
    if not _E164.fullmatch(number):
        return Message(
            "Write the number in international form with digits only, such as +442079460123."
        )
    return _looked_up(number).fault


def dialled(typed: str, country: str) -> str:
    """Return a number that was typed in any usual form, such as `03 201 16 90` or `0032 3 ...`, in
    E.164; `country` (ISO 3166-1) is that in which it would be dialled so.

    What is no such number, and a short number, is returned as it is.
    """
    import phonenumbers  # see _looked_up

    if _SHORT.fullmatch(typed) or not _TYPED.fullmatch(typed):
        return typed
    try:
        parsed = phonenumbers.parse(typed.replace("(0)", ""), country)
    except phonenumbers.NumberParseException:
        return typed
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def printed(number: str, *, is_national: bool = False) -> str:
    """Return a number in E.164 as people read it, in the form of its own country or in the
    international one; any other text as it is.
    """
    if not _E164.fullmatch(number) or _looked_up(number).fault:
        return number
    if is_national:
        return _looked_up(number).printed
    import phonenumbers  # see _looked_up

    international = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(phonenumbers.parse(number), international)


@cache
def example(country: str) -> str:
    """Return a number in E.164 that is recognisably made up, such as +3212345678: the example that
    the tables have for a country (ISO 3166-1), else a British one that is kept for drama.
    """
    import phonenumbers  # see _looked_up

    number = phonenumbers.example_number(country) if country else None
    e164 = phonenumbers.PhoneNumberFormat.E164
    return phonenumbers.format_number(number, e164) if number else "+442079460123"


def country_of(number: str) -> str | None:
    """Return the country (ISO 3166-1) that assigned the number.

    None if there is no single country, as for +800, and for a short number.
    """
    return None if _SHORT.fullmatch(number) else _looked_up(number).country


def is_premium_rate(number: str) -> bool:
    """Return whether callers pay extra, as for 0900."""
    return not _SHORT.fullmatch(number) and _looked_up(number).is_premium_rate


class _Number(NamedTuple):
    """What the tables of phone numbers say about a number in E.164."""

    fault: Message | None
    country: str | None = None
    # The digits from the area code on, and the usual printed form in its own country.
    national: str = ""
    printed: str = ""
    # What is dialled before `national` in its own country; nothing in some countries.
    prefix: str = ""
    is_premium_rate: bool = False


# Of a record that is checked, the warnings and the printed form need the same number again.
@lru_cache(maxsize=1_000)
def _looked_up(number: str) -> _Number:
    # Imported here, as below: its tables take 3 MB and 20 ms, and most servers that only read do
    # without them.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return _Number(Message("The number begins with a country code that does not exist."))
    region = phonenumbers.region_code_for_number(parsed)
    fault = None
    if not phonenumbers.is_possible_number(parsed):
        fault = Message("The number has too few or too many digits for its country.")
    # As `is_valid_number` does, which looks for the region, too.
    elif not (region and phonenumbers.is_valid_number_for_region(parsed, region)):
        fault = Message("No such number exists in its country. Check each digit.")
    country = None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region
    return _Number(
        fault,
        country,
        phonenumbers.national_significant_number(parsed),
        phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL),
        (region and phonenumbers.ndd_prefix_for_region(region, True)) or "",
        phonenumbers.number_type(parsed) == phonenumbers.PhoneNumberType.PREMIUM_RATE,
    )


def fault_in_display(number: str, display: str) -> Message | None:
    """Return why the printed form is not the same number, or None.

    For a number in E.164 the printed form may be +32 2 ..., 0032 2 ... or the national form 02 ...;
    a short number is compared as it is. `number` is one that fault_in_number accepts.
    """
    printed = _digits(display.replace("(0)", ""))
    digits = number.lstrip("+")
    if display.startswith("+") or not number.startswith("+"):
        return None if printed == digits else _OTHER_NUMBER
    known = _looked_up(number)
    if printed in (f"00{digits}", _digits(known.printed), f"{known.prefix}{known.national}"):
        return None
    if printed == known.national:
        return Message(
            "The beginning of the number is missing. Write {number}.", number=known.printed
        )
    return _OTHER_NUMBER


_OTHER_NUMBER = Message(
    "This is not the same number as the one that is called. Correct the one that has a wrong digit."
)


def _digits(printed: str) -> str:
    return "".join(letter for letter in printed if letter.isdigit())


def is_emergency_number(number: str, country: str) -> bool:
    """Return whether this is an emergency number of a country (ISO 3166-1), or the tables do not
    know those of the country, as of some islands.
    """
    import phonenumbers  # see _looked_up

    return not _emergency_pattern(country) or phonenumbers.is_emergency_number(number, country)


# Longer ones are rare, and looking for them takes a second.
_LONGEST_EMERGENCY_NUMBER = 4


@cache
def emergency_numbers(country: str) -> tuple[str, ...]:
    """Return the emergency numbers of a country (ISO 3166-1) of up to four digits."""
    pattern = _emergency_pattern(country)
    return tuple(
        number
        for length in range(2, _LONGEST_EMERGENCY_NUMBER + 1)
        for number in (f"{digits:0{length}}" for digits in range(10**length))
        if re.fullmatch(pattern, number)
    )


def _emergency_pattern(country: str) -> str:
    from phonenumbers import PhoneMetadata  # see _looked_up

    metadata = PhoneMetadata.short_metadata_for_region(country)
    return (metadata and metadata.emergency and metadata.emergency.national_number_pattern) or ""


def is_unknown_short_number(number: str, country: str) -> bool:
    """Return whether this is a short number that a country (ISO 3166-1) does not have, as far as
    the tables know.

    They lack some of the European numbers that begin with 116, such as 116016 in Germany.
    """
    import phonenumbers  # see _looked_up

    metadata = phonenumbers.PhoneMetadata.short_metadata_for_region(country)
    if metadata is None or number.startswith("116") or not _SHORT.fullmatch(number):
        return False
    parsed = phonenumbers.parse(number, country)
    return not phonenumbers.is_valid_short_number_for_region(parsed, country)
