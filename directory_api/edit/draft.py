"""A change before it is written: the records before and after a request, and the difference."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from directory_api.change.change import Change, Contents, HistoryEntry, Stamp, applied, diff
from directory_api.change.cited_sources import without_source, without_stale_sources
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import (
    MOST_FAULTS_OF_DOCUMENT,
    Records,
    contents_of,
    read_records,
)
from directory_api.change.guards import Allowed, untyped
from directory_api.edit.lazy_history import LazyHistory
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
from directory_api.record.token import Actor
from directory_api.store.state import StoreState
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.message import Message


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """What the directory should be: a raw document, and `others`, changes of records of other
    kinds, which need no review.

    `locate` maps a fault in the document to its place in the caller's input.
    """

    document: Any
    others: tuple[Change, ...] = ()
    tables: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    # The postcodes, if the request changes them.
    gazetteer: Gazetteer | None = None
    # Whether centres that are as they are stored are checked once more, as those of a file.
    checks_all: bool = False
    locate: Callable[[Fault], Fault] = lambda fault: fault
    # Whether the request confirms the records that it changes, with the values of the document.
    confirms: bool = False
    # Who confirms the parts with new values alone, how and when.
    confirms_new: Mapping[str, str] | None = None
    # Whether the document has the confirmations of single parts, as a change that has waited.
    has_parts: bool = False
    # Whether what it acknowledges must be a warning; a restored record may have an old one.
    checks_acknowledged: bool = False
    # What the caller noticed before the records are checked.
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    # Whether one record is changed, which a person has chosen.
    is_of_one: bool = False
    # Whether each value comes with the sources that state it: that of a state that was in force, or
    # of a file that is loaded. Otherwise a value that changes loses those that it had before.
    keeps_sources: bool = False
    # The sources that the caller has named for the new values, by id.
    stated_by: frozenset[str] = frozenset()
    # For a file, which may be older than the records: returns the history of a record.
    file_history: Callable[[Change], Iterable[HistoryEntry]] | None = None
    # If the request brings records back to what they were.
    history: LazyHistory | None = None
    # For the approval of a change that has waited: its author and the author's reason.
    author: str | None = None
    reason: str | None = None
    # The second person who has seen it, if that depends on what is stored.
    approved_by: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeContext:
    """Who makes a change, when and why, what they have allowed, and whether what the public can
    read must wait for a second person.
    """

    actor: Actor
    stamp: Stamp
    allowed: Allowed
    is_reviewed: bool


@dataclass(frozen=True, slots=True)
class Draft:
    """The records before and after a request, and the difference. `records` are those that were
    checked; of those that are as they are stored, that was done earlier.
    """

    before: StoreState
    after: Contents
    changes: tuple[Change, ...]
    records: Records
    gazetteer: Gazetteer
    request: ChangeRequest
    context: ChangeContext

    def located(self, faults: Iterable[Fault]) -> list[Fault]:
        """Return faults, which name a record by its id, with their places in the caller's input."""
        return [self.request.locate(self.records.by_index(fault)) for fault in faults]

    def missing_confirmations(self) -> list[Fault]:
        """Return the numbers that have to be typed before the draft can be written."""
        return self.located(untyped(self.changes, self.context.allowed))


def drafted(
    before: StoreState, request: ChangeRequest, context: ChangeContext, gazetteer: Gazetteer
) -> Draft:
    """Return what a request makes of the stored records. Raises RecordsInvalid with every fault."""
    stored = {**before.contents, "centre": {}} if request.checks_all else before.contents
    records = valid_records(request, gazetteer, stored)
    compared = diff(before.contents, contents_of(records))
    if not request.keeps_sources:
        compared = tuple(without_stale_sources(compared, request.file_history, request.stated_by))
        if unsourced := [fault for each in compared for fault in without_source(each)]:
            located = [request.locate(records.by_index(fault)) for fault in unsourced]
            raise RecordsInvalid.of(located, Message("the records"))
    changes = tuple(
        with_confirmed_values(
            compared,
            confirms=request.confirms,
            of_new=request.confirms_new,
            has_parts=request.has_parts,
        )
    )
    after = applied(before.contents, changes)
    return Draft(before, after, changes, records, gazetteer, request, context)


def valid_records(request: ChangeRequest, gazetteer: Gazetteer, stored: Contents) -> Records:
    """Return the records of a request; see `read_records`. Raises RecordsInvalid with the faults,
    each with its place in the caller's input.
    """
    faults, total = request.faults, len(request.faults)
    try:
        records = read_records(request.document, gazetteer, stored)
        if not faults:
            return records
    except RecordsInvalid as error:
        faults = (*faults, *map(request.locate, error.faults))
        total += error.total
    raise RecordsInvalid.of(
        faults, Message("the records"), most=MOST_FAULTS_OF_DOCUMENT, total=total
    )
