"""openapi.yaml breaks no client of the last release; and what counts as a breaking change."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.openapi_diff import breaking_changes
from tests.support.openapi_document import COMMITTED
from tests.support.releases import file_at, last_release
from tests.support.servers import ROOT

LAST_RELEASE = last_release(ROOT)
# By release: the breaking changes since then that are intended. docs/clients.md says when to add
# one.
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
GET, PATCH = "GET /tea/{id}", "PATCH /tea/{id}"
TEXT = {"type": "string"}
CUP = {"in": "query", "name": "cup", "schema": TEXT}
MAINTAINER: list[dict[str, list[str]]] = [{"maintainer": []}]

# A place, its new value, and the breaking changes that are reported.
BREAKING: list[tuple[str, object, str]] = [
    ("paths", {}, f"{GET}: removed, {PATCH}: removed"),
    ("tea.patch", REMOVED, f"{PATCH}: removed"),
    ("get.parameters.1", REMOVED, f"{GET} parameter query sugar: removed"),
    ("get.parameters.1.required", True, f"{GET} parameter query sugar: now required"),
    ("get.parameters.2", {**CUP, "required": True}, f"{GET} parameter query cup: now required"),
    ("get.parameters.1.schema.type", "integer", f"{GET} query sugar: type changed"),
    ("get.parameters.1.schema.enum", ["one"], f"{GET} query sugar value of any kind: removed"),
    ("size.enum", ["small"], f"{GET} query size value large: removed"),
    ("get.responses.404", REMOVED, f"{GET} status 404: removed"),
    ("get.responses.200.content.text/csv", REMOVED, f"{GET} 200 media type text/csv: removed"),
    (
        "components.responses.Problem.content",
        {},
        f"{GET} 404 media type application/problem+json: removed",
    ),
    ("get.security", MAINTAINER, f"{GET}: security changed"),
    ("patch.security", REMOVED, f"{PATCH}: security changed"),
    ("components.securitySchemes.maintainer.scheme", "basic", "securitySchemes: changed"),
    ("patch.requestBody.required", True, f"{PATCH} body: now required"),
    ("patch.requestBody.content", {}, f"{PATCH} body media type application/json: removed"),
    ("Order.required", ["tea", "milk"], "Order member milk: now required"),
    ("Order.properties.milk", REMOVED, "Order member milk: removed"),
    ("Order.properties.tea.enum", ["green"], "Order.tea value black: removed"),
    ("Tea.properties.picked", REMOVED, "Tea member picked: removed"),
    ("Tea.properties.name", REMOVED, "Tea member name: removed"),
    ("Tea.required", ["name"], "Tea member leaves: may be absent"),
    ("Tea.properties.name.type", ["string", "null"], "Tea.name: type changed"),
    ("Tea.properties.picked.format", REMOVED, "Tea.picked: type changed"),
    ("Tea.properties.leaves.items.properties", {}, "Tea.leaves.items member size_mm: removed"),
    (
        "Tea.properties.labels.additionalProperties.type",
        "integer",
        "Tea.labels.additionalProperties: type changed",
    ),
    ("Tea.properties.blend.oneOf.1", REMOVED, "Tea.blend: type changed"),
    ("Tea.properties.blend.oneOf.1.type", "string", "Tea.blend (a choice): type changed"),
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


@pytest.mark.parametrize(("place", "value", "reported"), BREAKING)
def test_a_breaking_change_is_reported_with_its_place(
    place: str, value: object, reported: str
) -> None:
    """A removal, another type and a new requirement are each one breaking change."""
    assert ", ".join(breaking_changes(SAMPLE, _changed(place, value))) == reported


@pytest.mark.parametrize(("place", "value"), HARMLESS)
def test_an_addition_is_not_breaking(place: str, value: object) -> None:
    """New paths, statuses, members and values, and fewer requirements, break no client."""
    assert _changed(place, value) != SAMPLE
    assert breaking_changes(SAMPLE, _changed(place, value)) == []


def test_a_schema_may_be_renamed() -> None:
    """Names of components are not part of a response; a recursive schema is compared once."""
    text = json.dumps(SAMPLE).replace("schemas/Tea", "schemas/Brew").replace('"Tea":', '"Brew":')
    assert breaking_changes(SAMPLE, json.loads(text)) == []


@pytest.mark.parametrize("release", [LAST_RELEASE], ids=[LAST_RELEASE or "no release yet"])
def test_nothing_breaks_since_the_last_release_if_there_is_one(release: str | None) -> None:
    """openapi.yaml at the newest tag v* promised nothing that is missing now, except INTENDED.

    Passes in a clone without tags, where there is nothing to compare with: a skip would fail in CI.
    """
    old = yaml.safe_load(file_at(ROOT, release, "openapi.yaml")) if release else COMMITTED
    changes = set(breaking_changes(old, COMMITTED))
    assert changes <= INTENDED.get(release or "", frozenset())


def test_the_last_release_is_the_newest_version_that_head_contains(tmp_path: Path) -> None:
    """Versions are ordered by number; other tags, and releases of other branches, do not count."""

    def git(*arguments: str) -> None:
        author = ["-c", "user.name=Test", "-c", "user.email=test@example.org"]
        subprocess.run(["git", *author, *arguments], cwd=tmp_path, check=True, capture_output=True)

    def release(tag: str) -> None:
        (tmp_path / "openapi.yaml").write_text(tag, encoding="utf-8")
        git("add", "--all")
        git("commit", "--message", tag)
        git("tag", tag)

    assert last_release(tmp_path) is None  # no repository
    git("init", "--initial-branch=main")
    release("draft")
    assert last_release(tmp_path) is None  # no release
    release("v1.9.0")
    release("v1.10.0")
    release("v2.0.0rc1")
    assert last_release(tmp_path) == "v1.10.0"
    assert file_at(tmp_path, "v1.9.0", "openapi.yaml") == "v1.9.0"
    git("switch", "--create", "other")
    release("v3.0.0")
    git("switch", "main")
    assert last_release(tmp_path) == "v1.10.0"
