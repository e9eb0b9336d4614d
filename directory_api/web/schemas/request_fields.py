"""Types of request fields (marshmallow): numbers have ASCII digits, and no message repeats a value.
At the end are the fields of a place.

tools/openapi/document.py says what each type is in OpenAPI.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from directory_api.place.geometry import parse_degrees
from directory_api.record.validators import canonical_language
from directory_api.search.query import split_tags
from directory_api.text.errors import FaultCode
from directory_api.text.translations import is_language, official_languages
from directory_api.web.http.parsing import Coded, RequestSchema
from directory_api.web.schemas.members import NOT_ONE_TEXT

_EXCHANGED = "Did you mean lat and lon the other way round?"
_MOST_LATITUDE, _MOST_LONGITUDE = 90, 180


class Degrees(fields.Field[Decimal]):
    """Decimal degrees as text (query) or JSON number, with all digits."""

    def __init__(self, limit: int, **options: Any) -> None:
        super().__init__(**options)
        self.limit = limit

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> Decimal:
        # abs() would overflow with 1e999999999.
        if isinstance(value, Decimal) and value.copy_abs() <= self.limit:
            # A program writes the smallest numbers with an exponent, such as 5.96e-8.
            exponent = int(value.as_tuple().exponent)
            value = value.quantize(_FINEST) if exponent < -_MOST_DECIMALS else value
        try:
            degrees = parse_degrees(_number_text(value))
        except ValueError as error:
            raise ma.ValidationError(str(error)) from None
        if abs(degrees) > self.limit:
            fault = f"Write a number of degrees from -{self.limit} to {self.limit}."
            if attr == "lat" and abs(degrees) <= _MOST_LONGITUDE and _is_latitude(data):
                fault = Coded(f"{fault} {_EXCHANGED}", FaultCode.COORDINATES_EXCHANGED)
            raise ma.ValidationError(fault)
        return degrees


def _is_latitude(data: Any) -> bool:
    """Return whether the longitude of a request is a latitude, too."""
    try:
        return abs(parse_degrees(_number_text(data["lon"]))) <= _MOST_LATITUDE
    except (KeyError, ValueError):
        return False


class Whole(fields.Field[int]):
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


def _number_text(value: Any) -> str:
    """Return text and JSON numbers as text; for other types, a text that is not a number."""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return _NO_NUMBER
    if isinstance(value, Decimal):
        # Without this limit, writing out 1e999999999 would take a gigabyte.
        return format(value, "f") if -_MOST_DIGITS < value.adjusted() < _MOST_DIGITS else _NO_NUMBER
    return str(value)


# As many as parse_degrees accepts.
_MOST_DECIMALS = 20
_FINEST = Decimal(1).scaleb(-_MOST_DECIMALS)
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
        error_messages={"invalid": NOT_ONE_TEXT.format("ar,fr")},
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


# Text longer than a place name still reaches the gazetteer, which reports a malformed postcode.
LONGEST_POSTCODE = 20_000


_NO_PLACE = Coded("Send a postcode, or lat and lon.", FaultCode.MISSING)
_TWO_PLACES = Coded("Send either a postcode or lat and lon, not both.", FaultCode.CONFLICT)
_HALF_A_PLACE = Coded("Send both lat and lon.", FaultCode.MISSING)


class PlaceFields(RequestSchema):
    """A place: a postcode with its country, or a coordinate."""

    postcode = ShortText(
        LONGEST_POSTCODE,
        metadata={
            "description": "A postcode as people write it: 1000, B-1000 or 1000 Brussel. The name "
            "of a place is enough, such as Gent: of several, the municipality is meant.",
            "example": "1000",
        },
    )
    country = country(
        metadata={
            "description": "The country of the postcode (ISO 3166-1), by default the directory's. "
            "Any that the directory has no postcodes of is the problem country-unsupported, whose "
            "`suggestions` list those that it has.",
            "example": "BE",
        }
    )
    lat = Degrees(
        _MOST_LATITUDE,
        metadata={
            "description": "Latitude in degrees, WGS84. The number of digits sets the accuracy."
        },
    )
    lon = Degrees(_MOST_LONGITUDE, metadata={"description": "Longitude in degrees, WGS84."})

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _one_place(self, data: Mapping[str, Any], original: Any, **_: Any) -> None:
        if not isinstance(original, Mapping):
            return
        given = {name for name in ("postcode", "lat", "lon") if name in original}
        faults: dict[str, list[str]] = {}
        if not given:
            faults["postcode"] = [_NO_PLACE]
        elif "postcode" in given and len(given) > 1:
            faults["postcode"] = [_TWO_PLACES]
        elif "postcode" not in given:
            missing = {"lat", "lon"} - given
            faults = {name: [_HALF_A_PLACE] for name in missing}
        if faults:
            raise ma.ValidationError(faults)
