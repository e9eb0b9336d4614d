"""Files of JSON Lines, and imports of them."""

import json
from pathlib import Path
from typing import Any

from directory_api.change.outcome import Outcome
from directory_api.features.desk.sheets.raw_records import COLLECTIONS, Incoming
from directory_api.text.errors import RecordsInvalid
from tests.support.write_side import ANNA, WriteSide

Records = dict[str, Any]


def lines_of(folder: Path, records: Records, *, centres_first: bool = False) -> Incoming:
    """A document as JSON Lines."""
    header = {name: value for name, value in records.items() if name not in COLLECTIONS.values()}
    by_kind = [[{"type": "directory", **header}] if header else []]
    for kind, collection in COLLECTIONS.items():
        by_kind.append([{"type": kind, **record} for record in records.get(collection, ())])
    lines = [line for group in by_kind[:: -1 if centres_first else 1] for line in group]
    path = folder / "new.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return Incoming.of(path)


def outcome_of(write_side: WriteSide, file: Incoming) -> Outcome | RecordsInvalid:
    """The outcome of an import by Anna, or its refusal."""
    try:
        return write_side.importer.bring_in(ANNA, file, "a file")
    except RecordsInvalid as refused:
        return refused
