"""Reads a whole directory from a JSON document, such as data/centres.json."""

from functools import partial
from typing import Any

from directory_api.change.directory import MOST_LOCAL_RECORDS, MOST_RECORDS, read_records
from directory_api.features.desk.imports.stored_records import CENTRE
from directory_api.files.raw_records import Incoming, RawRecord, RecordStream, in_document
from directory_api.text import strict_json
from directory_api.text.errors import FileUnreadable, InputInvalid
from directory_api.text.message import Message

# The document is parsed as a whole: this much takes about 1 GB of memory.
LOCAL_BYTES = 64 * 1024 * 1024


def read_document(file: Incoming) -> RecordStream:
    """Read a JSON document. Raises FileUnreadable, RecordsInvalid if it has no list of centres, or
    too many of them.
    """
    raw = _parsed(file)
    most = MOST_LOCAL_RECORDS if file.path else MOST_RECORDS
    centres = raw.get("centres") if isinstance(raw, dict) else None
    if not isinstance(centres, list) or len(centres) > most or not all(map(_is_object, centres)):
        read_records(raw, most_records=most)  # raises the error, with all other faults
    records = (
        RawRecord(CENTRE, centre, partial(in_document, CENTRE, index))
        for index, centre in enumerate(centres or ())
    )
    return RecordStream(records, document={**raw, "centres": []})


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _parsed(file: Incoming) -> Any:
    raw, limit = file.read(), strict_json.IMPORT_BYTES
    if file.path:
        limit = LOCAL_BYTES
        if len(raw) > limit:
            raise FileUnreadable(
                Message(
                    "{file}: a JSON file can have at most {most} MB. Write a larger directory as "
                    "JSON Lines, with one record on each line, or as CSV.",
                    file=file.name,
                    most=limit // 1024**2,
                )
            )
    try:
        return strict_json.parse(raw, limit=limit)
    except InputInvalid as error:
        raise FileUnreadable(
            Message("{file}: {problem}", file=file.name, problem=error.detail)
        ) from None
