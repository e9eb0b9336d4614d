"""Writes to the tables of a SQL store. The caller holds the transaction."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from directory_api.domain.changes.change import Change, Record, Stamp
from directory_api.domain.errors import StoreUnavailable
from directory_api.domain.geo.postcode import Place
from directory_api.storage.base import RECEIPT_LIFE, Receipt
from directory_api.storage.digests import RunningSet, checksum, row_digest
from directory_api.storage.sql import chain
from directory_api.storage.sql.engine import Connection

PLACE_COLUMNS = "country, code, place, sha256"


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
            raise StoreUnavailable(chain.DAMAGED)
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
        f"INSERT INTO history (seq, {chain.HEAD}, {chain.BODY}) "
        "VALUES ((SELECT coalesce(max(seq), 0) + 1 FROM history), "
        "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (*head, *body),
    )
    written.heads.append(head)


def write_receipt(connection: Connection, receipt: Receipt) -> None:
    """Store a receipt and delete those older than a day."""
    connection.execute(
        "DELETE FROM receipts WHERE at < ?", [(receipt.at - RECEIPT_LIFE).isoformat()]
    )
    connection.execute(
        "INSERT INTO receipts (key, fingerprint, at, outcome) VALUES (?, ?, ?, ?)",
        (receipt.key, receipt.fingerprint, receipt.at.isoformat(), canonical(receipt.outcome)),
    )


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


# Kept, because `json.dumps` makes one for each call.
_encoder = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def canonical(record: Record) -> str:
    """Return a record as it is stored."""
    return _encoder.encode(record)
