"""Reads a SQL store: everything, or only what has changed since an earlier read; and the history.

A later read follows the chain (chain.py) from the revision of the earlier one, and returns the
records that its rows of history name. The set of all records (store/digests) then has to be the
one that was written, so a change without its row of history is found. If there are few records, it
also checks those that have not changed, and all history. Whatever does not fit, such as a damaged
history or a backup that was put back, makes it read everything.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from sys import intern
from types import MappingProxyType
from typing import Any, TypeVar

import orjson

from directory_api.change.change import Change, HistoryEntry, Stamp
from directory_api.change.public_history import (
    LINK_DIGITS,
    RECENT,
    LastChange,
    PublicHistory,
    RevisionLinks,
)
from directory_api.place.postcode import Place
from directory_api.store import adopted
from directory_api.store.digests import RowSet, RunningSet, checksum
from directory_api.store.sql import chain
from directory_api.store.sql.engine import Connection
from directory_api.store.state import Postcodes, RecordText, StoreHeads, StoreUpdate
from directory_api.text.errors import StoreUnavailable

Key = tuple[str, str]
_Key = TypeVar("_Key")
_Value = TypeVar("_Value")
# Beyond so many changes reading everything is as quick.
MOST_CHANGES = 10_000
_ROW = f"{chain.HEAD}, {chain.BODY}"
# The kinds of records whose last changes are listed.
_LISTED = ("centre", "helpline")


def since(connection: Connection, previous: StoreHeads | None) -> StoreUpdate:
    """Return what differs from an earlier read, in the caller's transaction."""
    if previous and previous.past.is_intact:
        try:
            return ChangedRecords(connection, previous)
        except StoreUnavailable:  # everything is read, which tells whether the store is damaged
            pass
    return EveryRecord(connection, previous.postcodes if previous else None)


class EveryRecord:
    """A StoreUpdate with everything."""

    is_whole = True

    def __init__(self, connection: Connection, postcodes: Postcodes | None) -> None:
        self._connection = connection
        self._known_postcodes = postcodes
        self.version = chain.version(connection)
        self.revision = chain.meta(connection, "revision")
        self._set = RunningSet()
        self._revisions: dict[Key, int] = {}

    def follows(self, version: str) -> bool:
        """Return whether the store may follow a version of a store."""
        return _follows(self._connection, version)

    @cached_property
    def postcodes(self) -> Postcodes:
        """The postcodes, which are not read of a store that is not to be followed."""
        return _postcodes(self._connection, self._known_postcodes)

    def records(self) -> Iterator[RecordText]:
        """Yield each record."""
        kinds: dict[str, str] = {}
        for kind, identity, text, digest, written in self._connection.execute(
            "SELECT kind, id, record, sha256, revision FROM records ORDER BY kind, id"
        ):
            whole_text(text, digest, kind, identity)
            self._set.add((kind, identity, digest, written))
            # One string for each kind and for each id, which the centre has, too.
            key = (kinds.setdefault(kind, kind), intern(identity))
            self._revisions[key] = written
            yield RecordText(*key, text)
        chain.check_current(self._connection, self._set.row_set, self.postcodes.row_set)

    @cached_property
    def heads(self) -> StoreHeads:
        """Everything else."""
        return StoreHeads(
            self.revision,
            self.version,
            self._set.row_set,
            MappingProxyType(self._revisions),
            chain.links(self._connection),
            _public_history(self._connection, {key: key for key in self._revisions}),
            self.postcodes,
        )


