"""The reference of the API at /docs: openapi.yaml as one HTML page, without a script."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import render_template
from markupsafe import Markup, escape

from directory_api.countries.known import known

# The operation that most readers come for.
FIRST = "/v1/nearest"
_SELECTION = ("lang", "fields", "format")
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


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation of openapi.yaml, with the parameters that all operations of its path share."""

    method: str
    path: str
    parameters: tuple[Mapping[str, Any], ...]
    details: Mapping[str, Any]


def load(openapi: Path) -> dict[str, Any]:
    """Return an OpenAPI document, read from YAML; takes a third of a second."""
    # All wheels of PyYAML have the loader in C, which is eight times as fast.
    # Imported here: most servers are never asked for what is made of it.
    import yaml

    document: dict[str, Any] = yaml.load(openapi.read_bytes(), yaml.CSafeLoader)
    return document


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
        token=components["securitySchemes"]["maintainer"],
        response_headers=components["headers"],
        schemas=components["schemas"],
        examples=components["examples"],
        first=FIRST,
        tried=_tried(document),
        constraints=constraints,
        name_of=name_of,
        paragraphs=paragraphs,
        as_text=as_text,
    )


def _operations(document: Mapping[str, Any], tag: str) -> Iterator[Operation]:
    for path, members in document["paths"].items():
        for method in _METHODS:
            details = members.get(method)
            if details and tag in details["tags"]:
                parameters = [*members.get("parameters", ()), *details["parameters"]]
                # What is asked for comes before how it is answered.
                parameters.sort(key=lambda each: each["name"] in _SELECTION)
                yield Operation(method.upper(), path, tuple(parameters), details)


def _tried(document: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the parameter with an example that a reader can send first: the postcode, as the
    directory's own country writes it.
    """
    parameters = document["paths"][FIRST]["get"]["parameters"]
    found: Mapping[str, Any] = next(each for each in parameters if each["name"] == "postcode")
    own = next(iter(known().values()), None)  # the directory's own comes first
    return {**found, "example": own.postcode.example} if own and own.postcode else found


def constraints(schema: Mapping[str, Any]) -> list[str]:
    """Return what a value must fulfil besides its type, such as "at most 50"."""
    return [text.format(schema[name]) for name, text in _CONSTRAINTS.items() if name in schema]


def name_of(reference: str) -> str:
    """Return the last part of a `$ref`: the name of a schema, an example or a response."""
    return reference.rpartition("/")[2]


def paragraphs(text: str) -> Markup:
    """Return a description as HTML: paragraphs, and code between backticks."""
    return Markup("\n").join(
        Markup("<p>{}</p>").format(_with_code(part)) for part in text.strip().split("\n\n")
    )


def _with_code(text: str) -> Markup:
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part)
        for number, part in enumerate(text.split("`"))
    )


def as_text(value: Any) -> str:
    """Return an example as it is sent: text unchanged, everything else as JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)
