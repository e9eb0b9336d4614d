"""The checks of a whole document: its size, each record, and what only a comparison of records, or
of a record with the postcodes, can show. What is too large is reported alone, and all other faults
at once.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import Any

import marshmallow as ma

from directory_api.change.change import COLLECTIONS, Contents, document
from directory_api.place.gazetteer import Gazetteer
from directory_api.place.geometry import chord_m
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline
from directory_api.record.schemas import CentreSchema, DirectorySchema, faults
from directory_api.text.errors import Fault, RecordsInvalid
from directory_api.text.message import Joined, Message
from directory_api.text.named import CountryName, Number

# The most records of one kind that a directory can have.
MOST_RECORDS = 10_000
# Equal to the limit of a request body. The largest record so far has 3 KB, and each answer to a
# visitor contains several records.
RECORD_BYTES = 64 * 1024
_LONGEST_NAME = 30  # of a member of a record
# More faults are of no use to a maintainer, and each uses memory until the response is sent.
MOST_FAULTS_OF_DOCUMENT = 1_000
# A document with more is not the one that was meant; no further faults are looked for.
_MOST_FOUND = 10_000
# Of one centre, which has 34 members; a hostile one can have thousands.
_MOST_OF_CENTRE = 100
_COLLECTIONS = ("sources", "helplines", "centres")
_NOTHING: Contents = MappingProxyType({})
# A centre this far outside its postcode's area has a wrong location: latitude and longitude are
# swapped, or a digit is missing.
FAR_M = 20_000


@dataclass(frozen=True)
class Records:
    """A validated document. `header` holds publisher, licence and sources.

    `helplines` and `centres` are those that were checked, and `unchanged` the others, which are
    stored already. `places` has the index of each centre and helpline in the document, by the name
    of its list and its id.
    """

    header: Mapping[str, Any]
    helplines: tuple[Helpline, ...]
    centres: tuple[Centre, ...]
    unchanged: Contents
    places: Mapping[tuple[str, str], int]

    def by_index(self, fault: Fault) -> Fault:
        """Return a fault whose pointer names a record by its id with the pointer of the document,
        which names it by its index, and with the id in the detail. A fault of no record, such as
        one of all centres, is returned unchanged; one of a removed record names its list.
        """
        collection, identity = key = record_of(fault)
        if not identity or collection == "sources":  # these are named by their index
            return fault
        rest = (fault.pointer or "").removeprefix(f"/{collection}/{identity}")
        index = self.places.get(key)
        pointer = f"/{collection}" if index is None else f"/{collection}/{index}{rest}"
        return replace(fault, pointer=pointer).of_record(identity)


def record_of(fault: Fault) -> tuple[str, str]:
    """Return the list and the id of the record that a fault with postcodes, or a warning, is
    about: `/centres/pag-asa/email` is about pag-asa. The id is empty if it is about none.
    """
    _, collection, identity, *_rest = [*(fault.pointer or "").split("/"), "", ""]
    return collection, identity


def contents_of(records: Records) -> Contents:
    """Return the store's contents for validated records."""
    return {
        "directory": {"directory": records.header},
        "helpline": {
            **records.unchanged["helpline"],
            **{line.id: line.to_record() for line in records.helplines},
        },
        "centre": {
            **records.unchanged["centre"],
            **{centre.id: centre.to_record() for centre in records.centres},
        },
    }


