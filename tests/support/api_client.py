"""A client that checks every answer of the documented routes against the committed documents."""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import yaml
from flask import Flask
from jsonschema_rs import Draft202012Validator, Registry
from werkzeug.test import TestResponse

from directory_api.web.error_renderer import ErrorRenderer
from directory_api.web.http.problems import BY_CODE, type_of

_ROOT = Path(__file__).parents[2]
OPENAPI_YAML = _ROOT / "openapi.yaml"
OPENAPI_FILES = (OPENAPI_YAML, _ROOT / "openapi-editing.yaml", _ROOT / "openapi-hsds.yaml")
PROBLEM_JSON = "application/problem+json"
# Another method is no operation of openapi.yaml's.
_HELD = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


class ApiClient:
    """Sends requests to an app. Raises AssertionError, or jsonschema_rs.ValidationError, for an
    answer that openapi.yaml does not describe.

    Pages for people are not in openapi.yaml, and the answer to HEAD has no body to check.
    """

    def __init__(self, app: Flask) -> None:
        self._client = app.test_client()

    def get(self, path: str, **options: Any) -> TestResponse:
        """GET."""
        return self.open("GET", path, **options)

    def post(self, path: str, **options: Any) -> TestResponse:
        """POST."""
        return self.open("POST", path, **options)

    def open(self, method: str, path: str, **options: Any) -> TestResponse:
        """Any method."""
        response = self._client.open(path, method=method, **options)
        if method in _HELD:
            hold_against_contract(response)
        elif response.status_code >= 400 and method != "HEAD":
            _hold_as_problem(response)
        return response


def hold_against_contract(response: TestResponse) -> None:
    """Raise where status, content type, headers or body are not what openapi.yaml says."""
    request = response.request
    operation = _operation(request.method.lower(), quote(request.path))
    if operation:
        _hold(operation, response)
    elif response.status_code >= 400:
        _hold_as_problem(response)


def _hold_as_problem(response: TestResponse) -> None:
    # An address that is not documented has no responses of its own; its errors have the shape of
    # everybody's.
    _hold("/paths/~1v1/get", response)


# The answers that were valid. Many tests get the same record first, from copies of one database.
_VALID: set[tuple[object, ...]] = set()


# Of transport (RFC 9110) and for browsers: openapi.yaml describes all others.
_UNDESCRIBED = re.compile(
    r"accept-ranges|connection|keep-alive|last-modified|server|transfer-encoding|access-control-.*|content-(encoding|length|security-policy|type)|cross-origin-.*|date|"
    r"permissions-policy|referrer-policy|vary|x-.*"
)


@cache
def documents() -> dict[str, dict[str, Any]]:
    """Return the content of each document by its file, not to be changed; the parameters that they
    refer to are in their places.
    """
    # The loader in C takes 0.15 s, the one in Python 0.8 s.
    read = {path.name: yaml.load(path.read_bytes(), yaml.CSafeLoader) for path in OPENAPI_FILES}
    for document in read.values():
        named = document["components"].get("parameters", {})
        for item in document["paths"].values():
            for part in (item, *item.values()):
                if isinstance(part, dict) and "parameters" in part:
                    part["parameters"] = [
                        named[each["$ref"].rpartition("/")[2]] if "$ref" in each else each
                        for each in part["parameters"]
                    ]
    return read


def as_it_is_written(path: Path) -> Any:
    """Return the content of a document with its references."""
    return yaml.load(path.read_bytes(), yaml.CSafeLoader)


@cache
def committed() -> dict[str, Any]:
    """Return the paths and components of all documents, not to be changed."""
    whole: dict[str, Any] = {"paths": {}, "components": {}}
    for document in documents().values():
        whole["paths"].update(document["paths"])
        for kind, named in document["components"].items():
            known = whole["components"].setdefault(kind, {})
            shared = known.keys() & named.keys()
            assert kind == "parameters" or {n for n in shared if known[n] != named[n]} == set()
            known.update(named)
    return whole


def _at(pointer: str) -> Any:
    """Return a part of openapi.yaml by its JSON pointer (RFC 6901)."""
    part: Any = committed()
    for token in pointer.split("/")[1:]:
        part = part[_unescaped(token)]
    return part


def _escaped(token: str) -> str:
    return token.replace("~", "~0").replace("/", "~1")


