"""Read requests: parameters and bodies are checked, and every fault is told at once."""

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import count
from typing import Any, Self, cast

import marshmallow as ma
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType
from werkzeug.wrappers import Request

from directory_api.text import strict_json
from directory_api.text.errors import Fault, FaultCode, InputInvalid, Suggestion
from directory_api.text.normalize import similar_name

_UNKNOWN = "Unknown field."
# The fault of an unknown parameter or member begins with this.
UNKNOWN_NAME = "The name is unknown."
# Matches neither a postcode nor a coordinate.
_LETTERS = re.compile(r"[a-z][a-z_]{0,29}")
# Names that other APIs use for the same thing, after ours.
_SYNONYMS = (
    ("lat", "latitude"),
    ("lon", "lng", "long", "longitude"),
    ("accuracy_m", "accuracy", "precision"),
    ("postcode", "postal_code", "postalcode", "zip", "zipcode", "zip_code"),
    ("place", "q", "query", "city", "town", "locality", "address", "location"),
    ("places", "origins", "locations"),
    ("speaks", "lang", "language", "languages", "spoken_language"),
    ("prefer_speaks", "prefer_language", "preferred_language"),
    ("include", "fields", "expand", "members"),
    ("limit", "radius", "max_distance_m", "max_distance", "distance", "count", "per_page"),
)


class Coded(str):
    """The text of a fault, with its code; a text without one is about an invalid value."""

    __slots__ = ("code",)
    code: FaultCode

    def __new__(cls, text: str, code: FaultCode) -> Self:
        """Return the text with the code."""
        coded = super().__new__(cls, text)
        coded.code = code
        return coded


# The most faults of one request that are told.
MOST_TOLD = 20
_IN_BODY = Coded(
    "Send this in the JSON body: this route takes no parameters in its query.", FaultCode.CONFLICT
)
_PLAIN = {
    "Missing data for required field.": Coded("This field is required.", FaultCode.MISSING),
    "Field may not be null.": Coded(
        "The value must not be null. Leave the field out instead.", FaultCode.NULL
    ),
    "Not a valid string.": Coded("The value must be text.", FaultCode.TYPE_WRONG),
    "Not a valid list.": Coded("The value must be a list.", FaultCode.TYPE_WRONG),
    "Invalid input type.": Coded("The value must be a JSON object.", FaultCode.TYPE_WRONG),
}


def invalid_request(
    messages: Mapping[Any, Any],
    schema: ma.Schema,
    data: Any,
    *,
    in_body: bool,
    unknown: Iterator[int] | None = None,
) -> InputInvalid:
    """Return nested messages about what was sent as faults.

    Faults name the parameter in a query, and the JSON pointer (RFC 6901) in a body. `unknown`
    counts the unknown names of a request that has several such errors. The names that are meant by
    these are suggested, without a value: it may be a place.
    """
    unknown = count() if unknown is None else unknown
    similar = list[str]()
    position = "member {} of the object" if in_body else "parameter {} of the query"
    faults = [
        Fault(detail, pointer="".join(f"/{step}" for step in path), code=_code(detail))
        if in_body
        else Fault(detail, parameter=path[-1] if path else None, code=_code(detail))
        for path, detail in _walk(
            messages, schema, data, (), f" It is {position}.", unknown, similar
        )
    ]
    error = InputInvalid.of(faults, "the request", most=MOST_TOLD)
    error.suggestions = tuple(
        Suggestion(f"Did you mean {name}?", values={name: None}) for name in dict.fromkeys(similar)
    )
    return error


def _code(text: str) -> FaultCode:
    return text.code if isinstance(text, Coded) else FaultCode.VALUE_INVALID


