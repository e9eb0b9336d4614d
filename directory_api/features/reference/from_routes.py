"""The document of all operations, made by flask-smorest.

Only the commands, the tests and the interface for assistants need it. A server of the API sends the
committed openapi.yaml, and does not load flask-smorest and its packages.
"""

from collections.abc import Mapping
from http import HTTPStatus
from itertools import chain
from typing import Any, cast

import marshmallow as ma
from flask import Flask
from flask_smorest import Api, Blueprint

from directory_api import __version__
from directory_api.record import validators
from directory_api.web.openapi.api import ApiBlueprint, Operation
from directory_api.web.openapi.decorators import BEARER
from directory_api.web.schemas import members, request_fields, responses
from directory_api.web.wsgi.application import Application

DESCRIPTION = """\
The specialised centres for victims of human trafficking, and the closest one to a postcode or a
coordinate.

Every answer with centres and every error contains the helplines. Errors are problem details
(RFC 9457); `type` is stable, and /problems explains each. No place that you send is logged or
stored. Use POST if the place must not appear in a URL.
"""


class _Api(Api):
    ERROR_SCHEMA = responses.ProblemDocument

    def _register_responses(self) -> None:
        """Register them after the attribute functions.

        They make the document's first schema, which needs these functions.
        """
        self.ma_plugin.converter.add_attribute_function(_pattern)
        self.ma_plugin.converter.add_attribute_function(_bounds)
        self.ma_plugin.converter.add_attribute_function(_either)
        super()._register_responses()


def document(app: Application) -> dict[str, Any]:
    """Return the document of the operations of an app, without the parts that spec.py adds."""
    # An app of its own, because an app that serves can register no more routes.
    described = Flask(__name__)
    described.config.update(
        API_TITLE="Directory of specialised centres",
        API_VERSION=__version__,
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {"description": DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
            "servers": [{"url": "/"}],
        },
    )
    api = _Api(described)
    for field in (request_fields.Degrees, validators.Degrees):
        api.register_field(field, "number", None)
    api.register_field(request_fields.Whole, "integer", None)
    api.register_field(request_fields.Words, "string", None)
    api.register_field(members.Members, "string", None)
    api.register_field(request_fields.Flag, "boolean", None)
    api.register_field(request_fields.Moment, "string", None)
    api.register_field(request_fields.Time, "string", "date-time")
    scheme = {
        "type": "http",
        "scheme": "bearer",
        "description": "A maintainer's token: `directory-api token create`.",
    }
    api.spec.components.security_scheme(BEARER, scheme)
    parts = (part.blueprints.values() for part in app.every_part())
    by_tag: dict[str, list[ApiBlueprint]] = {}
    for blueprint in chain.from_iterable(parts):
        if isinstance(blueprint, ApiBlueprint):
            by_tag.setdefault(blueprint.tag, []).append(blueprint)
    for tag, unsorted in by_tag.items():
        blueprints = sorted(unsorted, key=lambda each: each.name)
        first, *others = (blueprint.description for blueprint in blueprints)
        description = ", and ".join((first, *(f"{each[0].lower()}{each[1:]}" for each in others)))
        routes = Blueprint(tag, __name__, description=description)
        for blueprint in blueprints:
            for name, operation in blueprint.operations.items():
                _describe(routes, name, operation, blueprint.parameters)
        api.register_blueprint(routes)
    return cast("dict[str, Any]", api.spec.to_dict())


def _describe(
    routes: Blueprint, name: str, operation: Operation, in_path: Mapping[str, Mapping[str, Any]]
) -> None:
    def view() -> None:
        """Never called."""

    view.__name__, view.__doc__ = name, operation.docstring
    described = routes.response(HTTPStatus.OK, operation.answer)(
        routes.doc(**operation.notes)(view)
    )
    described = routes.arguments(operation.request, location=operation.location)(described)
    parameters = [
        {"in": "path", "name": name, "required": True, **parameter}
        for name, parameter in in_path.items()
        if f"<{name}>" in operation.path
    ]
    routes.route(operation.path, methods=[operation.method], parameters=parameters)(described)


def _bounds(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    if isinstance(field, request_fields.Degrees | validators.Degrees):
        return {"minimum": -field.limit, "maximum": field.limit}
    if isinstance(field, request_fields.Whole):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, request_fields.Words | members.Members):
        return {"maxLength": field.longest}
    return {}


def _pattern(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Return a pattern with the anchors of ECMA-262, which other languages can read.

    Python's own `$` also matches before a final line feed.
    """
    if isinstance(field, request_fields.Moment):
        return {"pattern": field.pattern}
    for check in field.validators:
        if isinstance(check, ma.validate.Regexp):
            return {"pattern": str(check.regex.pattern).replace(r"\A", "^").replace(r"\Z", "$")}
    return {}


def _either(converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Return a choice of schemas, which become components."""
    if not isinstance(field, responses.Either):
        return {}
    shapes = [converter.resolve_nested_schema(shape) for shape in field.shapes]
    return {"oneOf": shapes + [{"type": "null"}] * field.null}
