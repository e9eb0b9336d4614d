"""The records as one table for a spreadsheet (RFC 4180, with CRLF), to be read again by storage/sheets.py.

UTF-8 with a byte order mark: without one Excel takes the bytes for windows-1252 and breaks every accent.
"""

import csv
import io

from directory_api.domain import cells, flat
from directory_api.domain.change import Contents, Record
from directory_api.domain.vocabulary import HELPLINE_KINDS


def as_csv(contents: Contents) -> bytes:
    """Centres by id, helplines in the order to try them, then sources; the first column says which a row is.

    The publisher and the licence are not in it: they are no rows.
    """
    records = {
        "centre": [record for _, record in sorted(contents.get("centre", {}).items())],
        "helpline": sorted(contents.get("helpline", {}).values(), key=_in_order),
        "source": [source for header in contents.get("directory", {}).values() for source in header["sources"]],
    }
    columns = dict.fromkeys(name for kind in flat.KINDS for name in flat.columns(kind, records[kind]))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["type", *columns], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_row(kind, record) for kind in flat.KINDS for record in records[kind])
    return text.getvalue().encode("utf-8-sig")


def _row(kind: str, record: Record) -> dict[str, str]:
    row = flat.flatten(kind, record)
    return {"type": kind, **{column: cells.guarded(text) for column, text in row.items()}}


def _in_order(line: Record) -> tuple[int, str]:
    return HELPLINE_KINDS.index(line["kind"]), line["id"]
