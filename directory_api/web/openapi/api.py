"""The OpenAPI side of the routes (flask-smorest): the request parser with its faults, and the API.

decorators.py documents each route.
"""

import difflib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any, NoReturn, cast

import marshmallow as ma
from flask import Flask, Request, request
from flask_smorest import Api, Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge, UnsupportedMediaType

from directory_api import __version__
from directory_api.domain.errors import Fault, InputInvalid
from directory_api.domain.text import strict_json
from directory_api.domain.validation import validators
from directory_api.web.openapi.decorators import BEARER, View
from directory_api.web.schemas import requests, responses

_UNKNOWN = "Unknown field."
# The fault of an unknown parameter or member begins with this.
UNKNOWN_NAME = "The name is unknown."
# Matches neither a postcode nor a coordinate.
_LETTERS = re.compile(r"[a-z][a-z_]{0,29}")
MOST = 20
_PLAIN = {
    "Missing data for required field.": "This field is required.",
    "Field may not be null.": "The value must not be null. Leave the field out instead.",
    "Not a valid string.": "The value must be text.",
    "Not a valid list.": "The value must be a list.",
    "Invalid input type.": "The value must be a JSON object.",
}


def refuse(messages: Mapping[Any, Any], schema: ma.Schema, *, in_body: bool) -> InputInvalid:
    """Return nested messages as faults.

    Faults name the parameter in a query, and the JSON pointer (RFC 6901) in a body.
    """
    faults = [
        Fault(detail, pointer="".join(f"/{step}" for step in path))
        if in_body
        else Fault(detail, parameter=path[-1] if path else None)
        for path, detail in _walk(messages, schema, ())
    ]
    return InputInvalid.of(faults, "the request", most=MOST)


