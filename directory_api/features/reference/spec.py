"""Makes openapi.yaml from the code.

It combines the operations of the routes, the problems of each operation, and one example of each
shape, which is a real answer, about invented centres (examples.py).
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial
from http import HTTPStatus
from itertools import islice
from typing import Any

import yaml
from werkzeug.test import Client, TestResponse

from directory_api.answer.as_json import moment
from directory_api.answer.registry import FORMATS, JSON
from directory_api.features.reference import headers
from directory_api.features.reference.from_routes import document
from directory_api.web.openapi.decorators import (
    ALSO,
    ANY_OBJECT,
    BODY,
    EXAMPLE,
    FORMATTED,
    HEADERS,
    PROBLEMS,
    SENDS,
    SUCCESS,
)
from directory_api.web.wsgi.application import Application

# Every operation may answer with these. `default` covers the answers of a proxy.
_ALWAYS = (400, 405, 429, 500, 503)
# A fixed clock for the examples, so that the document is reproducible.
EXAMPLES_AT = datetime(2026, 11, 3, 10, tzinfo=UTC)
_OTHER_FORMATS = tuple(output for output in FORMATS if output is not JSON)
# This replaces the random link of the examples.
_LINK = "ab12cd34ef"
_METHODS = ("get", "post", "put", "patch", "delete")
_ADDED = "201"
_IN_ADDRESS = ("path", "query")
_ADDRESS_TOO_LONG = {"$ref": "#/components/responses/AddressTooLong"}
_SUCCESSES = {
    _ADDED: "Added. `Location` is its address; send `ETag` in If-Match with the next change.",
    "202": "The change waits until another maintainer approves it; nothing has changed yet.",
}


def openapi(app: Application) -> dict[str, Any]:
    """Return the document (OpenAPI 3.1).

    Sends each operation's example request to the app, which must be ready and have its clock at
    EXAMPLES_AT.
    """
    # Through JSON, because apispec's document shares parts, which YAML would write as anchors.
    spec: dict[str, Any] = json.loads(json.dumps(document(app)))
    spec["components"]["headers"] = headers.components()
    examples: dict[str, Any] = {}
    for path, operations in spec["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                operation.setdefault("parameters", [])
                _complete(app, path, method, operation, examples)
                if _has_any_length((*operations.get("parameters", ()), *operation["parameters"])):
                    default = operation["responses"].pop("default")
                    operation["responses"] |= {"414": _ADDRESS_TOO_LONG, "default": default}
    spec["components"]["examples"] = examples
    # The link is random; replace it so the document is reproducible.
    link = _ask(app, "get", {"path": "/v1/"}).get_json()["link"]
    spec = json.loads(json.dumps(spec).replace(link, _LINK))
    return {
        name: spec[name] for name in ("openapi", "info", "servers", "tags", "paths", "components")
    }


def as_yaml(document: dict[str, Any]) -> str:
    """Return the text of openapi.yaml."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    return text


def _has_any_length(parameters: Iterable[dict[str, Any]]) -> bool:
    """Return whether an address with these parameters can be too long for the web server."""
    return any(each["in"] in _IN_ADDRESS for each in parameters)


def _complete(
    app: Application, path: str, method: str, operation: dict[str, Any], examples: dict[str, Any]
) -> None:
    """Replace the notes of decorators.py in an operation, and add its examples to `examples`."""
    request, formatted = operation.pop(EXAMPLE, None), operation.pop(FORMATTED, False)
    also = {kind: {"schema": {"type": "string"}} for kind in operation.pop(ALSO, ())}
    statuses = sorted({*_ALWAYS, *operation.pop(PROBLEMS)})
    success = operation["responses"]["200"]
    success["description"] = operation["summary"]
    # Copied, because YAML would write shared parts as anchors.
    successes = [str(status) for status in operation.pop(SUCCESS, (HTTPStatus.OK.value,))]
    responses = {status: json.loads(json.dumps(success)) for status in successes}
    for status in _SUCCESSES.keys() & responses.keys():
        responses[status]["description"] = _SUCCESSES[status]
    operation["parameters"].extend(operation.pop(HEADERS, []))
    body = operation.pop(BODY, None)
    sent = {"Cache-Control", *operation.pop(SENDS, ())}
    if request:
        body = request.get("body")
        content = responses["200"]["content"] | also
        responses["200"]["content"] = content
        answer = _ask(app, method, request)
        sent.update(answer.headers.keys())
        title, longest = f"{method.upper()} {request['path']}", request.get("longest")
        _add_example(
            examples,
            content[JSON.media_type],
            {
                "summary": f"{title} (lists cut to {longest})" if longest else title,
                "value": _cut(answer.get_json(), longest),
            },
        )
        for output in _OTHER_FORMATS if formatted else ():
            other = _ask(app, method, request, output.media_type)
            sent.update(other.headers.keys())
            # The format's standard defines its schema.
            content[output.media_type] = {
                "schema": dict(ANY_OBJECT) if other.is_json else {"type": "string"}
            }
            _add_example(
                examples,
                content[output.media_type],
                {
                    "summary": f"{title} as {output.media_type}",
                    "value": other.get_json() if other.is_json else other.text,
                },
                name=output.name,
            )
        if answer.headers.get("ETag"):
            responses["304"] = {"description": "Not modified since the ETag in If-None-Match."}
    for status, response in responses.items():
        located = {"Location"} if status == _ADDED else set()
        response["headers"] = headers.of_answer(path, sent | located)
    for content in operation["requestBody"]["content"].values() if body else ():
        _add_example(examples, content, {"value": body}, name=operation["operationId"])
    for status in statuses:
        responses[str(status)] = {"$ref": "#/components/responses/Problem"}
    responses["default"] = {"$ref": "#/components/responses/Problem"}
    operation["responses"] = responses


def _add_example(
    examples: dict[str, Any], content: dict[str, Any], example: dict[str, Any], name: str = ""
) -> None:
    """Give a content (a media type's schema) an example by reference.

    Contents of one schema share the first one's example, under the schema's name; `name` is for a
    content whose schema has none.
    """
    name = content["schema"].get("$ref", name).rpartition("/")[2]
    examples.setdefault(name, example)
    content["examples"] = {name: {"$ref": f"#/components/examples/{name}"}}


def _ask(
    app: Application, method: str, example: dict[str, Any], accept: str = JSON.media_type
) -> TestResponse:
    """Return the answer of the route, without the middleware.

    Raises RuntimeError unless its status is 200.
    """
    routes = Client(partial(Application.wsgi_app, app))
    headers = {"Accept": accept}
    answer = routes.open(
        example["path"], method=method.upper(), json=example.get("body"), headers=headers
    )
    if answer.status_code != HTTPStatus.OK:
        raise RuntimeError(f"the example of {method} {example['path']} answers {answer.status}")
    return answer


def _cut(answer: Any, longest: int | None) -> Any:
    """Return the answer with each list and each object by postcode cut to this length, if given.

    Each database has other times of last modification, so the clock's time replaces them.
    """
    if isinstance(answer, dict):
        is_by_postcode = all(name.isdigit() for name in answer)
        members = islice(answer.items(), longest if is_by_postcode else None)
        cut = {name: _cut(value, longest) for name, value in members}
        return {**cut, "last_modified": moment(EXAMPLES_AT)} if "last_modified" in cut else cut
    return (
        [_cut(item, longest) for item in answer[:longest]] if isinstance(answer, list) else answer
    )
