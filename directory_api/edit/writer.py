"""The write pipeline, the only path for changes of records: read, check, compare, review, write."""

import re
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from itertools import chain, islice
from typing import Any, Self

from directory_api.change.change import COLLECTIONS, Change, Contents, Record, Stamp, diff, document
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import (
    MOST_FAULTS,
    Records,
    contents_of,
    countries_with_emergency_number,
    country_of_centre,
    last_emergency_number,
    listed_sources,
    read_records,
    record_of,
    unlisted_beside_centre,
)
from directory_api.change.guards import UNCONFIRMED, Confirmation
from directory_api.change.outcome import Outcome
from directory_api.change.warnings import (
    change_warnings,
    every_warning,
    none_active,
    numbers_in_use,
    record_warnings,
    unfounded,
)
from directory_api.edit.difference import Differences
from directory_api.edit.gate import Gate, Origin, Past
from directory_api.edit.plan import NOT_CONFIRMED, Plan, Rules, make_plan
from directory_api.live.live_snapshot import LiveSnapshot
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.postcode import Place
from directory_api.record.numbers import shown_numbers
from directory_api.record.published import PublishedCentre
from directory_api.record.records import Centre, Helpline
from directory_api.record.token import Actor
from directory_api.store.digests import checksum
from directory_api.store.sql.store import Store
from directory_api.store.state import RECEIPT_LIFE, Receipt, StoreState
from directory_api.text.errors import (
    ClientError,
    ConfirmationNeeded,
    Fault,
    IdempotencyKeyReused,
    RecordsInvalid,
    StoreConflict,
)
from directory_api.text.message import Message

Clock = Callable[[], datetime]
# An attempt fails only if another process has written between our read and our write.
ATTEMPTS = 50
# A change takes a few milliseconds.
TURN_SECONDS = 5.0
_PUBLIC_ADDRESS = b'"address_visibility":"public"'
_BUSY = Message("other people are changing the directory at the same time; try again in a moment")


@dataclass(frozen=True, slots=True)
class ChangeRequest:
    """The requested state of the directory: a raw document, and other changes in `others`.

    The document of an excerpt (see `Writer.write`) has only the centres of the excerpt; all others
    stay. `locate` maps a fault in the document to its place in the caller's input.
    """

    document: Any
    others: Contents = field(default_factory=dict)
    tables: Mapping[str, tuple[Place, ...]] = field(default_factory=dict)
    gazetteer: Gazetteer | None = None
    locate: Callable[[Fault], Fault] = lambda fault: fault
    # Whether the request confirms the records that it changes, with the values of the document.
    confirms: bool = False
    # Whether what it acknowledges must be a warning; a restored record may have an old one.
    checks_acknowledged: bool = False
    # What the caller noticed before the records are checked.
    faults: tuple[Fault, ...] = ()
    warnings: tuple[Fault, ...] = ()
    # See gate.Origin.
    is_of_one: bool = False
    past: Past | None = None
    # For the approval of a change that has waited: its author and the author's reason.
    author: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class IdempotencyKey:
    """An Idempotency-Key: a SHA-256 of the sender and the key, and a SHA-256 of the request."""

    key: str
    fingerprint: str

    @classmethod
    def of(cls, key: Sequence[str], request: Sequence[str]) -> Self:
        """Return the key of a request, from the parts of each."""
        return cls(checksum(*key), checksum(*request))


