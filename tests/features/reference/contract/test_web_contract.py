"""openapi.yaml: what it promises, and that it is what the code makes."""

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from directory_api.web.app import create_app
from directory_api.web.http import problems
from directory_api.web.http.addresses import is_counted
from tests.support.api_client import OPENAPI_FILES, PROBLEM_JSON, as_it_is_written
from tests.support.moments import EXAMPLES_AT
from tests.support.openapi_document import COMMITTED, DOCUMENTS, OPERATIONS, PRIVATE
from tests.support.records import shipped_records
from tests.support.rules import rules
from tests.support.servers import ROOT
from tools.openapi.document import as_yaml, openapi
from tools.openapi.examples import directory_of_examples

PUBLIC = [name for name in OPERATIONS if name not in PRIVATE]
DOCUMENT_NAMES = [path.stem for path in OPENAPI_FILES]
# A 414: the address is too long for it.
OF_THE_WEB_SERVER = "414"
# Every media type of every request and successful response.
CONTENTS: list[dict[str, Any]] = [
    content
    for operation in OPERATIONS.values()
    for message in (operation.get("requestBody", {}), *operation["responses"].values())
    for content in message.get("content", {}).values()
]
# Where people look and Prometheus reads; they have no place in a document for programs.
PAGES = {
    "/metrics",
    *(f"/{name}.{kind}" for name in DOCUMENT_NAMES for kind in ("yaml", "json")),
    *("/docs/editing", "/docs/hsds"),
    "/docs",
    "/docs/reference.css",
    "/docs/reference.js",
    "/problems",
    "/v1/changes.atom",
}


# What visitors and partners' pages open.
VISITS = {
    *(
        "/",
        "/print",
        "/contact",
        "/embed",
        "/embed/print",
        "/embed/contact",
        "/partners",
        "/oembed",
        "/robots.txt",
        "/static/{name}",
    ),
    *("/flyers", "/flyers/page.css", "/flyers/print", "/f/", "/f/{path:code}", "/flyers/{size}"),
    *("/embed/nearest-centre.js", "/embed/nearest-centre.{digest}.js", "/embed/words/{tag}.json"),
}


# What a centre or a maintainer opens by a secret address.
BY_A_LINK = {
    *("/confirm", "/confirm/confirm.css", "/confirm/confirm.js"),
    *("/notices/{secret}.atom", "/notices/{secret}.ics"),
}


def _example(content: dict[str, Any]) -> Any:
    """Return the value of the one example that a content refers to."""
    (name,) = content["examples"]
    return COMMITTED["components"]["examples"][name]["value"]


def test_the_committed_file_is_what_the_code_makes(tmp_path: Path) -> None:
    """The text of each of tools/openapi; `make openapi` writes it."""
    app = create_app(directory_of_examples(tmp_path), now=lambda: EXAMPLES_AT)
    made = {name: as_yaml(document) for name, document in openapi(app).items()}
    assert made == {path.name: path.read_text(encoding="utf-8") for path in OPENAPI_FILES}


def test_no_example_shows_where_a_real_centre_is() -> None:
    """Its address may have to be hidden one day, and this document is kept and copied."""
    text = "".join(path.read_text(encoding="utf-8") for path in OPENAPI_FILES)
    streets = [
        street
        for centre in shipped_records()["centres"]
        for street in (
            centre["address"]["street"],
            *centre["address"].get("street_translations", {}).values(),
            *(each["value"] for each in centre.get("contested", ()) if each["member"] == "address"),
        )
    ]
    assert len(streets) > 3
    assert [street for street in streets if street.rpartition(" ")[0] in text] == []


def test_an_example_has_whole_telephone_numbers() -> None:
    """Long codes of postcodes are cut there, and numbers as they are printed never."""
    examples = str([each["value"] for each in COMMITTED["components"]["examples"].values()])
    shown = {*re.findall(r"'display': '([^']+)'", examples)}
    assert "078 055 800" in shown
    assert shown <= {line.get("display") for line in shipped_records()["helplines"]}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_it_is_openapi_3_1(name: str) -> None:
    """openapi-spec-validator accepts the file as OpenAPI 3.1."""
    assert DOCUMENTS[name]["openapi"].startswith("3.1")
    validate(DOCUMENTS[name], cls=OpenAPIV31SpecValidator)


