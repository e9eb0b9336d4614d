"""Decorators that document a route for openapi.yaml.

They declare its schemas, problems and media types, and the request that gives its example.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

import marshmallow as ma

from directory_api.web.openapi.api import ApiBlueprint, Operation, View

# Notes from an operation to spec.py, which removes them.
EXAMPLE = "x-example-request"
PROBLEMS = "x-problems"
SUCCESS = "x-success"
HEADERS = "x-request-headers"
SENDS = "x-response-headers"
FORMATTED = "x-formats"
ALSO = "x-media-types"
BODY = "x-example-body"
BEARER = "maintainer"
# An object of another standard. Without additionalProperties, openapi-typescript makes a type that
# no object matches.
ANY_OBJECT: Mapping[str, Any] = MappingProxyType({"type": "object", "additionalProperties": True})


def private(
    blueprint: ApiBlueprint,
    schema: type[ma.Schema],
    *,
    name: str,
    summary: str | None = None,
    description: str | None = None,
    success: tuple[int, ...] = (200,),
    problems: tuple[int, ...] = (),
    media: Mapping[str, Any] | None = None,
    body: Mapping[str, Any] | None = None,
    headers: tuple[str, ...] = (),
    sends: tuple[str, ...] = (),
) -> Callable[[View], View]:
    """Document a view for maintainers.

    `summary` and `description` are needed if the view serves several kinds of records; else they
    are the view's docstring. `media` gives the schema of the request body by media type, and `body`
    an example of it. `headers` are those that a write takes; the problems that they and the body
    can cause are documented, too. `sends` are headers of its answers, of which there is no example.
    """

    def decorate(view: View) -> View:
        refusals = {
            401,
            403,
            *problems,
            *(status for header in headers for status in _REFUSED_FOR[header]),
        }
        noted: dict[str, Any] = {
            "operationId": name,
            "security": [{BEARER: []}],
            HEADERS: [_HEADERS[header] for header in headers],
            SUCCESS: list(success),
            SENDS: list(sends),
            PROBLEMS: sorted(refusals | ({413, 415} if media or body else set())),
        }
        if summary:
            noted["summary"] = summary
        if description:
            noted["description"] = description
        if media:
            content = {kind: {"schema": shape} for kind, shape in media.items()}
            noted["requestBody"] = {"required": True, "content": content}
        if body:
            noted[BODY] = dict(body)
        view.__name__ = name
        blueprint.operations[name] = Operation(schema, noted, docstring=view.__doc__)
        return view

    return decorate


# A change may conflict with another one (409) or have faults (422). An idempotency key is stored
# with a fingerprint of its body.
_REFUSED_FOR: Mapping[str, tuple[int, ...]] = {
    "If-Match": (409, 412, 422, 428),
    "Idempotency-Key": (409, 413, 422),
}


def _header(
    name: str, description: str, *, required: bool = False, **limits: Any
) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "description": description,
        "required": required,
        "schema": {"type": "string", **limits},
    }


_HEADERS: Mapping[str, dict[str, Any]] = {
    header["name"]: header
    for header in (
        _header(
            "If-Match",
            "The ETag of the version that you edit. Without it: 428; with an old one: 412.",
            required=True,
            minLength=1,
        ),
        _header(
            "Idempotency-Key",
            "A text of your choice for this change; a repeated request gets the same answer.",
            pattern="^[!-~]{1,255}$",
            minLength=1,
            maxLength=255,
        ),
    )
}


def operation(
    blueprint: ApiBlueprint,
    schema: type[ma.Schema],
    *,
    problems: tuple[int, ...] = (),
    example: Mapping[str, Any],
    formatted: bool = False,
    also: tuple[str, ...] = (),
    sends: tuple[str, ...] = (),
    name: str | None = None,
    summary: str | None = None,
    description: str | None = None,
) -> Callable[[View], View]:
    """Document a view: its success, additional problems, and the request of its example.

    `formatted` is true if it has every format; `also` are other media types, each a text. `example`
    has a `path`, a `body` for a POST, and `longest` if lists of the answer are to be cut. spec.py
    sends it and puts the real answer into openapi.yaml. `sends` are headers that this answer does
    not have, but others have. `name`, `summary` and `description` are
    needed if one function makes several views; else they are the view's name and docstring.
    """

    def decorate(view: View) -> View:
        view.__name__ = name or view.__name__
        notes: dict[str, Any] = {
            "operationId": view.__name__,
            "security": [],
            EXAMPLE: dict(example),
            PROBLEMS: list(problems),
            FORMATTED: formatted,
            ALSO: list(also),
            SENDS: list(sends),
        }
        if summary:
            notes["summary"] = summary
        if description:
            notes["description"] = description
        blueprint.operations[view.__name__] = Operation(schema, notes, docstring=view.__doc__)
        return view

    return decorate
