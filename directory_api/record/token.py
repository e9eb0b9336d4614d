"""Maintainers' bearer tokens, with their scopes and expiry, and who acts with them.

Only the SHA-256 of a token's secret is stored. edit/tokens.py decides which tokens are valid.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from directory_api.text.normalize import tidy

# `admin` includes all other scopes, and alone allows replacing more than a third of the directory
# at once.
SCOPES = ("read_history", "edit", "approve", "admin")


def person(name: str) -> str:
    """Return what identifies the person behind a name: `Anna` and `ＡＮＮＡ` are one person."""
    return tidy(tidy(name).casefold())


@dataclass(frozen=True, slots=True)
class Token:
    """A token without its secret.

    `id` is short and public, `scopes` are those with which it was created. `last_used` is a date,
    deliberately without a time. Without `has_secret` it is a person who signs in by another
    credential only. `made_by` is the name of the maintainer who made it; None if the operator did,
    at the terminal.
    """

    id: str
    name: str
    scopes: tuple[str, ...]
    created: date
    expires: date
    last_used: date | None = None
    revoked: date | None = None
    has_secret: bool = True
    made_by: str | None = None


# The kinds of the secret that a token had before it got a new one, and of a browser session;
# features have others.
REPLACED_SECRET = "replaced-secret"  # noqa: S105  # a kind, no secret
SESSION = "session"


@dataclass(frozen=True, slots=True)
class Credential:
    """What proves for a time, or until it is removed, who acts, beside the secret of a token.

    `id` is public or a SHA-256, and unique in its `kind`. `token` is the id of a token, or empty.
    It ends at `until` (UTC), None if with its token only. `data` is JSON.
    """

    kind: str
    id: str
    token: str
    until: datetime | None
    data: Mapping[str, Any]


# The prefix of the id of an actor with a token.
TOKEN = "token:"  # noqa: S105  # a prefix of ids, no secret


@dataclass(frozen=True, slots=True)
class Actor:
    """The author of an action: a token, or a user at the terminal of the server.

    `scopes` has each scope of the actor, also those that `admin` includes. The author of a proposal
    may not approve it; `is_person` compares actors.
    """

    id: str
    name: str
    scopes: tuple[str, ...]

    def is_person(self, identity: str, name: str) -> bool:
        """Return whether an actor with this id and name is the same person, also with another
        token.
        """
        return identity == self.id or person(name) == person(self.name)