def _walk(
    messages: Mapping[Any, Any],
    schema: Any,
    data: Any,
    path: tuple[str, ...],
    position: str,
    unknown: Iterator[int],
    all_similar: list[str],
) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield each fault, with the path to it; `unknown` counts the unknown names, and what they may
    mean is added to `all_similar`.
    """
    for name, below in _in_order(messages, data):
        here = path if name == ma.exceptions.SCHEMA else (*path, str(name))
        if _is_unknown(below):
            number = next(unknown)
            # To look for a similar one takes 0.05 ms.
            similar = _similar_names(str(name), schema.fields) if number < MOST_TOLD else []
            all_similar += similar
            hint = (
                f" Did you mean {' or '.join(similar)}?"
                if similar
                else " Nothing can be sent here."
                if not schema.fields
                else f" Use one of: {', '.join(schema.fields)}."
                if number == 0
                else ""
            )
            # The unknown name is repeated only if it resembles a known one: it could be a town's
            # name. Otherwise its position shows which one it is.
            is_repeated = similar and _LETTERS.fullmatch(str(name))
            where = "" if is_repeated else position.format([*data].index(name) + 1)
            detail = Coded(f"{UNKNOWN_NAME}{hint}{where}", FaultCode.NAME_UNKNOWN)
            yield here if is_repeated else path, detail
        elif isinstance(below, Mapping):
            inner = _schema_of(schema, name)
            yield from _walk(below, inner, data[name], here, position, unknown, all_similar)
        else:
            yield from ((here, _PLAIN.get(message, message)) for message in below)


def _in_order(messages: Mapping[Any, Any], data: Any) -> Iterator[tuple[Any, Any]]:
    """Yield the messages by name, the unknown names among them in the order of the request.

    marshmallow lists these in the order of a set, which differs between processes.
    """
    unknown = {name for name, below in messages.items() if _is_unknown(below)}
    ordered = iter([name for name in data if name in unknown] if unknown else ())
    for each, below in messages.items():
        name = next(ordered) if _is_unknown(below) else each
        yield name, messages[name]


def _is_unknown(below: Any) -> bool:
    return isinstance(below, list) and _UNKNOWN in below


def _similar_names(name: str, known: Collection[str]) -> list[str]:
    """Return the names for the same thing, else a similar one, if there is one."""
    lower = name.casefold()
    same = [other for names in _SYNONYMS if lower in names for other in names if other in known]
    similar = None if same else similar_name(name, known)
    return [similar] if similar else same


def _schema_of(schema: Any, name: Any) -> Any:
    """Return the schema of a member. The items of a list have the schema of the list."""
    field = schema.fields.get(name)
    if isinstance(field, ma.fields.List):
        field = field.inner
    return field.schema if isinstance(field, ma.fields.Nested) else schema


# More than any request needs; refuses larger ones before each member is checked.
MOST_MEMBERS = 50
_TOO_MANY = Coded(f"Send at most {MOST_MEMBERS} fields.", FaultCode.TOO_MANY)
_REPEATED = Coded("The parameter was sent more than once. Send it once.", FaultCode.REPEATED)


class RequestSchema(ma.Schema):
    """A request's parameters or body: no unknown members, none twice."""

    class Meta:
        """Refuse unknown members."""

        unknown = ma.RAISE

    def faults_of_several(self, data: Mapping[str, Any]) -> dict[str, list[str]]:
        """Return the faults that several members have together, by the name of one of them."""
        return {}

    @ma.validates_schema(skip_on_field_errors=False, pass_original=True)
    def _several(self, _data: Any, data: Any, **_: Any) -> None:
        faults = self.faults_of_several(data) if isinstance(data, Mapping) else {}
        if faults:
            raise ma.ValidationError(faults)

    def load(self, data: Any, **options: Any) -> Any:
        """Load a MultiDict or a JSON object.

        Raises marshmallow's ValidationError with every fault.
        """
        if isinstance(data, Mapping) and len(data) > MOST_MEMBERS:
            raise ma.ValidationError({ma.exceptions.SCHEMA: [_TOO_MANY]})
        doubled: dict[str, list[str]] = {}
        if isinstance(data, MultiDict):
            doubled = {name: [_REPEATED] for name, values in data.lists() if len(values) > 1}
            data = data.to_dict()
        loaded = None if doubled else self.valid(data)
        if loaded is not None:
            return loaded
        try:
            loaded = super().load(data, **options)
        except ma.ValidationError as error:
            found = cast("dict[str, Any]", error.messages)
            raise ma.ValidationError(
                found | {name: found.get(name, []) + doubled[name] for name in doubled},
                data=data,
                valid_data=error.valid_data,
            ) from None
        if doubled:
            raise ma.ValidationError(doubled)
        return loaded

    def valid(self, data: Any) -> dict[str, Any] | None:
        """Return the same as marshmallow's load, which looks for every fault and takes six times as
        long; None if there is a fault.
        """
        if not isinstance(data, Mapping) or self.faults_of_several(data):
            return None
        loaded: dict[str, Any] = {}
        known = 0
        for name, field in self.fields.items():
            if name in data:
                known += 1
                try:
                    loaded[name] = field.deserialize(data[name], name, data)
                except ma.ValidationError:
                    return None
            elif field.required:
                return None
            elif field.load_default is not ma.missing:
                loaded[name] = field.load_default
        return loaded if known == len(data) else None