def read_records(
    raw: Any, gazetteer: Gazetteer | None = None, stored: Contents = _NOTHING
) -> Records:
    """Validate a parsed centres.json, with the postcodes of the gazetteer if there is one, and
    return its records. A centre that is equal to the stored one was checked when it was written,
    and so was the rest of the document, if all of it is equal: each takes a millisecond.

    Raises RecordsInvalid with the faults, each with its JSON pointer: those of its size, or else at
    most MOST_FAULTS_OF_DOCUMENT others.
    """
    rest, listed = raw, []
    if isinstance(raw, dict) and isinstance(raw.get("centres"), list):
        rest, listed = {**raw, "centres": []}, raw["centres"]
    is_stored = rest == document({**stored, "centre": {}})
    known = stored.get("centre", {})
    new = {index: each for index, each in enumerate(listed) if not _is_stored(each, known)}
    all_faults = [_named(fault, raw) for fault in _faults_of_size(raw, new, is_stored=is_stored)]
    if all_faults:
        raise RecordsInvalid.of(all_faults, Message("the records"))
    data: dict[str, Any] = rest
    try:
        data = rest if is_stored else DirectorySchema.read(rest)
    except ma.ValidationError as error:
        all_faults.extend(faults(error.messages))
    centres, found = _read_centres(new, gazetteer)
    all_faults.extend(found)
    if isinstance(raw, dict):
        between = faults_between_records(raw, stored)
        all_faults.extend(islice(between, _MOST_FOUND))
    if all_faults:
        named = [_named(fault, raw) for fault in all_faults]
        raise RecordsInvalid.of(named, Message("the records"), most=MOST_FAULTS_OF_DOCUMENT)
    return Records(
        header={name: data[name] for name in ("publisher", "licence", "sources")},
        helplines=() if is_stored else tuple(map(Helpline.from_record, data["helplines"])),
        centres=tuple(centres),
        unchanged={
            "helpline": stored["helpline"] if is_stored else {},
            "centre": {each["id"]: each for at, each in enumerate(listed) if at not in new},
        },
        places={
            (collection, record["id"]): index
            for collection in ("helplines", "centres")
            for index, record in _records(raw, collection)
        },
    )


def _read_centres(
    listed: Mapping[int, Any], gazetteer: Gazetteer | None
) -> tuple[list[Centre], list[Fault]]:
    """Return the centres of raw records by index, and the faults of those that are none."""
    centres: list[Centre] = []
    all_faults: list[Fault] = []
    for index, record in listed.items():
        where = f"/centres/{index}"
        try:
            centre = Centre.from_record(CentreSchema.read(record))
        except ma.ValidationError as error:
            found = faults(error.messages, where, of_item=True)
            all_faults.extend(islice(found, _MOST_OF_CENTRE))
        else:
            centres.append(centre)
            all_faults.extend(postcode_faults(centre, where, gazetteer) if gazetteer else ())
        if len(all_faults) > _MOST_FOUND:
            break
    return centres, all_faults


def _is_stored(record: Any, known: Mapping[str, Record]) -> bool:
    identity = record.get("id") if isinstance(record, Mapping) else None
    return isinstance(identity, str) and known.get(identity) == record


def _named(fault: Fault, raw: Any) -> Fault:
    """Add the record's id to a fault: maintainers know pag-asa, not /centres/0."""
    _, collection, index, *_rest = [*(fault.pointer or "").split("/"), "", ""]
    if collection not in _COLLECTIONS or not index.isdecimal():
        return fault
    record = raw[collection][int(index)]
    identity = record.get("id") if isinstance(record, dict) else None
    return fault.of_record(identity) if isinstance(identity, str) else fault


def faults_between_records(raw: Mapping[str, Any], stored: Contents = _NOTHING) -> Iterator[Fault]:
    """Yield the faults that no single record shows.

    These are duplicate ids, sources that are not listed, and countries without an emergency number.
    A country that had one among the stored helplines has one fault, and not one for each centre.
    """
    helplines_before = [*stored.get("helpline", {}).values()]
    yield from _countries_without_emergency_number(raw, helplines_before)
    for collection in _COLLECTIONS:
        ids = _ids(raw, collection)
        for index, record in _records(raw, collection):
            if ids[str(record.get("id"))] > 1:
                yield replace(_SAME_ID, pointer=f"/{collection}/{index}/id")
    listed = _ids(raw, "sources").keys()
    header = stored.get("directory", {}).get("directory", {})
    # A stored record cites none that is not listed, unless one was removed.
    is_kept = listed >= _ids(header, "sources").keys()
    for kind, collection in COLLECTIONS.items():
        known = stored.get(kind, {}) if is_kept else {}
        for index, record in _records(raw, collection):
            if not _is_stored(record, known):
                yield from _unlisted_sources(record, listed, f"/{collection}/{index}")


