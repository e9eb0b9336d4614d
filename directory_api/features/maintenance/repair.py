"""Restores what is damaged in a SQL store, and begins a new chain if something is lost."""

import json
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from directory_api.change.change import Change, Record, Stamp
from directory_api.features.maintenance.base import Damage, Repaired
from directory_api.features.maintenance.examination import Examination, Key, Version
from directory_api.store import adopted
from directory_api.store.digests import RowSet, checksum
from directory_api.store.sql import chain
from directory_api.store.sql.engine import Connection
from directory_api.store.state import RepairSource, Replaced

# What is said of a record that neither the history nor a source has.
LOST = "lost"


@dataclass(slots=True)
class _Plan:
    steps: list[Damage] = field(default_factory=list)
    records: dict[Key, Version] = field(default_factory=dict)
    # Records that no row of history has: they are written as changes of the new revision.
    changes: list[Change] = field(default_factory=list)
    tables: set[str] = field(default_factory=set)
    # Whether a record may be another than it was.
    is_guessed: bool = False

    def record_set(self) -> RowSet:
        """Return the set of the rows of all records that are as they were written."""
        return RowSet.of(version.row(key) for key, version in self.records.items())


def repair(
    connection: Connection,
    examination: Examination,
    sources: Sequence[RepairSource],
    stamp: Stamp,
) -> Repaired:
    """Restore what an examination found damaged, in the caller's transaction."""
    store = _store(connection)
    usable = [
        source
        for source in sources
        if source.store in (None, store and f"{store:x}")
        and (source.at is None or _had(connection, examination, *source.at))
    ]
    written = examination.current.records if examination.current else None
    plan = _plan(examination, usable, ())
    records = plan.record_set()
    if records.sha256 != written and not examination.is_history_whole:
        # Records may be missing of which the file has no trace any more.
        everywhere = [
            (kind, key)
            for source in usable
            for kind in source.contents
            for key in source.contents[kind]
        ]
        plan = _plan(examination, usable, everywhere)
    postcodes = _restored_postcodes(connection, examination, plan, usable)
    if records.sha256 == written:
        # The digest proves that these are all records, each as it was.
        plan.steps = [
            Damage(step.part, "removed: no such record was written") if step.fault == LOST else step
            for step in plan.steps
        ]
        plan.changes = []
    elif not plan.is_guessed:
        plan.steps.append(Damage("the records", "it cannot be told whether all are there"))
    is_exact = (
        examination.is_history_whole
        and examination.current is not None
        and records.sha256 == written
        and postcodes.sha256 == examination.current.postcodes
        and not examination.damaged_countries
    )
    _write_records(connection, plan)
    if is_exact and examination.current:
        chain.write_sets(connection, records, postcodes)
        return Repaired(tuple(plan.steps), True, examination.current.revision)
    replaced = adopted.joined(chain.replaceable(connection), *map(_published, sources))
    revision = _begin_chain(connection, examination, plan, stamp, replaced)
    return Repaired(tuple(plan.steps), False, revision)


def _plan(
    examination: Examination, sources: Sequence[RepairSource], others: Iterable[Key]
) -> _Plan:
    """Choose what each record is to be: those of which the file has a trace, and others."""
    plan = _Plan()
    keys = (
        examination.records.keys() | examination.history.keys() | examination.damaged_records.keys()
    )
    for key in sorted(keys | set(others), key=repr):
        choice = _chosen(examination, key, sources)
        if choice.version and choice.version.text is not None:
            plan.records[key] = choice.version
        if choice.record is not None:
            plan.changes.append(Change(*key, None, choice.record))
        if choice.step:
            plan.steps.append(Damage(f"{key[0]} {key[1]}", choice.step))
            plan.is_guessed |= not choice.is_exact
    for seq in examination.damaged_rows:
        plan.steps.append(Damage(f"row {seq} of the history", "removed"))
    return plan


def _restored_postcodes(
    connection: Connection,
    examination: Examination,
    plan: _Plan,
    sources: Sequence[RepairSource],
) -> RowSet:
    """Write all postcodes again if a source has exactly those that were written last; otherwise
    leave the damaged ones to be removed. Return the set of their rows.
    """
    query = "SELECT country, code, sha256 FROM postcodes"
    written = examination.current.postcodes if examination.current else None
    present = RowSet.of(connection.execute(query))
    if present.sha256 == written and not examination.damaged_countries:
        return present
    for source in sources:
        rows = [chain.place_row(place) for place in source.places]
        digests = RowSet.of((country, code, digest) for country, code, _, digest in rows)
        if digests.sha256 == written:
            connection.execute("DELETE FROM postcodes")
            connection.insert_rows("postcodes", chain.PLACE_COLUMNS, rows)
            plan.steps.append(Damage("the postcodes", f"taken from {source.name}"))
            examination.damaged_countries.clear()
            return digests
    for country in sorted(examination.damaged_countries):
        plan.steps.append(
            Damage(
                f"postcodes of {country}",
                "the damaged ones are removed; load or import the table again afterwards",
            )
        )
    return present