def _unescaped(token: str) -> str:
    return token.replace("~1", "/").replace("~0", "~")


@cache
def _paths() -> list[tuple[re.Pattern[str], str]]:
    """The paths of openapi.yaml as patterns, those with the fewest parameters first."""
    # A route has the same answer with / at its end.
    return [
        (re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path.rstrip("/")) + "/?"), path)
        for path in sorted(committed()["paths"], key=lambda path: str(path).count("{"))
    ]


def _operation(method: str, path: str) -> str | None:
    """Return the JSON pointer of the operation of a request, None if it is not documented."""
    for pattern, template in _paths():
        if pattern.fullmatch(path) and method in committed()["paths"][template]:
            return f"/paths/{_escaped(template)}/{method}"
    return None


def _closed(part: Any) -> Any:
    """Return a part without what answers leave open: today's server sends nothing else."""
    if isinstance(part, list):
        return [_closed(each) for each in part]
    if not isinstance(part, dict):
        return part
    closed = {name: _closed(each) for name, each in part.items()}
    if "x-extensible-enum" in part:
        closed["enum"] = part["x-extensible-enum"]
    if part.get("type") == "object" and "properties" in part:
        closed["additionalProperties"] = False
    return closed


@cache
def _validator(pointer: str) -> Draft202012Validator:
    """The validator of the schema at a JSON pointer. openapi-core, which tests/contract compares
    with it, takes 10 to 140 ms for each answer.
    """
    registry = Registry([("urn:openapi", _closed(committed()))])
    return Draft202012Validator(
        {"$ref": f"urn:openapi#{quote(pointer)}"}, registry=registry, validate_formats=True
    )


def _hold(operation: str, response: TestResponse) -> None:
    answer = (operation, response.status_code, tuple(response.headers), response.data)
    if answer in _VALID:
        return
    responses = _at(f"{operation}/responses")
    status = str(response.status_code)
    pointer = f"{operation}/responses/{status if status in responses else 'default'}"
    described = _at(pointer)
    if "$ref" in described:
        pointer = described["$ref"].removeprefix("#")
        described = _at(pointer)
    _hold_headers(described["headers"], response)
    if "content" in described:
        _hold_body(f"{pointer}/content", response)
    _VALID.add(answer)


def _hold_headers(described: dict[str, Any], response: TestResponse) -> None:
    sent = {name.lower() for name, _ in response.headers}
    unknown = sent - {name.lower() for name in described}
    assert {name for name in unknown if not _UNDESCRIBED.fullmatch(name)} == set()
    for name, header in described.items():
        if name in response.headers:
            pointer = f"{header['$ref'].removeprefix('#')}/schema"
            value = response.headers[name]
            is_text = _at(pointer)["type"] == "string"
            _validator(pointer).validate(value if is_text else json.loads(value))


def _hold_body(content: str, response: TestResponse) -> None:
    media_type = response.mimetype or ""
    assert media_type in _at(content)
    is_json = re.fullmatch(r"application/([a-z]+\+)?json", media_type)
    body = json.loads(response.data) if is_json else response.data.decode()
    _validator(f"{content}/{_escaped(media_type)}/schema").validate(body)


def error_renderer(app: Flask) -> ErrorRenderer:
    """The one that an app responds to errors with."""
    handler: Any = app.error_handler_spec[None][None][Exception]
    renderer: ErrorRenderer = handler.__self__
    return renderer


def problem(response: TestResponse, status: int, kind: str) -> dict[str, Any]:
    """The problem of a refused request; asserts its status, type, code (`kind`), content type and
    helplines.
    """
    assert (response.status_code, response.content_type) == (status, PROBLEM_JSON)
    body: dict[str, Any] = response.get_json()
    assert (body["type"], body["code"]) == (f"/problems#{type_of(BY_CODE[kind])}", kind)
    assert body["status"] == status
    assert body["helplines"][0]["kind"] == "emergency"
    emergency = {line["number"] for line in body["helplines"] if line["kind"] == "emergency"}
    assert emergency == {"112"}
    return body


def faults(body: dict[str, Any]) -> list[str]:
    """Where the faults of a problem are, in order of name."""
    return sorted(
        fault.get("parameter") or fault.get("pointer") or "" for fault in body.get("errors", ())
    )