def _with_emergency_number(helplines: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the countries of the helplines of the kind emergency."""
    return {
        country
        for line in helplines
        if line.get("kind") == "emergency" and isinstance(line.get("countries"), list)
        for country in line["countries"]
        if isinstance(country, str)
    }


def _last_emergency_number(
    helplines_before: Iterable[Record], raw: Mapping[str, Any], country: str
) -> Fault:
    """Return the fault of a change of helplines that leaves a country of centres without an
    emergency number.
    """
    lines = [line for line in helplines_before if country in _with_emergency_number([line])]
    left = {line.get("id"): (index, line) for index, line in _records(raw, "helplines")}
    index, line = next((left[each["id"]] for each in lines if each["id"] in left), (None, {}))
    pointer = "/helplines" if index is None else f"/helplines/{index}"
    numbers = Joined.of(str(each.get("number")) for each in lines)
    name = CountryName(country)
    if len(lines) > 1:
        return Fault(
            Message(
                "{numbers} are the only emergency numbers of {country}, so they cannot all be "
                "removed or become another kind.",
                numbers=numbers,
                country=name,
            ),
            pointer=pointer,
        )
    if line.get("kind") == "emergency":
        return Fault(
            Message(
                "{number} is the only emergency number of {country}, so {country} must stay in its "
                "countries.",
                number=numbers,
                country=name,
            ),
            pointer=f"{pointer}/countries",
        )
    return Fault(
        Message(
            "{number} is the only emergency number of {country}, so it cannot be removed or become "
            "another kind.",
            number=numbers,
            country=name,
        ),
        pointer=pointer if index is None else f"{pointer}/kind",
    )


def _countries_without_emergency_number(
    raw: Mapping[str, Any], helplines_before: Sequence[Record]
) -> Iterator[Fault]:
    with_number = _with_emergency_number(line for _, line in _records(raw, "helplines"))
    if not with_number:  # the schema of the helplines reports that there is no number at all
        return
    without: dict[str, list[int]] = {}
    for index, centre in _records(raw, "centres"):
        country = country_of_centre(centre)
        if country and country not in with_number:
            without.setdefault(country, []).append(index)
    had_number = _with_emergency_number(helplines_before)
    for country, indexes in sorted(without.items()):
        if country in had_number:
            yield _last_emergency_number(helplines_before, raw, country)
            continue
        for index in indexes:
            yield replace(_NO_EMERGENCY_NUMBER, pointer=f"/centres/{index}/address/country")


_NO_EMERGENCY_NUMBER = Fault(
    Message("There is no helpline of the kind emergency for this country. Add one first.")
)
_UNLISTED_SOURCE = Fault(
    Message("No source of the directory has this id. Add the source, or correct the id.")
)
_SAME_ID = Fault(Message("Another record has the same id. Choose another one."))


def country_of_centre(centre: Mapping[str, Any]) -> str | None:
    """Return the country in the raw record of a centre; None if it has no valid one."""
    address = centre.get("address")
    country = address.get("country") if isinstance(address, dict) else None
    return country if isinstance(country, str) else None


def records_of_country(raw: Mapping[str, Any], country: str) -> Iterator[str]:
    """Yield the kind and id of each raw record of a country (ISO 3166-1): its helplines, the
    centres in it, and those that are responsible for it or for a part of it.
    """
    for _, line in _records(raw, "helplines"):
        if country in (line.get("countries") or ()):
            yield f"helpline {line.get('id')}"
    for _, centre in _records(raw, "centres"):
        areas = (country_of_centre(centre), *(centre.get("coverage") or ()))
        if any(str(area).partition("-")[0] == country for area in areas):
            yield f"centre {centre.get('id')}"


def _unlisted_sources(
    record: Mapping[str, Any], listed: Collection[str], where: str
) -> Iterator[Fault]:
    for path, source in named_sources(record):
        if source not in listed:
            yield replace(_UNLISTED_SOURCE, pointer=f"{where}{path}")


def _records(raw: Mapping[str, Any], collection: str) -> list[tuple[int, Mapping[str, Any]]]:
    records = raw.get(collection)
    if not isinstance(records, list):
        return []
    return [(index, record) for index, record in enumerate(records) if isinstance(record, dict)]


def _ids(raw: Mapping[str, Any], collection: str) -> Counter[str]:
    return Counter(str(record.get("id")) for _, record in _records(raw, collection))


def named_sources(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each source id in a raw record, with its path; the schema reports ids that are not
    text.
    """
    named = record.get("sources")
    by_member = named.items() if isinstance(named, dict) else [("", named)]
    for member, sources in by_member:
        for index, source in enumerate(sources if isinstance(sources, list) else []):
            if isinstance(source, str):
                yield f"/sources{'/' if member else ''}{member}/{index}", source
    yield from _sources_of_languages(record)
    for member in ("contested", "channels"):
        entries = record.get(member)
        for index, entry in enumerate(entries if isinstance(entries, list) else []):
            sources = entry.get("sources") if isinstance(entry, dict) else None
            for place, source in enumerate(sources if isinstance(sources, list) else []):
                if isinstance(source, str):
                    yield f"/{member}/{index}/sources/{place}", source
            if member == "channels" and isinstance(entry, dict):
                for path, source in _sources_of_languages(entry):
                    yield f"/{member}/{index}{path}", source


def _sources_of_languages(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    languages = record.get("languages")
    for index, spoken in enumerate(languages if isinstance(languages, list) else []):
        if isinstance(spoken, dict) and isinstance(spoken.get("source"), str):
            yield f"/languages/{index}/source", spoken["source"]


def _faults_of_size(raw: Any, new: Mapping[int, Any], *, is_stored: bool) -> Iterator[Fault]:
    """Yield what is too large in a parsed document; of the centres, among the new ones by index.
    `is_stored` says that the rest is stored.
    """
    if not isinstance(raw, Mapping):
        return
    for collection in ("centres",) if is_stored else _COLLECTIONS:
        records = raw.get(collection)
        if not isinstance(records, list):
            continue
        if len(records) > MOST_RECORDS:
            yield replace(too_many(), pointer=f"/{collection}")
            continue
        for index, record in new.items() if collection == "centres" else enumerate(records):
            if fault := too_large(record):
                yield replace(fault, pointer=f"/{collection}/{index}")


def too_many() -> Fault:
    """Return the fault of a file with more than MOST_RECORDS records of a kind."""
    return Fault(
        Message(
            "There are more than {most} records of this kind, and a directory cannot have more. "
            "Check whether it is the right file. If it is, make several directories, such as one "
            "for each country.",
            most=Number(MOST_RECORDS),
        )
    )


def too_large(record: Any) -> Fault | None:
    """Return a fault that names the largest member if a parsed record is larger than RECORD_BYTES
    in JSON, as compact UTF-8.
    """
    if _bytes_of(record) <= RECORD_BYTES:
        return None
    members = record if isinstance(record, Mapping) else {}
    largest = max(members, key=lambda member: _bytes_of(members[member]), default=None)
    most = RECORD_BYTES // 1024
    # An unknown member of any length is a fault of its own.
    if largest and len(largest) <= _LONGEST_NAME:
        return Fault(
            Message(
                "The record is larger than {most} KB. Its largest field is “{field}”. Shorten it.",
                most=most,
                field=largest,
            )
        )
    return Fault(Message("The record is larger than {most} KB. Shorten it.", most=most))


def _bytes_of(value: Any) -> int:
    text = json.dumps(value, default=str, ensure_ascii=False, separators=(",", ":"))
    return len(text.encode(errors="surrogatepass"))


def postcode_faults(centre: Centre, where: str, gazetteer: Gazetteer) -> Iterator[Fault]:
    """Yield the faults of a centre that prevent publication and that only a comparison with the
    postcodes can find. `where` is the pointer of the centre.
    """
    address = centre.address
    place = gazetteer.find(address.country, address.postcode or "")
    if place is None:
        if centre.address_visibility != "public" and address.country in gazetteer.sizes:
            detail = Message(
                "A hidden address needs a postcode that the directory knows, because its location "
                "is shown instead."
            )
            yield Fault(detail, pointer=f"{where}/address/postcode")
    elif (
        centre.location
        and (off := chord_m(centre.location.point, place.point)) > place.accuracy_m + FAR_M
    ):
        detail = Message(
            "The point is {km} km from the middle of its postcode. Check latitude and longitude.",
            km=Number(off / 1000),
        )
        yield Fault(detail, pointer=f"{where}/location")
