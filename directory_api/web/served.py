"""The parts of an application, of which its routes are made, and how features answer errors."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeVar

from flask import Response, current_app

from directory_api.bootstrap import Directory
from directory_api.config import Settings
from directory_api.live.editions import Edition, EditionCache
from directory_api.once import OnceCache
from directory_api.text.errors import ConfirmationRequired
from directory_api.web.access.auth import BearerAuth
from directory_api.web.http.problems import Problem
from directory_api.web.middleware.rate_limit import RateLimiter

_Made = TypeVar("_Made")


@dataclass(frozen=True, slots=True)
class Web:
    """The parts of an application. `now` returns the current time in UTC. With `static_site` its
    pages have no form, show every centre, and none says that a centre is open now.
    """

    directory: Directory
    editions: EditionCache
    auth: BearerAuth
    limiter: RateLimiter | None
    now: Callable[[], datetime]
    static_site: bool
    _made: OnceCache = field(default_factory=OnceCache)

    @property
    def settings(self) -> Settings:
        """The settings."""
        return self.directory.settings

    def get_or_build(self, make: Callable[["Web"], _Made]) -> _Made:
        """Return what a function of a feature makes of these parts, made once: its hooks share
        it.
        """
        return self._made.get(make, lambda: make(self))


def web() -> Web:
    """Return the parts of the application that answers the request."""
    parts: Web = current_app.extensions["directory"]
    return parts


def edition() -> Edition:
    """Return the edition that is in force."""
    return web().editions.current()


class Audience(Protocol):
    """People who read the errors of some requests as a page. Every method is called within a
    request.
    """

    def reads(self, *, routed: bool) -> bool:
        """Return whether they read the answer to this request; `routed` is whether its address has
        a route.
        """

    def next_steps(self, error: ConfirmationRequired) -> ConfirmationRequired:
        """Return the error with sentences that say what they do next."""

    def respond(self, error: Exception, problem: Problem, *, routed: bool) -> Response:
        """Return the page."""
