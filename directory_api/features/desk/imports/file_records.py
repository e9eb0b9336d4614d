"""Checks a file of any size record by record: its centres go into a temporary database, and only
the other records, of which there are few, stay in memory.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from itertools import chain, islice
from typing import Any

import marshmallow as ma

from directory_api.change.change import Change, Contents, Record, document
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import (
    COUNTRY_POINTER,
    MOST_FAULTS,
    MOST_RECORDS,
    NO_EMERGENCY_NUMBER,
    RECORD_BYTES,
    SAME_ID,
    UNLISTED_SOURCE,
    Records,
    countries_with_emergency_number,
    country_of_centre,
    listed_sources,
    named_sources,
    postcode_faults,
    read_records,
    too_large,
)
from directory_api.change.guards import moved_column
from directory_api.change.warnings import (
    NONE_ACTIVE,
    SHARED_PHONE,
    change_warnings,
    numbers_in_use,
    record_warnings,
    shared_number,
)
from directory_api.features.desk.imports.staging import StagedCentres
from directory_api.features.desk.imports.stored_records import CENTRE
from directory_api.files.raw_records import (
    HEADER,
    Locate,
    RawDocument,
    RawRecord,
    RecordStream,
)
from directory_api.place.gazetteer import Gazetteer
from directory_api.record import validators
from directory_api.record.numbers import ShownNumber, shown_numbers
from directory_api.record.records import Centre, Helpline
from directory_api.record.schemas import CentreSchema
from directory_api.record.schemas import faults as schema_faults
from directory_api.store.digests import canonical
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.message import Message
from directory_api.text.named import Number

# Returns the stored record of a kind and an id.
Find = Callable[[str, str], Record | None]
# A file with more faults is not the one that was meant.
MOST_FOUND = 10_000
# Of a fault, where it is in the file.
_PLACE = ("pointer", "sheet", "row", "column", "line")
# The bytes of a character in JSON, where a control character is written as an escape.
_LONGEST_CHARACTER = 6


class FaultList:
    """The first faults or warnings, at most `most`, and the number of all."""

    def __init__(self, most: int) -> None:
        self.listed: list[Fault] = []
        self.total = 0
        self._most = most

    @property
    def more(self) -> int:
        """The number of those that are not listed."""
        return self.total - len(self.listed)

    def add(self, fault: Callable[[], Fault]) -> None:
        """Count a fault, which is only made if it will be listed."""
        if len(self.listed) < self._most:
            self.listed.append(fault())
        self.total += 1

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add faults."""
        for fault in faults:
            self.listed.extend([fault] if len(self.listed) < self._most else [])
            self.total += 1

    def include(self, other: "FaultList") -> None:
        """Add those of another list."""
        self.listed.extend(other.listed[: self._most - len(self.listed)])
        self.total += other.total


class Needed:
    """Where a file needs something that it may lack: the faults are only made if it does, because
    finding a place takes as long as reading the record.
    """

    def __init__(self, most: int) -> None:
        self._first: list[Callable[[], Fault]] = []
        self._total = 0
        self._most = most

    def add(self, fault: Callable[[], Fault]) -> None:
        """Count a place, of which the fault would be this."""
        if len(self._first) < self._most:
            self._first.append(fault)
        self._total += 1

    def faults(self) -> FaultList:
        """Return the faults."""
        found = FaultList(self._most)
        for fault in self._first:
            found.add(fault)
        found.total = self._total
        return found


