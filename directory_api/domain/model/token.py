"""Tokens of maintainers: who may do what, until when. The secret itself is never kept, only its SHA-256."""

from dataclasses import dataclass
from datetime import date, datetime

# `admin` may do everything, also what the others may not: replace more than a third of the directory at once.
SCOPES = ("read-history", "edit", "approve", "admin")


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret. `id` is public and short; `last_used` is a day and no more exact than that."""

    id: str
    name: str
    scopes: tuple[str, ...]
    created: date
    expires: date
    last_used: date | None = None
    revoked: date | None = None

    def valid(self, today: date) -> bool:
        """Whether it opens anything: until the end of its last day, unless it is revoked."""
        return self.revoked is None and today <= self.expires

    def may(self, scope: str) -> bool:
        """Whether it has a scope; `admin` has all."""
        return scope in self.scopes or "admin" in self.scopes


@dataclass(frozen=True, slots=True)
class Session:
    """A browser that is signed in with a token, until a moment (UTC)."""

    token: str
    until: datetime


# What the id of an actor with a token begins with.
TOKEN = "token:"  # noqa: S105  # a prefix of ids, no secret


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a token, or somebody at this machine's own terminal.

    `id` tells two actors apart: who proposed a change may not approve it.
    """

    id: str
    name: str
    scopes: tuple[str, ...]

    def may(self, scope: str) -> bool:
        """Whether this actor has a scope; `admin` has all."""
        return scope in self.scopes or "admin" in self.scopes
