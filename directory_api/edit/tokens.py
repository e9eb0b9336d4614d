"""Bearer tokens: create, list and revoke them; authenticate by token or by browser session."""

import secrets
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo

from directory_api.record.token import SCOPES, SESSION, TOKEN, Actor, Credential, Token, person
from directory_api.record.validators import plain_text_fault
from directory_api.store.digests import checksum
from directory_api.store.sql.access import NO_SECRET, AccessStore
from directory_api.text.errors import Fault, InputInvalid, StoreUnavailable, TokenRefused
from directory_api.text.message import Message

# A fixed prefix lets people and secret scanners recognise a token.
BEGINNING = "directory_"
SECRET_BYTES = 32
SESSION_LIFE = timedelta(hours=8)
# For how long the secret of a token is valid beside the new one that replaces it.
BOTH_VALID = timedelta(days=1)
LONGEST_DAYS = 3650
REFUSED = "A valid token is needed. Ask the operator of the directory for one."


class Tokens:
    """Manages bearer tokens and sessions. A secret has 256 random bits and is returned once, when
    it is created; the store has only its SHA-256. So many bits need no slow password hash. The days
    of tokens are those of a time zone.
    """

    def __init__(
        self, store: AccessStore, clock: Callable[[], datetime], zone: tzinfo = UTC
    ) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    def create(
        self, name: str, scopes: Sequence[str], days: int, made_by: str | None = None
    ) -> tuple[str, Token]:
        """Return a new token and its secret, which is never shown again. `made_by` is the name of
        the maintainer who makes it, None the operator. Raises InputInvalid with every fault.
        """
        token = self._new(name, scopes, days, made_by)
        secret = _new_secret()
        self._store.add_token(token, checksum(secret))
        return secret, token

    def create_person(
        self, name: str, scopes: Sequence[str], days: int, made_by: str | None = None
    ) -> Token:
        """Return a new token without a secret, of a person who signs in by another credential.
        Raises InputInvalid with every fault.
        """
        token = replace(self._new(name, scopes, days, made_by), has_secret=False)
        # Random, because secrets are derived from it.
        self._store.add_token(token, NO_SECRET + secrets.token_hex(SECRET_BYTES))
        return token

    def _new(self, name: str, scopes: Sequence[str], days: int, made_by: str | None) -> Token:
        today = self._today()
        taken = {person(token.name) for token in self.list() if is_valid(token, today)}
        faults = list(_faults(name, scopes, days, taken))
        if faults:
            raise InputInvalid.of(faults, "the token")
        ordered = tuple(scope for scope in SCOPES if scope in scopes)
        end = today + timedelta(days=days)
        return Token(secrets.token_hex(4), name, ordered, today, end, made_by=made_by)

    def rotate(self, name: str, days: int | None = None) -> tuple[str, Token]:
        """Return a new secret for the valid token of this name or id, and the token.

        The secret that it had is valid for BOTH_VALID, one before that ends. The last day stays
        without `days`. Sessions go on. Raises InputInvalid.
        """
        token = self.valid(name)
        if not token.has_secret:
            raise InputInvalid(
                Message("{name} has no token, but signs in with a passkey.", name=token.name)
            )
        now = self._clock()
        if days is not None:
            if faults := _days_faults(days):
                raise InputInvalid.of(faults, "the token")
            token = replace(token, expires=self._today() + timedelta(days=days))
        secret = _new_secret()
        self._store.replace_secret(token, checksum(secret), now + BOTH_VALID)
        return secret, token

    def valid(self, name: str) -> Token:
        """Return the valid token of this name or id. Raises InputInvalid."""
        today = self._today()
        valid = [token for token in self.list() if is_valid(token, today)]
        found = next((token for token in valid if token.id == name), None)
        found = found or next((each for each in valid if person(each.name) == person(name)), None)
        if found is None:
            raise InputInvalid(
                "No valid token has this name or id. `directory-api token list` lists them."
            )
        return found

    def list(self) -> tuple[Token, ...]:
        """Return all tokens, including expired and revoked ones, oldest first."""
        return self._store.tokens()

    def valid_actors(self) -> frozenset[str]:
        """Return the ids of the actors whose tokens are valid."""
        today = self._today()
        return frozenset(f"{TOKEN}{token.id}" for token in self.list() if is_valid(token, today))

    def revoke(self, identity: str) -> Token:
        """Revoke a token and return it. Raises InputInvalid if no token has this id."""
        token = next((token for token in self.list() if token.id == identity), None)
        if token is None:
            raise InputInvalid("No token has this id. `directory-api token list` lists them.")
        revoked = replace(token, revoked=token.revoked or self._today())
        self._store.put_token(revoked)
        return revoked

    def actor(self, secret: str) -> Actor:
        """Return the owner of a token secret. Raises TokenRefused, with the same message for
        unknown, revoked and expired tokens.
        """
        return self._actor(self._token_of(secret))

    def _token_of(self, secret: str) -> Token | None:
        return self._store.token_of(checksum(secret), self._clock())

    def _by_id(self, identity: str) -> Token | None:
        return next((token for token in self.list() if token.id == identity), None)

    def sign_in(self, secret: str) -> tuple[str, Actor]:
        """Open a browser session; return its secret and its actor. Raises TokenRefused."""
        return self._open_session(self._token_of(secret))

    def sign_in_as(self, identity: str) -> tuple[str, Actor]:
        """Open a browser session of the token with this id, after another credential was checked;
        return its secret and its actor. Raises TokenRefused.
        """
        return self._open_session(self._by_id(identity))

    def _open_session(self, token: Token | None) -> tuple[str, Actor]:
        actor = self._actor(token)
        assert token is not None  # _actor() refuses None
        now = self._clock()
        secret = secrets.token_urlsafe(SECRET_BYTES)
        session = Credential(SESSION, checksum(secret), token.id, now + SESSION_LIFE, {})
        self._store.add_credential(session, now)
        return secret, actor

    def signed_in(self, session_secret: str) -> Actor:
        """Return the actor of a session. A session ends with its token at the latest. Raises
        TokenRefused.
        """
        session = self._store.credential(SESSION, checksum(session_secret))
        if session is None or session.until is None or session.until <= self._clock():
            raise TokenRefused(REFUSED)
        return self._actor(self._by_id(session.token))

    def sign_out(self, session_secret: str) -> None:
        """End a session."""
        self._store.take_credential(SESSION, checksum(session_secret))

    def sign_out_elsewhere(self, identity: str, session_secret: str) -> None:
        """End the sessions of the token with this id, except this one."""
        self._store.remove_credentials(SESSION, identity, but=checksum(session_secret))

    def _today(self) -> date:
        return self._clock().astimezone(self._zone).date()

    def _actor(self, token: Token | None) -> Actor:
        today = self._today()
        if token is None or not is_valid(token, today):
            raise TokenRefused(REFUSED)
        if token.last_used != today:
            # On a full disk or a file that may only be read, a maintainer can still read.
            with suppress(StoreUnavailable):
                self._store.put_token(replace(token, last_used=today))
        return Actor(f"{TOKEN}{token.id}", token.name, granted(token))


