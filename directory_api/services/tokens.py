"""Tokens: make, list, revoke; and who somebody is that shows one, or that is signed in with one."""

import hashlib
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from directory_api.domain.errors import Fault, InputInvalid, TokenRefused
from directory_api.domain.model.token import SCOPES, TOKEN, Actor, Session, Token
from directory_api.domain.validation.validators import plain_text_fault
from directory_api.storage.base import AccessStore

# Recognised by people, and by scanners that look for secrets in what should not hold any.
PREFIX = "directory_"
SECRET_BYTES = 32
SESSION_LIFE = timedelta(hours=8)
LONGEST_DAYS = 3650
REFUSED = "A token is needed, and this is none that opens anything now. Ask whoever runs the directory for one."


class Tokens:
    """Who may write. Secrets have 256 bits and leave this room once, when they are made; a SHA-256 is kept."""

    def __init__(self, store: AccessStore, clock: Callable[[], datetime]) -> None:
        self._store = store
        self._clock = clock

    def create(self, name: str, scopes: Sequence[str], days: int) -> tuple[str, Token]:
        """A new token and its secret, which is never shown again. Raises InputInvalid with every fault."""
        today = self._clock().date()
        taken = {token.name for token in self.list() if token.valid(today)}
        faults = list(_faults(name, scopes, days, taken))
        if faults:
            raise InputInvalid(f"{len(faults)} fault{'s' * (len(faults) > 1)} in the token.", faults)
        secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
        ordered = tuple(scope for scope in SCOPES if scope in scopes)
        token = Token(secrets.token_hex(4), name, ordered, today, today + timedelta(days=days))
        self._store.add_token(token, _digest(secret))
        return secret, token

    def list(self) -> tuple[Token, ...]:
        """Every token that was ever made, oldest first."""
        return self._store.tokens()

    def revoke(self, identity: str) -> Token:
        """Let a token open nothing from now on. Raises InputInvalid when there is none."""
        token = next((token for token in self.list() if token.id == identity), None)
        if token is None:
            raise InputInvalid("No token has this id. `directory-api token list` lists them.")
        revoked = replace(token, revoked=token.revoked or self._clock().date())
        self._store.put_token(revoked)
        return revoked

    def approvers(self) -> int:
        """How many tokens may approve proposals now."""
        today = self._clock().date()
        return sum(token.valid(today) and token.may("approve") for token in self.list())

    def actor(self, secret: str) -> Actor:
        """Whose secret this is. Raises TokenRefused, the same for unknown, revoked and expired ones."""
        return self._actor(self._store.token_of(_digest(secret)))

    def sign_in(self, secret: str) -> tuple[str, Actor]:
        """A session of a browser: its secret, and who it is. Raises TokenRefused."""
        token = self._store.token_of(_digest(secret))
        actor = self._actor(token)
        assert token is not None  # or it would have been refused
        now = self._clock()
        session = secrets.token_urlsafe(SECRET_BYTES)
        self._store.open_session(Session(token.id, now + SESSION_LIFE), _digest(session), now)
        return session, actor

    def signed_in(self, session_secret: str) -> Actor:
        """Who is signed in; a session ends with its token. Raises TokenRefused."""
        session = self._store.session_of(_digest(session_secret))
        if session is None or session.until <= self._clock():
            raise TokenRefused(REFUSED)
        return self._actor(next((token for token in self.list() if token.id == session.token), None))

    def sign_out(self, session_secret: str) -> None:
        """End a session."""
        self._store.close_session(_digest(session_secret))

    def _actor(self, token: Token | None) -> Actor:
        today = self._clock().date()
        if token is None or not token.valid(today):
            raise TokenRefused(REFUSED)
        if token.last_used != today:
            self._store.put_token(replace(token, last_used=today))
        return Actor(f"{TOKEN}{token.id}", token.name, token.scopes)


def _digest(secret: str) -> str:
    """What is kept of a secret. 256 random bits cannot be guessed from their SHA-256, so no slow hash is needed."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _faults(name: str, scopes: Sequence[str], days: int, taken: set[str]) -> Sequence[Fault]:
    found = []
    if fault := plain_text_fault(name):
        found.append(Fault(fault, parameter="name"))
    if len(name) > 80:
        found.append(Fault("must have at most 80 characters", parameter="name"))
    if name in taken:
        found.append(Fault("another token has this name; the history must tell people apart", parameter="name"))
    if not scopes or not set(scopes) <= set(SCOPES):
        found.append(Fault(f"use one or more of: {', '.join(SCOPES)}", parameter="scope"))
    if not 1 <= days <= LONGEST_DAYS:
        found.append(Fault(f"must be from 1 to {LONGEST_DAYS}", parameter="days"))
    return found
