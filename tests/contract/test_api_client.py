"""The check of answers against openapi.yaml agrees with openapi-core, an independent one."""

import json
from collections.abc import Callable, Mapping

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jsonschema_rs import ValidationError
from werkzeug.test import TestResponse

from tests.support.api_client import OPENAPI_YAML, PROBLEM_JSON, hold_against_contract

ANSWERS = (
    *(("/v1/nearest?postcode=1000", "*/*"), ("/v1/nearest?postcode=x", "*/*")),
    *(("/v1/centres", "*/*"), ("/v1/centres/pag-asa", "*/*"), ("/v1/centres/nowhere", "*/*")),
    ("/v1/bundle", "*/*"),
    *(("/v1/centres", "application/geo+json"), ("/v1/centres", "text/csv")),
    *(("/v1/centres", "text/vcard"), ("/v1/centres", "text/plain")),
)


@pytest.fixture(scope="module")
def openapi_core() -> Callable[[TestResponse], None]:
    """The check of openapi-core."""
    # Imported here, because each worker imports this file, which took 0.3 s.
    from openapi_core import Config, OpenAPI
    from openapi_core.contrib.flask import FlaskOpenAPIResponse
    from openapi_core.testing import MockRequest

    media_types = (PROBLEM_JSON, "application/geo+json")
    as_json = dict.fromkeys(media_types, json.loads)
    as_text = dict.fromkeys(("text/csv", "text/vcard", "application/x-ndjson"), bytes.decode)
    # Another test checks that the document is valid, which takes a second.
    reading = Config(
        spec_validator_cls=None,  # type: ignore[arg-type]  # None is handled, but not typed
        extra_media_type_deserializers={**as_json, **as_text},
    )
    contract = OpenAPI.from_file_path(str(OPENAPI_YAML), config=reading)

    def check(response: TestResponse) -> None:
        request = MockRequest("http://localhost", "get", response.request.path)
        contract.validate_response(request, FlaskOpenAPIResponse(response))

    return check


@pytest.mark.parametrize(("path", "accepted"), ANSWERS)
def test_what_the_server_answers_passes_both(
    client: FlaskClient, openapi_core: Callable[[TestResponse], None], path: str, accepted: str
) -> None:
    """Answers and errors, in several formats."""
    response = client.get(path, headers={"Accept": accepted})
    hold_against_contract(response)
    openapi_core(response)


def _with_body(**members: object) -> Callable[[TestResponse], None]:
    def change(response: TestResponse) -> None:
        response.data = json.dumps({**response.get_json(), **members}).encode()

    return change


CHANGES: Mapping[str, Callable[[TestResponse], None]] = {
    "another status": lambda response: setattr(response, "status_code", 404),
    "another type": lambda response: setattr(response, "mimetype", "text/html"),
    "a member of another type": _with_body(results="none"),
    "a body that is cut off": lambda response: setattr(response, "data", response.data[:-9]),
}


def test_another_member_is_noticed_by_the_tests_alone(
    app: Flask, openapi_core: Callable[[TestResponse], None]
) -> None:
    """Clients ignore it: answers are open. What the server sends today is described, though."""
    response = app.test_client().get("/v1/nearest?postcode=1000")
    _with_body(another=1)(response)
    openapi_core(response)
    with pytest.raises(ValidationError):
        hold_against_contract(response)


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_not_described_passes_neither(
    app: Flask,
    openapi_core: Callable[[TestResponse], None],
    change: Callable[[TestResponse], None],
) -> None:
    """One answer, changed in each way."""
    from openapi_core.exceptions import OpenAPIError

    response = app.test_client().get("/v1/nearest?postcode=1000")
    change(response)
    with pytest.raises((AssertionError, ValidationError, ValueError)):
        hold_against_contract(response)
    with pytest.raises(OpenAPIError):
        openapi_core(response)


@pytest.mark.parametrize(("name", "value"), [("X", "x"), ("Retry-After", "soon")])
def test_a_header_that_is_not_described_is_noticed(app: Flask, name: str, value: str) -> None:
    """openapi-core looks only at the headers that are described."""
    response = app.test_client().get("/v1/nearest?postcode=x")
    response.headers[name] = value
    with pytest.raises((AssertionError, ValidationError, ValueError)):
        hold_against_contract(response)
