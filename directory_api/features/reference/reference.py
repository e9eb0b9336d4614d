"""The pages of the reference: each OpenAPI document as one HTML page, without a script."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from flask import render_template
from markupsafe import Markup, escape

from directory_api.countries.examples import is_shipped_country, own_values
from directory_api.web.http import responses

# The operation that most readers come for.
FIRST = "/v1/nearest"
_METHODS = ("get", "post", "put", "patch", "delete")
# The constraints of JSON Schema that openapi.yaml uses, in words.
_CONSTRAINTS: Mapping[str, str] = {
    "format": "format {}",
    "pattern": "pattern {}",
    "minimum": "at least {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "default": "default {}",
}


# Where the samples send their requests.
SERVER = "https://directory.example.org"
_IN_JAVASCRIPT = "const answer = await response.json();"
_REQUEST = re.compile(r"(GET|POST) (\S+)")
_LINES = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """A request in three languages, and the beginning of its answer; instead of an answer about
    centres of another country, the path at which this server gives its own.
    """

    requests: Mapping[str, str]
    response: str = ""
    response_path: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of openapi.yaml, with the parameters that all operations of its path share.

    `sample` is that of a public read.
    """

    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    details: Mapping[str, Any]
    sample: Sample | None


def load(openapi: Path) -> dict[str, Any]:
    """Return an OpenAPI document, read from YAML; takes a third of a second."""
    # All wheels of PyYAML have the loader in C, which is eight times as fast.
    # Imported here: most servers are never asked for what is made of it.
    import yaml

    document: dict[str, Any] = yaml.load(openapi.read_bytes(), yaml.CSafeLoader)
    return document if is_shipped_country() else _without_answers(document)


def _without_answers(value: Any) -> Any:
    """Return a document for a directory of another country: the examples that are answers of the
    shipped one, with its numbers, are left out; parameters have those of the own country.
    """
    if isinstance(value, list):
        return [_without_answers(each) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _without_answers(each) for name, each in value.items() if name != "examples"}
    own = own_values()
    # Parameters, and the members of a body.
    if (schema := kept.get("schema", {})) and "example" in schema and kept.get("name") in own:
        kept["schema"] = {**schema, "example": own[kept["name"]]}
    for name in own.keys() & kept.keys():
        if isinstance(kept[name], dict) and "example" in kept[name]:
            kept[name] = {**kept[name], "example": own[name]}
    return kept


def as_yaml(openapi: Path) -> bytes:
    """Return an OpenAPI document in YAML."""
    import yaml

    if is_shipped_country():
        return openapi.read_bytes()
    text = yaml.dump(
        load(openapi), Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True, width=100
    )
    return text.encode()


def render(openapi: Path, *, static_site: bool) -> str:
    """Return the HTML page of an OpenAPI document; takes half a second."""
    document = load(openapi)
    components = document["components"]
    return render_template(
        "docs.html",
        static_site=static_site,
        info=document["info"],
        groups=[(tag, list(_operations(document, tag["name"]))) for tag in document["tags"]],
        problem=components["responses"]["Problem"],
        token=components.get("securitySchemes", {}).get("maintainer"),
        response_headers=components["headers"],
        schemas=components["schemas"],
        first=FIRST,
        tried=_tried(document),
        constraints=constraints,
        name_of=name_of,
        paragraphs=paragraphs,
        with_code=with_code,
        server=SERVER,
    )


def _operations(document: Mapping[str, Any], tag: str) -> Iterator[Operation]:
    named = document["components"].get("parameters", {})
    for path, members in document["paths"].items():
        for method in _METHODS:
            details = members.get(method)
            if details and tag in details["tags"]:
                parameters = (*members.get("parameters", ()), *details["parameters"])
                found = (named.get(name_of(each.get("$ref", "")), each) for each in parameters)
                resolved = tuple(found)
                if is_shipped_country():
                    sample = _sample(document["components"].get("examples", {}), path, details)
                else:
                    sample = _own_sample(path, resolved, details)
                yield Operation(method.upper(), path, resolved, details, sample)


