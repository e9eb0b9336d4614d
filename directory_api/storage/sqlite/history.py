"""Reads the history in the SQLite file, each row checked against the chain of revisions."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from directory_api.domain.changes.change import (
    RECENT,
    Change,
    HistoryEntry,
    LastChange,
    PublicHistory,
    Stamp,
)
from directory_api.domain.errors import StoreUnavailable
from directory_api.storage.sqlite import chain

_COLUMNS = f"{chain.HEAD}, {chain.BODY}"


def public_history(connection: sqlite3.Connection) -> PublicHistory:
    """Return the public history; one that is not intact, and empty, if any row is damaged."""
    store = chain.name(connection)
    try:
        last = _last(connection)
        recent = tuple(_recent(connection))
    except StoreUnavailable:
        # The records are served all the same: they have a digest of their own.
        return PublicHistory(store=store, is_intact=False)
    return PublicHistory(store=store, last=MappingProxyType(last), recent=recent)


def _last(connection: sqlite3.Connection) -> dict[tuple[str, str], LastChange]:
    last: dict[tuple[str, str], LastChange] = {}
    for _, heads, fits in chain.checked_revisions(connection):
        if not fits:
            raise StoreUnavailable(chain.HISTORY_DAMAGED)
        for revision, kind, identity, at, visible, _ in heads:
            if visible:
                last[kind, identity] = LastChange(revision, datetime.fromisoformat(at))
    return last


def _recent(connection: sqlite3.Connection) -> Iterator[HistoryEntry]:
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM history WHERE visible "  # noqa: S608  # fixed
        # Without the + SQLite looks rows up by kind and sorts them all: 0.2 s of 50,000.
        "AND +kind IN ('centre', 'helpline') ORDER BY seq DESC LIMIT ?",
        [RECENT],
    ).fetchall()
    chain.check_rows(rows)
    return map(_entry, rows)


def entries(
    connection: sqlite3.Connection, kind: str | None, identity: str | None, most: int
) -> tuple[HistoryEntry, ...]:
    """Return the changes of one record, of one kind or of all, newest first. Raises
    StoreUnavailable if a revision of theirs is damaged.
    """
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM history WHERE kind = coalesce(?, kind) "  # noqa: S608  # fixed
        "AND id = coalesce(?, id) ORDER BY seq DESC LIMIT ?",
        [kind, identity, most],
    ).fetchall()
    chain.check_rows(rows)
    chain.check_revisions(connection, {row[0] for row in rows})
    return tuple(map(_entry, rows))


def _entry(row: Sequence[Any]) -> HistoryEntry:
    revision, kind, identity, at, _, _, author, reason, before, after, approved_by = row
    stamp = Stamp(author, datetime.fromisoformat(at), reason, approved_by)
    return HistoryEntry(revision, Change(kind, identity, _json(before), _json(after)), stamp)


def _json(text: str | None) -> Any:
    return json.loads(text) if text else None
