"""Makes the OpenAPI documents from the routes of an application and what is described of them here.

apispec makes the schemas. Each shape has one example, which is a real answer, about invented
centres (examples.py).
"""

import inspect
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

import marshmallow as ma
import yaml
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from werkzeug.test import Client, TestResponse

from directory_api import __version__
from directory_api.answer.as_json import timestamp
from directory_api.answer.registry import FORMATS, JSON
from directory_api.feature import SHIPPED
from directory_api.record import validators
from directory_api.web.api import EVERYONE, Api, Route
from directory_api.web.http import problems
from directory_api.web.schemas import request_fields
from directory_api.web.wsgi.application import Application
from tools.openapi import core, headers, responses
from tools.openapi.described import ANY_OBJECT, Described, Shape
from tools.openapi.shaping import describe, open_responses, share_parameters, used_components


@dataclass(frozen=True, slots=True)
class Document:
    """An OpenAPI document: its file, and its sections (`tags`), with what they are about."""

    file: str
    title: str
    description: str
    tags: Mapping[str, str]


# Who only reads generates a client without what maintainers and HSDS need, which is half of all.
DOCUMENTS = (
    Document(
        "openapi.yaml",
        "Directory of specialised centres",
        """\
The specialised centres for victims of human trafficking, and the closest one to a postcode or a
coordinate.

Every answer with centres and every error contains the helplines. Errors are problem details
(RFC 9457); `type` is stable, and /problems explains each. No place that you send is logged or
stored. Use POST if the place must not appear in a URL.
""",
        {
            "nearest": "The closest centres to a postcode or a coordinate",
            "directory": "Centres, helplines and vocabularies",
            "postcodes": "Postcodes and place names",
            "bundle": "Data for a search on the device",
            "operations": "Health checks",
        },
    ),
    Document(
        "openapi-editing.yaml",
        "Directory of specialised centres: editing",
        """\
For maintainers with a token: how to change records. Everything is checked, recorded in the history,
and may be undone. A write sends the `ETag` of the record in `If-Match`.
""",
        {"editing": "Records, imports, and changes that wait for review"},
    ),
    Document(
        "openapi-hsds.yaml",
        "Directory of specialised centres: HSDS",
        """\
The directory in the Human Services Data Specification 3.0 (Open Referral), for aggregators.
Every answer contains the helplines.
""",
        {"hsds": "The directory as HSDS 3.0 (Open Referral)"},
    ),
)
# A fixed clock for the examples, so that the document is reproducible.
EXAMPLES_AT = datetime(2026, 11, 3, 10, tzinfo=UTC)
# The type and the format of our fields.
_TYPES = (
    (request_fields.Degrees, "number", None),
    (validators.DegreesField, "number", None),
    (request_fields.Metres, "number", None),
    (request_fields.WholeNumber, "integer", None),
    (request_fields.ShortText, "string", None),
    (request_fields.Codes, "string", None),
    (request_fields.Flag, "boolean", None),
    (request_fields.Moment, "string", None),
    (request_fields.Time, "string", "date-time"),
)
# Which members of a body with a place need or exclude each other; of the parameters of a query,
# OpenAPI has no way to say it.
_ONE_PLACE: Mapping[str, Any] = {
    "if": {"anyOf": [{"required": ["postcode"]}, {"required": ["place"]}]},
    "then": {
        "not": {
            "anyOf": [
                {"required": ["postcode", "place"]},
                {"required": ["lat"]},
                {"required": ["lon"]},
                {"required": ["accuracy_m"]},
            ]
        }
    },
    "else": {"required": ["lat", "lon"]},
}
_NOT_MODIFIED: Mapping[str, Any] = {
    "description": "Not modified since the ETag in If-None-Match.",
    "headers": headers.of_response(
        "/v1",
        (
            *("Cache-Control", "ETag", "Link", "Content-Disposition", "Content-Language"),
            *("Repr-Digest", "Unencoded-Digest"),
        ),
    ),
}
_ADDRESS_TOO_LONG = (
    "The path and the query are longer than 65,534 bytes. The web server answers by itself, "
    "without a body. Send a place by POST, in the body."
)
_BEARER = "maintainer"
# Every operation may answer with these. `default` covers the answers of a proxy.
_ALWAYS = (400, 405, 429, 500, 503)
_ADDED, _WAITS = 201, 202
_SUCCESSES = {
    _ADDED: "Added. `Location` is its address; send `ETag` in If-Match with the next change.",
    _WAITS: "The change waits until another maintainer approves it; nothing has changed yet.",
}
# How many items of a list, and lines of a table, an example has.
_ITEMS = 2
_LINES = 20
_CODE = re.compile("[0-9]+|[A-Z]{2}")
# Of four digits and more: no telephone number is written so.
_CODES = re.compile("[0-9]{4,}( [0-9]{4,}){2,}")
_LANGUAGE = re.compile("[a-z]{2,3}(-[A-Za-z]+)?")
# The most characters of an object or a list that is written on one line.
_LONGEST_LINE = 90
# A parameter in the path of a route.
_IN_PATH = re.compile("<([^>]+)>")
# This replaces the random hash of the examples.
_REVISION_HASH = "ab12cd34ef"