class References:
    """What the centres of a file need that any other line may have, or the store: sources, and an
    emergency number for each country.
    """

    def __init__(self, most_listed: int) -> None:
        needed = partial(Needed, most_listed)
        self._sources: defaultdict[str, Needed] = defaultdict(needed)
        self._countries: defaultdict[str, Needed] = defaultdict(needed)

    def add(self, centre: Mapping[str, Any], locate: Locate) -> None:
        """Note what a raw record of a centre needs, and where it says so."""
        for path, source in named_sources(centre):
            self._sources[source].add(partial(_at, UNLISTED_SOURCE, path, locate))
        if country := country_of_centre(centre):
            self._countries[country].add(partial(_at, NO_EMERGENCY_NUMBER, COUNTRY_POINTER, locate))

    def faults(self, document: Mapping[str, Any]) -> Iterator[FaultList]:
        """Yield the faults if everything else of the directory is in this document."""
        answered = countries_with_emergency_number(document)
        # The schema of the helplines reports that there is no number at all.
        missing = self._countries.keys() - answered if answered else ()
        yield from (self._countries[country].faults() for country in sorted(missing))
        unlisted = self._sources.keys() - listed_sources(document)
        yield from (self._sources[source].faults() for source in sorted(unlisted))


class FileRecords:
    """The records of a file, of which everything is checked that does not depend on the rest of
    the directory. Reports list `most_listed` faults and warnings, and count the others.

    `find` returns stored records. Those whose kind and id are in `left_out` stay as they are
    stored, whatever the file has.
    """

    def __init__(
        self,
        staged: StagedCentres,
        gazetteer: Gazetteer,
        today: date,
        most_listed: int,
        find: Find,
        left_out: Collection[tuple[str, str]] = (),
    ) -> None:
        self.document = RawDocument()
        # Whether it has the whole directory, or else only the kinds of records that occur in it.
        self.is_whole = False
        self._list = partial(FaultList, most_listed)
        self._faults = self._list()
        # About centres that differ from those in the store, each for itself.
        self._warnings = self._list()
        self._references = References(most_listed)
        self._staged = staged
        self._centres = 0
        self._find = find
        self._left_out = set(left_out)
        self._gazetteer = gazetteer
        self._countries = gazetteer.sizes
        self._today = today
        self._others = 0
        self._is_any_active = False

    @property
    def has_centres(self) -> bool:
        """Whether it replaces the centres."""
        return self.is_whole or bool(self._centres)

    def read(self, stream: RecordStream) -> None:
        """Read every record. Raises FileUnreadable; RecordsInvalid after MOST_FOUND faults, with
        the first ones.
        """
        self._warnings.extend(stream.warnings)
        if stream.document is not None:
            self.is_whole = True
            self.document.parts.update(stream.document)
        for record in stream.records:
            if isinstance(record, Fault):
                self._faults.extend([record])
            else:
                self._read_record(record)
            if self._faults.total >= MOST_FOUND:
                raise self._invalid(self._faults)
        self._keep_others()
        if self._others > MOST_RECORDS:
            detail = Message(
                "There are {count} sources and helplines; at most {most} are allowed. Check "
                "whether it is the right file.",
                count=Number(self._others),
                most=Number(MOST_RECORDS),
            )
            self._faults.extend([Fault(detail)])
        if stream.empty and not (self._centres or self.document.parts or self._faults.total):
            raise stream.empty

    def _read_record(self, record: RawRecord) -> None:
        if record.kind == CENTRE:
            self._centres += 1
            identity = record.raw.get("id")
            if not (isinstance(identity, str) and (CENTRE, identity) in self._left_out):
                self.add(self._completed(record))
            return
        self._others += record.kind != HEADER
        if self._others <= MOST_RECORDS:
            self._faults.extend(self.document.add(self._completed(record)))

    def _completed(self, record: RawRecord) -> RawRecord:
        """Return a record of a table with what it has no columns for, as it is stored."""
        identity = record.raw.get("id")
        if record.completed is None or not isinstance(identity, str):
            return record
        stored = self._find(record.kind, identity)
        return record.completed(stored) if stored else record

    def _keep_others(self) -> None:
        """Keep what is left out as it is stored, or leave it out if it is not stored."""
        for kind, identity in sorted(self._left_out):
            stored = self._find(kind, identity)
            if kind != CENTRE:
                self.document.keep(kind, identity, stored)
            elif self.has_centres and stored:
                self.add(RawRecord(CENTRE, dict(stored), lambda fault: fault))

    def checked(self, contents: Contents, others: Iterable[Fault] = ()) -> Records:
        """Return everything but the centres: what the file has, and the rest of the contents.

        Raises RecordsInvalid with the faults of the whole file, and with the other ones.
        """
        present = {} if self.is_whole else document(contents)
        raw = {**present, **self.document.parts, "centres": []}
        faults = self._list()
        faults.extend(others)
        records = None
        try:
            records = read_records(raw)
        except RecordsInvalid as error:
            faults.extend(map(self.document.located, error.faults))
        faults.include(self._faults)
        for missing in self._references.faults(raw):
            faults.include(missing)
        if faults.total or records is None:
            raise self._invalid(faults)
        return records

    @staticmethod
    def _invalid(faults: FaultList) -> RecordsInvalid:
        return RecordsInvalid.of(
            faults.listed, Message("the records"), most=MOST_FAULTS, total=faults.total
        )

    def moved_column(self) -> Iterator[Fault]:
        """Yield a fault if many phones of the file are those of other centres in the store."""
        owners = (
            (number, identity)
            for identity, text in self._staged.texts(are_after=False)
            for number in {shown.number for shown in shown_numbers(json.loads(text))}
        )
        yield from moved_column(*self._staged.foreign_numbers(owners))

    def all_warnings(
        self, records: Records, stored: Mapping[str, Record], others: Iterable[Fault] = ()
    ) -> FaultList:
        """Return the other warnings and those about the file: about its centres, and about the
        helplines of the checked records that are not equal in the store.
        """
        found = self._list()
        found.extend(others)
        if self.has_centres and not self._is_any_active:
            found.extend([NONE_ACTIVE])
        found.include(self._warnings)
        changed = [line for line in records.helplines if stored.get(line.id) != line.to_record()]
        self._add_numbers_beside(records, changed)
        for number, kind, identity, pointer, located, other in self._staged.shared_numbers():
            warning = shared_number(other, identity, kind, ShownNumber(pointer, number, None))
            where, acknowledged = json.loads(located)
            if warning.value not in acknowledged:
                found.add(partial(replace, warning.of_record(identity), **where))
        changes = (
            Change("helpline", each.id, stored.get(each.id), each.to_record()) for each in changed
        )
        about_changes = map(change_warnings, with_confirmed_values(changes))
        # One after the other: the numbers that they share were found above.
        about_lines = (
            record_warnings((), [line], self._gazetteer.find, self._today) for line in changed
        )
        for warning in chain(*about_lines, *about_changes):
            found.extend([self.document.located(records.by_index(warning))])
        return found

    def _add_numbers_beside(self, records: Records, changed: Collection[Helpline]) -> None:
        """Add the numbers of the helplines to those of the centres of the file; if it has none, and
        helplines have `changed`, to those of the stored centres.
        """

        def locate(fault: Fault, line: Helpline) -> Fault:
            pointer = f"/helplines/{line.id}{fault.pointer}"
            return self.document.located(records.by_index(replace(fault, pointer=pointer)))

        for line in records.helplines:
            is_changed = line in changed
            self._add_numbers("helpline", line, partial(locate, line=line) if is_changed else None)
        if self.has_centres or not changed:
            return
        for _, text in self._staged.texts(are_after=False):
            self._add_numbers(CENTRE, Centre.from_record(json.loads(text)), None)

    def _add_numbers(self, kind: str, record: Centre | Helpline, locate: Locate | None) -> None:
        """Add the numbers of a record, which has changed if there is a function that locates its
        faults in the file.
        """
        for shown in numbers_in_use(record):
            located = None
            if locate:
                place = locate(Fault("", pointer=shown.pointer))
                located = _located_number(place, record)
            self._staged.add_number(shown.number, kind, record.id, shown.pointer, located)

    def add(self, record: RawRecord) -> None:
        """Check a centre, and put it into the temporary database."""
        raw, identity = record.raw, record.raw.get("id")

        def locate(fault: Fault) -> Fault:
            named = fault.of_record(identity) if isinstance(identity, str) else fault
            return record.locate(named)

        self._references.add(raw, locate)
        centre, faults = self._checked(raw)
        after = centre.to_record() if centre else None
        text = canonical(after) if after else ""
        # Most records are so small that they cannot be too large in another spelling.
        is_long = len(text) * _LONGEST_CHARACTER > RECORD_BYTES
        if is_long and (fault := too_large(raw)):
            faults.append(fault)
        if isinstance(identity, str):
            faults.extend(self._add_id(identity, text, locate))
        for fault in faults:
            self._faults.add(partial(locate, fault))
        if centre and after:
            change = self._change(after, text)
            self._is_any_active |= centre.status == "active"
            self._add_numbers(CENTRE, centre, record.locate if change else None)
            for warning in self._about(centre, change):
                self._warnings.add(partial(_inside_at, warning, centre, locate))
        if isinstance(identity, str):  # those that the centre does not use
            for shown in shown_numbers(raw):
                self._staged.add_number(shown.number, CENTRE, identity)

    def _add_id(self, identity: str, text: str, locate: Locate) -> Iterator[Fault]:
        """Add the JSON of a centre; yield a fault if the file had one with this id, and report that
        one, too.
        """
        if self._staged.add(identity, text, json.dumps(_place(locate(SAME_ID)))):
            return
        yield SAME_ID
        if first := self._staged.first_place(identity):
            detail = locate(SAME_ID).detail
            self._faults.add(partial(replace, SAME_ID, detail=detail, **json.loads(first)))

    def _change(self, after: Record, text: str) -> Change | None:
        """Return what is different in the store, if the order of the members is not all."""
        stored = self._staged.stored(after["id"])
        if stored == text:
            return None
        before = json.loads(stored) if stored else None
        return next(with_confirmed_values([Change(CENTRE, after["id"], before, after)]), None)

    def _checked(self, raw: dict[str, Any]) -> tuple[Centre | None, list[Fault]]:
        try:
            centre = Centre.from_record(CentreSchema.read(raw))
        except ma.ValidationError as error:
            return None, [*islice(schema_faults(error.messages), validators.MOST_FAULTS)]
        faults = postcode_faults([centre], self._gazetteer.find, self._countries)
        return centre, [_inside(fault, centre.id) for fault in faults]

    def _about(self, centre: Centre, change: Change | None) -> Iterator[Fault]:
        if change is None:  # it had its warnings earlier
            return
        yield from record_warnings([centre], (), self._gazetteer.find, self._today)
        yield from change_warnings(change)


def _at(fault: Fault, pointer: str, locate: Locate) -> Fault:
    return locate(replace(fault, pointer=pointer))


def _inside(fault: Fault, identity: str) -> Fault:
    """Return a fault of a centre, whose pointer begins with its id, with the rest of the
    pointer.
    """
    rest = (fault.pointer or "").removeprefix(f"/centres/{identity}")
    return replace(fault, pointer=rest or "/")


def _inside_at(fault: Fault, centre: Centre, locate: Locate) -> Fault:
    return locate(_inside(fault, centre.id))


def _place(fault: Fault) -> Mapping[str, Any]:
    """Return the members of a fault that say where in the file it is."""
    return {name: value for name in _PLACE if (value := getattr(fault, name)) is not None}


def _located_number(place: Fault, record: Centre | Helpline) -> str:
    """Return, as JSON, the place of a number in the file, and which numbers may be shared."""
    values = [each.value for each in record.acknowledged if each.warning == SHARED_PHONE]
    return json.dumps((_place(place), values))
