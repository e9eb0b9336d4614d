"""Checks a file of any size record by record: its centres go into a temporary database, and only
the other records, of which there are few, stay in memory.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

import marshmallow as ma

from directory_api.change.change import Change, Contents, Record, document
from directory_api.change.confirmation import with_confirmed_values
from directory_api.change.directory import (
    COUNTRY_POINTER,
    MOST_LISTED,
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
from directory_api.change.warnings import (
    NONE_ACTIVE,
    SHARED_PHONE,
    change_warnings,
    numbers_in_use,
    record_warnings,
    shared_number,
)
from directory_api.features.imports.staging import StagedCentres
from directory_api.features.imports.stored_records import CENTRE
from directory_api.files.raw_records import HEADER, Locate, RawDocument, RawRecord, RecordStream
from directory_api.place.gazetteer import Gazetteer
from directory_api.record.records import Centre
from directory_api.record.schemas import CentreSchema
from directory_api.record.schemas import faults as schema_faults
from directory_api.store.digests import canonical
from directory_api.text.errors import Fault, RecordsInvalid

# The bytes of a character in JSON, where a control character is written as an escape.
_LONGEST_CHARACTER = 6


@dataclass(slots=True)
class FaultList:
    """The first MOST_LISTED faults or warnings, and the number of all."""

    listed: list[Fault] = field(default_factory=list)
    total: int = 0

    def add(self, fault: Callable[[], Fault]) -> None:
        """Count a fault, which is only made if it will be listed."""
        if self.total < MOST_LISTED:
            self.listed.append(fault())
        self.total += 1

    def extend(self, faults: Iterable[Fault]) -> None:
        """Add faults."""
        for fault in faults:
            self.include(FaultList([fault], 1))

    def include(self, other: "FaultList") -> None:
        """Add those of another list."""
        self.listed.extend(other.listed[: MOST_LISTED - len(self.listed)])
        self.total += other.total


class References:
    """What the centres of a file need that any other line may have, or the store: sources, and an
    emergency number for each country.
    """

    def __init__(self) -> None:
        self._sources: defaultdict[str, FaultList] = defaultdict(FaultList)
        self._countries: defaultdict[str, FaultList] = defaultdict(FaultList)

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
        yield from (self._countries[country] for country in sorted(missing))
        unlisted = self._sources.keys() - listed_sources(document)
        yield from (self._sources[source] for source in sorted(unlisted))


class LargeFile:
    """The records of a file, of which everything is checked that does not depend on the rest of
    the directory.
    """

    def __init__(
        self,
        staged: StagedCentres,
        gazetteer: Gazetteer,
        today: date,
    ) -> None:
        self.document = RawDocument()
        self.centres = 0
        self.faults = FaultList()
        # About centres that differ from those in the store, each for itself.
        self._warnings = FaultList()
        self.references = References()
        self._staged = staged
        self._gazetteer = gazetteer
        self._countries = gazetteer.sizes
        self._today = today
        self._others = 0
        self._is_any_active = False

    def read(self, stream: RecordStream) -> None:
        """Read every record. Raises FileUnreadable."""
        self._warnings.extend(stream.warnings)
        for record in stream.records:
            if isinstance(record, Fault):
                self.faults.extend([record])
            elif record.kind == CENTRE:
                self.centres += 1
                self.add(record)
            else:
                self._others += record.kind != HEADER
                if self._others <= MOST_RECORDS:
                    self.faults.extend(self.document.add(record))
        if self._others > MOST_RECORDS:
            detail = (
                f"There are {self._others:,} sources and helplines; at most {MOST_RECORDS:,} are "
                "allowed. Check whether it is the right file."
            )
            self.faults.extend([Fault(detail)])
        if not (self.centres or self.document.parts or self.faults.total):
            raise stream.empty

    def checked(self, contents: Contents, others: Iterable[Fault] = ()) -> Records:
        """Return everything but the centres: what the file has, and the rest of the contents.

        Raises RecordsInvalid with the faults of the whole file, and with the other ones.
        """
        raw = {**document(contents), **self.document.parts, "centres": []}
        faults = FaultList()
        faults.extend(others)
        records = None
        try:
            records = read_records(raw)
        except RecordsInvalid as error:
            faults.extend(map(self.document.located, error.faults))
        faults.include(self.faults)
        for missing in self.references.faults(raw):
            faults.include(missing)
        if faults.total or records is None:
            raise RecordsInvalid.of(faults.listed, "the records", total=faults.total)
        return records

    def all_warnings(
        self, records: Records, stored: Mapping[str, Record], others: Iterable[Fault] = ()
    ) -> FaultList:
        """Return the other warnings and those about the file: about its centres, and about the
        helplines of the checked records that are not equal in the store.
        """
        found = FaultList()
        found.extend(others)
        if self.centres and not self._is_any_active:
            found.extend([NONE_ACTIVE])
        found.include(self._warnings)
        for number, identity, place, located, other in self._staged.shared_phones():
            warning = shared_number(other, identity, place, number)
            where, acknowledged = json.loads(located)
            if warning.value not in acknowledged:
                found.add(partial(_shared_at, warning, identity, Fault(**where)))
        changed = [line for line in records.helplines if stored.get(line.id) != line.to_record()]
        for warning in record_warnings((), changed, self._gazetteer.find, self._today):
            found.extend([self.document.located(records.by_index(warning))])
        return found

    def add(self, record: RawRecord) -> None:
        """Check a centre, and put it into the temporary database."""
        raw, identity = record.raw, record.raw.get("id")
        named = f" ({identity})" if isinstance(identity, str) else ""

        def locate(fault: Fault) -> Fault:
            return record.locate(replace(fault, detail=f"{fault.detail}{named}"))

        self.references.add(raw, locate)
        centre, faults = self._checked(raw)
        after = centre.to_record() if centre else None
        text = canonical(after) if after else ""
        # Most records are so small that they cannot be too large in another spelling.
        is_long = len(text) * _LONGEST_CHARACTER > RECORD_BYTES
        if is_long and (fault := too_large(raw)):
            faults.append(fault)
        if isinstance(identity, str) and not self._staged.add(identity, text):
            faults.append(SAME_ID)
        for fault in faults:
            self.faults.add(partial(locate, fault))
        if centre and after:
            self._is_any_active |= centre.status == "active"
            stored = self._staged.stored(centre.id)
            before = json.loads(stored) if stored and stored != text else None
            changes = () if stored == text else [Change(CENTRE, centre.id, before, after)]
            change = next(with_confirmed_values(changes), None)
            has_changed = change is not None
            located = _to_text(record, centre) if has_changed else None
            for place, number in numbers_in_use(centre):
                self._staged.add_phone(number, centre.id, place, located)
            if change:  # else it had its warnings earlier
                for warning in self._about(centre, change):
                    self._warnings.add(partial(_inside_at, warning, centre, locate))

    def _checked(self, raw: dict[str, Any]) -> tuple[Centre | None, list[Fault]]:
        try:
            centre = Centre.from_record(CentreSchema.read(raw))
        except ma.ValidationError as error:
            return None, list(schema_faults(error.messages))
        faults = postcode_faults([centre], self._gazetteer.find, self._countries)
        return centre, [_inside(fault, centre.id) for fault in faults]

    def _about(self, centre: Centre, change: Change) -> Iterator[Fault]:
        yield from record_warnings([centre], (), self._gazetteer.find, self._today)
        yield from change_warnings(change)


def _at(fault: Fault, pointer: str, locate: Locate) -> Fault:
    return locate(replace(fault, pointer=pointer))


def in_document(index: int, fault: Fault) -> Fault:
    """Return a fault of the centre with this index in the directory's document."""
    below = (fault.pointer or "").rstrip("/")
    return replace(fault, pointer=f"/centres/{index}{below}")


def _inside(fault: Fault, identity: str) -> Fault:
    """Return a fault of a centre, whose pointer begins with its id, with the rest of the
    pointer.
    """
    rest = (fault.pointer or "").removeprefix(f"/centres/{identity}")
    return replace(fault, pointer=rest or "/")


def _inside_at(fault: Fault, centre: Centre, locate: Locate) -> Fault:
    return locate(_inside(fault, centre.id))


def _to_text(record: RawRecord, centre: Centre) -> str:
    """Return, as JSON, the place of a record in the file, and which phones may be shared."""
    place = record.locate(Fault("", pointer="/"))
    values = [each.value for each in centre.acknowledged if each.warning == SHARED_PHONE]
    return json.dumps((asdict(place), values))


def _shared_at(warning: Fault, identity: str, place: Fault) -> Fault:
    """Return a warning about a phone, at the place of the record: that of the cell is not kept."""
    inside = _inside(warning, identity)
    below = (place.pointer or "").rstrip("/")
    return replace(
        place,
        detail=f"{inside.detail} ({identity})",
        pointer=f"{below}{inside.pointer}",
        code=inside.code,
        value=inside.value,
    )
