"""Whole directories that have been checked, of a file or of the store, and their differences.

The centres are read one after the other, so that a directory may be larger than the memory.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial

from directory_api.change.change import Change, Contents, diff
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import Records, contents_of
from directory_api.features.imports.large_file import LargeFile, in_document
from directory_api.features.imports.large_import import change_of_centre
from directory_api.features.imports.staging import StagedCentres, staged_centres
from directory_api.features.imports.stored_records import CENTRE, read_stored
from directory_api.files.raw_records import RawRecord, RecordStream
from directory_api.place.gazetteer import Gazetteer
from directory_api.store.digests import canonical
from directory_api.store.sql.store import Store
from directory_api.text.errors import Fault


@dataclass(frozen=True, slots=True)
class CheckedRecords:
    """A directory without faults. `contents` has everything but the centres.

    `centres` are the id and the JSON of each, by id. Of a stream the first warnings are listed, and
    `more_warnings` counts the others.
    """

    contents: Contents
    centres: Iterable[tuple[str, str]]
    count: int
    warnings: tuple[Fault, ...] = ()
    more_warnings: int = 0


def of_document(records: Records, warnings: Iterable[Fault]) -> CheckedRecords:
    """Return the records of a document, which are in memory."""
    contents = contents_of(records)
    centres = [(key, canonical(record)) for key, record in sorted(contents[CENTRE].items())]
    return CheckedRecords(_without_centres(contents), centres, len(centres), tuple(warnings))


@contextmanager
def of_store(store: Store) -> Iterator[CheckedRecords]:
    """Read the store. Raises StoreUnavailable."""
    with staged_centres() as staged:
        stored = read_stored(store, staged)
        yield CheckedRecords(stored.contents, staged.texts(are_after=False), staged.count()[0])


@contextmanager
def of_stream(
    stream: RecordStream,
    present: Callable[[StagedCentres], Contents],
    gazetteer: Gazetteer,
    today: date,
) -> Iterator[CheckedRecords]:
    """Check a file record by record. The kinds of records that it lacks are those of `present`,
    which puts its centres into a temporary database and returns the rest.

    Raises FileUnreadable, RecordsInvalid with the first faults and their number.
    """
    # Two databases: a centre that is equal in the store has warnings, too.
    with staged_centres() as staged, staged_centres() as before:
        file = LargeFile(staged, gazetteer, today)
        file.read(stream)
        contents = present(before)
        if not file.centres:
            for index, (_, text) in enumerate(before.texts(are_after=False)):
                file.add(RawRecord(CENTRE, json.loads(text), partial(in_document, index)))
        records = file.checked(contents)
        warnings = file.all_warnings(records, stored={})
        yield CheckedRecords(
            _without_centres(contents_of(records)),
            staged.texts(are_after=True),
            staged.count()[1],
            tuple(warnings.listed),
            warnings.total - len(warnings.listed),
        )


def differences(before: CheckedRecords, after: CheckedRecords) -> Iterator[Change]:
    """Yield the changes that turn one directory into the other, by kind and id."""
    yield from with_confirmed_values(diff(before.contents, after.contents))
    olds, news = iter(before.centres), iter(after.centres)
    old, new = next(olds, None), next(news, None)
    while old or new:
        identity = min(centre[0] for centre in (old, new) if centre)
        old_text = new_text = None
        if old and old[0] == identity:
            old_text, old = old[1], next(olds, None)
        if new and new[0] == identity:
            new_text, new = new[1], next(news, None)
        if old_text != new_text:
            yield from change_of_centre(identity, old_text, new_text)


def _without_centres(contents: Contents) -> Contents:
    return {kind: records for kind, records in contents.items() if kind != CENTRE}
