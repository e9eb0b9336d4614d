"""The chain of revisions in a SQL store: reads are compared with it, and writes extend it.

The SHA-256 of each row does not detect missing rows. One flipped bit in the header of a page of
SQLite removes all of its rows, and SQLite reports no error. Each transaction that writes therefore
makes one digest of all records, one of all postcodes and one of its rows of history, and links them
to the revision before it (store/digests.py).
"""

import secrets
from collections.abc import Iterable, Iterator, Sequence
from types import MappingProxyType
from typing import Any

from directory_api.change.change import Change, Stamp
from directory_api.change.public_history import LINK_DIGITS, RevisionLinks
from directory_api.place.postcode import Place
from directory_api.store.digests import (
    SALT_BYTES,
    ChainedRevision,
    canonical,
    checksum,
    rows_digest,
)
from directory_api.store.sql.database import Connection
from directory_api.store.state import Replaced
from directory_api.text.errors import StoreUnavailable

DAMAGED = "the database is damaged; run `directory-api check`"
HISTORY_DAMAGED = "the history in the database is damaged; run `directory-api check`"
_COLUMNS = "revision, salt, records, postcodes, history, link"
# What the digests of all records and of all postcodes are made of.
_RECORD_ROWS = "SELECT kind, id, sha256, revision FROM records"
_POSTCODE_ROWS = "SELECT country, code, sha256 FROM postcodes"
PLACE_COLUMNS = "country, code, place, sha256"
HEAD = "revision, kind, id, at, visible, sha256"
HISTORY_BODY = "author, reason, before, after, approved_by"


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
    """Return the id of the store, its revision and the hash of the revision (see `current`)."""
    last = current(connection, revision)
    return f"{name(connection)}:{last.revision}:{last.link}"


def check_current(
    connection: Connection, records: str, revision: int | None = None
) -> ChainedRevision:
    """Return the current revision, or `revision` in a transaction that has increased it. Raises
    StoreUnavailable unless this is the digest of the records after it, and its link fits.
    """
    last = current(connection, revision)
    previous = link_of(connection, last.revision - 1)
    if last.records != records or last.link != last.linked(name(connection), previous):
        raise StoreUnavailable(DAMAGED)
    return last


def check_text(digest: object, *parts: object) -> None:
    """Raise StoreUnavailable unless this is the SHA-256 of the texts of a row."""
    # One flipped bit in a row's header turns its text into a blob of the same bytes.
    texts = [part for part in parts if isinstance(part, str)]
    if len(texts) < len(parts) or checksum(*texts) != digest:
        raise StoreUnavailable(DAMAGED)


def records_digest(connection: Connection) -> str:
    """Return the digest of all records, by their SHA-256."""
    return rows_digest(connection.execute(_RECORD_ROWS))


def postcodes_digest(connection: Connection) -> str:
    """Return the digest of all postcodes, by their SHA-256."""
    return rows_digest(connection.execute(_POSTCODE_ROWS))


def write_change(
    connection: Connection, change: Change, stamp: Stamp, revision: int, *, is_visible: bool
) -> Sequence[object]:
    """Write or remove a record, and add its row of history; return the columns of HEAD.

    `is_visible` says whether the public can see the change. Raises StoreUnavailable for a damaged
    record.
    """
    key = change.kind, change.id
    query = "SELECT record, sha256 FROM records WHERE kind = ? AND id = ?"
    for text, digest in connection.execute(query, key).fetchall():
        check_text(digest, *key, text)
    after = None if change.after is None else canonical(change.after)
    if after is None:
        connection.execute("DELETE FROM records WHERE kind = ? AND id = ?", key)
    else:
        connection.execute(
            "INSERT INTO records (kind, id, record, sha256, revision) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (kind, id) DO UPDATE SET record = excluded.record, "
            "sha256 = excluded.sha256, revision = excluded.revision",
            (*key, after, checksum(*key, after), revision),
        )
    unhashed = (revision, *key, stamp.at.isoformat(), int(is_visible))
    body = (
        stamp.author,
        stamp.reason,
        None if change.before is None else canonical(change.before),
        after,
        stamp.approved_by,
    )
    head = (*unhashed, rows_digest([(*unhashed, *body)]))
    connection.execute(
        f"INSERT INTO history (seq, {HEAD}, {HISTORY_BODY}) "
        "VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM history), "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*head, *body),
    )
    return head


