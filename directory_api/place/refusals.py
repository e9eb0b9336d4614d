"""The errors for postcodes of other countries, with what to do next."""

import re
from collections.abc import Container, Iterable, Sequence

from directory_api.place.postcode import PostcodeRule
from directory_api.text.errors import (
    CountryUnsupported,
    PlaceUnknown,
    PostcodeForeign,
    Suggestion,
)

# Two numbers with decimals, as maps and phones show them: 50.85, 4.35 and 50,85° N 4,35° E. O is
# east in Dutch and west in French, so no coordinate has it.
_DEGREES = r"([-+]?[0-9]{1,3}[.,][0-9]{1,15}) ?°?"
_COORDINATE = re.compile(
    rf" *{_DEGREES} ?([NS]?) *[ ,;/] *{_DEGREES} ?([EW]?) *", re.ASCII | re.IGNORECASE
)
_COUNTRY = re.compile("[A-Z]{2}", re.ASCII)
# No postcode and no name of a place is so long.
_LONGEST_COORDINATE = 60
_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180


def coordinate_in(text: str) -> tuple[float, float] | None:
    """Return the latitude and the longitude that a user typed; None if a text is no coordinate."""
    found = _COORDINATE.fullmatch(text) if len(text) <= _LONGEST_COORDINATE else None
    if not found:
        return None
    lat, lon = (float(found[number].replace(",", ".")) for number in (1, 3))
    lat = -lat if found[2] in ("S", "s") else lat
    lon = -lon if found[4] in ("W", "w") else lon
    return (lat, lon) if abs(lat) <= _MOST_LATITUDE and abs(lon) <= _MOST_LONGITUDE else None


def no_code(rule: PostcodeRule) -> PlaceUnknown:
    """Return the error for a text that is no postcode of any country. Its example is invented."""
    example = f", such as {rule.example}" if rule.example else ""
    return PlaceUnknown(
        f"This does not have the form of a postcode of {rule.name}{example}. Send the name of a "
        "place or an address as place, and a coordinate as lat and lon.",
        countries=(rule.country,),
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
            values={"lat": None, "lon": None},
        )
        for rule in others
    ]
    is_listed = any(rule.country in listed for rule in others)
    return PostcodeForeign(
        f"This has the form of a postcode of {names}, not of {home.name}. "
        f"{'Send the country, too, or send' if is_listed else 'Send'} lat and lon instead.",
        suggestions=known,
        countries=tuple(rule.country for rule in others),
        reason="" if is_listed else "country-unsupported",
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


def too_far(rule: PostcodeRule, home: PostcodeRule, within_km: int) -> PostcodeForeign:
    """Return the error for a postcode of a neighbour that may exist: its table has only those near
    the border, so what is similar there is rarely what was meant.
    """
    return PostcodeForeign(
        f"The directory has the postcodes of {rule.name} within {within_km} km of "
        f"{home.name}, and this is none of them. Check it, or send lat and lon instead.",
        countries=(rule.country,),
        reason="postcode-far",
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