def _walk(
    messages: Mapping[Any, Any], schema: Any, path: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, below in messages.items():
        here = path if name == ma.exceptions.SCHEMA else (*path, str(name))
        if isinstance(below, list) and _UNKNOWN in below:
            meant = difflib.get_close_matches(str(name), schema.fields, n=1)
            hint = (
                f"Did you mean {meant[0]}?"
                if meant
                else f"Use one of: {', '.join(schema.fields)}."
                if schema.fields
                else "Nothing can be sent here."
            )
            # The unknown name is repeated only if it resembles a known one: it could be a town's
            # name.
            yield (
                (here if meant and _LETTERS.fullmatch(str(name)) else path),
                f"{UNKNOWN_NAME} {hint}",
            )
        elif isinstance(below, Mapping):
            yield from _walk(below, _schema_of(schema, name), here)
        else:
            yield from ((here, _PLAIN.get(str(message), str(message))) for message in below)


def _schema_of(schema: Any, name: Any) -> Any:
    """Return the schema of a member. The items of a list have the schema of the list."""
    field = schema.fields.get(name)
    if isinstance(field, ma.fields.List):
        field = field.inner
    return field.schema if isinstance(field, ma.fields.Nested) else schema


DESCRIPTION = """\
The specialised centres for victims of human trafficking, and the closest one to a postcode or a
coordinate.

Every answer with centres and every error contains the helplines. Errors are problem details
(RFC 9457); `type` is stable, and /problems explains each. No place that you send is logged or
stored. Use POST if the place must not appear in a URL.
"""


class Parser(FlaskParser):
    """Parses queries and bodies strictly; reports all faults in one InputInvalid."""

    DEFAULT_VALIDATION_STATUS = 400
    # webargs requires a plain dict
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": ma.RAISE, "json": ma.RAISE}  # noqa: RUF012

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """Return the query as sent, with repeated parameters."""
        return req.args

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """Return the body, parsed by strict_json."""
        return strict_json.parse(read_body(("application/json",), strict_json.BODY_BYTES))

    def handle_error(
        self, error: ma.ValidationError, req: Any, schema: ma.Schema, **_: Any
    ) -> NoReturn:
        """Raise marshmallow's messages as faults."""
        location, messages = next(iter(cast("dict[str, Any]", error.messages).items()))
        raise refuse(messages, schema, in_body=location == "json") from None


class MediaTypeRefused(UnsupportedMediaType):
    """The body has a media type that the route does not accept; `types` are the accepted ones."""

    def __init__(self, types: Collection[str]) -> None:
        super().__init__()
        self.types = tuple(types)
        self.advice = f"Send the body with Content-Type: {' or '.join(types)}."

    def get_headers(self, *environ: Any) -> list[tuple[str, str]]:
        """Return the headers of the response; PATCH has Accept-Patch (RFC 5789, section 2.2)."""
        patch = [("Accept-Patch", ", ".join(self.types))] if request.method == "PATCH" else []
        return [*super().get_headers(*environ), *patch]


class BodyTooLarge(RequestEntityTooLarge):
    """The body has more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        large = f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} KB"
        self.advice = f"Send at most {large}."


def read_body(types: Collection[str], limit: int) -> bytes:
    """Return the body of a request, if it has one of these media types.

    Raises MediaTypeRefused (415), BodyTooLarge (413), and BadRequest if the body is incomplete.
    """
    if request.mimetype not in types:
        raise MediaTypeRefused(types)
    return whole_body(limit)


def whole_body(limit: int) -> bytes:
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


class ApiBlueprint(Blueprint):
    """A blueprint that uses our request parser."""

    ARGUMENTS_PARSER = Parser()

    def arguments(self, schema: ma.Schema, *, location: str) -> Callable[[View], View]:
        """Parse each request with this one schema, which keeps nothing of a request.

        webargs takes a class, too, and makes a schema of it for each request: 11 % of its time.
        """
        return cast("Callable[[View], View]", super().arguments(schema, location=location))

    def __init__(self, *names: Any, **options: Any) -> None:
        self._undocumented: list[Callable[[], None]] = []
        super().__init__(*names, **options)

    def _make_doc_response_schema(self, schema: ma.Schema) -> type[ma.Schema]:
        """Document a response by the class of its schema: each decorator copies what is documented,
        and a copy of a schema is a tenth of the app's start.
        """
        return type(schema)

    def _store_endpoint_docs(self, *about: Any, **options: Any) -> None:
        """Copy what is documented about a route only when the document is made."""
        self._undocumented.append(partial(super()._store_endpoint_docs, *about, **options))

    def register_views_in_doc(self, api: "DirectoryApi", *rest: Any, **options: Any) -> None:
        """Register the routes only when the document is made: it takes half of the app's start."""
        register = partial(super().register_views_in_doc, api, *rest, **options)
        api.undocumented += [*self._undocumented, register]


class DirectoryApi(Api):
    """The API of the app. problems.install adds its error handlers."""

    ERROR_SCHEMA = responses.ProblemDocument

    def __init__(self, app: Flask) -> None:
        self.undocumented: list[Callable[[], None]] = []
        super().__init__(app)

    def document(self) -> dict[str, Any]:
        """Return the document of all routes.

        Not needed while serving: the server sends the committed openapi.yaml.
        """
        while self.undocumented:
            self.undocumented.pop(0)()
        return cast("dict[str, Any]", self.spec.to_dict())

    def _register_error_handlers(self) -> None:
        """Install no error handlers of flask-smorest."""

    def _register_responses(self) -> None:
        """Add flask-smorest's responses only when the document is made, after the attribute
        function for patterns.

        They make the document's first schema, which needs that function.
        """
        self.ma_plugin.converter.add_attribute_function(_pattern)
        self.undocumented.append(super()._register_responses)


def make_api(app: Flask) -> DirectoryApi:
    """Return the API of an app, with the field types that apispec cannot guess."""
    app.config.update(
        API_TITLE="Directory of specialised centres",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": "/"}],
        },
    )
    api = DirectoryApi(app)
    for field in (requests.Degrees, validators.Degrees):
        api.register_field(field, "number", None)
    api.register_field(requests.Whole, "integer", None)
    api.register_field(requests.Words, "string", None)
    api.register_field(requests.Flag, "boolean", None)
    api.register_field(requests.Moment, "string", None)
    api.register_field(requests.Time, "string", "date-time")
    api.ma_plugin.converter.add_attribute_function(_bounds)
    scheme = {
        "type": "http",
        "scheme": "bearer",
        "description": "A maintainer's token: `directory-api token create`.",
    }
    api.spec.components.security_scheme(BEARER, scheme)
    return api


def _bounds(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    if isinstance(field, requests.Degrees | validators.Degrees):
        return {"minimum": -field.limit, "maximum": field.limit}
    if isinstance(field, requests.Whole):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, requests.Words):
        return {"maxLength": field.longest}
    return {}


def _pattern(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Return a pattern with the anchors of ECMA-262, which other languages can read.

    Python's own `$` also matches before a final line feed.
    """
    for check in field.validators:
        if isinstance(check, ma.validate.Regexp):
            return {"pattern": str(check.regex.pattern).replace(r"\A", "^").replace(r"\Z", "$")}
    return {}