@dataclass(frozen=True, slots=True)
class _Choice:
    """What a record is to be: a version that was written, or a record of a source."""

    version: Version | None = None
    step: str = ""
    record: Record | None = None
    is_exact: bool = False


def _chosen(examination: Examination, key: Key, sources: Sequence[RepairSource]) -> _Choice:
    present, written = examination.records.get(key), examination.history.get(key)
    is_damaged = key in examination.damaged_records
    if present and (
        written is None
        or present == written
        # Its row of history is damaged, so an older one is the newest that is left.
        or (present.revision > written.revision and not examination.is_history_whole)
    ):
        return _Choice(present)
    if written and written.text is None and not (present or is_damaged):
        return _Choice(written)  # it was removed
    is_newest = examination.is_history_whole or examination.damaged_records.get(key) == (
        written.revision if written else None
    )
    if written and is_newest:
        at = f"revision {written.revision} of the history"
        step = f"removed again, as in {at}" if written.text is None else f"restored from {at}"
        return _Choice(written, step, is_exact=True)
    for source in sources:
        record = source.contents.get(key[0], {}).get(key[1])
        is_older = written and source.revisions.get(key, written.revision) < written.revision
        if record is not None and not is_older:
            return _Choice(step=f"taken from {source.name}", record=record)
    if written and written.text is not None:
        return _Choice(written, f"set back to revision {written.revision}, the last that is left")
    return _Choice(step=LOST)


def _write_records(connection: Connection, plan: _Plan) -> None:
    connection.execute("DELETE FROM records")
    connection.executemany(
        "INSERT INTO records (kind, id, record, sha256, revision) VALUES (?, ?, ?, ?, ?)",
        [
            (*key, version.text, checksum(*key, version.text or ""), version.revision)
            for key, version in plan.records.items()
        ],
    )


def _published(source: RepairSource) -> Replaced:
    """Return the revision that was published of a store, which the repaired one takes the place
    of.
    """
    return {source.store: [source.at]} if source.store and source.at else {}


def _begin_chain(
    connection: Connection,
    examination: Examination,
    plan: _Plan,
    stamp: Stamp,
    replaced: Replaced,
) -> int:
    """Write the new revision, from which a chain begins that covers all history that is left."""
    connection.executemany(
        "DELETE FROM history WHERE seq = ?", [[s] for s in examination.damaged_rows]
    )
    _remove_damaged_places(connection)
    for country in examination.damaged_countries:
        # Without this record the next load writes the table again.
        connection.execute("DELETE FROM records WHERE kind = 'table' AND id = ?", [country])
    numbers = [
        connection.execute(f"SELECT max(revision) FROM {table}").fetchone()[0]
        for table in ("records", "history", "chain")
    ]
    numbers.append(
        connection.execute("SELECT max(value) FROM state WHERE key = 'revision'").fetchone()[0]
    )
    # Above every revision that a device or a writer may have seen.
    revision = max((number for number in numbers if isinstance(number, int)), default=0) + 1
    identity = _store(connection) or secrets.randbits(62)
    connection.execute("DELETE FROM state")
    connection.executemany(
        "INSERT INTO state (key, value) VALUES (?, ?)",
        [("revision", revision), ("store", identity)],
    )
    connection.execute("DELETE FROM chain")
    for change in plan.changes:
        chain.write_change(connection, change, stamp, revision, chain.Written(), is_visible=True)
    # The server that had what was damaged in force may follow.
    present = {
        key: json.loads(version.text or "null")
        for (kind, key), version in plan.records.items()
        if kind == adopted.KIND
    }
    for change in adopted.changes(present, replaced):
        chain.write_change(connection, change, stamp, revision, chain.Written(), is_visible=False)
    chain.begin(connection)
    return revision


def _had(connection: Connection, examination: Examination, revision: int, link: str) -> bool:
    """Return whether the chain had a revision with this link; True if the chain is lost."""
    if examination.current is None:
        return True
    row = connection.execute("SELECT link FROM chain WHERE revision = ?", [revision]).fetchone()
    return bool(row and str(row[0]).startswith(link))


def _store(connection: Connection) -> int | None:
    """Return the id of the store, or None if it is damaged."""
    row = connection.execute("SELECT value FROM state WHERE key = 'store'").fetchone()
    return row[0] if row and isinstance(row[0], int) else None


def _remove_damaged_places(connection: Connection) -> None:
    rows = connection.execute("SELECT rowid, country, code, place, sha256 FROM postcodes")
    damaged = [
        [rowid]
        for rowid, *parts, digest in rows
        if not all(isinstance(part, str) for part in parts) or checksum(*parts) != digest
    ]
    connection.executemany("DELETE FROM postcodes WHERE rowid = ?", damaged)
