"""Types of request fields (marshmallow): numbers have ASCII digits, and no message repeats a value.
At the end are the fields of a place.

tools/openapi/document.py says what each type is in OpenAPI.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from math import ceil
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.place.geometry import parse_degrees
from directory_api.record.validators import canonical_language
from directory_api.search.query import USUAL_ACCURACY_M, split_tags
from directory_api.text.errors import FaultCode
from directory_api.text.translations import is_language, official_languages
from directory_api.web.http.parsing import Coded, RequestSchema

# For a caller who sends a list where a query has one text.
_NOT_ONE_TEXT = 'The value must be one text, with commas between its words: "{}".'
_EXCHANGED = "Did you mean lat and lon the other way round?"
_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180


class Degrees(fields.Field[float]):
    """Decimal degrees as text (query) or JSON number."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> float:
        try:
            degrees = _degrees(value)
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None
        if abs(degrees) > self.limit:
            fault = f"Write a number of degrees from -{self.limit} to {self.limit}."
            if attr == "lat" and abs(degrees) <= _MOST_LONGITUDE and _is_latitude(data):
                fault = Coded(f"{fault} {_EXCHANGED}", FaultCode.COORDINATES_EXCHANGED)
            raise ma.ValidationError(fault)
        return degrees


def _degrees(value: Any) -> float:
    """Return degrees as text or as a JSON number. Raises ValueError."""
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    # Integers of hundreds of digits are no floats.
    return (
        float(Decimal(value))
        if is_number
        else parse_degrees(value if isinstance(value, str) else "")
    )


def _is_latitude(data: Any) -> bool:
    """Return whether the longitude of a request is a latitude, too."""
    try:
        return abs(_degrees(data["lon"])) <= _MOST_LATITUDE
    except (KeyError, ValueError):
        return False


class WholeNumber(fields.Field[int]):
    """An integer within bounds, as ASCII digits (query) or JSON number, which may be 18.0 (JSON
    Schema 2020-12, section 4.2.3).
    """

    def __init__(self, least: int, most: int, **options: Any) -> None:
        super().__init__(**options)
        self.least, self.most = least, most

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        text = _number_text(value)
        if isinstance(value, Decimal):
            text = re.sub(r"\.0+\Z", "", text)
        if not re.fullmatch(r"[0-9]{1,9}", text) or not self.least <= int(text) <= self.most:
            raise ma.ValidationError(f"Use a whole number from {self.least} to {self.most}.")
        return int(text)


class Metres(WholeNumber):
    """A number of metres up to `most`, rounded up: phones say how exact a position is with
    fractions.
    """

    def __init__(self, most: int, **options: Any) -> None:
        super().__init__(0, most, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> int:
        is_text = isinstance(value, str) and _METRES.fullmatch(value)
        is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
        # Compared before it is rounded: 1e999999999 as an integer would take a gigabyte.
        if not (is_text or is_number) or not 0 <= Decimal(value) <= self.most:
            raise ma.ValidationError(f"Use a number of metres from 0 to {self.most}.")
        return ceil(Decimal(value))


_METRES = re.compile(r"[0-9]{1,9}(\.[0-9]{1,20})?", re.ASCII)


def _number_text(value: Any) -> str:
    """Return text and JSON numbers as text; for other types, a text that is not a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return _NO_NUMBER
    if isinstance(value, Decimal):
        # Without this limit, writing out 1e999999999 would take a gigabyte.
        return format(value, "f") if -_MOST_DIGITS < value.adjusted() < _MOST_DIGITS else _NO_NUMBER
    return str(value)


_NO_NUMBER = "not a number"
_MOST_DIGITS = 25


_NO_TEXT = Coded("The value must be text. Put it in quotation marks.", FaultCode.TYPE_WRONG)


class ShortText(fields.Field[str]):
    """Text of at most `longest` characters."""

    def __init__(self, longest: int, **options: Any) -> None:
        super().__init__(**options)
        self.longest = longest

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> str:
        if not isinstance(value, str):
            raise ma.ValidationError(_NO_TEXT)
        if len(value) > self.longest:
            raise ma.ValidationError(f"Use at most {self.longest} characters.")
        return value


class Codes(fields.Field[tuple[str, ...]]):
    """Codes of a closed vocabulary, with commas between them."""

    longest = 200

    def __init__(self, codes: Iterable[str], **options: Any) -> None:
        super().__init__(**options)
        self.codes = tuple(codes)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> tuple[str, ...]:
        if not isinstance(value, str):
            example = ",".join(self.codes[:2])
            raise ma.ValidationError(Coded(_NOT_ONE_TEXT.format(example), FaultCode.TYPE_WRONG))
        if len(value) > self.longest:
            raise ma.ValidationError(f"Use at most {self.longest} characters.")
        codes = tuple(code.strip() for code in value.split(","))
        if not set(codes) <= {*self.codes}:
            raise ma.ValidationError(f"Use some of: {', '.join(self.codes)}.")
        return codes


class Several(fields.List[Any]):
    """A list of 1 to `most` items; `error` is the message for any other length.

    The length is checked before the items are.
    """

    def __init__(self, items: fields.Field[Any], most: int, error: str, **options: Any) -> None:
        super().__init__(items, validate=validate.Length(1, most, error=error), **options)
        self.most = most
        self.error = error

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> list[Any]:
        if isinstance(value, list) and len(value) > self.most:
            raise ma.ValidationError(self.error)
        return super()._deserialize(value, attr, data, **options)


class Separate(fields.Nested):
    """An object in a list of objects whose faults do not refuse the others.

    An object with faults is loaded as the ValidationError that has them; what is no object refuses
    the whole request.
    """

    def _load(self, value: Any, partial: Any = None) -> Any:
        try:
            return super()._load(value, partial=partial)
        except ma.ValidationError as error:
            if isinstance(value, Mapping):
                error.data = value  # marshmallow leaves it out
                return error
            raise


class Flag(fields.Field[bool]):
    """Exactly `true` or `false`, as text (query) or as JSON."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        if isinstance(value, bool):
            return value
        if value in ("true", "false"):
            return bool(value == "true")
        raise ma.ValidationError("Use true or false.")


_TIME = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?)(.*)",
    re.ASCII,
)
_OFFSET = re.compile(r"[Zz]|[+-][0-9]{2}:[0-9]{2}", re.ASCII)
EXAMPLE_TIME = "a time with its offset such as 2026-11-02T14:00:00+01:00 or 2026-11-02T13:00:00Z"


