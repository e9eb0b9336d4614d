"""A link that works once, for a person who has no account, or cannot sign in yet.

Its secret has 256 random bits and is shown once; only the SHA-256 is stored, as of a token (ADR
17). What a link is for, and that it is used up in the same transaction, is up to who stores it.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from directory_api.edit.tokens import SECRET_BYTES
from directory_api.record.token import TOKEN
from directory_api.store.digests import checksum


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """The part that is stored: the id of the actor who made it, when it ends, and the SHA-256 of
    its secret.
    """

    maker: str
    end: datetime
    sha256: str

    @classmethod
    def new(cls, maker: str, end: datetime) -> tuple[str, Self]:
        """Return a secret and its link."""
        secret = secrets.token_urlsafe(SECRET_BYTES)
        return secret, cls(maker, end, checksum(secret))

    def is_open(self, now: datetime, valid: Collection[str]) -> bool:
        """Return whether it has not ended; `valid` are the actors whose tokens are valid, by id.

        It ends with the token of the person who made it: a stolen token that is revoked must leave
        nothing behind. The operator, who makes links by a command, has no token.
        """
        return now < self.end and (self.maker in valid or not self.maker.startswith(TOKEN))