class Excerpt:
    """The part of a store that an edit may change, and the checks against the centres outside it,
    without reading all of them.
    """

    def __init__(self, store: Store, live: LiveSnapshot, state: StoreState) -> None:
        self._store = store
        self._live = live
        self._before = document(state.contents)
        self._ids = state.contents.get("centre", {}).keys()

    def faults(self, after: Mapping[str, Any]) -> tuple[Fault, ...]:
        """Return the faults of the other centres if the document becomes this one: they may need a
        source that is not in it any more.
        """
        lost = listed_sources(self._before) - listed_sources(after)
        return tuple(islice(self._faults(after, lost), MOST_FAULTS)) if lost else ()

    def _faults(self, after: Mapping[str, Any], lost: set[str]) -> Iterator[Fault]:
        for mention in self._store.mentioning("centre", lost):
            if mention.id not in self._ids:
                yield from unlisted_beside_centre(after, mention.place, mention.record)

    def faults_of_helplines(self, after: Mapping[str, Any]) -> Iterator[Fault]:
        """Yield a fault for each country of the other centres whose last emergency number is not in
        the document any more.
        """
        numbers = countries_with_emergency_number(after)
        # The schema of the helplines reports that there is no number at all.
        lost = countries_with_emergency_number(self._before) - numbers if numbers else set()
        mentions = self._store.mentioning("centre", lost) if lost else ()
        countries = {
            country_of_centre(each.record) for each in mentions if each.id not in self._ids
        }
        for country in sorted(lost):
            if country in countries:
                yield last_emergency_number(self._before, after, country)

    def sharing_numbers(self, records: Records) -> list[Centre]:
        """Return the other centres, by id, that have a number of these records."""
        checked = chain[Centre | Helpline](records.centres, records.helplines)
        numbers = {shown.number for each in checked for shown in numbers_in_use(each)}
        return [*centres_with_numbers(self._others(), numbers)]

    def others(self) -> Iterator[Centre]:
        """Yield the other centres, in their public form."""
        return (each.centre for each in self._others())

    def records_beside(self) -> Iterator[Record]:
        """Yield the other centres as records, in their public form."""
        return (centre.to_record() for centre in self.others())

    def hidden_beside(self) -> Iterator[Record]:
        """Yield the other centres whose address is not public as they are stored."""
        ids = {each.id for each in self._others() if _PUBLIC_ADDRESS not in each.json}
        for mention in self._store.mentioning("centre", ids) if ids else ():
            if mention.id in ids:
                yield mention.record

    def _others(self) -> Iterator[PublishedCentre]:
        published = self._live.snapshot.index.all
        return (each for each in published if each.id not in self._ids)


def centres_with_numbers(
    published: Iterable[PublishedCentre], numbers: set[str]
) -> Iterator[Centre]:
    """Yield the centres that have one of these numbers, on any day."""
    if not numbers:
        return
    # Reading the JSON of 100,000 centres takes seconds, and looking for a text in it 0.1 s.
    texts = (re.escape(f'"{number}"'.encode()) for number in numbers)
    pattern = re.compile(b"|".join(texts))
    for each in published:
        if pattern.search(each.json) and not numbers.isdisjoint(
            shown.number for shown in shown_numbers(each.centre)
        ):
            yield each.centre