def read_fields(request: Request, schema: ma.Schema, *, in_body: bool) -> Any:
    """Return the parameters of the query, or the members of the JSON object in the body, checked by
    this one schema. Raises InputInvalid with every fault, also if there is a query beside a body.
    """
    if in_body and request.args:
        messages = {
            name: [_IN_BODY if name in schema.fields else _UNKNOWN] for name in request.args
        }
        raise invalid_request(messages, schema, request.args, in_body=False)
    data = (
        strict_json.parse(read_body(request, ("application/json",), strict_json.BODY_BYTES))
        if in_body
        else request.args
    )
    try:
        return schema.load(data)
    except ma.ValidationError as error:
        messages = cast("dict[str, Any]", error.messages)
        invalid = invalid_request(messages, schema, error.data, in_body=in_body)
        # That of a query is read where the error is told.
        lang = data.get("lang") if in_body and isinstance(data, Mapping) else None
        raise invalid.in_language(lang if isinstance(lang, str) else None) from None


class MediaTypeRefused(UnsupportedMediaType):
    """The body has a media type that the route does not accept; `types` are the accepted ones."""

    def __init__(self, types: Collection[str], method: str) -> None:
        super().__init__()
        self.types = tuple(types)
        self.advice = f"Send the body with Content-Type: {' or '.join(types)}."
        self._is_patch = method == "PATCH"

    def get_headers(self, *environ: Any) -> list[tuple[str, str]]:
        """Return the headers of the response; PATCH has Accept-Patch (RFC 5789, section 2.2)."""
        patch = [("Accept-Patch", ", ".join(self.types))] if self._is_patch else []
        return [*super().get_headers(*environ), *patch]


class ContentCodingRefused(UnsupportedMediaType):
    """The body has a content coding, such as gzip; no body is decompressed."""

    advice = "Send the body as it is, without Content-Encoding."

    def get_headers(self, *environ: Any) -> list[tuple[str, str]]:
        """Return the headers of the response (RFC 9110, section 15.5.16)."""
        return [*super().get_headers(*environ), ("Accept-Encoding", "identity")]


def refuse_content_coding(request: Request) -> None:
    """Raise ContentCodingRefused if the body of the request is compressed."""
    codings = request.headers.get("Content-Encoding", "").split(",")
    is_coded = any(coding.strip().lower() not in ("", "identity") for coding in codings)
    if is_coded and (request.content_length or "Transfer-Encoding" in request.headers):
        raise ContentCodingRefused


class BodyTooLarge(RequestEntityTooLarge):
    """The body has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        large = f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} KB"
        self.advice = f"Send at most {large}."


def read_body(request: Request, types: Collection[str], limit: int) -> bytes:
    """Return the body of a request, if it has one of these media types.

    Raises MediaTypeRefused (415), BodyTooLarge (413), and BadRequest if the body is incomplete.
    """
    if request.mimetype not in types:
        raise MediaTypeRefused(types, request.method)
    return whole_body(request, limit)


def whole_body(request: Request, limit: int) -> bytes:
    """Return the body, of any media type.

    Raises BodyTooLarge (413), and BadRequest if the body is incomplete.
    """
    # Werkzeug cuts a chunked body at this length without an error. The extra byte shows that the
    # body was longer.
    request.max_content_length = limit + 1
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise BodyTooLarge(limit) from None
    # The exception for an invalid chunked body depends on the server.
    except Exception:
        raise BadRequest from None
    if len(body) > limit:
        raise BodyTooLarge(limit)
    return body
