"""openapi.yaml does not break those who hold on to the last released one, and what that test would notice."""

import json
from typing import Any

import pytest
import yaml

from tests.support.api_client import OPENAPI_YAML
from tests.support.openapi_diff import breaks
from tests.support.servers import ROOT

RELEASED = sorted((ROOT / "tests/released").iterdir())
# A made-up contract with one of each part.
MADE_UP: dict[str, Any] = yaml.safe_load("""
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
        '200': {description: It is done.}
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
# Where a change begins, in short.
PLACES = {
    "tea": ("paths", "/tea/{id}"),
    "get": ("paths", "/tea/{id}", "get"),
    "patch": ("paths", "/tea/{id}", "patch"),
    "Order": ("components", "schemas", "Order"),
    "Tea": ("components", "schemas", "Tea"),
    "size": ("components", "parameters", "Size", "schema"),
}
GONE = object()
GET, PATCH = "GET /tea/{id}", "PATCH /tea/{id}"
TEXT = {"type": "string"}
CUP = {"in": "query", "name": "cup", "schema": TEXT}
MAINTAINER: list[dict[str, list[str]]] = [{"maintainer": []}]

# What becomes of a part, and what is said of it.
BREAKING: list[tuple[str, object, str]] = [
    ("paths", {}, f"{GET}: is gone, {PATCH}: is gone"),
    ("tea.patch", GONE, f"{PATCH}: is gone"),
    ("get.parameters.1", GONE, f"{GET} parameter query sugar: is gone"),
    ("get.parameters.1.required", True, f"{GET} parameter query sugar: has to be sent"),
    ("get.parameters.2", {**CUP, "required": True}, f"{GET} parameter query cup: has to be sent"),
    ("get.parameters.1.schema.type", "integer", f"{GET} query sugar: another type"),
    ("get.parameters.1.schema.enum", ["one"], f"{GET} query sugar value of any kind: is gone"),
    ("size.enum", ["small"], f"{GET} query size value large: is gone"),
    ("get.responses.404", GONE, f"{GET} status 404: is gone"),
    ("get.responses.200.content.text/csv", GONE, f"{GET} 200 media type text/csv: is gone"),
    (
        "components.responses.Problem.content",
        {},
        f"{GET} 404 media type application/problem+json: is gone",
    ),
    ("get.security", MAINTAINER, f"{GET}: another security"),
    ("patch.security", GONE, f"{PATCH}: another security"),
    ("components.securitySchemes.maintainer.scheme", "basic", "securitySchemes: changed"),
    ("patch.requestBody.required", True, f"{PATCH} body: has to be sent"),
    ("patch.requestBody.content", {}, f"{PATCH} body media type application/json: is gone"),
    ("Order.required", ["tea", "milk"], "Order member milk: has to be sent"),
    ("Order.properties.milk", GONE, "Order member milk: is gone"),
    ("Order.properties.tea.enum", ["green"], "Order.tea value black: is gone"),
    ("Tea.properties.picked", GONE, "Tea member picked: is gone"),
    ("Tea.properties.name", GONE, "Tea member name: is gone"),
    ("Tea.required", ["name"], "Tea member leaves: may be absent"),
    ("Tea.properties.name.type", ["string", "null"], "Tea.name: another type"),
    ("Tea.properties.picked.format", GONE, "Tea.picked: another type"),
    ("Tea.properties.leaves.items.properties", {}, "Tea.leaves.items member size_mm: is gone"),
    (
        "Tea.properties.labels.additionalProperties.type",
        "integer",
        "Tea.labels.additionalProperties: another type",
    ),
    ("Tea.properties.blend.oneOf.1", GONE, "Tea.blend: another type"),
    ("Tea.properties.blend.oneOf.1.type", "string", "Tea.blend (a choice): another type"),
]
HARMLESS: list[tuple[str, object]] = [
    ("paths./coffee", {"get": {"responses": {}}}),
    ("tea.post", {"responses": {}}),
    ("get.parameters.2", CUP),
    ("get.responses.410", {}),
    ("get.responses.200.content.text/plain", {}),
    ("size.enum", ["small", "large", "huge"]),
    ("size.enum", GONE),
    ("Order.required", []),
    ("Order.properties.cup", TEXT),
    ("Tea.properties.cup", TEXT),
    ("Tea.required", ["name", "leaves", "picked"]),
    ("Tea.properties.name.enum", ["green", "black", "white"]),
    ("Tea.description", "A drink."),
]


def _changed(place: str, value: object) -> Any:
    """The made-up contract with another value at a place, or without it."""
    new = json.loads(json.dumps(MADE_UP))
    first, *rest = place.split(".")
    *path, last = *PLACES.get(first, (first,)), *rest
    part = new
    for name in path:
        part = part[int(name) if isinstance(part, list) else name]
    if isinstance(part, list):
        part[int(last) : int(last) + 1] = [] if value is GONE else [value]
    elif value is GONE:
        del part[last]
    else:
        part[last] = value
    return new


@pytest.mark.parametrize(("place", "value", "told"), BREAKING)
def test_a_break_is_told_with_its_place(place: str, value: object, told: str) -> None:
    """What somebody could rely on and is gone, or has to be sent and had not, is one break."""
    assert ", ".join(breaks(MADE_UP, _changed(place, value))) == told


@pytest.mark.parametrize(("place", "value"), HARMLESS)
def test_what_is_added_breaks_nobody(place: str, value: object) -> None:
    """More paths, statuses, members and values, and less that has to be sent, are no break."""
    assert _changed(place, value) != MADE_UP
    assert breaks(MADE_UP, _changed(place, value)) == []


def test_a_shape_may_move_behind_another_name() -> None:
    """Names of components are no part of what is answered; a shape that holds itself is walked to its end."""
    text = json.dumps(MADE_UP).replace("schemas/Tea", "schemas/Brew").replace('"Tea":', '"Brew":')
    assert breaks(MADE_UP, json.loads(text)) == []


def test_nothing_breaks_since_the_last_release() -> None:
    """openapi.yaml keeps what tests/released promised; docs/clients.md says what to do about a wanted break."""
    (released,) = RELEASED
    old, new = (
        yaml.safe_load(file.read_text(encoding="utf-8")) for file in (released, OPENAPI_YAML)
    )
    assert released.name == f"openapi-{old['info']['version']}.yaml"
    assert breaks(old, new) == []
