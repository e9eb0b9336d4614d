"""Bearer tokens (RFC 6750): authentication and scopes."""

from flask import Blueprint, Response, g, request

from directory_api.edit.tokens import REFUSED, Tokens
from directory_api.record.token import Actor
from directory_api.text.errors import PermissionDenied, TokenRefused
from directory_api.text.message import Message
from directory_api.web.http import header_fields, responses

_SCHEME = "bearer "


class BearerAuth:
    """Authenticates maintainers by token.

    No cache stores their answers, and no other site's page can read them.
    """

    def __init__(self, tokens: Tokens) -> None:
        self._tokens = tokens

    def protect(self, routes: Blueprint) -> None:
        """Require a token for every route of this blueprint, before any other check."""
        routes.before_request(self._authenticate)
        routes.after_request(_private)

    def _authenticate(self) -> None:
        """Set g.actor from the Authorization header.

        Raises TokenRefused, with the same message for an absent, unknown, revoked or expired token.
        """
        if request.method == "OPTIONS":
            return  # a browser's preflight request carries no token
        header = request.headers.get("Authorization", "")
        if header[: len(_SCHEME)].lower() != _SCHEME:
            raise TokenRefused(REFUSED)
        g.actor = self._tokens.actor(header[len(_SCHEME) :].strip())


def permitted(actor: Actor, scope: str) -> Actor:
    """Return the actor. Raises PermissionDenied if the actor lacks the scope."""
    if scope not in actor.scopes:
        raise PermissionDenied(
            Message(
                "This token does not allow that. You need a token with the scope {scope}.",
                scope=scope,
            )
        )
    return actor


def _private(response: Response) -> Response:
    return responses.with_class(response, header_fields.PRIVATE)