class ChangedRecords:
    """A StoreUpdate with what differs from an earlier read.

    Raises StoreUnavailable if that cannot be told, or is more than MOST_CHANGES.
    """

    is_whole = False

    def __init__(self, connection: Connection, previous: StoreHeads) -> None:
        self._connection = connection
        self.version = chain.version(connection)
        self.revision = chain.meta(connection, "revision")
        self.postcodes = _postcodes(connection, previous.postcodes)
        links = _later_links(connection, previous)
        rows = connection.execute(
            f"SELECT {_ROW} FROM history WHERE revision > ? ORDER BY revision, seq LIMIT ?",
            [previous.revision, MOST_CHANGES + 1],
        ).fetchall()
        if len(rows) > MOST_CHANGES:
            raise StoreUnavailable("most of the database has changed")
        chain.check_rows(rows)
        entries = [(row[4], entry(row)) for row in rows]
        self._texts, record_set, revisions = _changed_records(connection, previous, rows)
        chain.check_current(connection, record_set, self.postcodes.row_set)
        if record_set.rows <= chain.FEW_RECORDS:
            _check_unchanged(connection)
        self.heads = StoreHeads(
            self.revision,
            self.version,
            record_set,
            revisions,
            links,
            _later_history(previous.past, [each for visible, each in entries if visible]),
            self.postcodes,
        )

    def follows(self, version: str) -> bool:
        """Return whether the store may follow a version of a store."""
        return _follows(self._connection, version)

    def records(self) -> Iterator[RecordText]:
        """Yield each record that differs."""
        return iter(self._texts)


def _follows(connection: Connection, version: str) -> bool:
    store, revision, link = version.split(":")
    if store == chain.name(connection) and chain.link_of(connection, int(revision)) == link:
        return True
    row = connection.execute(
        "SELECT record, sha256 FROM records WHERE kind = ? AND id = ?", [adopted.KIND, store]
    ).fetchone()
    text = whole_text(*row, adopted.KIND, store) if row else None
    return text is not None and adopted.covers(json.loads(text), int(revision), link)


def _later_links(connection: Connection, previous: StoreHeads) -> RevisionLinks:
    """Return the links with those of the revisions since. Raises StoreUnavailable unless the chain
    continues from that revision, with the history that was written.
    """
    store, _, link = previous.version.split(":")
    if (store, link) != (chain.name(connection), chain.link_of(connection, previous.revision)):
        raise StoreUnavailable(chain.DAMAGED)
    links = _copy(previous.links.links)
    for revision, _, fits in chain.checked_revisions(connection, previous.revision):
        if not fits or revision is None:
            raise StoreUnavailable(chain.HISTORY_DAMAGED)
        links[revision.revision] = revision.link[:LINK_DIGITS]
    return RevisionLinks(previous.links.first, MappingProxyType(links))


def _changed_records(
    connection: Connection, previous: StoreHeads, rows: Iterable[Sequence[Any]]
) -> tuple[list[RecordText], RowSet, Mapping[Key, int]]:
    """Return the records that these rows of history changed, the set of all records, and the
    revision of each.
    """
    before: dict[Key, str | None] = {}
    for _, kind, identity, *_, text, _, _ in rows:
        before.setdefault((kind, identity), text)
    texts: list[RecordText] = []
    removed, added = [], []
    revisions = _copy(previous.revisions)
    for key, earlier in before.items():
        written = revisions.pop(key, None)
        if written is not None:
            removed.append((*key, checksum(*key, earlier or ""), written))
        row = connection.execute(
            "SELECT record, sha256, revision FROM records WHERE kind = ? AND id = ?", key
        ).fetchone()
        if row:
            text, digest, revisions[key] = row
            added.append((*key, digest, revisions[key]))
            texts.append(RecordText(*key, whole_text(text, digest, *key)))
        elif written is not None:
            texts.append(RecordText(*key, None))
    record_set = previous.record_set.changed(RowSet.of(removed), RowSet.of(added))
    return texts, record_set, MappingProxyType(revisions)


def _check_unchanged(connection: Connection) -> None:
    """Check the text of each record, and all history. Raises StoreUnavailable."""
    for row in connection.execute("SELECT record, sha256, kind, id FROM records"):
        whole_text(*row)
    chain.check_history(connection)
    _recent(connection)


def _copy(mapping: Mapping[_Key, _Value]) -> dict[_Key, _Value]:
    # The copy of a proxy is that of its dictionary: 2 ms for 100,000 keys, and `dict` takes 50.
    return mapping.copy() if isinstance(mapping, MappingProxyType) else dict(mapping)


def whole_text(text: str | bytes, digest: str | bytes, *key: str | bytes) -> str:
    """Return the text of a row if it fits its SHA-256. Raises StoreUnavailable."""
    # One flipped bit in a row's header turns its text into a blob of the same bytes.
    parts = [part for part in (*key, text) if isinstance(part, str)]
    if isinstance(text, bytes) or checksum(*parts) != digest:
        raise StoreUnavailable(chain.DAMAGED)
    return text


