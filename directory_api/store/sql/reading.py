"""Reads the records and postcodes of a SQL store, checked against the chain."""

import json
from collections.abc import Collection
from types import MappingProxyType

import orjson

from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
from directory_api.record.record_value import Record
from directory_api.store import adopted
from directory_api.store.digests import rows_digest
from directory_api.store.sql import chain
from directory_api.store.sql.database import Connection
from directory_api.store.state import StoredPostcodes, StoreState
from directory_api.text.errors import StoreReplaced, StoreUnavailable

_ADOPT = "put the right one back, or run `directory-api adopt` to serve this one from now on"


def store_state(connection: Connection, known: StoreState | None = None) -> StoreState:
    """Return all records, in the order of their kinds and ids; of those that are known, the same
    objects. Raises StoreUnavailable if they are not those that were written last.
    """
    contents: dict[str, dict[str, Record]] = {}
    revisions, digests = {}, {}
    query = "SELECT kind, id, record, sha256, revision FROM records ORDER BY kind, id"
    for kind, identity, text, digest, revision in connection.execute(query):
        chain.check_text(digest, kind, identity, text)
        key = kind, identity
        is_known = known and known.digests.get(key) == digest
        contents.setdefault(kind, {})[identity] = (
            known.contents[kind][identity] if known and is_known else orjson.loads(text)
        )
        revisions[key], digests[key] = revision, digest
    rows = ((*key, digest, revisions[key]) for key, digest in digests.items())
    current = chain.check_current(connection, rows_digest(rows))
    return StoreState(
        current.revision,
        chain.version(connection),
        MappingProxyType(contents),
        MappingProxyType(revisions),
        chain.links(connection),
        MappingProxyType(digests),
    )


def postcodes(connection: Connection, known: StoredPostcodes | None = None) -> StoredPostcodes:
    """Return the postcodes of the current revision: the known ones, if they are the same. Raises
    StoreUnavailable.
    """
    current = chain.current(connection)
    if known and known.digest == current.postcodes:
        return known
    if chain.postcodes_digest(connection) != current.postcodes:
        raise StoreUnavailable(chain.DAMAGED)
    query = f"SELECT {chain.PLACE_COLUMNS} FROM postcodes ORDER BY country, code"
    return StoredPostcodes(
        current.postcodes, Gazetteer(_place(*row) for row in connection.execute(query))
    )


def _place(country: str, code: str, text: str, digest: str) -> Place:
    chain.check_text(digest, country, code, text)
    return Place.from_record(country, code, orjson.loads(text))


def check_follows(connection: Connection, versions: Collection[str]) -> None:
    """Raise StoreReplaced unless the store may follow one of these versions of a store, or there
    are none.
    """
    if not versions or any(follows(connection, version) for version in versions):
        return
    served, *_ = versions
    if not chain.meta(connection, "revision"):
        raise StoreReplaced("the database is empty, and another one was in force")
    raise StoreReplaced(f"{_what_is_wrong(served, chain.version(connection))}; {_ADOPT}")


def follows(connection: Connection, version: str) -> bool:
    """Return whether the store may follow a version of a store: its chain contains it, or an
    operator has adopted the store in its place (adopted.py). Raises StoreUnavailable.
    """
    store, revision, link = version.split(":")
    if store == chain.name(connection) and chain.link_of(connection, int(revision)) == link:
        return True
    row = connection.execute(
        "SELECT record, sha256 FROM records WHERE kind = ? AND id = ?", [adopted.KIND, store]
    ).fetchone()
    if row is None:
        return False
    text, digest = row
    chain.check_text(digest, adopted.KIND, store, text)
    return adopted.covers(json.loads(text), int(revision), link)


def _what_is_wrong(served: str, present: str) -> str:
    """Return how a store differs from the version that was served."""
    store, revision, _ = served.split(":")
    store_now, revision_now, _ = present.split(":")
    if store != store_now:
        return "the database holds another directory than the one that was served"
    if int(revision_now) < int(revision):
        return (
            f"the database is at revision {revision_now}, before revision {revision}, which was "
            "served"
        )
    return "the database has another history than the one that was served"
