"""The chain of revisions in a SQL store: reads are compared with it, and writes extend it.

The SHA-256 of each row does not detect missing rows. One flipped bit in the header of a page of
SQLite removes all of its rows, and SQLite reports no error. Each transaction therefore notes the
rows that it writes and removes, updates a digest of each set of rows with them, and links it to the
revision before (store/digests).
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain, groupby
from types import MappingProxyType
from typing import Any

from directory_api.change.change import Change, Stamp
from directory_api.change.public_history import LINK_DIGITS, RevisionLinks
from directory_api.place.postcode import Place
from directory_api.store.digests import (
    SALT_BYTES,
    ChainedRevision,
    RowSet,
    RunningSet,
    canonical,
    checksum,
    history_digest,
    row_digest,
)
from directory_api.store.sql.engine import Connection
from directory_api.store.state import Replaced
from directory_api.text.errors import StoreUnavailable

DAMAGED = "the database is damaged; run `directory-api check`"
HISTORY_DAMAGED = "the history in the database is damaged; run `directory-api check`"
_COLUMNS = "revision, salt, records, postcodes, history, link"
_DIGESTS = "SELECT kind, id, sha256, revision FROM records"
# Up to so many records everything is checked at each change, in at most 0.1 s: damage to what has
# not changed is noticed then.
FEW_RECORDS = 500
PLACE_COLUMNS = "country, code, place, sha256"
HEAD = "revision, kind, id, at, visible, sha256"
BODY = "author, reason, before, after, approved_by"


def meta(connection: Connection, key: str) -> int:
    """Return the revision or the id of the store. Raises StoreUnavailable."""
    row = connection.execute("SELECT value FROM state WHERE key = ?", [key]).fetchone()
    if row is None or not isinstance(row[0], int):
        raise StoreUnavailable(DAMAGED)
    return row[0]


def name(connection: Connection) -> str:
    """Return the id of the store as text."""
    return f"{meta(connection, 'store'):x}"


def version(connection: Connection, revision: int | None = None) -> str:
    """Return the id of the store, its revision and the link of the revision (see `current`)."""
    last = current(connection, revision)
    return f"{name(connection)}:{last.revision}:{last.link}"


def row_set(connection: Connection, kind: str) -> RowSet:
    """Return the set of the records or postcodes as it was written last. Raises
    StoreUnavailable.
    """
    row = connection.execute("SELECT rows, total FROM row_sets WHERE name = ?", [kind]).fetchone()
    rows = RowSet.read(*row) if row else None
    if rows is None:
        raise StoreUnavailable(DAMAGED)
    return rows


def check_current(
    connection: Connection,
    records: RowSet,
    postcodes: RowSet,
    *,
    revision: int | None = None,
) -> None:
    """Compare the sets with those that were written last, and with the link of the current
    revision, or of `revision` in a transaction that has increased it. Raises StoreUnavailable.

    The digests of few records are compared with their set each time. In a large store only a whole
    read finds a row that was changed without a revision.
    """
    last = current(connection, revision)
    # Most callers have counted the rows themselves; an excerpt compares its sets with themselves.
    written = (row_set(connection, "records"), row_set(connection, "postcodes"))
    if (
        written != (records, postcodes)
        or (last.records, last.postcodes) != (records.sha256, postcodes.sha256)
        or last.link != last.linked(name(connection), link_of(connection, last.revision - 1))
        # Finds missing rows also before a write, which does not read them.
        or connection.execute("SELECT count(*) FROM records").fetchone() != (records.rows,)
        or (records.rows <= FEW_RECORDS and RowSet.of(connection.execute(_DIGESTS)) != records)
    ):
        raise StoreUnavailable(DAMAGED)


def check_written(connection: Connection, last: ChainedRevision | None, kind: str) -> None:
    """Check that the set that an append would update is that of the last revision. Raises
    StoreUnavailable.
    """
    if last and row_set(connection, kind).sha256 != getattr(last, kind):
        raise StoreUnavailable(DAMAGED)


def write_sets(connection: Connection, records: RowSet, postcodes: RowSet) -> None:
    """Store the sets, in the caller's transaction."""
    for kind, rows in (("records", records), ("postcodes", postcodes)):
        connection.execute(
            "INSERT INTO row_sets (name, rows, total) VALUES (?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET rows = excluded.rows, total = excluded.total",
            [kind, rows.rows, rows.written],
        )


@dataclass(slots=True)
class Written:
    """The rows that a transaction removed from the sets and added to them, and its history."""

    records_removed: RunningSet = field(default_factory=RunningSet)
    records_added: RunningSet = field(default_factory=RunningSet)
    postcodes_removed: RunningSet = field(default_factory=RunningSet)
    postcodes_added: RunningSet = field(default_factory=RunningSet)
    heads: list[tuple[object, ...]] = field(default_factory=list)