def _postcodes(connection: Connection, previous: Postcodes | None) -> Postcodes:
    if previous and previous.row_set == chain.row_set(connection, "postcodes"):
        return previous
    places, rows = [], RunningSet()
    for country, code, text, digest in connection.execute(
        "SELECT country, code, place, sha256 FROM postcodes ORDER BY country, code"
    ):
        places.append(_place(country, code, text, digest))
        rows.add((country, code, digest))
    return Postcodes(rows.row_set, tuple(places))


def _place(country: str, code: str, text: str | bytes, digest: str | bytes) -> Place:
    record = orjson.loads(whole_text(text, digest, country, code))
    return Place.from_record(country, code, record)


def _public_history(connection: Connection, keys: Mapping[Key, Key]) -> PublicHistory:
    """Return the public history; one that is not intact, and empty, if any row is damaged.

    `keys` are those of the records, which it shares: 100,000 others would take 25 MB.
    """
    store = chain.name(connection)
    try:
        last = _last(connection, keys)
        recent = tuple(_recent(connection))
    except StoreUnavailable:
        # The records are served all the same: they have a digest of their own.
        return PublicHistory(store=store, is_intact=False)
    return PublicHistory(store=store, last=MappingProxyType(last), recent=recent)


def _later_history(past: PublicHistory, entries: Sequence[HistoryEntry]) -> PublicHistory:
    """Return the public history with the visible changes since, oldest first."""
    last = _copy(past.last)
    for each in entries:
        last[each.change.kind, each.change.id] = LastChange(each.revision, each.stamp.at)
    listed = [each for each in reversed(entries) if each.change.kind in _LISTED]
    recent = (*listed, *past.recent)[:RECENT]
    return PublicHistory(store=past.store, last=MappingProxyType(last), recent=recent)


def _last(connection: Connection, keys: Mapping[Key, Key]) -> dict[Key, LastChange]:
    last: dict[Key, LastChange] = {}
    for _, heads, fits in chain.checked_revisions(connection):
        if not fits:
            raise StoreUnavailable(chain.HISTORY_DAMAGED)
        # One object for all records that one transaction wrote.
        changes: dict[tuple[int, str], LastChange] = {}
        for revision, kind, identity, at, visible, _ in heads:
            if visible:
                if (revision, at) not in changes:
                    changes[revision, at] = LastChange(revision, datetime.fromisoformat(at))
                key = kind, identity
                last[keys.get(key, key)] = changes[revision, at]
    return last


def _recent(connection: Connection) -> Iterator[HistoryEntry]:
    rows = connection.execute(
        f"SELECT {_ROW} FROM history WHERE visible = 1 "
        # With `kind` alone SQLite looks rows up by kind and sorts them all: 0.2 s of 50,000.
        "AND coalesce(kind, '') IN ('centre', 'helpline') ORDER BY seq DESC LIMIT ?",
        [RECENT],
    ).fetchall()
    chain.check_rows(rows)
    return map(entry, rows)


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
    return tuple(map(entry, rows))


def last_entries(connection: Connection, keys: Iterable[Key]) -> dict[Key, HistoryEntry]:
    """Return the last change of each record that ever was, by kind and id. Raises StoreUnavailable
    if one of them is damaged, or another row of its revision is.
    """
    query = f"SELECT {_ROW} FROM history WHERE kind = ? AND id = ? ORDER BY seq DESC LIMIT 1"
    found = {key: connection.execute(query, key).fetchone() for key in keys}
    rows = {key: row for key, row in found.items() if row is not None}
    chain.check_rows(rows.values())
    # Many records have the same last revision: that of a first load, or of an import.
    chain.check_revisions(connection, {row[0] for row in rows.values()})
    return {key: entry(row) for key, row in rows.items()}


def entry(row: Sequence[Any]) -> HistoryEntry:
    """Return a row of history, the columns of HEAD and BODY, as an entry."""
    revision, kind, identity, at, _, _, author, reason, before, after, approved_by = row
    stamp = Stamp(author, datetime.fromisoformat(at), reason, approved_by)
    return HistoryEntry(revision, Change(kind, identity, _json(before), _json(after)), stamp)


def _json(text: str | None) -> Any:
    return json.loads(text) if text else None
