"""All stored records as one CSV table (RFC 4180, with CRLF), which reader.py reads again.

UTF-8 with a byte order mark: without one, Excel reads the file as windows-1252 and shows wrong
accented letters.
"""

import codecs
import csv
import io

from directory_api.change.change import Contents
from directory_api.features.desk import columns
from directory_api.record import cells
from directory_api.record.record_value import Record
from directory_api.record.records import in_dialling_order


def as_csv(contents: Contents) -> bytes:
    """Return centres by id, helplines in the order to try them, then sources; the first column is
    the kind of the row.

    The publisher and the licence are not included, since they are not rows.
    """
    rows = {
        "centre": [record for _, record in sorted(contents.get("centre", {}).items())],
        "helpline": in_dialling_order(contents.get("helpline", {}).values()),
        "source": [
            source
            for header in contents.get("directory", {}).values()
            for source in header["sources"]
        ],
    }
    header = dict.fromkeys(
        name for kind in columns.ROW_KINDS for name in columns.column_names(kind, rows[kind])
    )
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["type", *header], restval="", lineterminator="\r\n")
    writer.writeheader()
    for kind, records in rows.items():
        writer.writerows({"type": kind, **_cells(kind, record)} for record in records)
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _cells(kind: str, record: Record) -> dict[str, str]:
    return {column: cells.guarded(text) for column, text in columns.flatten(kind, record).items()}