class Writer:
    """Writes to the store. Raises StoreUnavailable, NotReady before the first load, and the errors
    that each method lists.
    """

    def __init__(self, store: Store, live: LiveSnapshot, clock: Clock, gate: Gate) -> None:
        self.store = store
        self.live = live
        self.clock = clock
        # Decides which changes wait for a second person.
        self.gate = gate
        # One writer of this process at a time: concurrent writers would only conflict and read
        # again.
        self._turn = threading.Lock()

    @contextmanager
    def _my_turn(self) -> Iterator[None]:
        """Wait for other writers of this process. Raises StoreConflict after TURN_SECONDS: a file
        may take longer, and a waiting writer holds a thread that visitors need.
        """
        if not self._turn.acquire(timeout=TURN_SECONDS):
            raise StoreConflict(_BUSY)
        try:
            yield
        finally:
            self._turn.release()

    def write(
        self,
        actor: Actor,
        reason: str,
        request_for: Callable[[StoreState], ChangeRequest],
        *,
        about: Collection[tuple[str, str]] | None = None,
        approved_by: str | None = None,
        confirmed: Confirmation = UNCONFIRMED,
        idempotency_key: IdempotencyKey | None = None,
        dry_run: bool = False,
    ) -> Outcome:
        """Apply what `request_for` returns for the stored state, in one transaction, or nothing of
        it.

        With `about`, the kinds and ids of the records that may change, that state is an excerpt of
        the store: an edit of one record does not read all others. Changes that need review wait,
        unless `approved_by` names the reviewer. `confirmed` is what the actor
        has confirmed. `request_for` is called again if another process has written in the meantime.
        Raises RecordsInvalid, ConfirmationNeeded, IdempotencyKeyReused, and whatever
        `request_for` raises.
        """

        def read() -> StoreState:
            return self.store.records() if about is None else self.store.excerpt(about)

        def plan_of(state: StoreState) -> Plan:
            request = request_for(state)
            stamp = Stamp(
                request.author or actor.name, self.clock(), request.reason or reason, approved_by
            )
            excerpt = None if about is None else Excerpt(self.store, self.live, state)
            origin = Origin(stamp, actor, request.is_of_one, request.past)
            rules = Rules(request.gazetteer or self._gazetteer(), origin, confirmed, self.gate)
            return self._plan(state, request, rules, excerpt)

        return self._carry_out(read, plan_of, idempotency_key, dry_run=dry_run)

    def _carry_out(
        self,
        read: Callable[[], StoreState],
        plan_of: Callable[[StoreState], Plan],
        idempotency_key: IdempotencyKey | None,
        *,
        dry_run: bool,
    ) -> Outcome:
        """Write the plan for what `read` returns, in one transaction. Both are called again if
        another process has written in the meantime.

        Raises ConfirmationNeeded, IdempotencyKeyReused, StoreConflict, and what the two raise.
        """
        with self._my_turn():
            for _ in range(ATTEMPTS):
                self.live.check_followed()
                state = read()
                repeated = self._repeated(idempotency_key)
                if repeated:
                    return repeated
                try:
                    plan = plan_of(state)
                except ClientError:
                    # The same request may have been carried out since: its id is taken then.
                    if repeated := self._repeated(idempotency_key):
                        return repeated
                    raise
                if dry_run or plan.is_empty:
                    return replace(plan.outcome, revision=plan.stored.revision)
                if plan.needed:
                    raise ConfirmationNeeded(NOT_CONFIRMED, plan.needed)
                try:
                    return self._append(plan, idempotency_key)
                except StoreConflict:
                    continue
        raise StoreConflict(_BUSY)

    def _plan(
        self, state: StoreState, request: ChangeRequest, rules: Rules, excerpt: Excerpt | None
    ) -> Plan:
        gazetteer = rules.gazetteer
        if excerpt:
            elsewhere = (
                *excerpt.faults(request.document),
                *map(request.locate, excerpt.faults_of_helplines(request.document)),
            )
            request = replace(request, faults=(*request.faults, *elsewhere))
        records = checked(request, gazetteer)
        compared = diff(state.contents, contents_of(records))
        changes = tuple(with_confirmed_values(compared, confirms=request.confirms))
        today = rules.origin.stamp.at.date()
        beside = excerpt.sharing_numbers(records) if excerpt else ()
        if request.checks_acknowledged:
            _check_acknowledged(changes, request, records, gazetteer, today, beside)
        plan = make_plan(
            state,
            Differences(state.contents, changes, excerpt.records_beside, excerpt.hidden_beside)
            if excerpt
            else Differences(state.contents, changes),
            rules,
            locate=lambda fault: request.locate(records.by_index(fault)),
            others=diff(state.contents, request.others),
            tables=request.tables,
        )
        # Unchanged records had their warnings earlier.
        touched = {(COLLECTIONS.get(change.kind), change.id) for change in changes}
        about_records = _warnings(records, request, gazetteer, today, beside)
        about_changes = (
            request.locate(records.by_index(fault))
            for change in changes
            for fault in change_warnings(change)
        )
        all_centres = chain(records.centres, excerpt.others() if excerpt else ())
        touches_centres = any(change.kind == "centre" for change in changes)
        about_all = none_active(all_centres) if touches_centres else ()
        all_warnings = (
            *request.warnings,
            *plan.outcome.warnings,
            *map(request.locate, about_all),
            *(warning for record, warning in about_records if record in touched),
            *about_changes,
        )
        return replace(plan, outcome=replace(plan.outcome, warnings=all_warnings))

    def _append(self, plan: Plan, key: IdempotencyKey | None) -> Outcome:
        outcome, at = plan.outcome, plan.stamp.at
        receipt = Receipt(key.key, key.fingerprint, at, outcome.to_record()) if key else None
        changed = {change.id for change in outcome.done if change.kind == "table"}
        tables = {country: places for country, places in plan.tables.items() if country in changed}
        self.store.append(
            plan.changes(),
            plan.stamp,
            expected=plan.stored.revision,
            version=plan.stored.version,
            unseen=plan.unseen,
            tables=tables,
            receipt=receipt,
        )
        # In a command, too: it writes the last good snapshot, which must not keep what was changed.
        self.live.refresh()
        return outcome

    def _repeated(self, key: IdempotencyKey | None) -> Outcome | None:
        receipt = self.store.receipt(key.key) if key else None
        if receipt is None or key is None or self.clock() - receipt.at > RECEIPT_LIFE:
            return None
        if receipt.fingerprint != key.fingerprint:
            raise IdempotencyKeyReused(
                Message(
                    "This Idempotency-Key was sent with another request. Use a new key for each "
                    "change."
                )
            )
        return Outcome.from_record(receipt.outcome)

    def _gazetteer(self) -> Gazetteer:
        # Refresh first: another process may have imported new postcodes, which affect what counts
        # as a public change.
        self.live.refresh()
        return self.live.snapshot.gazetteer


