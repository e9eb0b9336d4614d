"""Compares everything in a SQL store with what was written, and names what is damaged."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from directory_api.features.operations.maintenance.base import Damage
from directory_api.store.digests import ChainedRevision, checksum, rows_digest
from directory_api.store.sql import chain
from directory_api.store.sql.database import Connection
from directory_api.text.errors import StoreUnavailable

_Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Version:
    """The SHA-256 of a record, None if it was removed, and its revision."""

    sha256: str | None
    revision: int


@dataclass(slots=True)
class _Examination:
    """What was found so far. `records` are the rows whose SHA-256 matches, by kind and id;
    `history` has the newest row of each with a matching one.
    """

    damages: list[Damage] = field(default_factory=list)
    records: dict[_Key, _Version] = field(default_factory=dict)
    history: dict[_Key, _Version] = field(default_factory=dict)
    damaged_records: set[_Key] = field(default_factory=set)
    # None if the current link is damaged: then nothing says what the records were.
    current: ChainedRevision | None = None

    def note(self, part: str, fault: str) -> None:
        self.damages.append(Damage(part, fault))


def examine(
    connection: Connection,
    unreadable: type[Exception],
    file_faults: Callable[[], Iterable[str]] = tuple,
) -> tuple[Damage, ...]:
    """Return what is damaged in a store, in the caller's transaction.

    `unreadable` is what the library raises for a damaged page, `file_faults` gives what the
    database itself finds damaged.
    """
    examination = _Examination()

    def note_file_faults() -> None:
        for fault in file_faults():
            examination.note("the file", fault)

    for part, read in (
        ("the file", note_file_faults),
        ("the chain of revisions", lambda: _chain(connection, examination)),
        ("the history", lambda: _history(connection, examination)),
        ("the records", lambda: _records(connection, examination)),
        ("the postcodes", lambda: _postcodes(connection, examination)),
    ):
        try:
            read()
        except (unreadable, StoreUnavailable):
            examination.note(part, "cannot be read in full")
    return tuple(examination.damages)


def _chain(connection: Connection, examination: _Examination) -> None:
    for revision, heads, fits in chain.checked_revisions(connection):
        if not fits:
            numbers = {head[0] for head in heads} if revision is None else {revision.revision}
            for number in sorted(map(str, numbers)):
                examination.note(f"revision {number}", "its history is not what was written")
    examination.current = chain.current(connection)


def _history(connection: Connection, examination: _Examination) -> None:
    for row in connection.execute(
        f"SELECT {chain.HEAD}, {chain.HISTORY_BODY} FROM history ORDER BY seq"
    ):
        revision, kind, identity, *_ = row
        if chain.is_whole(row):
            text = row[-2]
            digest = None if text is None else checksum(kind, identity, text)
            examination.history[kind, identity] = _Version(digest, revision)
        else:
            examination.note(
                f"revision {revision}, {kind} {identity}", "the row of history is damaged"
            )


def _records(connection: Connection, examination: _Examination) -> None:
    for kind, identity, text, digest, revision in connection.execute(
        "SELECT kind, id, record, sha256, revision FROM records"
    ):
        is_whole = all(isinstance(part, str) for part in (kind, identity, text)) and isinstance(
            revision, int
        )
        if is_whole and checksum(kind, identity, text) == digest:
            examination.records[kind, identity] = _Version(digest, revision)
        else:
            examination.damaged_records.add((kind, identity))
            examination.note(f"{kind} {identity}", "the record is damaged")
    digest = rows_digest(
        (*key, version.sha256, version.revision) for key, version in examination.records.items()
    )
    if examination.current is None or digest != examination.current.records:
        for key in sorted(examination.records.keys() | examination.history.keys()):
            fault = _difference(examination, key)
            if fault:
                examination.note(" ".join(key), fault)
    _compare(examination, "records", digest)


def _difference(examination: _Examination, key: _Key) -> str | None:
    """Return how a record differs from its newest row of history."""
    written, present = examination.history.get(key), examination.records.get(key)
    if written is None or key in examination.damaged_records:
        return None
    if present is None:
        return f"the record of revision {written.revision} is missing" if written.sha256 else None
    if present.revision > written.revision:
        return None  # its row of history is what is missing
    if written.sha256 is None:
        return f"the record was removed at revision {written.revision}"
    if present != written:
        return f"the record is not the one of revision {written.revision}"
    return None


def _compare(examination: _Examination, kind: str, digest: str) -> None:
    expected = getattr(examination.current, kind) if examination.current else None
    if digest != expected and not any(_is_of(damage, kind) for damage in examination.damages):
        examination.note(f"the {kind}", "they are not those that were written last")


def _is_of(damage: Damage, kind: str) -> bool:
    is_postcodes = damage.part.startswith("postcodes of ")
    is_other = damage.part.startswith(("revision ", "the "))
    return is_postcodes if kind == "postcodes" else not (is_postcodes or is_other)


def _postcodes(connection: Connection, examination: _Examination) -> None:
    rows: list[tuple[Any, ...]] = []
    damaged_countries = set()
    for country, code, text, digest in connection.execute(
        "SELECT country, code, place, sha256 FROM postcodes"
    ):
        parts = (country, code, text)
        if all(isinstance(part, str) for part in parts) and checksum(*parts) == digest:
            rows.append((country, code, digest))
        else:
            damaged_countries.add(str(country))
    for country in sorted(damaged_countries):
        examination.note(f"postcodes of {country}", "some are damaged")
    _compare(examination, "postcodes", rows_digest(rows))
