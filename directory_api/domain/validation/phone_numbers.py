"""Validation of phone numbers: E.164 with the phonenumbers library, and short numbers."""

import re

_SHORT = re.compile(r"[0-9]{2,6}", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def fault_in_number(number: str, *, short_allowed: bool = False) -> str | None:
    """Return why this number cannot be dialled, or None.

    With `short_allowed`, a short number is valid as dialled: 112 must not become +32112.
    """
    if short_allowed and _SHORT.fullmatch(number):
        return None
    if not _E164.fullmatch(number):
        return "write the number in international form with digits only, such as +3225116464"
    # Imported here because only writes need it: its tables take 3 MB and 20 ms.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return "the number starts with no country code that exists"
    if not phonenumbers.is_possible_number(parsed):
        return "the number has too few or too many digits for its country"
    if not phonenumbers.is_valid_number(parsed):
        return "no such number is given out in its country; check each digit"
    return None


def country_of(number: str) -> str | None:
    """Return the country (ISO 3166-1) that assigned the number.

    None if there is no single country, as for +800. `number` is in E.164, as accepted by
    fault_in_number.
    """
    import phonenumbers  # only writes need it

    region = phonenumbers.region_code_for_number(phonenumbers.parse(number))
    return None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region


def same_number(number: str, display: str) -> bool:
    """Return whether the printed form is the same number.

    For a number in E.164 the printed form may be +32 2 ..., 0032 2 ... or the national form 02 ...;
    a short number is compared as it is. `number` is one that fault_in_number accepts.
    """
    printed = "".join(letter for letter in display.replace("(0)", "") if letter.isdigit())
    digits = number.lstrip("+")
    if display.startswith("+") or not number.startswith("+"):
        return printed == digits
    import phonenumbers  # only writes need it

    national = phonenumbers.national_significant_number(phonenumbers.parse(number))
    return printed in (f"00{digits}", f"0{national}", national)