@pytest.mark.needs("desk", "pages", "flyer", "operations")
def test_every_route_is_documented(app: Flask) -> None:
    """Each rule of the app is a path of openapi.yaml or a page; all rules at /admin are pages."""
    templates = {rule.rule.replace("<", "{").replace(">", "}") for rule in rules(app)}
    admin = {rule for rule in templates if rule.startswith("/admin/")}
    assert templates - admin == {*COMMITTED["paths"], *PAGES, *VISITS, *BY_A_LINK}
    assert admin


def test_a_sample_sends_its_own_request(app: Flask) -> None:
    """It has the path of its operation, and the place of a body is in the body alone."""
    page = html.unescape(app.test_client().get("/docs").text)
    samples = 0
    for operation in page.split("<h3 id=")[1:]:
        path = operation.partition("</b> ")[2].partition("<")[0]
        for url, more in re.findall(r"<pre>curl '(\S+)'( \\)?", operation):
            address, _, query = url.removeprefix("https://directory.example.org").partition("?")
            assert re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path) + "/?", address)
            assert not (more and query)
            samples += 1
    assert samples


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_is_described(name: str) -> None:
    """Each operation has a summary of its own and an operationId."""
    operation = OPERATIONS[name]
    assert operation["operationId"]
    assert [other["summary"] for other in OPERATIONS.values()].count(operation["summary"]) == 1


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_answer_has_an_example(name: str) -> None:
    """Each public operation shows a real answer."""
    assert _example(OPERATIONS[name]["responses"]["200"]["content"]["application/json"])


@pytest.mark.parametrize(
    "name", [name for name, operation in OPERATIONS.items() if "requestBody" in operation]
)
def test_a_body_has_an_example(name: str) -> None:
    """Each body is required and shows one that can be sent; that of an import is a whole file."""
    body = OPERATIONS[name]["requestBody"]
    assert body["required"]
    assert name == "POST /v1/import" or all(
        _example(content) for content in body["content"].values()
    )


def test_all_that_writes_asks_for_a_token() -> None:
    """PUT, PATCH, DELETE and each POST that writes require the only security scheme, bearer."""
    asking = {"POST /v1/nearest", "POST /v1/nearest/batch"}
    writing = {name for name in OPERATIONS if not name.startswith("GET")} - asking
    assert writing < set(PRIVATE)
    assert {str(OPERATIONS[name]["security"]) for name in PRIVATE} == {"[{'maintainer': []}]"}
    (scheme,) = COMMITTED["components"]["securitySchemes"].values()
    assert (scheme["type"], scheme["scheme"]) == ("http", "bearer")


@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_operation_says_that_it_needs_no_token(name: str) -> None:
    """An absent member would mean that it is not known."""
    assert OPERATIONS[name]["security"] == []


@pytest.mark.parametrize("name", OPERATIONS)
def test_headers_are_those_of_the_components(name: str) -> None:
    """Every answer has the rate limit and caching, except where there is no limit; each reference
    leads to a header that is described.
    """
    headers = COMMITTED["components"]["headers"]
    for status, response in OPERATIONS[name]["responses"].items():
        if "$ref" not in response:
            assert {"Cache-Control"} <= set(response["headers"]), status
            limited = {"RateLimit", "RateLimit-Policy"} <= set(response["headers"])
            path = name.partition(" ")[2]
            assert limited is is_counted(path), status
            assert response["headers"] == {
                each: {"$ref": f"#/components/headers/{each}"} for each in response["headers"]
            }
            assert set(response["headers"]) <= set(headers)
            assert ("Location" in response["headers"]) is (status == "201")
    problem = COMMITTED["components"]["responses"]["Problem"]["headers"]
    assert {"Retry-After", "Allow", "WWW-Authenticate", "RateLimit"} <= set(problem) <= set(headers)


