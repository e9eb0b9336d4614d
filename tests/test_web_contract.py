"""openapi.yaml: what it promises, and that it is what the code makes."""

from typing import Any

import pytest
import yaml
from flask import Flask
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from directory_api.web import problems
from directory_api.web.contract import as_yaml, openapi
from tests.asking import OPENAPI_YAML, PROBLEM_JSON

COMMITTED: dict[str, Any] = yaml.safe_load(OPENAPI_YAML.read_text(encoding="utf-8"))
OPERATIONS: dict[str, dict[str, Any]] = {
    f"{method.upper()} {path}": operation
    for path, operations in COMMITTED["paths"].items()
    for method, operation in operations.items()
    if method in ("get", "post")
}
# Where people look and Prometheus reads; they have no place in a document for programs.
PAGES = {"/metrics", "/openapi.yaml", "/docs", "/docs/start.js", "/docs/{name}", "/problems"}


def test_the_committed_file_is_what_the_code_makes(app: Flask) -> None:
    """openapi.yaml equals the text of web/contract.py; `make openapi` writes it."""
    assert OPENAPI_YAML.read_text(encoding="utf-8") == as_yaml(openapi(app))


def test_it_is_openapi_3_1() -> None:
    """openapi-spec-validator accepts the file as OpenAPI 3.1."""
    assert COMMITTED["openapi"].startswith("3.1")
    validate(COMMITTED, cls=OpenAPIV31SpecValidator)


def test_every_route_is_documented(app: Flask) -> None:
    """Each rule of the app is a path of openapi.yaml or a page for people."""
    rules = {rule.rule.replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()}
    assert rules == {*COMMITTED["paths"], *PAGES}


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_described(name: str) -> None:
    """Each operation has a summary, an operationId and an example of its answer."""
    operation = OPERATIONS[name]
    assert operation["summary"]
    assert operation["operationId"]
    assert operation["responses"]["200"]["content"]["application/json"]["example"]


@pytest.mark.parametrize("name", [name for name in OPERATIONS if name.startswith("POST")])
def test_a_post_has_an_example_of_its_body(name: str) -> None:
    """Each POST shows a body that can be sent."""
    assert OPERATIONS[name]["requestBody"]["content"]["application/json"]["example"]


def test_operation_ids_are_unique() -> None:
    """No two operations share an operationId."""
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_refusal_is_a_problem(name: str) -> None:
    """Each operation documents its refusals as application/problem+json."""
    responses = OPERATIONS[name]["responses"]
    refusals = [status for status in responses if status == "default" or status >= "4"]
    assert {"400", "405", "429", "500", "default"} <= set(refusals)
    assert all(responses[status] == {"$ref": "#/components/responses/Problem"} for status in refusals)
    assert list(COMMITTED["components"]["responses"]["Problem"]["content"]) == [PROBLEM_JSON]


def test_the_notes_between_code_and_contract_are_gone() -> None:
    """No x- member of the code's own is left in the file."""
    assert "x-" not in {key[:2] for operation in OPERATIONS.values() for key in operation}


def test_no_example_holds_a_hidden_null_answer() -> None:
    """The example of the batch has an answer for each of its origins."""
    operation = OPERATIONS["POST /v1/nearest/batch"]
    origins = operation["requestBody"]["content"]["application/json"]["example"]["origins"]
    answers = operation["responses"]["200"]["content"]["application/json"]["example"]["answers"]
    assert len(answers) == len(origins)
    assert all(answer["results"] for answer in answers)


def test_an_example_that_fails_stops_the_making(app: Flask) -> None:
    """openapi() refuses an operation whose example request is not answered with 200."""
    from directory_api.bootstrap import open_directory
    from directory_api.config import Settings
    from directory_api.web.app import create_app

    not_loaded = create_app(open_directory(Settings(rate_limit="")))
    with pytest.raises(RuntimeError, match="the example of get /v1/nearest"):
        openapi(not_loaded)


def test_statuses_are_those_of_the_table() -> None:
    """A status that an operation documents is one that web/problems.py can give."""
    documented = {status for operation in OPERATIONS.values() for status in operation["responses"]}
    assert {int(status) for status in documented if status >= "4" and status != "default"} <= set(problems.STATUSES)