def checked(request: ChangeRequest, gazetteer: Gazetteer) -> Records:
    """Return the records of a request. Raises RecordsInvalid with the faults, each with its place
    in the caller's input.
    """
    faults, total = request.faults, len(request.faults)
    try:
        records = read_records(request.document, gazetteer)
        if not faults:
            return records
    except RecordsInvalid as error:
        faults = (*faults, *map(request.locate, error.faults))
        total += error.total
    raise RecordsInvalid.of(faults, Message("the records"), most=MOST_FAULTS, total=total)


def _check_acknowledged(
    changes: Iterable[Change],
    request: ChangeRequest,
    records: Records,
    gazetteer: Gazetteer,
    today: date,
    beside: Iterable[Centre],
) -> None:
    """Raise RecordsInvalid if the changes acknowledge what is no warning."""
    added = [change for change in changes if (change.after or {}).get("acknowledged")]
    if not added:
        return
    by_record: dict[tuple[str, str], list[Fault]] = {}
    for warning, _ in every_warning(
        records.centres, records.helplines, gazetteer.find, today, beside
    ):
        by_record.setdefault(record_of(warning), []).append(warning)
    faults = [
        request.locate(records.by_index(fault))
        for change in added
        for fault in unfounded(change, by_record.get((COLLECTIONS[change.kind], change.id), ()))
    ]
    if faults:
        raise RecordsInvalid.of(faults, Message("the records"))


def _warnings(
    records: Records,
    request: ChangeRequest,
    gazetteer: Gazetteer,
    today: date,
    beside: Iterable[Centre] = (),
) -> Iterator[tuple[tuple[str, str], Fault]]:
    """Yield warnings for the maintainer, each with the list and the id of its record. The records
    are compared with the centres `beside` them, too, for which no warnings are given.
    """
    for warning in record_warnings(
        records.centres, records.helplines, gazetteer.find, today, beside
    ):
        yield record_of(warning), request.locate(records.by_index(warning))
