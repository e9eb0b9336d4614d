"""A Flask application, some parts of which are made with their first request."""

from collections.abc import Callable, Iterable, Iterator
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

from flask import Flask, request

from directory_api.left_out import Unusable
from directory_api.web.wsgi import log
from directory_api.web.wsgi.types import ROUTE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class Application(Flask):
    """A Flask application; what is below some paths are applications of their own.

    Each is made, and its modules are imported, with the first request below its path ("Application
    Dispatching" in Flask's documentation): few servers are ever asked for it.
    """

    def __init__(self, import_name: str) -> None:
        super().__init__(import_name, static_folder=None)
        self._parts: dict[str, Callable[[], Flask]] = {}

    def add_part(self, path: str, make: Callable[[], Flask]) -> None:
        """Have requests below a path of one segment, such as /admin, answered by what `make`
        returns. Raises Unusable if something else is there.
        """
        if any(f"{rule.rule}/".startswith(f"{path}/") for rule in self.url_map.iter_rules()):
            raise Unusable(f"another part has routes below {path}")
        if path in self._parts:
            raise Unusable(f"another part is below {path}")
        made, making = cache(make), Lock()

        def made_once() -> Flask:
            with making:
                return made()

        self._parts[path] = made_once

    def part(self, path: str) -> Flask:
        """Return the application that answers the requests for a path: this one, or a part."""
        # Werkzeug leaves out all but one of the slashes at the beginning, too.
        made_once = self._parts.get(f"/{path.lstrip('/').partition('/')[0]}")
        return made_once() if made_once else self

    def paths_of_parts(self) -> tuple[str, ...]:
        """Return the paths below which the parts are."""
        return tuple(self._parts)

    def every_part(self) -> Iterator[Flask]:
        """Yield this application and all parts."""
        yield self
        for made_once in self._parts.values():
            yield made_once()

    def log_exception(self, exc_info: Any) -> None:
        """Log a bug in the rendering of an error; Flask would log the path, and wait until the line
        is written.
        """
        log.crash(exc_info[1], request.environ.get(ROUTE))

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """WSGI (PEP 3333)."""
        part = self.part(environ.get("PATH_INFO", ""))
        response: Iterable[bytes] = (
            super().wsgi_app(environ, start_response)
            if part is self
            else part.wsgi_app(environ, start_response)
        )
        return response