class Time(fields.Field[Any]):
    """A time (RFC 3339; seconds are optional) within `years`, as UTC."""

    expected = EXAMPLE_TIME
    years = (2000, 2099)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> datetime | str:
        found = _TIME.fullmatch(value) if isinstance(value, str) else None
        first, last = self.years
        if not found or not first <= int(found[1][:4]) <= last:
            raise ma.ValidationError(f"Use {self.expected}, from {first} to {last}.")
        day, clock, offset = found.groups()
        if not offset:
            raise ma.ValidationError(
                "The time has no offset from UTC. Add Z for UTC, or an offset such as +01:00 "
                "(in a URL %2B01:00)."
            )
        if not _OFFSET.fullmatch(offset):
            # In a URL a + means a space, so the offset of a time that was not encoded arrives as "
            # 01:00".
            raise ma.ValidationError(f"Use {self.expected}. In a URL, write the + as %2B.")
        try:
            return datetime.fromisoformat(f"{day}T{clock}{offset.upper()}").astimezone(UTC)
        # In UTC the first and the last day may be in the years 0 and 10000.
        except (ValueError, OverflowError):
            raise ma.ValidationError("This day or time does not exist.") from None


class Moment(Time):
    """`now`, or a time."""

    expected = f"now, or {EXAMPLE_TIME}"
    # Of ECMA-262. Which days a month has, it cannot say.
    pattern = (
        r"^(now|20[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]"
        r"([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\.[0-9]{1,9})?)?([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9]))$"
    )

    def _deserialize(
        self, value: Any, attr: str | None, data: Any, **options: Any
    ) -> datetime | str:
        return "now" if value == "now" else super()._deserialize(value, attr, data, **options)


def country(**options: Any) -> fields.String:
    """Return a field for an ISO 3166-1 country code."""
    check = validate.Regexp(
        r"\A[A-Za-z]{2}\Z", error="Use an ISO 3166-1 code of two letters, such as BE."
    )
    return fields.String(validate=check, **options)


def code_of(codes: Iterable[str], **options: Any) -> fields.String:
    """Return a field for a code of a closed vocabulary."""
    return fields.String(
        validate=validate.OneOf(list(codes), error="Use one of: {choices}."), **options
    )


_TAG = "[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,5}"
_MOST_TAGS = 20
_UNKNOWN = Coded(
    "There is no language with this code (BCP 47). /v1/languages lists those of the centres.",
    FaultCode.LANGUAGE_UNKNOWN,
)
_OF_A_COUNTRY = "This is the code of a country. Use the code of a language, such as {}."


def language_tag(**options: Any) -> fields.String:
    """Return a field for a language tag, also of an unknown language."""
    return fields.String(validate=_ONE_TAG, **options)


