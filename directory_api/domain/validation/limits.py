"""How many records a file may have, and how large each may be."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from directory_api.domain.errors import Fault

MOST_RECORDS = 10_000
# Of a file that its maintainer reads in at the terminal.
MOST_LOCAL_RECORDS = 1_000_000
# Equal to the limit of a request body. The largest record so far has 3 KB, and each answer to a
# visitor contains several records.
RECORD_BYTES = 64 * 1024
# More faults are of no use to a maintainer, and each uses memory until the response is sent.
MOST_FAULTS = 1_000
# Of a file that is read as a stream; all of them are counted.
MOST_LISTED = 100
_COLLECTIONS = ("sources", "helplines", "centres")


def faults_of_size(raw: Any, most_records: int) -> Iterator[Fault]:
    """Yield what is too large in a parsed document; other faults are found elsewhere."""
    if not isinstance(raw, Mapping):
        return
    for collection in _COLLECTIONS:
        records = raw.get(collection)
        if not isinstance(records, list):
            continue
        if len(records) > most_records:
            detail = (
                f"There are {len(records):,} records; at most {most_records:,} are allowed. "
                "Check whether it is the right file."
            )
            yield Fault(detail, pointer=f"/{collection}")
            continue
        for index, record in enumerate(records):
            if is_too_large(record):
                yield replace(TOO_LARGE, pointer=f"/{collection}/{index}")


TOO_LARGE = Fault(f"The record is larger than {RECORD_BYTES // 1024} KB. Shorten its texts.")


def is_too_large(record: Any) -> bool:
    """Return whether a parsed record is larger than RECORD_BYTES."""
    return len(json.dumps(record, default=str)) > RECORD_BYTES
