"""Blueprints that know the operations of their routes, for openapi.yaml."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar, cast

import marshmallow as ma
from flask import Blueprint

from directory_api.web.http.parsing import PARSER

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(slots=True)
class Operation:
    """What a view declares for openapi.yaml.

    `request` parses what is sent in `location` (query or json); `answer` is the schema of the
    answer. `notes` are further members of the OpenAPI operation, and the members x-… of
    decorators.py, which spec.py reads and removes.
    """

    answer: type[ma.Schema]
    notes: dict[str, Any]
    request: ma.Schema | None = None
    location: str = ""
    path: str = ""
    method: str = ""
    docstring: str | None = None


class ApiBlueprint(Blueprint):
    """A blueprint with our request parser, and the operations of its routes."""

    def __init__(
        self,
        name: str,
        import_name: str,
        *,
        description: str,
        tag: str | None = None,
        parameters: Mapping[str, Mapping[str, Any]] = MappingProxyType({}),
    ) -> None:
        super().__init__(name, import_name)
        # Blueprints with the same tag are one section of the reference; by default the name.
        self.tag = tag or name
        self.description = description
        # The parameters in paths by name, as OpenAPI describes them.
        self.parameters = parameters
        # By the name of the view; the innermost decorator of a view adds its operation.
        self.operations: dict[str, Operation] = {}

    def route(self, rule: str, **options: Any) -> Callable[[View], View]:
        """Register a view that `arguments` has wrapped, with one method."""
        register = super().route(rule, **options)

        def decorate(view: View) -> View:
            operation = self.operations[view.__name__]
            operation.path, (operation.method,) = rule, options["methods"]
            return register(view)

        return decorate

    def arguments(self, schema: ma.Schema, *, location: str) -> Callable[[View], View]:
        """Parse each request with this one schema, which keeps nothing of a request.

        webargs takes a class, too, and makes a schema of it for each request: 11 % of its time.
        """
        parse = PARSER.use_args(schema, location=location)

        def decorate(view: View) -> View:
            operation = self.operations[view.__name__]
            operation.request, operation.location = schema, location
            return cast("View", parse(view))

        return decorate