def granted(token: Token) -> tuple[str, ...]:
    """Return every scope of a token; `admin` includes all scopes."""
    return SCOPES if "admin" in token.scopes else token.scopes


def is_valid(token: Token, today: date) -> bool:
    """Return whether the token is accepted: not revoked, and not after its last day."""
    return token.revoked is None and today <= token.expires


def _faults(name: str, scopes: Sequence[str], days: int, taken: set[str]) -> Sequence[Fault]:
    faults = []
    if fault := plain_text_fault(name):
        faults.append(Fault(fault, parameter="name"))
    if len(name) > 80:
        faults.append(Fault(Message("Use at most 80 characters."), parameter="name"))
    if person(name) in taken:
        faults.append(
            Fault(
                Message(
                    "Another token has this name. Choose another, because the history shows names."
                ),
                parameter="name",
            )
        )
    if not scopes or not set(scopes) <= set(SCOPES):
        faults.append(Fault(f"Use one or more of: {', '.join(SCOPES)}.", parameter="scope"))
    return [*faults, *_days_faults(days)]


def _days_faults(days: int) -> Sequence[Fault]:
    if 1 <= days <= LONGEST_DAYS:
        return ()
    sentence = Message("Use a number of days from 1 to {most}.", most=LONGEST_DAYS)
    return (Fault(sentence, parameter="days"),)


def _new_secret() -> str:
    return BEGINNING + secrets.token_urlsafe(SECRET_BYTES)
