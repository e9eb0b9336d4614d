"""Maintainers' bearer tokens, with their scopes and expiry.

Only the SHA-256 of a token's secret is stored.
"""

from dataclasses import dataclass
from datetime import date, datetime

# `admin` includes all other scopes, and alone allows replacing more than a third of the directory
# at once.
SCOPES = ("read-history", "edit", "approve", "admin")


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret.

    `id` is short and public. `last_used` is a date, deliberately without a time.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    created: date
    expires: date
    last_used: date | None = None
    revoked: date | None = None

    def valid(self, today: date) -> bool:
        """Return whether the token is accepted: not revoked, and not after its last day."""
        return self.revoked is None and today <= self.expires

    def may(self, scope: str) -> bool:
        """Return whether the token has a scope; `admin` includes all scopes."""
        return scope in self.scopes or "admin" in self.scopes


@dataclass(frozen=True, slots=True)
class Session:
    """A browser session that was opened with a token; it ends at `until` (UTC)."""

    token: str
    until: datetime


# The prefix of the id of an actor with a token.
TOKEN = "token:"  # noqa: S105  # a prefix of ids, no secret


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an action: a token, or a user at the terminal of the server.

    Compare actors by `id`: the author of a proposal may not approve it.
    """

    id: str
    name: str
    scopes: tuple[str, ...]

    def may(self, scope: str) -> bool:
        """Return whether this actor has a scope; `admin` includes all scopes."""
        return scope in self.scopes or "admin" in self.scopes
