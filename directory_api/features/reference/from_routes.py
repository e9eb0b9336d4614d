"""The document of all operations, made by apispec.

Only the commands, the tests and the interface for assistants need it. A server of the API sends the
committed openapi.yaml, and does not load apispec.
"""

import inspect
import re
from itertools import chain
from typing import Any

import marshmallow as ma
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from directory_api import __version__
from directory_api.answer.registry import JSON
from directory_api.features.reference import headers
from directory_api.record import validators
from directory_api.web.http import problems
from directory_api.web.http.parsing import RequestSchema
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
# The type and the format of our fields.
_TYPES = (
    (request_fields.Degrees, "number", None),
    (validators.DegreesField, "number", None),
    (request_fields.Whole, "integer", None),
    (request_fields.Words, "string", None),
    (members.Members, "string", None),
    (request_fields.Flag, "boolean", None),
    (request_fields.Moment, "string", None),
    (request_fields.Time, "string", "date-time"),
)
_ADDRESS_TOO_LONG = (
    "The path and the query are longer than 65,534 bytes. The web server answers by itself, "
    "without a body. Send a place by POST, in the body."
)
# A parameter in the path of a route.
_IN_PATH = re.compile("<([^>]+)>")


def document(app: Application) -> dict[str, Any]:
    """Return the document of the operations of an app, without the parts that spec.py adds."""
    schemas = MarshmallowPlugin()
    spec = APISpec(
        "Directory of specialised centres",
        __version__,
        "3.1.0",
        [schemas],
        info={"description": DESCRIPTION, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": "/"}],
    )
    # Of what is used of apispec, only these two functions have no types; hence the ignores.
    for field, kind, form in _TYPES:
        schemas.map_to_openapi_type(field, kind, form)  # type: ignore[no-untyped-call]
    assert schemas.converter
    for attributes in (_pattern, _bounds, _either):
        schemas.converter.add_attribute_function(attributes)  # type: ignore[no-untyped-call]
    spec.components.response("Problem", _problem_response())
    spec.components.response("AddressTooLong", {"description": _ADDRESS_TOO_LONG})
    scheme = {
        "type": "http",
        "scheme": "bearer",
        "description": "A maintainer's token: `directory-api token create`.",
    }
    spec.components.security_scheme(BEARER, scheme)
    parts = (part.blueprints.values() for part in app.every_part())
    by_tag: dict[str, list[ApiBlueprint]] = {}
    for blueprint in chain.from_iterable(parts):
        if isinstance(blueprint, ApiBlueprint):
            by_tag.setdefault(blueprint.tag, []).append(blueprint)
    for tag, unsorted in by_tag.items():
        blueprints = sorted(unsorted, key=lambda each: each.name)
        first, *others = (blueprint.description for blueprint in blueprints)
        description = ", and ".join((first, *(f"{each[0].lower()}{each[1:]}" for each in others)))
        spec.tag({"name": tag, "description": description})
        for blueprint in blueprints:
            for operation in blueprint.operations.values():
                spec.path(
                    _IN_PATH.sub(r"{\1}", operation.path),
                    operations={operation.method.lower(): _described(operation, tag)},
                    parameters=[
                        {"in": "path", "name": name, "required": True, **blueprint.parameters[name]}
                        for name in _IN_PATH.findall(operation.path)
                    ],
                )
    described: dict[str, Any] = spec.to_dict()
    _add_conditions(described["components"]["schemas"], RequestSchema)
    return described


def _add_conditions(shapes: dict[str, Any], schema: type[RequestSchema]) -> None:
    """Add to the schemas of bodies which of their members need or exclude each other."""
    if schema.__name__ in shapes:
        shapes[schema.__name__].update(schema.conditions)
    for below in schema.__subclasses__():
        _add_conditions(shapes, below)


def _described(operation: Operation, tag: str) -> dict[str, Any]:
    """Return an operation with schemas of marshmallow, which apispec replaces by OpenAPI's."""
    summary, _, description = inspect.cleandoc(operation.docstring or "").partition("\n\n")
    texts = {"summary": summary, "description": description}
    described: dict[str, Any] = {}
    if operation.location == "query":
        described["parameters"] = [{"in": "query", "schema": operation.request}]
    described["responses"] = {
        "200": {"description": "", "content": {JSON.media_type: {"schema": operation.answer}}}
    }
    if operation.location == "json":
        content = {JSON.media_type: {"schema": operation.request}}
        described["requestBody"] = {"required": True, "content": content}
    described.update((name, text) for name, text in texts.items() if text)
    return {**described, "tags": [tag], **operation.notes}


def _bounds(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    if isinstance(field, request_fields.Degrees | validators.DegreesField):
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


def _problem_response() -> dict[str, Any]:
    return {
        "description": "A problem (RFC 9457), with the helplines. "
        "The types are explained at /problems.",
        "headers": headers.of_problem(),
        "content": {problems.PROBLEM_JSON: {"schema": responses.ProblemDocument}},
    }
