"""A client that checks every answer of the documented routes against the committed openapi.yaml."""

import json
import re
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import Flask
from openapi_core import Config, OpenAPI
from openapi_core.contrib.flask import FlaskOpenAPIResponse
from openapi_core.templating.paths.exceptions import PathError
from openapi_core.testing import MockRequest
from werkzeug.test import TestResponse

from directory_api.web.http.errors import ErrorRenderer
from tests.support import fast_yaml

OPENAPI_YAML = Path(__file__).parents[2] / "openapi.yaml"
PROBLEM_JSON = "application/problem+json"
# Another method is no operation of openapi.yaml's.
_HELD = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})


@lru_cache(maxsize=1)
def contract() -> OpenAPI:
    """The committed openapi.yaml."""
    as_json = {
        PROBLEM_JSON: json.loads,
        "application/geo+json": json.loads,
        "application/ld+json": json.loads,
    }
    as_text = dict.fromkeys(("text/csv", "text/vcard", "application/x-ndjson"), bytes.decode)
    # tests/contract checks that the document is valid, which takes a second.
    reading = Config(
        spec_validator_cls=None,  # type: ignore[arg-type]  # None is handled, but not typed
        extra_media_type_deserializers={**as_json, **as_text},
    )
    return OpenAPI.from_file_path(str(OPENAPI_YAML), config=reading)


class ApiClient:
    """Sends requests to an app. Raises AssertionError or OpenAPIError for an undocumented answer.

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
    """Raise where status, content type or body is not what openapi.yaml says."""
    request = response.request
    try:
        _hold(request.method, quote(request.path), response)
    except PathError:
        if response.status_code >= 400:
            _hold_as_problem(response)


def _hold_as_problem(response: TestResponse) -> None:
    # An address that is not documented has no responses of its own; its errors have the shape of
    # everybody's.
    _hold("GET", "/v1/", response)


# The answers that were valid. Many tests get the same record first, from copies of one database,
# and a check takes 2 ms of the processor.
_VALID: set[tuple[object, ...]] = set()


# Of transport (RFC 9110) and for browsers: openapi.yaml describes all others.
_UNDESCRIBED = re.compile(
    r"accept-ranges|connection|keep-alive|last-modified|server|transfer-encoding|access-control-.*|content-(encoding|length|security-policy|type)|cross-origin-.*|date|"
    r"permissions-policy|referrer-policy|vary|x-.*"
)


@lru_cache(maxsize=1)
def _document() -> dict[str, Any]:
    document: dict[str, Any] = fast_yaml.load(OPENAPI_YAML.read_bytes())
    return document


@lru_cache(maxsize=1)
def _operations() -> list[tuple[re.Pattern[str], dict[str, Any]]]:
    """The paths of openapi.yaml as patterns, those without parameters first."""
    paths = sorted(_document()["paths"].items(), key=lambda each: "{" in each[0])
    # A route has the same answer with / at its end.
    return [
        (re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path.rstrip("/")) + "/?"), item)
        for path, item in paths
    ]


def undescribed(method: str, path: str, response: TestResponse) -> set[str]:
    """Return the headers of an answer that openapi.yaml does not describe."""
    item = next(item for pattern, item in _operations() if pattern.fullmatch(path))
    responses = item[method.lower()]["responses"]
    described = responses.get(str(response.status_code), responses["default"])
    if "$ref" in described:
        described = _document()["components"]["responses"]["Problem"]
    sent = {name.lower() for name, _ in response.headers}
    known = {name.lower() for name in described["headers"]}
    return {name for name in sent - known if not _UNDESCRIBED.fullmatch(name)}


def _hold(method: str, path: str, response: TestResponse) -> None:
    answer = (method, path, response.status_code, tuple(response.headers), response.data)
    if answer not in _VALID:
        contract().validate_response(
            MockRequest("http://localhost", method.lower(), path), FlaskOpenAPIResponse(response)
        )
        assert undescribed(method, path, response) == set()
        _VALID.add(answer)


def error_renderer(app: Flask) -> ErrorRenderer:
    """The one that an app responds to errors with."""
    handler: Any = app.error_handler_spec[None][None][Exception]
    renderer: ErrorRenderer = handler.__self__
    return renderer


def problem(response: TestResponse, status: int, kind: str) -> dict[str, Any]:
    """The problem of a refused request; asserts its status, type, content type and helplines."""
    assert (response.status_code, response.content_type) == (status, PROBLEM_JSON)
    body: dict[str, Any] = response.get_json()
    assert (body["type"], body["code"]) == (f"/problems#{kind}", kind)
    assert body["status"] == status
    assert [line["number"] for line in body["helplines"] if line["kind"] == "emergency"] == ["112"]
    return body


def faults(body: dict[str, Any]) -> list[str]:
    """Where the faults of a problem are, in order of name."""
    return sorted(fault.get("parameter") or fault.get("pointer") or "" for fault in body["errors"])