def openapi(app: Application) -> dict[str, dict[str, Any]]:
    """Return the documents (OpenAPI 3.1) by the names of their files.

    Sends each operation's example request to the app, which must be ready and have its clock at
    EXAMPLES_AT.
    """
    described = [*_described(app)]
    # The hash is random; replace it so the documents are reproducible.
    random = _ask(app, "GET", "/v1/").get_json()["revision_hash"]
    documents = {}
    for each in DOCUMENTS:
        if table := [row for tag in each.tags for row in described if row[1].tag == tag]:
            text = json.dumps(_document(app, each, table))
            documents[each.file] = json.loads(text.replace(random, _REVISION_HASH))
    return documents


def _document(
    app: Application, document: Document, table: list[tuple[Route, Described]]
) -> dict[str, Any]:
    # Through JSON, because apispec's document shares parts, which YAML would write as anchors.
    spec: dict[str, Any] = json.loads(json.dumps(_by_apispec(document, table)))
    spec["components"]["headers"] = headers.components()
    examples: dict[str, Any] = {}
    for route, described in table:
        path = spec["paths"][_template(route)]
        operation = path[route.method.lower()]
        _complete(app, route, described, operation, examples)
        if path.get("parameters") or operation["parameters"]:
            default = operation["responses"].pop("default")
            too_long = {"$ref": "#/components/responses/AddressTooLong"}
            operation["responses"] |= {"414": too_long, "default": default}
    spec["components"]["examples"] = examples
    open_responses(spec)
    share_parameters(spec)
    spec["components"] = used_components(spec)
    return {
        name: spec[name] for name in ("openapi", "info", "servers", "tags", "paths", "components")
    }


def as_yaml(document: dict[str, Any]) -> str:
    """Return the text of a document, in which what is short is on one line."""
    text: str = yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return text


class _Dumper(yaml.SafeDumper):
    """Writes an object or a list that fits on a line in flow style."""


def _list(dumper: _Dumper, data: list[Any]) -> yaml.Node:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", data, flow_style=_is_short(data))


def _object(dumper: _Dumper, data: dict[str, Any]) -> yaml.Node:
    text = "tag:yaml.org,2002:map"
    return dumper.represent_mapping(text, data.items(), flow_style=_is_short(data))


_Dumper.add_representer(list, _list)
_Dumper.add_representer(dict, _object)


def _is_short(data: Any) -> bool:
    # YAML needs few of the quotation marks of JSON.
    text = json.dumps(data, ensure_ascii=False)
    return len(text) - text.count('"') <= _LONGEST_LINE


def _described(app: Application) -> Iterator[tuple[Route, Described]]:
    """Yield the routes of the API with their descriptions.

    Raises KeyError for a route that is not described.
    """
    of_features = (f"{__package__}.{name}" for name in SHIPPED)
    modules = [import_module(name) for name in of_features if find_spec(name)]
    operations: dict[tuple[str, str], Described] = {}
    for module in (*modules, core):
        operations |= module.OPERATIONS
    routes = {
        (route.method, route.path): route
        for part in app.every_part()
        for blueprint in part.blueprints.values()
        if isinstance(blueprint, Api)
        for route in blueprint.routes
        if route.fields
    }
    if missing := routes.keys() - operations:
        raise KeyError(f"nothing describes {sorted(missing)}")
    for key, described in operations.items():
        if key in routes:
            yield routes[key], described