def write_change(
    connection: Connection,
    change: Change,
    stamp: Stamp,
    revision: int,
    written: Written,
    *,
    is_visible: bool,
) -> None:
    """Write or remove a record, add its row of history, and note both in `written`.

    Raises StoreUnavailable if the present record is damaged.
    """
    key = (change.kind, change.id)
    present = connection.execute(
        "SELECT record, sha256, revision FROM records WHERE kind = ? AND id = ?", key
    ).fetchone()
    if present:
        text, digest, before = present
        if not isinstance(text, str) or checksum(*key, text) != digest:
            raise StoreUnavailable(DAMAGED)
        written.records_removed.add((*key, digest, before))
    after = None if change.after is None else canonical(change.after)
    if after is None:
        connection.execute("DELETE FROM records WHERE kind = ? AND id = ?", key)
    else:
        digest = checksum(*key, after)
        connection.execute(
            "INSERT INTO records (kind, id, record, sha256, revision) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET record = excluded.record, "
            "sha256 = excluded.sha256, revision = excluded.revision",
            (*key, after, digest, revision),
        )
        written.records_added.add((*key, digest, revision))
    unhashed = (revision, *key, stamp.at.isoformat(), int(is_visible))
    body = (
        stamp.author,
        stamp.reason,
        None if change.before is None else canonical(change.before),
        after,
        stamp.approved_by,
    )
    head = (*unhashed, row_digest(*unhashed, *body))
    connection.execute(
        f"INSERT INTO history (seq, {HEAD}, {BODY}) "
        "VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM history), "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*head, *body),
    )
    written.heads.append(head)


def replace_places(
    connection: Connection, country: str, places: Sequence[Place], written: Written
) -> None:
    """Replace the whole postcode table of a country, and note the rows in `written`."""
    query = "SELECT country, code, sha256 FROM postcodes WHERE country = ?"
    for row in connection.execute(query, [country]):
        written.postcodes_removed.add(row)
    connection.execute("DELETE FROM postcodes WHERE country = ?", [country])
    connection.insert_rows("postcodes", PLACE_COLUMNS, map(place_row, places))
    for row in connection.execute(query, [country]):
        written.postcodes_added.add(row)


def place_row(place: Place) -> tuple[str, str, str, str]:
    """Return the row of a postcode: the values of PLACE_COLUMNS."""
    text = canonical(place.to_record())
    return place.country, place.code, text, checksum(place.country, place.code, text)


def begin(connection: Connection) -> None:
    """Begin the chain with the current revision; its first link covers all history."""
    extend(
        connection,
        meta(connection, "revision"),
        RowSet.of(connection.execute(_DIGESTS)),
        RowSet.of(connection.execute("SELECT country, code, sha256 FROM postcodes")),
        connection.execute(f"SELECT {HEAD} FROM history"),
    )


def extend(
    connection: Connection,
    revision: int,
    records: RowSet,
    postcodes: RowSet,
    heads: Iterable[Sequence[object]],
) -> None:
    """Store the sets, and the link of a new revision with these rows of history, in the caller's
    transaction.
    """
    write_sets(connection, records, postcodes)
    new = ChainedRevision(
        revision,
        secrets.token_hex(SALT_BYTES),
        records.sha256,
        postcodes.sha256,
        history_digest(heads),
    )
    link = new.linked(name(connection), link_of(connection, new.revision - 1))
    connection.execute(
        f"INSERT INTO chain ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        [revision, new.salt, new.records, new.postcodes, new.history, link],
    )


def links(connection: Connection) -> RevisionLinks:
    """Return the public links of all revisions."""
    rows = connection.execute("SELECT revision, substr(link, 1, ?) FROM chain", [LINK_DIGITS])
    return RevisionLinks(_first(connection), MappingProxyType(dict(rows.fetchall())))


def links_of(connection: Connection, revisions: Iterable[int]) -> RevisionLinks:
    """Return the public links of these revisions, and of the current one."""
    first = _first(connection)
    wanted = {first, meta(connection, "revision"), *(max(first, each) for each in revisions)}
    links = {revision: link_of(connection, revision)[:LINK_DIGITS] for revision in wanted}
    return RevisionLinks(first, MappingProxyType(links))


