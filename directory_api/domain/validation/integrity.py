"""Checks between records, and limits of size."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from directory_api.domain.errors import Fault


def faults_between_records(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Yield the faults that no single record shows.

    These are duplicate ids, sources that are not listed, and countries without an emergency number.
    """
    yield from _countries_without_emergency_number(raw)
    for collection in ("sources", "helplines", "centres"):
        ids = _ids(raw, collection)
        for index, record in _records(raw, collection):
            if ids[str(record.get("id"))] > 1:
                yield Fault(
                    "the same id is given to another record", pointer=f"/{collection}/{index}/id"
                )
    listed = set(_ids(raw, "sources"))
    for collection in ("helplines", "centres"):
        for index, record in _records(raw, collection):
            for where, source in _named_sources(record):
                if source not in listed:
                    yield Fault(
                        "not the id of a source listed in /sources",
                        pointer=f"/{collection}/{index}{where}",
                    )


def _countries_without_emergency_number(raw: Mapping[str, Any]) -> Iterator[Fault]:
    answered = {
        country
        for _, line in _records(raw, "helplines")
        if line.get("kind") == "emergency" and isinstance(line.get("countries"), list)
        for country in line["countries"]
        if isinstance(country, str)
    }
    if not answered:
        return  # the schema of the helplines reports this
    for index, centre in _records(raw, "centres"):
        address = centre.get("address")
        country = address.get("country") if isinstance(address, dict) else None
        if isinstance(country, str) and country not in answered:
            pointer = f"/centres/{index}/address/country"
            yield Fault("no helpline of the kind emergency is for this country", pointer=pointer)


def _records(raw: Mapping[str, Any], collection: str) -> list[tuple[int, Mapping[str, Any]]]:
    records = raw.get(collection)
    if not isinstance(records, list):
        return []
    return [(index, record) for index, record in enumerate(records) if isinstance(record, dict)]


def _ids(raw: Mapping[str, Any], collection: str) -> Counter[str]:
    return Counter(str(record.get("id")) for _, record in _records(raw, collection))


def _named_sources(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield each source id in a record, with its path; the schema reports ids that are not text."""
    named = record.get("sources")
    by_member = named.items() if isinstance(named, dict) else [("", named)]
    for member, sources in by_member:
        for index, source in enumerate(sources if isinstance(sources, list) else []):
            if isinstance(source, str):
                yield f"/sources{'/' if member else ''}{member}/{index}", source
    languages = record.get("languages")
    for index, spoken in enumerate(languages if isinstance(languages, list) else []):
        if isinstance(spoken, dict) and isinstance(spoken.get("source"), str):
            yield f"/languages/{index}/source", spoken["source"]


MOST_RECORDS = 10_000
# Equal to the limit of a request body. The largest record so far has 3 KB, and each answer to a
# visitor contains several records.
RECORD_BYTES = 64 * 1024
# More faults are of no use to a maintainer, and each uses memory until the response is sent.
MOST_FAULTS = 1_000
_COLLECTIONS = ("sources", "helplines", "centres")


def faults_of_size(raw: Any) -> Iterator[Fault]:
    """Yield what is too large in a parsed document; other faults are found elsewhere."""
    if not isinstance(raw, Mapping):
        return
    for collection in _COLLECTIONS:
        records = raw.get(collection)
        if not isinstance(records, list):
            continue
        if len(records) > MOST_RECORDS:
            detail = f"holds {len(records):,} records, and at most {MOST_RECORDS:,} are read; is it the right file?"
            yield Fault(detail, pointer=f"/{collection}")
            continue
        for index, record in enumerate(records):
            if len(json.dumps(record, default=str)) > RECORD_BYTES:
                detail = f"is larger than {RECORD_BYTES // 1024} KB; shorten its texts"
                yield Fault(detail, pointer=f"/{collection}/{index}")
