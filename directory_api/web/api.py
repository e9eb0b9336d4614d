"""Routes of the API: the rows of a table, and the blueprint that a table becomes."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Blueprint, Response, g, request

from directory_api.answer.format import Format
from directory_api.web.access.auth import BearerAuth, permitted
from directory_api.web.http.parsing import read_fields

# Who may use a route: these, or those whose token has a scope.
EVERYONE = "everyone"
ANY_MAINTAINER = "any maintainer"


@dataclass(frozen=True, slots=True)
class Route:
    """A route: its method, its path, and the view, the function that answers.

    `fields` check the parameters of the query, or with `in_body` the members of a JSON object. The
    view is called with them and with the parameters of the path; without `fields` with the latter
    alone. That of /v1/nearest is called before Flask (web/v1/nearest.py). `access` is EVERYONE,
    ANY_MAINTAINER, or the scope that a token must have. `example` is an address that shows what a
    public GET answers. `formats` are those that a caller can
    choose (answer/registry.py); without any, JSON.
    """

    method: str
    path: str
    view: Callable[..., Any]
    fields: ma.Schema | None = None
    in_body: bool = False
    access: str = EVERYONE
    example: str = ""
    formats: tuple[Format, ...] = ()

    def respond(self, **in_path: str) -> Response:
        """Answer a request. What is sent is checked before what the token allows."""
        view: Callable[..., Response] = self.view
        if self.fields is None:
            return view(**in_path)
        params = read_fields(request, self.fields, in_body=self.in_body)
        if self.access not in (EVERYONE, ANY_MAINTAINER):
            permitted(g.actor, self.access)
        return view(params, **in_path)


class Api(Blueprint):
    """The rows of a table as a blueprint of Flask."""

    def __init__(self, name: str, routes: Iterable[Route]) -> None:
        super().__init__(name, __name__)
        self.routes = tuple(routes)
        for route in self.routes:
            endpoint = f"{route.method} {route.path}".replace(".", "_")
            self.add_url_rule(route.path, endpoint, route.respond, methods=[route.method])


def blueprints(name: str, routes: Iterable[Route], auth: BearerAuth) -> Iterator[Api]:
    """Yield the routes for everyone, and those for maintainers, which ask for a token before
    anything else is checked.
    """
    public: list[Route] = []
    private: list[Route] = []
    for route in routes:
        (public if route.access == EVERYONE else private).append(route)
    if public:
        yield Api(name, public)
    if private:
        protected = Api(f"{name} of maintainers", private)
        auth.protect(protected)
        yield protected