def _by_apispec(document: Document, table: list[tuple[Route, Described]]) -> dict[str, Any]:
    """Return the document with parameters, bodies and schemas, without answers."""
    schemas = MarshmallowPlugin()
    spec = APISpec(
        document.title,
        __version__,
        "3.1.0",
        [schemas],
        info={"description": document.description, "license": {"name": "MIT", "identifier": "MIT"}},
        servers=[{"url": "/"}],
    )
    # Of what is used of apispec, only these two functions have no types; hence the ignores.
    for field, kind, form in _TYPES:
        schemas.map_to_openapi_type(field, kind, form)  # type: ignore[no-untyped-call]
    assert schemas.converter
    for attributes in (_pattern, _bounds, _either):
        schemas.converter.add_attribute_function(attributes)  # type: ignore[no-untyped-call]
    spec.components.response("Problem", _problem_response())
    spec.components.response("NotModified", dict(_NOT_MODIFIED))
    spec.components.response("AddressTooLong", {"description": _ADDRESS_TOO_LONG})
    if any(route.access != EVERYONE for route, _ in table):
        scheme = {
            "type": "http",
            "scheme": "bearer",
            "description": "A maintainer's token: `directory-api token create`.",
        }
        spec.components.security_scheme(_BEARER, scheme)
    for tag, about in document.tags.items():
        spec.tag({"name": tag, "description": about})
    for route, described in table:
        spec.path(
            _template(route),
            operations={route.method.lower(): _operation(route, described)},
            parameters=[
                {"in": "path", "name": name, "required": True, **described.in_path[name]}
                for name in _IN_PATH.findall(route.path)
            ],
        )
    made: dict[str, Any] = spec.to_dict()
    classes = {name: key[0] for key, name in schemas.converter.refs.items()}
    describe(made["components"]["schemas"], classes)
    for schema in _with_those_below(request_fields.PlaceFields):
        made["components"]["schemas"].get(schema.__name__, {}).update(_ONE_PLACE)
    return made


def _with_those_below(schema: type[ma.Schema]) -> Iterator[type[ma.Schema]]:
    yield schema
    for below in schema.__subclasses__():
        yield from _with_those_below(below)


def _template(route: Route) -> str:
    return _IN_PATH.sub(r"{\1}", route.path)


def _operation(route: Route, described: Described) -> dict[str, Any]:
    """Return an operation with schemas of marshmallow, which apispec replaces by OpenAPI's."""
    summary, _, description = (inspect.getdoc(route.view) or "").partition("\n\n")
    summary, description = (
        (described.summary, described.description) if described.summary else (summary, description)
    )
    operation: dict[str, Any] = {}
    if not route.in_body:
        operation["parameters"] = [{"in": "query", "schema": route.fields}]
    content = {JSON.media_type: {"schema": _shape(described.response)}}
    operation["responses"] = {"200": {"description": "", "content": content}}
    bodies: Mapping[str, Any] = described.media
    if route.in_body:
        bodies = {JSON.media_type: route.fields}
    if bodies:
        content = {kind: {"schema": _shape(shape)} for kind, shape in bodies.items()}
        operation["requestBody"] = {"required": True, "content": content}
    operation["summary"] = summary
    if description:
        operation["description"] = description
    security: list[dict[str, list[str]]] = [] if route.access == EVERYONE else [{_BEARER: []}]
    return {
        **operation,
        "tags": [described.tag],
        "operationId": described.name,
        "security": security,
    }


def _shape(shape: Shape) -> Any:
    """Return a schema; one of OpenAPI copied, because apispec replaces the schemas within it."""
    return dict(shape) if isinstance(shape, Mapping) else shape


