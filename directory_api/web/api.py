"""The OpenAPI side of the routes (flask-smorest): one parser, one way to document an operation."""

from collections.abc import Callable, Mapping
from typing import Any, NoReturn, TypeVar, cast

import marshmallow as ma
from flask import Flask, Request
from flask_smorest import Api, Blueprint
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, HTTPException, RequestEntityTooLarge, UnsupportedMediaType

from directory_api import __version__
from directory_api.domain import rules, strict_json
from directory_api.web import documents, faults, fields

View = TypeVar("View", bound=Callable[..., Any])
# Notes from an operation to contract.py, which takes them out again.
EXAMPLE = "x-example-request"
PROBLEMS = "x-problems"

DESCRIPTION = """\
Specialised centres for victims of human trafficking, and the closest one to a postcode or a coordinate.

Every nearest answer and every error carries the helplines. Errors are problem details (RFC 9457); `type` is stable and
explained at /problems. Nothing that you send is logged or stored. Where a place must not stand in a URL, use POST.
"""


class Parser(FlaskParser):
    """Reads queries and bodies strictly; all faults leave as one InputInvalid."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"query": ma.RAISE, "json": ma.RAISE}  # noqa: RUF012  # webargs reads it as it is

    def load_querystring(self, req: Request, schema: ma.Schema) -> Any:
        """The query as sent, doubles included."""
        return req.args

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The body by the one JSON reader. Raises UnsupportedMediaType (415), RequestEntityTooLarge (413)."""
        if req.mimetype != "application/json":
            raise UnsupportedMediaType
        try:
            body = req.get_data(cache=False)
        except HTTPException:
            raise
        except Exception:  # each server has errors of its own for a body that lies about its chunks
            raise BadRequest from None
        if len(body) > strict_json.BODY_BYTES:
            raise RequestEntityTooLarge
        return strict_json.parse(body)

    def handle_error(self, error: ma.ValidationError, req: Any, schema: ma.Schema, **_: Any) -> NoReturn:
        """Turn marshmallow's messages into faults."""
        location, found = next(iter(cast("dict[str, Any]", error.messages).items()))
        raise faults.refuse(found, schema, in_body=location == "json") from None


class ApiBlueprint(Blueprint):
    """A blueprint whose arguments go through our parser."""

    ARGUMENTS_PARSER = Parser()


class DirectoryApi(Api):
    """The API whose errors are problems; the handlers are installed by problems.install."""

    ERROR_SCHEMA = documents.ProblemDocument

    def _register_error_handlers(self) -> None:
        """None of flask-smorest's own."""


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
    for field in (fields.Degrees, rules.Degrees):
        api.register_field(field, "number", None)
    api.register_field(fields.Whole, "integer", None)
    api.register_field(fields.Words, "string", None)
    api.ma_plugin.converter.add_attribute_function(_bounds)
    return api


def _bounds(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    if isinstance(field, fields.Degrees | rules.Degrees):
        return {"minimum": -field.limit, "maximum": field.limit}
    if isinstance(field, fields.Whole):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, fields.Words):
        return {"maxLength": field.longest}
    return {}


def operation(
    blueprint: Blueprint, schema: type[ma.Schema], *, problems: tuple[int, ...] = (), example: Mapping[str, Any]
) -> Callable[[View], View]:
    """Document a view: the shape of a success, the problems beside the usual ones, the request that gives the example.

    `example` holds `path`, and `body` for a POST; contract.py sends it and puts the real answer into openapi.yaml.
    """

    def decorate(view: View) -> View:
        noted = blueprint.doc(operationId=view.__name__, **{EXAMPLE: dict(example), PROBLEMS: list(problems)})(view)
        return cast("View", blueprint.response(200, schema)(noted))

    return decorate
