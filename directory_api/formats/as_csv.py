"""The records, or an answer, as one CSV table (RFC 4180, with CRLF); storage/spreadsheets/reader.py
reads the records.

UTF-8 with a byte order mark: without one, Excel reads the file as windows-1252 and shows wrong
accented letters.
"""

import csv
import io
from collections.abc import Sequence

from directory_api.domain.changes.change import Contents, Record
from directory_api.domain.model.records import Helpline, text_in
from directory_api.domain.model.vocabulary import HELPLINE_KINDS
from directory_api.domain.query import RankedCentre
from directory_api.domain.tabular import cells
from directory_api.domain.tabular import columns as tabular_columns
from directory_api.formats.answer import Answer

# The kind of a row, its additional cells, and the record.
_Row = tuple[str, dict[str, str], Record]
# The first columns of an answer are those that readers need most: phone number and distance.
_FIRST = (
    "id",
    "name",
    "number",
    "phones.1.number",
    "url",
    "distance_m",
    "responsible",
    "freshness",
)


def as_csv(contents: Contents) -> bytes:
    """Return centres by id, helplines in the order to try them, then sources; the first column is
    the kind of the row.

    The publisher and the licence are not included, since they are not rows.
    """
    records = {
        "centre": [record for _, record in sorted(contents.get("centre", {}).items())],
        "helpline": sorted(contents.get("helpline", {}).values(), key=_in_order),
        "source": [
            source
            for header in contents.get("directory", {}).values()
            for source in header["sources"]
        ],
    }
    return _table(
        tabular_columns.KINDS,
        [(kind, {}, record) for kind in tabular_columns.KINDS for record in records[kind]],
    )


def write(listing: Answer) -> bytes:
    """Return an answer: the helplines in the order to try them, then the centres in the order of
    the answer.

    `distance_m` is in metres, or empty if the distance is unknown; `responsible` is yes or empty. A
    helpline's `name` is the English one, or else the first. Open states are omitted, since a saved
    file outlives them.
    """
    lines: list[_Row] = [
        ("helpline", _named(line), line.to_record()) for line in listing.pieces.helplines
    ]
    centres = [
        ("centre", _beside(shown, listing), shown.centre.to_record()) for shown in listing.shown
    ]
    return _table(("centre", "helpline"), [*lines, *centres], _FIRST)


def _named(line: Helpline) -> dict[str, str]:
    name = text_in(line.name)
    return {"name": cells.guarded(name)} if name else {}


def _beside(shown: RankedCentre, listing: Answer) -> dict[str, str]:
    return {
        "distance_m": "" if shown.distance_m is None else str(round(shown.distance_m)),
        "responsible": cells.flag(True) if shown.responsible else "",
        "freshness": listing.pieces.computed(shown.centre)["freshness"],
    }


def _table(kinds: Sequence[str], rows: Sequence[_Row], first: Sequence[str] = ()) -> bytes:
    """A row for each record: the columns of `first`, then the columns that records of these kinds
    need.
    """
    of_kind = {kind: [record for each, _, record in rows if each == kind] for kind in kinds}
    columns = dict.fromkeys(
        [*first, *(name for kind in kinds for name in tabular_columns.columns(kind, of_kind[kind]))]
    )
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["type", *columns], restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({"type": kind, **more, **_cells(kind, record)} for kind, more, record in rows)
    return text.getvalue().encode("utf-8-sig")


def _cells(kind: str, record: Record) -> dict[str, str]:
    return {
        column: cells.guarded(text)
        for column, text in tabular_columns.flatten(kind, record).items()
    }


def _in_order(line: Record) -> tuple[int, str]:
    return HELPLINE_KINDS.index(line["kind"]), line["id"]
