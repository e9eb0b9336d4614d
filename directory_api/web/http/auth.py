"""Bearer tokens (RFC 6750): who asks, and whether they may."""

from flask import Blueprint, g, request
from werkzeug.exceptions import TooManyRequests

from directory_api.domain.errors import ScopeMissing, TokenRefused
from directory_api.domain.model.token import Actor
from directory_api.services.tokens import REFUSED, Tokens
from directory_api.web.http import headers
from directory_api.web.middleware.rate_limit import Guesses

_SCHEME = "bearer "


class Doorkeeper:
    """Lets maintainers in, by token. What they are answered is for nobody else: no cache keeps it, no page reads it."""

    def __init__(self, tokens: Tokens, guesses: Guesses) -> None:
        self._tokens = tokens
        self._guesses = guesses

    def guard(self, routes: Blueprint) -> None:
        """Stand before every one of these routes, also of those to come: without a token nothing else is looked at."""
        routes.before_request(self._look)

    def admit(self, scope: str | None = None) -> Actor:
        """Who asks at a guarded route; with any scope where none is named. Raises ScopeMissing."""
        actor: Actor = g.actor
        return permitted(actor, scope) if scope else actor

    def _look(self) -> None:
        """Whose token the header Authorization holds.

        Raises TokenRefused, the same for an absent, unknown, revoked or expired token; TooManyRequests to who keeps
        guessing.
        """
        g.headers = headers.PRIVATE
        if request.method == "OPTIONS":
            return  # a browser's preflight brings no token, and is told nothing
        header = request.headers.get("Authorization", "")
        if header[: len(_SCHEME)].lower() != _SCHEME:
            raise TokenRefused(REFUSED)  # nobody guesses with nothing, so it is not counted
        g.actor = self.recognise(header[len(_SCHEME) :].strip())

    def recognise(self, secret: str) -> Actor:
        """Whose token this is. Raises TokenRefused or TooManyRequests."""
        try:
            return self._tokens.actor(secret)
        except TokenRefused:
            self.refuse_guessing()
            raise

    def refuse_guessing(self) -> None:
        """Count a token that was refused. Raises TooManyRequests to who was refused too often."""
        wait = self._guesses.note(request.environ)
        if wait:
            raise TooManyRequests(retry_after=wait)


def permitted(actor: Actor, scope: str) -> Actor:
    """The actor. Raises ScopeMissing where it lacks the scope."""
    if not actor.may(scope):
        raise ScopeMissing(f"This token may not do that; it needs the scope {scope}.")
    return actor