def replace_places(connection: Connection, country: str, places: Iterable[Place]) -> None:
    """Replace the whole postcode table of a country."""
    connection.execute("DELETE FROM postcodes WHERE country = ?", [country])
    connection.insert_rows("postcodes", PLACE_COLUMNS, map(place_row, places))


def place_row(place: Place) -> tuple[str, str, str, str]:
    """Return the row of a postcode: the values of PLACE_COLUMNS."""
    text = canonical(place.to_record())
    return place.country, place.code, text, checksum(place.country, place.code, text)


def begin(connection: Connection) -> None:
    """Begin the chain of an empty store."""
    extend(connection, 0, postcodes_digest(connection), ())


def extend(
    connection: Connection, revision: int, postcodes: str, heads: Iterable[Sequence[object]]
) -> None:
    """Store the link of a new revision, with this digest of the postcodes and these rows of
    history, in the caller's transaction, which has written everything else.
    """
    new = ChainedRevision(
        revision,
        secrets.token_hex(SALT_BYTES),
        records_digest(connection),
        postcodes,
        rows_digest(heads),
    )
    link = new.linked(name(connection), link_of(connection, new.revision - 1))
    connection.execute(
        f"INSERT INTO chain ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
        [revision, new.salt, new.records, new.postcodes, new.history, link],
    )


def links(connection: Connection) -> RevisionLinks:
    """Return the public links of all revisions."""
    rows = connection.execute("SELECT revision, substr(link, 1, ?) FROM chain", [LINK_DIGITS])
    return RevisionLinks(MappingProxyType(dict(rows.fetchall())))


def checked_revisions(
    connection: Connection,
) -> Iterator[tuple[ChainedRevision | None, list[tuple[Any, ...]], bool]]:
    """Yield each revision of the chain, the heads of its rows of history, and whether they are
    those that were written. Rows of no revision in the chain come last, with None.
    """
    store = name(connection)
    by_revision: dict[object, list[tuple[Any, ...]]] = {}
    # In one order whatever index a database uses: answers list the last changes in it.
    for head in connection.execute(f"SELECT {HEAD} FROM history ORDER BY revision, kind, id"):
        by_revision.setdefault(head[0], []).append(head)
    previous, expected = "", 0
    for row in connection.execute(f"SELECT {_COLUMNS} FROM chain ORDER BY revision").fetchall():
        revision = ChainedRevision(*row)
        heads = by_revision.pop(revision.revision, [])
        fits = (
            revision.revision == expected
            and revision.history == rows_digest(heads)
            and revision.link == revision.linked(store, previous)
        )
        yield revision, heads, fits
        previous, expected = revision.link, revision.revision + 1
    if by_revision:
        yield None, [head for heads in by_revision.values() for head in heads], False


def is_whole(row: Sequence[Any]) -> bool:
    """Return whether a row of history, columns of HEAD and HISTORY_BODY, matches its SHA-256."""
    return bool(row[5] == rows_digest([(*row[:5], *row[6:])]))


def check_rows(rows: Iterable[Sequence[Any]]) -> None:
    """Check rows of history, each the columns of HEAD and HISTORY_BODY. Raises StoreUnavailable."""
    if not all(map(is_whole, rows)):
        raise StoreUnavailable(HISTORY_DAMAGED)


def check_history(connection: Connection) -> None:
    """Check the heads of all rows of history. Raises StoreUnavailable."""
    if not all(fits for _, _, fits in checked_revisions(connection)):
        raise StoreUnavailable(HISTORY_DAMAGED)


def check_revisions(connection: Connection, revisions: Iterable[object]) -> None:
    """Check the heads of all rows of history of these revisions. Raises StoreUnavailable."""
    for revision in {*revisions}:
        row = connection.execute(
            f"SELECT {_COLUMNS} FROM chain WHERE revision = ?", [revision]
        ).fetchone()
        heads = connection.execute(f"SELECT {HEAD} FROM history WHERE revision = ?", [revision])
        if row is None:
            raise StoreUnavailable(HISTORY_DAMAGED)
        chained = ChainedRevision(*row)
        link = chained.linked(name(connection), link_of(connection, chained.revision - 1))
        if chained.history != rows_digest(heads) or chained.link != link:
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
