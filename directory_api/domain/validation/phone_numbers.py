"""What the tables of phone numbers say about a number: whether it exists, and its country.

Only writes need them.
"""

import re
from functools import lru_cache
from typing import NamedTuple

_SHORT = re.compile(r"[0-9]{2,6}", re.ASCII)
_E164 = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)


def fault_in_number(number: str, *, short_allowed: bool = False) -> str | None:
    """Return why this number cannot be dialled, or None.

    With `short_allowed`, a short number is valid as dialled: 112 must not become +32112.
    """
    if short_allowed and _SHORT.fullmatch(number):
        return None
    if not _E164.fullmatch(number):
        return "Write the number in international form with digits only, such as +3225116464."
    return _looked_up(number).fault


def country_of(number: str) -> str | None:
    """Return the country (ISO 3166-1) that assigned the number.

    None if there is no single country, as for +800. `number` is in E.164, as accepted by
    fault_in_number.
    """
    return _looked_up(number).country


class _Number(NamedTuple):
    """What the tables of phone numbers say about a number in E.164."""

    fault: str | None
    country: str | None = None
    national: str = ""


# Of a record that is checked, the warnings and the printed form need the same number again.
@lru_cache(maxsize=1_000)
def _looked_up(number: str) -> _Number:
    # Imported here because only writes need it: its tables take 3 MB and 20 ms.
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return _Number("The number begins with a country code that does not exist.")
    region = phonenumbers.region_code_for_number(parsed)
    fault = None
    if not phonenumbers.is_possible_number(parsed):
        fault = "The number has too few or too many digits for its country."
    # As `is_valid_number` does, which looks for the region, too.
    elif not (region and phonenumbers.is_valid_number_for_region(parsed, region)):
        fault = "No such number exists in its country. Check each digit."
    country = None if region == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY else region
    return _Number(fault, country, phonenumbers.national_significant_number(parsed))


def same_number(number: str, display: str) -> bool:
    """Return whether the printed form is the same number.

    For a number in E.164 the printed form may be +32 2 ..., 0032 2 ... or the national form 02 ...;
    a short number is compared as it is. `number` is one that fault_in_number accepts.
    """
    printed = "".join(letter for letter in display.replace("(0)", "") if letter.isdigit())
    digits = number.lstrip("+")
    if display.startswith("+") or not number.startswith("+"):
        return printed == digits
    national = _looked_up(number).national
    return printed in (f"00{digits}", f"0{national}", national)
