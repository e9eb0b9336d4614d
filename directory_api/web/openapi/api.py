"""The OpenAPI side of the routes (flask-smorest): one parser with its faults, and the API itself. decorators.py
documents each route.
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
from directory_api.web.openapi.decorators import BEARER
from directory_api.web.schemas import fields, responses

_UNKNOWN = "Unknown field."
# Neither a postcode nor a coordinate.
_LETTERS = re.compile(r"[a-z][a-z_]{0,29}")
MOST = 20
_PLAIN = {
    "Missing data for required field.": "missing",
    "Field may not be null.": "must not be null; leave it out instead",
    "Not a valid string.": "must be text",
    "Not a valid list.": "must be a list",
    "Invalid input type.": "must be a JSON object",
}


def refuse(messages: Mapping[Any, Any], schema: ma.Schema, *, in_body: bool) -> InputInvalid:
    """Nested messages as faults: by parameter in a query, by JSON pointer (RFC 6901) in a body."""
    walked = list(_walk(messages, schema, ()))
    found = [
        Fault(detail, pointer="".join(f"/{step}" for step in path))
        if in_body
        else Fault(detail, parameter=path[-1] if path else None)
        for path, detail in walked[:MOST]
    ]
    shown = f"; the first {MOST} are listed" if len(walked) > MOST else ""
    return InputInvalid(f"{len(walked)} fault{'s' * (len(walked) > 1)} in the request{shown}.", found)


def _walk(messages: Mapping[Any, Any], schema: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    for name, below in messages.items():
        here = path if name == ma.exceptions.SCHEMA else (*path, str(name))
        if isinstance(below, list) and _UNKNOWN in below:
            meant = difflib.get_close_matches(str(name), schema.fields, n=1)
            hint = f"did you mean {meant[0]}?" if meant else f"known are: {', '.join(schema.fields) or 'none'}"
            # Only the slip of a known name is repeated: another may be the name of a town.
            yield (here if meant and _LETTERS.fullmatch(str(name)) else path), f"unknown; {hint}"
        elif isinstance(below, Mapping):
            yield from _walk(below, _schema_of(schema, name), here)
        else:
            yield from ((here, _PLAIN.get(str(message), str(message))) for message in below)


def _schema_of(schema: Any, name: Any) -> Any:
    """The schema of a member: a list's items and a list have the same."""
    field = schema.fields.get(name)
    if isinstance(field, ma.fields.List):
        field = field.inner
    return field.schema if isinstance(field, ma.fields.Nested) else schema


DESCRIPTION = """\
Specialised centres for victims of human trafficking, and the closest one to a postcode or a coordinate.

Every answer with centres and every error carries the helplines. Errors are problem details (RFC 9457); `type` is
stable and explained at /problems. Nothing that you send is logged or stored. Where a place must not stand in a URL,
use POST.
"""


class Parser(FlaskParser):
    """Reads queries and bodies strictly; all faults leave as one InputInvalid."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": ma.RAISE, "json": ma.RAISE}  # noqa: RUF012  # webargs reads it as it is

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """The query as sent, doubles included."""
        return req.args

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The body by the one JSON reader."""
        return strict_json.parse(read_body(("application/json",), strict_json.BODY_BYTES))

    def handle_error(self, error: ma.ValidationError, req: Any, schema: ma.Schema, **_: Any) -> NoReturn:
        """Turn marshmallow's messages into faults."""
        location, found = next(iter(cast("dict[str, Any]", error.messages).items()))
        raise refuse(found, schema, in_body=location == "json") from None


class MediaTypeRefused(UnsupportedMediaType):
    """A body of another media type than the route reads; `types` names those."""

    def __init__(self, types: Collection[str]) -> None:
        super().__init__()
        self.types = tuple(types)
        self.advice = f"Send the body with Content-Type: {' or '.join(types)}."


class BodyTooLarge(RequestEntityTooLarge):
    """A body of more than `limit` bytes."""

    def __init__(self, limit: int) -> None:
        super().__init__()
        large = f"{limit // 1024**2} MB" if limit >= 1024**2 else f"{limit // 1024} KB"
        self.advice = f"Send at most {large}."


def read_body(types: Collection[str], limit: int) -> bytes:
    """The body of a request of one of these media types.

    Raises MediaTypeRefused (415), BodyTooLarge (413), BadRequest for a body that ends too soon.
    """
    if request.mimetype not in types:
        raise MediaTypeRefused(types)
    return whole_body(limit)


def whole_body(limit: int) -> bytes:
    """The body, of whatever media type. Raises BodyTooLarge (413), BadRequest for a body that ends too soon."""
    # A body sent in chunks is cut at this without a word; the byte more shows that there was more.
    request.max_content_length = limit + 1
    try:
        body = request.get_data()
    except RequestEntityTooLarge:
        raise BodyTooLarge(limit) from None
    except Exception:  # each server has errors of its own for a body that lies about its chunks
        raise BadRequest from None
    if len(body) > limit:
        raise BodyTooLarge(limit)
    return body


class ApiBlueprint(Blueprint):
    """A blueprint whose arguments go through our parser."""

    ARGUMENTS_PARSER = Parser()

    def register_views_in_doc(self, api: "DirectoryApi", *rest: Any, **options: Any) -> None:
        """Note the routes once the document is asked for: that is half of the time in which an app is made."""
        api.undocumented.append(partial(super().register_views_in_doc, api, *rest, **options))


class DirectoryApi(Api):
    """The API whose errors are problems; the handlers are installed by problems.install."""

    ERROR_SCHEMA = responses.ProblemDocument

    def __init__(self, app: Flask) -> None:
        self.undocumented: list[Callable[[], None]] = []
        super().__init__(app)

    def document(self) -> dict[str, Any]:
        """The document of all routes. A server does not need it: it serves openapi.yaml as committed."""
        while self.undocumented:
            self.undocumented.pop(0)()
        return cast("dict[str, Any]", self.spec.to_dict())

    def _register_error_handlers(self) -> None:
        """None of flask-smorest's own."""

    def _register_responses(self) -> None:
        """Those of flask-smorest, from which the document's first schema comes: patterns have to be known before."""
        self.ma_plugin.converter.add_attribute_function(_pattern)
        super()._register_responses()


def make_api(app: Flask) -> DirectoryApi:
    """An API on the app, with the types that apispec cannot guess."""
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
    for field in (fields.Degrees, validators.Degrees):
        api.register_field(field, "number", None)
    api.register_field(fields.Whole, "integer", None)
    api.register_field(fields.Words, "string", None)
    api.register_field(fields.Flag, "boolean", None)
    api.register_field(fields.Moment, "string", None)
    api.register_field(fields.Time, "string", "date-time")
    api.ma_plugin.converter.add_attribute_function(_bounds)
    scheme = {"type": "http", "scheme": "bearer", "description": "A maintainer's token: `directory-api token create`."}
    api.spec.components.security_scheme(BEARER, scheme)
    return api


def _bounds(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    if isinstance(field, fields.Degrees | validators.Degrees):
        return {"minimum": -field.limit, "maximum": field.limit}
    if isinstance(field, fields.Whole):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, fields.Words):
        return {"maxLength": field.longest}
    return {}


def _pattern(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    """A pattern with the anchors of ECMA-262, which other languages read; Python's own `$` also ends before an LF."""
    for check in field.validators:
        if isinstance(check, ma.validate.Regexp):
            return {"pattern": str(check.regex.pattern).replace(r"\A", "^").replace(r"\Z", "$")}
    return {}