def _sample(examples: Mapping[str, Any], path: str, details: Mapping[str, Any]) -> Sample | None:
    """Return the sample of an operation, from the example of its answer."""
    example = _example(examples, details["responses"].get("200", {}))
    request = example and _REQUEST.match(example.get("summary", ""))
    if not example or not request:
        return None
    lines = as_text(example["value"]).splitlines()
    listed = [*lines[:_LINES], "…"] if len(lines) > _LINES else lines
    body = _example(examples, details.get("requestBody", {}))
    body_text = body and json.dumps(body["value"], ensure_ascii=False)
    address = path if body_text else _address(path, request[2], example["value"])
    url = _url(address)
    return Sample(_in_post(url, body_text) if body_text else _in_get(url), "\n".join(listed))


def _own_sample(
    path: str, parameters: Iterable[Mapping[str, Any]], details: Mapping[str, Any]
) -> Sample | None:
    """Return the sample of a public read of a directory of another country; None for one that needs
    more than a postcode or a country, such as the id of a centre.
    """
    own = own_values()
    code = own.get("postcode", "")
    needed = {each["name"] for each in parameters if each.get("required")}
    if details.get("security") != [] or not code or needed - {*own, "code"}:
        return None
    if "requestBody" in details:
        body = json.dumps({"postcode": code})
        return Sample(_in_post(_url(path), body)) if path == FIRST else None
    address = path.format(**own, code=quote(code))
    if any(each["name"] == "postcode" for each in parameters):
        address += f"?postcode={quote(code)}"
    return Sample(_in_get(_url(address)), response_path=address)


def _url(address: str) -> str:
    return f"{SERVER}{responses.link(address)}"


def _address(path: str, address: str, response: Any) -> str:
    """Return the address of a GET for its sample: that of the example, if it is one of this path.

    Operations whose answers have the same schema share one example. The parameters of another
    path, such as `country`, are then those of the answer.
    """
    of_path = re.sub(r"\{\w+\}", "[^/?]+", path)
    return address if re.fullmatch(rf"{of_path}/?(\?.*)?", address) else path.format_map(response)


def _example(examples: Mapping[str, Any], message: Mapping[str, Any]) -> Mapping[str, Any] | None:
    content = message.get("content", {}).get("application/json", {})
    names = [name_of(each["$ref"]) for each in content.get("examples", {}).values()]
    return examples[names[0]] if names else None


def _in_get(url: str) -> Mapping[str, str]:
    return {
        "curl": f"curl '{url}'",
        "JavaScript": f'const response = await fetch("{url}");\n{_IN_JAVASCRIPT}',
        "Python": f'import json, urllib.request\n\nresponse = urllib.request.urlopen("{url}")\n'
        "answer = json.load(response)",
    }


def _in_post(url: str, body: str) -> Mapping[str, str]:
    kind = "application/json"
    return {
        "curl": f"curl '{url}' \\\n  -H 'Content-Type: {kind}' \\\n  -d '{body}'",
        "JavaScript": f'const response = await fetch("{url}", {{\n  method: "POST",\n'
        f'  headers: {{ "Content-Type": "{kind}" }},\n'
        f"  body: JSON.stringify({body}),\n}});\n{_IN_JAVASCRIPT}",
        "Python": "import json, urllib.request\n\n"
        f'request = urllib.request.Request(\n    "{url}",\n'
        f'    json.dumps({body}).encode(),\n    {{"Content-Type": "{kind}"}},\n)\n'
        "answer = json.load(urllib.request.urlopen(request))",
    }


def _tried(document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the parameter that a reader can send first, the postcode; None without it."""
    if FIRST not in document["paths"]:
        return None
    (operation,) = (each for each in _operations(document, "nearest") if _is_first(each))
    found: Mapping[str, Any] = next(
        each for each in operation.parameters if each["name"] == "postcode"
    )
    return found


def _is_first(operation: Operation) -> bool:
    return (operation.method, operation.path) == ("GET", FIRST)


def constraints(schema: Mapping[str, Any]) -> list[str]:
    """Return what a value must fulfil besides its type, such as "at most 50"."""
    return [text.format(schema[name]) for name, text in _CONSTRAINTS.items() if name in schema]


def name_of(reference: str) -> str:
    """Return the last part of a `$ref`: the name of a schema, an example or a response."""
    return reference.rpartition("/")[2]


def paragraphs(text: str) -> Markup:
    """Return a description as HTML: paragraphs, and code between backticks."""
    return Markup("\n").join(
        Markup("<p>{}</p>").format(with_code(part)) for part in text.strip().split("\n\n")
    )


def with_code(text: str) -> Markup:
    """Return a text as HTML, with code between backticks."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(text.split("`"))
    )


def as_text(value: Any) -> str:
    """Return an example as it is sent: text unchanged, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
