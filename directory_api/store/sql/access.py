"""Tokens and their other credentials, such as sessions, in the tables of an engine."""

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import date, datetime
from typing import Any

from directory_api.record.token import REPLACED_SECRET, Credential, Token
from directory_api.store.sql.database import Connection, Engine

_COLUMNS = "id, name, scopes, created, expires, last_used, revoked, digest, made_by"
# Instead of a SHA-256 in hexadecimal digits: no secret has it.
NO_SECRET = "none:"  # noqa: S105  # what is there without one
_CREDENTIAL = "kind, id, token, until, data"


class AccessStore:
    """Stores tokens under the SHA-256 of their secrets, and other credentials. The rules of Store
    apply; a Store creates the tables.
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
        with self._engine.read_transaction() as connection:
            query = f"SELECT {_COLUMNS} FROM tokens ORDER BY created, rowid"
            return tuple(map(_token, connection.execute(query)))

    def token_of(self, digest: str, now: datetime) -> Token | None:
        """Return the token with this digest of its secret, or of the one before it as long as that
        works; else None. Whatever is found, it is one query, so that the time reveals nothing.
        """
        with self._engine.read_transaction() as connection:
            query = (
                f"SELECT {_COLUMNS} FROM tokens WHERE digest = ? OR id = "
                "(SELECT token FROM credentials WHERE kind = ? AND id = ? AND until > ?)"
            )
            values = [digest, REPLACED_SECRET, digest, now.isoformat()]
            row = connection.execute(query, values).fetchone()
            return _token(row) if row else None

    def digest_of(self, identity: str) -> str | None:
        """Return the digest of the secret of the token with this id, or None."""
        with self._engine.read_transaction() as connection:
            query = "SELECT digest FROM tokens WHERE id = ?"
            row = connection.execute(query, [identity]).fetchone()
            return str(row[0]) if row else None

    def add_token(self, token: Token, digest: str) -> None:
        """Store a new token."""
        self._write(
            "INSERT INTO tokens (id, digest, name, scopes, created, expires, made_by) "
            "VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                token.id,
                digest,
                token.name,
                " ".join(token.scopes),
                token.created.isoformat(),
                token.expires.isoformat(),
                token.made_by,
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

    def replace_secret(self, token: Token, digest: str, until: datetime) -> None:
        """Give a token another digest of its secret, and its last day. The one that it has now is
        valid until `until`; one before it ends.
        """
        with self._noted(), self._engine.write_transaction() as connection:
            connection.execute(
                "DELETE FROM credentials WHERE kind = ? AND token = ?", [REPLACED_SECRET, token.id]
            )
            connection.execute(
                f"INSERT INTO credentials ({_CREDENTIAL}) "
                "SELECT ?, digest, id, ?, '{}' FROM tokens WHERE id = ?",
                [REPLACED_SECRET, until.isoformat(), token.id],
            )
            connection.execute(
                "UPDATE tokens SET digest = ?, expires = ? WHERE id = ?",
                [digest, token.expires.isoformat(), token.id],
            )

    def credentials(self, kind: str) -> tuple[Credential, ...]:
        """Return the credentials of a kind, by token and id, also those that have ended."""
        with self._engine.read_transaction() as connection:
            query = f"SELECT {_CREDENTIAL} FROM credentials WHERE kind = ? ORDER BY token, id"
            return tuple(map(_credential, connection.execute(query, [kind])))

    def credential(self, kind: str, identity: str) -> Credential | None:
        """Return the credential with this id, or None."""
        with self._engine.read_transaction() as connection:
            return _credential_of(connection, kind, identity)

    def add_credential(self, credential: Credential, now: datetime) -> None:
        """Store a new credential, and delete those that ended before `now`."""
        with self._noted(), self._engine.write_transaction() as connection:
            connection.execute("DELETE FROM credentials WHERE until < ?", [now.isoformat()])
            connection.execute(
                f"INSERT INTO credentials ({_CREDENTIAL}) VALUES (?, ?, ?, ?, ?)",
                [
                    credential.kind,
                    credential.id,
                    credential.token,
                    credential.until.isoformat() if credential.until else None,
                    json.dumps(dict(credential.data), sort_keys=True),
                ],
            )

    def change_credential(self, before: Credential, data: Mapping[str, Any]) -> bool:
        """Replace the data of a credential; return whether it was still as it was before."""
        with self._noted(), self._engine.write_transaction() as connection:
            changed = connection.execute(
                "UPDATE credentials SET data = ? WHERE kind = ? AND id = ? AND data = ?",
                [
                    json.dumps(dict(data), sort_keys=True),
                    before.kind,
                    before.id,
                    json.dumps(dict(before.data), sort_keys=True),
                ],
            )
            return changed.rowcount == 1

    def take_credential(self, kind: str, identity: str) -> Credential | None:
        """Delete a credential and return it; None if there is none: of several callers one gets
        it.
        """
        with self._noted(), self._engine.write_transaction() as connection:
            found = _credential_of(connection, kind, identity)
            deleted = connection.execute(
                "DELETE FROM credentials WHERE kind = ? AND id = ?", [kind, identity]
            )
            return found if deleted.rowcount == 1 else None

    def remove_credentials(self, kind: str, token: str, *, but: str) -> None:
        """Delete the credentials of a kind of a token, except the one with the id `but`."""
        self._write(
            "DELETE FROM credentials WHERE kind = ? AND token = ? AND id <> ?", [kind, token, but]
        )

    def _write(self, statement: str, values: Sequence[Any]) -> None:
        with self._noted(), self._engine.write_transaction() as connection:
            connection.execute(statement, values)


def _credential_of(connection: Connection, kind: str, identity: str) -> Credential | None:
    query = f"SELECT {_CREDENTIAL} FROM credentials WHERE kind = ? AND id = ?"
    row = connection.execute(query, [kind, identity]).fetchone()
    return _credential(row) if row else None


def _credential(row: Sequence[Any]) -> Credential:
    kind, identity, token, until, data = row
    end = datetime.fromisoformat(until) if until else None
    return Credential(kind, identity, token, end, json.loads(data))


def _token(row: Sequence[Any]) -> Token:
    identity, name, scopes, created, expires, last_used, revoked, digest, made_by = row
    return Token(
        identity,
        name,
        tuple(scopes.split()),
        _day(created),
        _day(expires),
        _day_or_none(last_used),
        _day_or_none(revoked),
        has_secret=not digest.startswith(NO_SECRET),
        made_by=made_by,
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _day_or_none(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