def _bounds(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    if isinstance(field, request_fields.Degrees | validators.DegreesField):
        return {"minimum": -field.limit, "maximum": field.limit}
    if isinstance(field, request_fields.WholeNumber):
        return {"minimum": field.least, "maximum": field.most}
    if isinstance(field, request_fields.ShortText | request_fields.Codes):
        return {"maxLength": field.longest}
    return {}


def _pattern(_converter: Any, field: ma.fields.Field[Any], **_: Any) -> dict[str, Any]:
    """Return a pattern with the anchors of ECMA-262, which other languages can read.

    Python's own `$` also matches before a final line feed.
    """
    if isinstance(field, request_fields.Moment):
        return {"pattern": field.pattern}
    if isinstance(field, request_fields.Codes):
        code = rf"\s*({'|'.join(field.codes)})\s*"
        return {"pattern": f"^{code}(,{code})*$"}
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


def _complete(
    app: Application,
    route: Route,
    described: Described,
    operation: dict[str, Any],
    examples: dict[str, Any],
) -> None:
    """Add to an operation its headers, its responses and its examples, and these to `examples`."""
    operation.setdefault("parameters", []).extend(
        json.loads(json.dumps(headers.REQUEST_HEADERS[name])) for name in described.takes
    )
    refused = {*_ALWAYS, *described.problems}
    if route.access != EVERYONE:
        refused |= {401, 403}
        refused |= {413, 415} if described.media or described.body else set()
    refused.update(status for name in described.takes for status in headers.REFUSED_FOR[name])
    success = operation["responses"]["200"]
    success["description"] = operation["summary"]
    # Copied, because YAML would write shared parts as anchors.
    responses = {status: json.loads(json.dumps(success)) for status in described.success}
    for status in _SUCCESSES.keys() & responses.keys():
        responses[status]["description"] = _SUCCESSES[status]
    header_names = {"Cache-Control", *described.sends}
    if route.example or described.is_sent:
        address = route.example or route.path
        response = _ask(app, route.method, address, described.body)
        header_names.update(response.headers.keys())
        content = responses[HTTPStatus.OK.value]["content"]
        title = f"{route.method} {address}"
        whole = response.get_json()
        value = _cut(whole, described.longest)
        cut = "" if value == whole else f" (lists cut to {described.longest or _ITEMS})"
        example = {"summary": f"{title}{cut}", "value": value}
        _add_example(examples, content[JSON.media_type], example)
        for output in route.formats[1:]:
            other = _ask(app, route.method, address, described.body, output.media_type)
            header_names.update(other.headers.keys())
            # The format's standard defines its schema.
            schema = dict(ANY_OBJECT) if other.is_json else {"type": "string"}
            content[output.media_type] = {"schema": schema}
            value = _cut(other.get_json(), None) if other.is_json else _first_lines(other.text)
            example = {"summary": f"{title} as {output.media_type}", "value": value}
            # The routes with every format answer with centres.
            name = output.name if route.formats == FORMATS else f"{output.name}_{described.name}"
            _add_example(examples, content[output.media_type], example, name)
        if response.headers.get("ETag"):
            operation["responses"]["304"] = {"$ref": "#/components/responses/NotModified"}
    for status, each in responses.items():
        located = {"Location"} if status == _ADDED else set()
        each["headers"] = headers.of_response(_template(route), header_names | located)
    for content in operation["requestBody"]["content"].values() if described.body else ():
        _add_example(examples, content, {"value": dict(described.body)}, described.name)
    problem = {"$ref": "#/components/responses/Problem"}
    del operation["responses"]["200"]
    operation["responses"] = {
        **{str(status): each for status, each in responses.items()},
        **operation["responses"],
        **{str(status): dict(problem) for status in sorted(refused)},
        "default": problem,
    }


def _first_lines(text: str) -> str:
    """Return the beginning of a table or a text."""
    return "".join(text.splitlines(keepends=True)[:_LINES])


def _add_example(
    examples: dict[str, Any], content: dict[str, Any], example: dict[str, Any], name: str = ""
) -> None:
    """Give a content (a media type's schema) an example by reference.

    Contents of one schema share the first one's example, under the schema's name; `name` is for a
    content whose schema has none.
    """
    name = content["schema"].get("$ref", name).rpartition("/")[2]
    name = next((other for other in examples if examples[other] == example), name)
    examples.setdefault(name, example)
    content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def _ask(
    app: Application,
    method: str,
    address: str,
    body: Mapping[str, Any] | None = None,
    accept: str = JSON.media_type,
) -> TestResponse:
    """Return the response to a request. Raises RuntimeError unless its status is 200."""
    response = Client(app).open(
        address, method=method, json=dict(body) if body else None, headers={"Accept": accept}
    )
    if response.status_code != HTTPStatus.OK:
        raise RuntimeError(f"the example of {method} {address} answers {response.status}")
    return response


def _cut(answer: Any, longest: int | None) -> Any:
    """Return an answer as an example: its lists of objects and texts have two items, its maps of
    languages one. With `longest`, all lists are of this length, and each object by postcode or
    country and each text of codes with spaces between them.

    Each database has other times of last modification, so the clock's time replaces them.
    """
    if isinstance(answer, list):
        is_cut = longest or any(isinstance(item, str | dict) for item in answer)
        return [_cut(item, longest) for item in answer[: (longest or _ITEMS) if is_cut else None]]
    if longest and isinstance(answer, str) and _CODES.fullmatch(answer):
        return " ".join(answer.split()[:longest])
    if not isinstance(answer, dict):
        return answer
    if "en" in answer and all(map(_LANGUAGE.fullmatch, answer)):
        return {"en": answer["en"]}
    is_by_code = all(map(_CODE.fullmatch, answer))
    items = islice(answer.items(), longest if is_by_code else None)
    cut = {name: _cut(value, longest) for name, value in items}
    return {**cut, "last_modified": timestamp(EXAMPLES_AT)} if "last_modified" in cut else cut
