"""What is the same in all parts of an OpenAPI document: what answers leave open, the descriptions
of schemas, and what is written once and referred to.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import marshmallow as ma

from tools.openapi.descriptions import MEMBERS, member_description

_REFERENCE = re.compile(r'"#/components/(\w+/[^"]+)"')
_SCHEMAS = "#/components/schemas/"
# Parameters in the order in which a reader asks for them: the place, the filters, the output.
_PLACE = ("postcode", "place", "lat", "lon", "accuracy_m", "country")
_OUTPUT = ("limit", "cursor", "lang", "include", "format")


def describe(schemas: dict[str, Any], classes: Mapping[str, type[ma.Schema]]) -> None:
    """Give each schema the first paragraph of its class's docstring, and each property without a
    description that of MEMBERS.
    """
    for name, schema in schemas.items():
        description, _, _ = (classes[name].__doc__ or MEMBERS[name][""]).strip().partition("\n\n")
        properties = schema.get("properties", {})
        for member, each in properties.items():
            if "description" not in each:
                each["description"] = member_description(member, name, classes[name])
        schemas[name] = {"description": " ".join(description.split()), **schema}


def open_responses(spec: dict[str, Any]) -> None:
    """Let the schemas of answers allow further members, and further words where there is a list of
    them, which is kept as x-extensible-enum and in the description.

    Those of requests stay closed; one that is both becomes two, of which that of requests has a
    name with `Body` at its end.
    """
    schemas = spec["components"]["schemas"]
    operations = [
        operation
        for item in spec["paths"].values()
        for method, operation in item.items()
        if method != "parameters"
    ]
    in_requests = _reachable([each.get("requestBody", {}) for each in operations], schemas)
    in_responses = _reachable(
        [*(each["responses"] for each in operations), spec["components"]["responses"]], schemas
    )
    both = {name: f"{name}Body" for name in schemas if name in in_requests & in_responses}
    for name, other in both.items():
        schemas[other] = _renamed(schemas[name], both)
    for operation in operations:
        if "requestBody" in operation:
            operation["requestBody"] = _renamed(operation["requestBody"], both)
    for name in in_requests - in_responses:
        schemas[name] = _renamed(schemas[name], both)
    for name in in_responses:
        _open(schemas[name])


def _reachable(parts: Any, schemas: Mapping[str, Any]) -> set[str]:
    found: set[str] = set()
    new = {*_schemas_in(parts)}
    while new:
        found |= new
        new = {*_schemas_in([schemas[name] for name in new])} - found
    return found


def _schemas_in(parts: Any) -> Iterator[str]:
    for reference in _REFERENCE.findall(json.dumps(parts)):
        kind, _, name = reference.partition("/")
        if kind == "schemas":
            yield name


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    """Return a part with references to other schemas."""
    pairs = {f'"{_SCHEMAS}{old}"': f'"{_SCHEMAS}{new}"' for old, new in names.items()}
    text = re.sub(f'"{_SCHEMAS}[^"]+"', lambda m: pairs.get(m[0], m[0]), json.dumps(part))
    return json.loads(text)


def _open(schema: Any) -> None:
    for each in schema.values() if isinstance(schema, dict) else schema:
        if isinstance(each, dict | list):
            _open(each)
    if not isinstance(schema, dict):
        return
    if schema.get("additionalProperties") is False:
        del schema["additionalProperties"]
    if isinstance(words := schema.get("enum"), list):
        del schema["enum"]
        schema["x-extensible-enum"] = words
        known = f"Known values: {', '.join(f'`{word}`' for word in words if word is not None)}."
        schema["description"] = f"{schema.get('description', '')} {known}".strip()


def share_parameters(spec: dict[str, Any]) -> None:
    """Order the parameters of each operation, and write those that several have once."""
    lists = [
        part["parameters"]
        for item in spec["paths"].values()
        for part in (item, *item.values())
        if isinstance(part, dict) and part.get("parameters")
    ]
    used = Counter(json.dumps(each) for parameters in lists for each in parameters)
    named: dict[str, Any] = {}
    for text, times in used.most_common():
        name = json.loads(text)["name"]
        if times > 1 and name not in named:
            named[name] = json.loads(text)
    for parameters in lists:
        parameters.sort(key=lambda each: _rank(each["name"]))
        parameters[:] = [
            {"$ref": f"#/components/parameters/{each['name']}"}
            if named.get(each["name"]) == each
            else each
            for each in parameters
        ]
    if named:
        spec["components"]["parameters"] = named


def _rank(name: str) -> tuple[int, int]:
    for rank, names in ((0, _PLACE), (2, _OUTPUT)):
        if name in names:
            return rank, names.index(name)
    return 1, 0


def used_components(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return the components of a document that it refers to, itself or by others."""
    components = spec["components"]
    used: set[str] = set()
    new = {*_REFERENCE.findall(json.dumps(spec["paths"]))}
    while new:
        used |= new
        texts = (json.dumps(components[kind][name]) for kind, name in (r.split("/") for r in new))
        new = {found for text in texts for found in _REFERENCE.findall(text)} - used
    kept = {
        kind: {
            name: each
            for name, each in named.items()
            if kind == "securitySchemes" or f"{kind}/{name}" in used
        }
        for kind, named in components.items()
    }
    return {kind: named for kind, named in kept.items() if named}
