"""The history in a SQL store, checked against the chain when it is read."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

from directory_api.change.change import Change, HistoryEntry, Stamp
from directory_api.change.public_history import RECENT, LastChange, PublicHistory
from directory_api.store.sql import chain
from directory_api.store.sql.database import Connection
from directory_api.text.errors import StoreUnavailable

_ROW = f"{chain.HEAD}, {chain.HISTORY_BODY}"


def public_history(connection: Connection) -> PublicHistory:
    """Return the public history; one that is not intact, and empty, if any row is damaged."""
    store = chain.name(connection)
    try:
        return PublicHistory(store, MappingProxyType(_last(connection)), _recent(connection))
    except StoreUnavailable:
        # The records are served all the same: they have a digest of their own.
        return PublicHistory(store=store, is_intact=False)


def _last(connection: Connection) -> dict[tuple[str, str], LastChange]:
    """Return the last public change of each record that ever was."""
    last: dict[tuple[str, str], LastChange] = {}
    for _, heads, fits in chain.checked_revisions(connection):
        if not fits:
            raise StoreUnavailable(chain.HISTORY_DAMAGED)
        # One object for all records that one transaction wrote.
        changes: dict[tuple[int, str], LastChange] = {}
        for revision, kind, identity, at, visible, _ in heads:
            if visible:
                if (revision, at) not in changes:
                    changes[revision, at] = LastChange(revision, datetime.fromisoformat(at))
                last[kind, identity] = changes[revision, at]
    return last


def _recent(connection: Connection) -> tuple[HistoryEntry, ...]:
    """Return the last public changes of centres and helplines, newest first."""
    rows = connection.execute(
        f"SELECT {_ROW} FROM history WHERE visible = 1 "
        # With `kind` alone SQLite looks rows up by kind and sorts them all: 0.2 s of 50,000.
        "AND coalesce(kind, '') IN ('centre', 'helpline') ORDER BY seq DESC LIMIT ?",
        [RECENT],
    ).fetchall()
    chain.check_rows(rows)
    return tuple(map(_entry, rows))


def entries(
    connection: Connection, kind: str | None, identity: str | None, most: int, revisions: range
) -> tuple[HistoryEntry, ...]:
    """Return the changes of one record, of one kind or of all, newest first, at the revisions.
    Raises StoreUnavailable if one of them is damaged, or any row is missing.
    """
    rows = connection.execute(
        f"SELECT {_ROW} FROM history WHERE kind = coalesce(?, kind) "
        "AND id = coalesce(?, id) AND revision >= ? AND revision < ? ORDER BY seq DESC LIMIT ?",
        [kind, identity, revisions.start, revisions.stop, most],
    ).fetchall()
    chain.check_rows(rows)
    if most > 1:
        # A row that is missing, or has another name, may be one of theirs.
        chain.check_history(connection)
    else:  # the last change, which is shown for each record of a list
        chain.check_revisions(connection, {row[0] for row in rows})
    return tuple(map(_entry, rows))


def last_entries(
    connection: Connection, keys: Iterable[tuple[str, str]]
) -> dict[tuple[str, str], HistoryEntry]:
    """Return the last change of each record that ever was, by kind and id. Raises StoreUnavailable
    if one of them is damaged, or another row of its revision is.
    """
    query = f"SELECT {_ROW} FROM history WHERE kind = ? AND id = ? ORDER BY seq DESC LIMIT 1"
    found = {key: connection.execute(query, key).fetchone() for key in keys}
    rows = {key: row for key, row in found.items() if row is not None}
    chain.check_rows(rows.values())
    # Many records have the same last revision: that of a first load, or of an import.
    chain.check_revisions(connection, {row[0] for row in rows.values()})
    return {key: _entry(row) for key, row in rows.items()}


def _entry(row: Sequence[Any]) -> HistoryEntry:
    """Return a row of history, the columns of HEAD and HISTORY_BODY, as an entry."""
    revision, kind, identity, at, _, _, author, reason, before, after, approved_by = row
    stamp = Stamp(author, datetime.fromisoformat(at), reason, approved_by)
    return HistoryEntry(revision, Change(kind, identity, _json(before), _json(after)), stamp)


def _json(text: str | None) -> Any:
    return json.loads(text) if text else None