def test_every_header_is_sent_somewhere() -> None:
    """Each header of the components is that of an answer or of a problem."""
    responses = [*COMMITTED["components"]["responses"].values()]
    responses += [
        response
        for operation in OPERATIONS.values()
        for response in operation["responses"].values()
        if "$ref" not in response
    ]
    sent = {header for response in responses for header in response.get("headers", ())}
    assert sent == set(COMMITTED["components"]["headers"])


def test_what_is_sent_has_a_length_or_a_form() -> None:
    """The texts of paths and request headers: ids at /hsds are UUIDs."""
    for path, operations in COMMITTED["paths"].items():
        texts = [
            parameter
            for members in (operations, *operations.values())
            for parameter in (members.get("parameters", ()) if isinstance(members, dict) else ())
            if parameter["in"] in ("path", "header")
        ]
        for text in texts:
            schema = text["schema"]
            is_uuid = schema.get("format") == "uuid"
            assert is_uuid is (path.startswith("/hsds/") and text["in"] == "path"), path
            assert is_uuid or {"maxLength", "minLength", "pattern", "enum"} & set(schema), path
    key = next(
        parameter["schema"]
        for parameter in OPERATIONS["POST /v1/records/{collection}"]["parameters"]
        if parameter["name"] == "Idempotency-Key"
    )
    assert (key["pattern"], key["maxLength"]) == ("^[!-~]{1,255}$", 255)


@pytest.mark.parametrize("name", PRIVATE)
def test_what_a_write_may_come_to_is_documented(name: str) -> None:
    """Private operations have 401 and 403; If-Match adds 412 and 428, a body 413 and 415, a
    parameter in the path 404.
    """
    operation = OPERATIONS[name]
    statuses = set(operation["responses"])
    taken = {
        parameter["name"]: parameter["required"]
        for parameter in operation["parameters"]
        if "in" in parameter
    }
    assert {"401", "403"} <= statuses
    assert ({"412", "428"} <= statuses) is taken.get("If-Match", False) is ("412" in statuses)
    assert ("415" in statuses) is ("requestBody" in operation)
    assert ("404" in statuses) is ("{" in name)
    assert ("201" in statuses) is operation["operationId"].startswith("add_")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_no_component_is_left_over_or_missing(name: str) -> None:
    """Each of a document is referred to there, and each reference leads to one."""
    document = as_it_is_written(ROOT / name)
    there = {
        f"{kind}/{each}"
        for kind, named in document["components"].items()
        for each in named
        if kind != "securitySchemes"
    }
    assert set(re.findall(r"'#/components/([^']+)'", str(document))) == there


def test_a_shape_has_one_example() -> None:
    """Each example is a component that contents refer to; no content has a copy of its own."""
    assert all("example" not in content for content in CONTENTS)
    references = {
        example["$ref"].rpartition("/")[2]
        for content in CONTENTS
        for example in content.get("examples", {}).values()
    }
    assert references == set(COMMITTED["components"]["examples"])
    texts = [str(example["value"]) for example in COMMITTED["components"]["examples"].values()]
    assert len(texts) == len(set(texts))


def test_an_example_has_its_schema() -> None:
    """Each example, also a shortened one, is valid by the schemas of all contents that show it."""
    for content in CONTENTS:
        if "examples" in content:
            schema = {**content["schema"], "components": COMMITTED["components"]}
            validator = Draft202012Validator(schema, format_checker=FormatChecker())
            assert [fault.message for fault in validator.iter_errors(_example(content))] == []


def test_operation_ids_are_unique() -> None:
    """No two operations share an operationId."""
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_refusal_is_a_problem(name: str) -> None:
    """Each operation documents its refusals as application/problem+json, except the empty one of
    the web server.
    """
    responses = OPERATIONS[name]["responses"]
    refusals = [
        status
        for status in responses
        if (status == "default" or status >= "4") and status != OF_THE_WEB_SERVER
    ]
    assert {"400", "405", "429", "500", "default"} <= set(refusals)
    assert all(
        responses[status] == {"$ref": "#/components/responses/Problem"} for status in refusals
    )
    assert list(COMMITTED["components"]["responses"]["Problem"]["content"]) == [PROBLEM_JSON]