def checked_revisions(
    connection: Connection, after: int | None = None
) -> Iterator[tuple[ChainedRevision | None, list[tuple[Any, ...]], bool]]:
    """Yield each revision of the chain, or each after one, the heads of its rows of history, and
    whether they are those that were written. Rows of no revision in the chain come last, with None.
    """
    store = name(connection)
    later, parameters = ("", []) if after is None else ("WHERE revision > ?", [after])
    rows = connection.execute(f"SELECT {_COLUMNS} FROM chain {later} ORDER BY revision", parameters)
    # In one order whatever index a database uses: answers list the last changes in it.
    heads = connection.execute(
        f"SELECT {HEAD} FROM history {later} ORDER BY revision, kind, id", parameters
    )
    first = _first(connection)
    # The first link covers all history before it.
    by_revision = groupby(heads, key=lambda head: _of_chain(head[0], first))
    pending = next(by_revision, None)
    previous = "" if after is None else link_of(connection, after)
    expected = None if after is None else after + 1
    for revision in (ChainedRevision(*row) for row in rows):
        own_heads: list[tuple[Any, ...]] = []
        strays: list[tuple[Any, ...]] = []
        while pending and isinstance(pending[0], int) and pending[0] <= revision.revision:
            (own_heads if pending[0] == revision.revision else strays).extend(pending[1])
            pending = next(by_revision, None)
        fits = (
            not strays
            and (expected is None or revision.revision == expected)
            and revision.history == history_digest(own_heads)
            and revision.link == revision.linked(store, previous)
        )
        yield revision, [*strays, *own_heads], fits
        previous, expected = revision.link, revision.revision + 1
    rest = list(chain.from_iterable(group for _, group in ([pending] if pending else [])))
    rest += chain.from_iterable(group for _, group in by_revision)
    if rest:
        yield None, rest, False


def _of_chain(revision: object, first: int) -> object:
    return max(revision, first) if isinstance(revision, int) else repr(revision)


def is_whole(row: Sequence[Any]) -> bool:
    """Return whether a row of history, the columns of HEAD and BODY, fits its SHA-256."""
    return bool(row[5] == row_digest(*row[:5], *row[6:]))


def check_rows(rows: Iterable[Sequence[Any]]) -> None:
    """Check rows of history, each the columns of HEAD and BODY. Raises StoreUnavailable."""
    if not all(map(is_whole, rows)):
        raise StoreUnavailable(HISTORY_DAMAGED)


def check_history(connection: Connection) -> None:
    """Check the heads of all rows of history. Raises StoreUnavailable."""
    if not all(fits for _, _, fits in checked_revisions(connection)):
        raise StoreUnavailable(HISTORY_DAMAGED)


def check_revisions(connection: Connection, revisions: Iterable[object]) -> None:
    """Check the heads of all rows of history of these revisions. Raises StoreUnavailable."""
    first = _first(connection)
    for revision in {_of_chain(revision, first) for revision in revisions}:
        _check_revision(connection, revision, first)


def _check_revision(connection: Connection, revision: object, first: int) -> None:
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM chain WHERE revision = ?",
        [revision],
    ).fetchone()
    heads = connection.execute(
        f"SELECT {HEAD} FROM history WHERE revision BETWEEN ? AND ?",
        [-1 if revision == first else revision, revision],
    ).fetchall()
    if row is None:
        raise StoreUnavailable(HISTORY_DAMAGED)
    stored = ChainedRevision(*row)
    link = stored.linked(name(connection), link_of(connection, stored.revision - 1))
    if stored.history != history_digest(heads) or stored.link != link:
        raise StoreUnavailable(HISTORY_DAMAGED)


def current(connection: Connection, revision: int | None = None) -> ChainedRevision:
    """Return the current revision, or `revision` in a transaction that has increased it. Raises
    StoreUnavailable if the chain does not end with it.
    """
    row = connection.execute(
        f"SELECT {_COLUMNS} FROM chain ORDER BY revision DESC LIMIT 1"
    ).fetchone()
    expected = meta(connection, "revision") if revision is None else revision
    if row is None or row[0] != expected:
        raise StoreUnavailable(DAMAGED)
    return ChainedRevision(*row)


def link_of(connection: Connection, revision: int) -> str:
    """Return the whole link of a revision; an empty text if it has none."""
    row = connection.execute("SELECT link FROM chain WHERE revision = ?", [revision]).fetchone()
    return str(row[0]) if row else ""


def replaceable(connection: Connection) -> Replaced:
    """Return the public links of all revisions, as those of a store that is to be replaced; of a
    damaged chain, those that can be read.
    """
    row = connection.execute("SELECT value FROM state WHERE key = 'store'").fetchone()
    if not row or not isinstance(row[0], int):
        return {}
    return {
        f"{row[0]:x}": [
            (revision, link[:LINK_DIGITS])
            for revision, link in connection.execute("SELECT revision, link FROM chain")
            if isinstance(revision, int) and isinstance(link, str)
        ]
    }


def _first(connection: Connection) -> int:
    row = connection.execute("SELECT min(revision) FROM chain").fetchone()
    if not isinstance(row[0], int):
        raise StoreUnavailable(DAMAGED)
    return row[0]
