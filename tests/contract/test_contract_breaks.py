"""openapi.yaml breaks no client of the last release; and what counts as a breaking change."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from tests.contract.openapi_diff import breaking_changes
from tests.support.openapi_document import DOCUMENTS
from tests.support.releases import file_at, releases
from tests.support.servers import ROOT

LAST_RELEASE = next(iter(releases(ROOT)), None)
# By release: the breaking changes since then that are intended. Each also needs a file in
# docs/changes/ that says what breaks and what clients do about it.
INTENDED: Mapping[str, frozenset[str]] = {}
# A small document with one of each part.
SAMPLE: dict[str, Any] = yaml.safe_load("""
paths:
  /tea/{id}:
    parameters:
    - {in: path, name: id, required: true, schema: {type: string}}
    get:
      parameters:
      - $ref: '#/components/parameters/Size'
      - {in: query, name: sugar, schema: {type: string}}
      responses:
        '200':
          content:
            application/json: {schema: {$ref: '#/components/schemas/Tea'}}
            text/csv: {schema: {type: string}}
        '404': {$ref: '#/components/responses/Problem'}
    patch:
      security: [{maintainer: []}]
      requestBody:
        content:
          application/json: {schema: {$ref: '#/components/schemas/Order'}}
      responses:
        '200': {description: Done.}
components:
  parameters:
    Size: {in: query, name: size, schema: {type: string, enum: [small, large]}}
  responses:
    Problem:
      content:
        application/problem+json: {schema: {type: object, properties: {title: {type: string}}}}
  securitySchemes:
    maintainer: {type: http, scheme: bearer}
  schemas:
    Order:
      type: object
      required: [tea]
      properties:
        tea: {type: string, enum: [green, black]}
        milk: {type: boolean}
    Tea:
      type: object
      required: [name, leaves]
      properties:
        name: {type: string, enum: [green, black]}
        picked: {type: string, format: date-time}
        leaves: {type: array, items: {type: object, properties: {size_mm: {type: number}}}}
        labels: {type: object, additionalProperties: {type: string}}
        blend: {oneOf: [{$ref: '#/components/schemas/Tea'}, {type: 'null'}]}
""")
# Short names for the places where changes begin.
PLACES = {
    "tea": ("paths", "/tea/{id}"),
    "get": ("paths", "/tea/{id}", "get"),
    "patch": ("paths", "/tea/{id}", "patch"),
    "Order": ("components", "schemas", "Order"),
    "Tea": ("components", "schemas", "Tea"),
    "size": ("components", "parameters", "Size", "schema"),
}
REMOVED = object()
TEXT = {"type": "string"}
CUP = {"in": "query", "name": "cup", "schema": TEXT}
# A place and its new value.
BREAKING: list[tuple[str, object]] = [
    ("paths", {}),
    ("tea.patch", REMOVED),
    ("get.parameters.1", REMOVED),
    ("get.parameters.1.required", True),
    ("get.parameters.2", {**CUP, "required": True}),
    ("get.parameters.1.schema.type", "integer"),
    ("get.parameters.1.schema.enum", ["one"]),
    ("size.enum", ["small"]),
    ("get.responses.404", REMOVED),
    ("get.responses.200.content.text/csv", REMOVED),
    ("components.responses.Problem.content", {}),
    ("get.security", [{"maintainer": []}]),
    ("patch.security", REMOVED),
    ("components.securitySchemes.maintainer.scheme", "basic"),
    ("patch.requestBody.required", True),
    ("patch.requestBody.content", {}),
    ("Order.required", ["tea", "milk"]),
    ("Order.properties.milk", REMOVED),
    ("Order.properties.tea.enum", ["green"]),
    ("Tea.properties.picked", REMOVED),
    ("Tea.required", ["name"]),
    ("Tea.properties.name.type", ["string", "null"]),
    ("Tea.properties.picked.format", REMOVED),
    ("Tea.properties.leaves.items.properties", {}),
    ("Tea.properties.labels.additionalProperties.type", "integer"),
    ("Tea.properties.blend.oneOf.1", REMOVED),
    ("Tea.properties.blend.oneOf.1.type", "string"),
]
HARMLESS: list[tuple[str, object]] = [
    ("paths./coffee", {"get": {"responses": {}}}),
    ("tea.post", {"responses": {}}),
    ("get.parameters.2", CUP),
    ("get.responses.410", {}),
    ("get.responses.200.content.text/plain", {}),
    ("size.enum", ["small", "large", "huge"]),
    ("size.enum", REMOVED),
    ("Order.required", []),
    ("Order.properties.cup", TEXT),
    ("Tea.properties.cup", TEXT),
    ("Tea.required", ["name", "leaves", "picked"]),
    ("Tea.properties.name.enum", ["green", "black", "white"]),
    ("Tea.description", "A drink."),
]


def _changed(place: str, value: object) -> Any:
    """Return the sample with another value at a place, or without it."""
    new = json.loads(json.dumps(SAMPLE))
    first, *rest = place.split(".")
    *path, last = *PLACES.get(first, (first,)), *rest
    part = new
    for name in path:
        part = part[int(name) if isinstance(part, list) else name]
    if isinstance(part, list):
        part[int(last) : int(last) + 1] = [] if value is REMOVED else [value]
    elif value is REMOVED:
        del part[last]
    else:
        part[last] = value
    return new


@pytest.mark.parametrize(("place", "value"), BREAKING)
def test_a_breaking_change_is_reported(place: str, value: object) -> None:
    """A removal, another type and a new requirement each break a client."""
    assert breaking_changes(SAMPLE, _changed(place, value))


@pytest.mark.parametrize(("place", "value"), HARMLESS)
def test_an_addition_is_not_breaking(place: str, value: object) -> None:
    """New paths, statuses, members and values, and fewer requirements, break no client."""
    assert _changed(place, value) != SAMPLE
    assert breaking_changes(SAMPLE, _changed(place, value)) == []


@pytest.mark.parametrize("release", [LAST_RELEASE], ids=[LAST_RELEASE or "no release yet"])
def test_nothing_breaks_since_the_last_release_if_there_is_one(release: str | None) -> None:
    """The documents at the newest tag v* promised nothing that is missing now, except INTENDED.

    Passes in a clone without tags, where there is nothing to compare with: a skip would fail in CI.
    """
    changes = set[str]()
    for name, now in DOCUMENTS.items():
        old = yaml.safe_load(file_at(ROOT, release, name)) if release else now
        changes.update(breaking_changes(old, now))
    assert changes <= INTENDED.get(release or "", frozenset())
