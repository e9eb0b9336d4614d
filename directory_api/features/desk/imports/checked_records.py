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
from directory_api.change.directory import contents_of
from directory_api.features.desk.imports.file_records import FileRecords
from directory_api.features.desk.imports.staged_difference import change_of_centre
from directory_api.features.desk.imports.staging import StagedCentres, staged_centres
from directory_api.features.desk.imports.stored_records import CENTRE, finder, read_stored
from directory_api.files.raw_records import RawRecord, RecordStream, in_document
from directory_api.place.gazetteer import Gazetteer
from directory_api.store.sql.store import Store
from directory_api.text.errors import Fault


@dataclass(frozen=True, slots=True)
class CheckedRecords:
    """A directory without faults. `contents` has everything but the centres.

    `centres` are the id and the JSON of each, by id. `more_warnings` counts those that are not
    listed.
    """

    contents: Contents
    centres: Iterable[tuple[str, str]]
    count: int
    warnings: tuple[Fault, ...] = ()
    more_warnings: int = 0


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
    most_listed: int,
) -> Iterator[CheckedRecords]:
    """Check a file record by record. The kinds of records that it lacks are those of `present`,
    which puts its centres into a temporary database and returns the rest.

    Raises FileUnreadable, RecordsInvalid with the first faults and their number.
    """
    # Two databases: a centre that is equal in the store has warnings, too.
    with staged_centres() as staged, staged_centres() as before:
        contents = {} if stream.document is not None else present(before)
        find = finder(contents, before)
        file = FileRecords(staged, gazetteer, today, most_listed, find)
        file.read(stream)
        if not file.has_centres:
            for index, (_, text) in enumerate(before.texts(are_after=False)):
                locate = partial(in_document, CENTRE, index)
                file.add(RawRecord(CENTRE, json.loads(text), locate))
        records = file.checked(contents)
        warnings = file.all_warnings(records, stored={})
        yield CheckedRecords(
            {kind: new for kind, new in contents_of(records).items() if kind != CENTRE},
            staged.texts(are_after=True),
            staged.count()[1],
            tuple(warnings.listed),
            warnings.more,
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