class _CanonicalTags(fields.String):
    """Language tags with commas between them, which are loaded in the canonical form of the stored
    ones: centres that speak `he` are also those for `iw`.
    """

    def deserialize(
        self,
        value: Any,
        attr: str | None = None,
        data: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> Any:
        """Return the canonical tags. Raises ValidationError."""
        loaded = super().deserialize(value, attr, data, **options)
        return ",".join(map(_canonical, split_tags(loaded))) if isinstance(loaded, str) else loaded


def _canonical(tag: str) -> str:
    try:
        return canonical_language(tag)
    # A tag whose first part is a language and whose rest has no meaning, such as fr-a.
    except ValueError:
        return tag


def known_language(**options: Any) -> fields.String:
    """Return a field for the tag of a language that exists.

    No centre speaks any other one, so a wrong code would leave out every centre.
    """
    return _CanonicalTags(validate=[_ONE_TAG, _must_exist], **options)


def known_languages(**options: Any) -> fields.String:
    """Return a field for the tags of languages that exist, with commas between them."""
    return _CanonicalTags(
        validate=[_SEVERAL_TAGS, _must_exist],
        error_messages={"invalid": _NOT_ONE_TEXT.format("ar,fr")},
        **options,
    )


_ONE_TAG = validate.Regexp(rf"\A{_TAG}\Z", error="Use a language tag (BCP 47) such as nl or pt-BR.")
_SEVERAL_TAGS = validate.Regexp(
    rf"\A{_TAG}( *, *{_TAG}){{0,{_MOST_TAGS - 1}}}\Z",
    error=f"Use at most {_MOST_TAGS} language tags (BCP 47) with commas between them: ar,fr.",
)


def _must_exist(text: str) -> None:
    unknown = [tag for tag in split_tags(text) if not is_language(tag)]
    if unknown:
        # A hint for each country, and one sentence for all other codes.
        raise ma.ValidationError([*dict.fromkeys(map(_fault, unknown))])


def _fault(tag: str) -> str:
    languages = official_languages(tag.partition("-")[0])
    if not languages:
        return _UNKNOWN
    return Coded(_OF_A_COUNTRY.format(", ".join(languages)), FaultCode.LANGUAGE_UNKNOWN)


# Text longer than a place name still reaches the gazetteer, which refuses it.
LONGEST_PLACE = 20_000
# Nobody is so far from where a phone believes to be.
MOST_ACCURACY_M = 1_000_000


_NO_PLACE = Coded("Send a postcode, a place, or lat and lon.", FaultCode.MISSING)
_TWO_PLACES = Coded("Send one of postcode, place, and lat with lon.", FaultCode.CONFLICT)
_HALF_A_PLACE = Coded("Send both lat and lon.", FaultCode.MISSING)
_NO_COORDINATE = Coded("Send it with lat and lon only.", FaultCode.CONFLICT)


class PlaceFields(RequestSchema):
    """A place: a postcode or a name with its country, or a coordinate."""

    postcode = ShortText(
        LONGEST_PLACE,
        metadata={
            "description": "A postcode alone, in any usual form: `1000`, `D-10115`, `NL-1012 AB`. "
            "For anything else that a person types, send `place`.",
            "example": "1000",
        },
    )
    place = ShortText(
        LONGEST_PLACE,
        metadata={
            "description": "What a person types: a postcode, a town, both, an address or "
            "`48.2,16.4`. Of several places with a name, the municipality counts; of an address, "
            "its postcode or town.",
            "example": "1000",
        },
    )
    country = country(
        metadata={
            "description": "The country of the postcode or place (ISO 3166-1), by default the "
            "directory's. Without postcodes of it, the answer is the problem country-unsupported, "
            "whose `did_you_mean` lists those that there are.",
            "example": "BE",
        }
    )
    lat = Degrees(_MOST_LATITUDE, metadata={"description": "Latitude in degrees, WGS84."})
    lon = Degrees(_MOST_LONGITUDE, metadata={"description": "Longitude in degrees, WGS84."})
    accuracy_m = Metres(
        MOST_ACCURACY_M,
        metadata={
            # No default: a generated client would send it with a postcode, too.
            "description": "How far from `lat` and `lon` the person may be, in metres, as a phone "
            f"says it; {USUAL_ACCURACY_M:,} if it is not sent.",
        },
    )

    def faults_of_several(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the faults of a missing, doubled or incomplete place."""
        named = [name for name in ("postcode", "place") if name in data]
        missing = [name for name in ("lat", "lon") if name not in data]
        if len(named) > 1 or (named and len(missing) < 2):
            return {named[0]: [_TWO_PLACES]}
        if named:
            return {"accuracy_m": [_NO_COORDINATE]} if "accuracy_m" in data else {}
        if len(missing) == 2:
            return {"postcode": [_NO_PLACE]}
        return {name: [_HALF_A_PLACE] for name in missing}
