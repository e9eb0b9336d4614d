"""How large a directory and a record may be, looked at before anything else: no file may cost more than it holds."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from directory_api.domain.errors import Fault

MOST_RECORDS = 10_000
# As much as a request may hold. The richest record so far has 3 KB, and each visitor's answer carries a few.
RECORD_BYTES = 64 * 1024
# Nobody mends more at once, and each costs memory until it has been sent.
MOST_FAULTS = 1_000
_COLLECTIONS = ("sources", "helplines", "centres")


def faults_of_size(raw: Any) -> Iterator[Fault]:
    """What is too large in a parsed document; whatever else it is, others say."""
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
