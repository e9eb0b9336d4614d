"""openapi.yaml from the code: what flask-smorest gathers, each operation's problems, and real answers as examples."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import yaml
from flask import Flask

from directory_api.web import problems
from directory_api.web.api import EXAMPLE, PROBLEMS, DirectoryApi

# Every operation may answer with these; `default` stands for what a server in front may add.
_ALWAYS = (400, 405, 429, 500, 503)
_METHODS = ("get", "post")


def openapi(app: Flask) -> dict[str, Any]:
    """The document (OpenAPI 3.1). The app must be ready: each operation's example request is sent to it."""
    # Through JSON: apispec's document shares parts, which YAML would write as anchors.
    spec: dict[str, Any] = json.loads(json.dumps(app.extensions[DirectoryApi.__name__].spec.to_dict()))
    spec["components"]["responses"] = {"Problem": _problem_response()}
    for operations in spec["paths"].values():
        for method, operation in operations.items():
            if method in _METHODS:
                _complete(app, method, operation)
    return {name: spec[name] for name in ("openapi", "info", "servers", "tags", "paths", "components")}


def as_yaml(document: dict[str, Any]) -> str:
    """The text of openapi.yaml."""
    text: str = yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=110)
    return text


def _complete(app: Flask, method: str, operation: dict[str, Any]) -> None:
    example = operation.pop(EXAMPLE)
    statuses = sorted({*_ALWAYS, *operation.pop(PROBLEMS)})
    success = operation["responses"]["200"]
    success["description"] = operation["summary"]
    success["content"]["application/json"]["example"] = _answer(app, method, example)
    operation["responses"] = {"200": success}
    if method == "get":
        operation["responses"].update(_not_modified(app, example))
    for status in statuses:
        operation["responses"][str(status)] = {"$ref": "#/components/responses/Problem"}
    operation["responses"]["default"] = {"$ref": "#/components/responses/Problem"}
    if method == "post":
        operation["requestBody"]["content"]["application/json"]["example"] = example["body"]


def _answer(app: Flask, method: str, example: dict[str, Any]) -> Any:
    response = app.test_client().open(example["path"], method=method.upper(), json=example.get("body"))
    if response.status_code != HTTPStatus.OK:
        raise RuntimeError(f"the example of {method} {example['path']} answers {response.status}")
    return response.get_json()


def _not_modified(app: Flask, example: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """304, where the answer has an ETag to ask with."""
    if app.test_client().get(example["path"]).headers.get("ETag"):
        yield "304", {"description": "Not modified since the ETag in If-None-Match."}


def _problem_response() -> dict[str, Any]:
    return {
        "description": "A problem (RFC 9457), with the helplines. The types are explained at /problems.",
        "content": {problems.PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/ProblemDocument"}}},
    }
