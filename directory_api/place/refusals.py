"""The errors for postcodes of other countries, with what to do next."""

import re
from collections.abc import Container, Iterable, Sequence

from directory_api.place.postcode import PostcodeRule
from directory_api.text.errors import (
    CountryUnsupported,
    PostcodeForeign,
    PostcodeMalformed,
    Suggestion,
)

# Two numbers with decimals, as maps and phones show them: 50.85, 4.35 and 50,85° N 4,35° E.
_DEGREES = r"[-+]?[0-9]{1,3}[.,][0-9]{1,15} ?°? ?[NSEWO]?"
_COORDINATE = re.compile(rf" *{_DEGREES} *[ ,;/] *{_DEGREES} *", re.ASCII | re.IGNORECASE)
_COUNTRY = re.compile("[A-Z]{2}", re.ASCII)
# No postcode and no name of a place is so long.
_LONGEST_COORDINATE = 60


def is_coordinate(text: str) -> bool:
    """Return whether a text has the form of a coordinate."""
    return len(text) <= _LONGEST_COORDINATE and _COORDINATE.fullmatch(text) is not None


def of_coordinate() -> PostcodeMalformed:
    """Return the error for a coordinate in the place of a postcode. Its example is invented."""
    return PostcodeMalformed(
        "This is a coordinate. Send it as lat and lon, without postcode.",
        suggestions=[Suggestion("Send two numbers in degrees, such as lat=50.85 and lon=4.35.")],
    )


def foreign(
    home: PostcodeRule, others: Sequence[PostcodeRule], listed: Container[str]
) -> PostcodeForeign:
    """Return the error for a text that other countries write so. `listed` are the countries that
    have a table.
    """
    names = " or ".join(rule.name for rule in others)
    known = [
        of_country(rule)
        if rule.country in listed
        else Suggestion(
            f"If it is a postcode of {rule.name}, which this directory does not have, "
            "send lat and lon instead.",
            country=rule.country,
        )
        for rule in others
    ]
    is_listed = any(rule.country in listed for rule in others)
    return PostcodeForeign(
        f"This has the form of a postcode of {names}, not of {home.name}. "
        f"{'Send the country, too, or send' if is_listed else 'Send'} lat and lon instead.",
        suggestions=known,
        countries=tuple(rule.country for rule in others),
    )


def unsupported(country: str, others: Iterable[str]) -> CountryUnsupported:
    """Return the error for a country without postcodes, with those that have some."""
    return CountryUnsupported(
        "The directory has no postcodes of this country. Send lat and lon instead, or "
        "another country.",
        suggestions=[Suggestion(f"Send country={each}.", country=each) for each in others],
        # What is no code is not repeated in the answer: it may be anything.
        countries=(country,) if _COUNTRY.fullmatch(country) else (),
    )


def too_far(
    rule: PostcodeRule, home: PostcodeRule, within_km: int, suggestions: Sequence[Suggestion]
) -> PostcodeForeign:
    """Return the error for a postcode of a neighbour that may exist: its table has only those near
    the border.
    """
    return PostcodeForeign(
        f"The directory has the postcodes of {rule.name} within {within_km} km of "
        f"{home.name}, and this is none of them. Check it, or send lat and lon instead.",
        suggestions=suggestions,
        countries=(rule.country,),
    )


def of_country(rule: PostcodeRule) -> Suggestion:
    """Suggest to send the country of a postcode."""
    return Suggestion(
        f"If it is a postcode of {rule.name}, send country={rule.country}, too.",
        country=rule.country,
    )


def name_of_country(rule: PostcodeRule) -> Suggestion:
    """Suggest to send the country of a place whose name was typed."""
    return Suggestion(
        f"If it is the name of a place in {rule.name}, send country={rule.country}, too.",
        country=rule.country,
    )
