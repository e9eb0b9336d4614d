"""Tokens and sessions, in the tables of an engine."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any

from directory_api.record.token import Session, Token
from directory_api.store.sql.engine import Engine

_COLUMNS = "id, name, scopes, created, expires, last_used, revoked"


class AccessStore:
    """Stores tokens and sessions under the SHA-256 of their secrets. The rules of Store apply; a
    Store creates the tables.
    """

    def __init__(
        self,
        engine: Engine,
        noted: Callable[[], AbstractContextManager[None]] = nullcontext,
    ) -> None:
        self._engine = engine
        self._noted = noted

    def tokens(self) -> tuple[Token, ...]:
        """Return every token that was ever created, oldest first."""
        with self._engine.reading() as connection:
            query = f"SELECT {_COLUMNS} FROM tokens ORDER BY created, rowid"
            return tuple(map(_token, connection.execute(query)))

    def token_of(self, digest: str) -> Token | None:
        """Return the token with this digest of its secret, or None."""
        with self._engine.reading() as connection:
            query = f"SELECT {_COLUMNS} FROM tokens WHERE digest = ?"
            row = connection.execute(query, [digest]).fetchone()
            return _token(row) if row else None

    def digest_of(self, identity: str) -> str | None:
        """Return the digest of the secret of the token with this id, or None."""
        with self._engine.reading() as connection:
            query = "SELECT digest FROM tokens WHERE id = ?"
            row = connection.execute(query, [identity]).fetchone()
            return str(row[0]) if row else None

    def add_token(self, token: Token, digest: str) -> None:
        """Store a new token."""
        self._write(
            "INSERT INTO tokens (id, digest, name, scopes, created, expires) "
            "VALUES (?, ?, ?, ?, ?, ?)",
            [
                token.id,
                digest,
                token.name,
                " ".join(token.scopes),
                token.created.isoformat(),
                token.expires.isoformat(),
            ],
        )

    def put_token(self, token: Token) -> None:
        """Update the days of last use and revocation; neither is ever removed."""
        # Never clear `revoked`: another process may have revoked the token after this one read it.
        self._write(
            "UPDATE tokens SET last_used = coalesce(?, last_used), revoked = coalesce(revoked, ?) "
            "WHERE id = ?",
            [_iso(token.last_used), _iso(token.revoked), token.id],
        )

    def open_session(self, session: Session, digest: str, now: datetime) -> None:
        """Store a new session, and delete those that ended before `now`."""
        with self._noted(), self._engine.writing() as connection:
            connection.execute("DELETE FROM sessions WHERE until < ?", [now.isoformat()])
            connection.execute(
                "INSERT INTO sessions (digest, token, until) VALUES (?, ?, ?)",
                [digest, session.token, session.until.isoformat()],
            )

    def session_of(self, digest: str) -> Session | None:
        """Return the session with this digest of its secret, or None."""
        with self._engine.reading() as connection:
            row = connection.execute(
                "SELECT token, until FROM sessions WHERE digest = ?", [digest]
            ).fetchone()
            return Session(row[0], datetime.fromisoformat(row[1])) if row else None

    def close_session(self, digest: str) -> None:
        """Delete a session, if it exists."""
        self._write("DELETE FROM sessions WHERE digest = ?", [digest])

    def _write(self, statement: str, values: Sequence[Any]) -> None:
        with self._noted(), self._engine.writing() as connection:
            connection.execute(statement, values)


def _token(row: Sequence[Any]) -> Token:
    identity, name, scopes, created, expires, last_used, revoked = row
    return Token(
        identity,
        name,
        tuple(scopes.split()),
        _day(created),
        _day(expires),
        _day_or_none(last_used),
        _day_or_none(revoked),
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