def test_the_notes_between_code_and_contract_are_gone() -> None:
    """No x- member of the code's own is left in the file."""
    assert "x-" not in {key[:2] for operation in OPERATIONS.values() for key in operation}


def _reachable(parts: object) -> set[str]:
    """The names of the schemas that parts of the documents lead to."""
    schemas = COMMITTED["components"]["schemas"]
    found, new = set[str](), {*re.findall(r"'#/components/schemas/(\w+)'", str(parts))}
    while new:
        found |= new
        told = str([schemas[name] for name in new])
        new = {*re.findall(r"'#/components/schemas/(\w+)'", told)} - found
    return found


def test_answers_are_open_and_requests_closed() -> None:
    """A new member or word of an answer must not be a fault for a generated client: it would lose
    the whole answer, with the helplines. A misspelt member of a request must be one.
    """
    schemas = COMMITTED["components"]["schemas"]
    answered = _reachable(
        [COMMITTED["components"]["responses"], *(each["responses"] for each in OPERATIONS.values())]
    )
    sent = _reachable([each.get("requestBody") for each in OPERATIONS.values()])
    assert answered & sent == set()
    for name in answered:
        assert "'enum':" not in str(schemas[name]), name
        assert "'additionalProperties': False" not in str(schemas[name]), name
    for name in sent:
        assert schemas[name]["additionalProperties"] is False, name
    assert "x-extensible-enum" in str([schemas[name] for name in answered])


@pytest.mark.parametrize("name", COMMITTED["components"]["schemas"])
def test_a_schema_and_each_of_its_properties_is_described(name: str) -> None:
    """In at most 30 words, without the list of known values."""
    schema = COMMITTED["components"]["schemas"][name]
    told = {"": schema["description"]}
    told |= {each: value["description"] for each, value in schema.get("properties", {}).items()}
    own = {each: text.partition("Known values:")[0].split() for each, text in told.items()}
    assert {each: len(words) for each, words in own.items() if not 0 < len(words) <= 30} == {}


@pytest.mark.parametrize("name", OPERATIONS)
def test_a_parameter_is_described(name: str) -> None:
    """In at most 30 words; the place comes first, the output last."""
    parameters = [each for each in OPERATIONS[name]["parameters"] if each["in"] == "query"]
    words = {each["name"]: len(each["description"].split()) for each in parameters}
    assert {each: count for each, count in words.items() if not 0 < count <= 30} == {}
    names = [each["name"] for each in parameters]
    last = [each for each in ("limit", "cursor", "lang", "include", "format") if each in names]
    assert names[len(names) - len(last) :] == last


def _patterns(node: Any) -> Iterator[str]:
    """Those of the schemas in a part of the document."""
    for name, value in node.items() if isinstance(node, dict) else ():
        if name == "pattern" and isinstance(value, str):
            yield value
        yield from _patterns(value)
    for item in node if isinstance(node, list) else ():
        yield from _patterns(item)


def test_patterns_are_read_by_every_language() -> None:
    """No pattern has an anchor that only Python knows (ECMA-262 has ^ and $)."""
    patterns = [*_patterns(COMMITTED["paths"]), *_patterns(COMMITTED["components"]["schemas"])]
    assert patterns
    assert all(pattern.startswith("^") and pattern.endswith("$") for pattern in patterns)


def test_no_example_holds_a_hidden_null_answer() -> None:
    """The example of the batch has an answer for each of its origins."""
    operation = OPERATIONS["POST /v1/nearest/batch"]
    origins = _example(operation["requestBody"]["content"]["application/json"])["places"]
    answers = _example(operation["responses"]["200"]["content"]["application/json"])["answers"]
    assert len(answers) == len(origins)
    assert all(answer["results"] for answer in answers)


def test_statuses_are_those_of_the_table() -> None:
    """A status that an operation documents is one that web/http/problems.py can give."""
    documented = {status for operation in OPERATIONS.values() for status in operation["responses"]}
    refused = {status for status in documented if status >= "4"}
    known = {each.status for each in problems.BY_CODE.values()}
    assert {int(status) for status in refused - {"default", OF_THE_WEB_SERVER}} <= known
