"""The records, or an answer, as one CSV table (RFC 4180, with CRLF); features/desk/sheets/reader.py
reads the records.

UTF-8 with a byte order mark: without one, Excel reads the file as windows-1252 and shows wrong
accented letters.
"""

import codecs
import csv
import io
from collections.abc import Callable, Iterator, Sequence

from directory_api.answer.answer import Answer
from directory_api.change.change import Contents
from directory_api.record import cells, columns
from directory_api.record.records import (
    Centre,
    Helpline,
    Record,
    Verified,
    private_members,
    text_in,
)
from directory_api.record.vocabulary import HELPLINE_KINDS
from directory_api.search.query import RankedCentre

# The kind of a row, cells besides those of the record (`type` replaces the kind), and the record.
_Row = tuple[str, dict[str, str], Record]
_CHANGED_SINCE = "verified.changed_since"
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
    _CHANGED_SINCE,
)
# Those that are in each table: what a person needs to call or to report; and where a place was
# sent, how far the centres are.
_OF_HELPLINES = frozenset({"name", "number", "url"})
_OF_A_SEARCH = frozenset({"distance_m", "responsible"})
# What no answer has, with the columns below it, because it is not public.
_NEVER = (
    *private_members(Centre),
    *private_members(Helpline),
    *(f"verified.{name}" for name in private_members(Verified)),
)


def as_csv(contents: Contents) -> bytes:
    """Return centres by id, helplines in the order to try them, then sources; the first column is
    the kind of the row.

    The publisher and the licence are not included, since they are not rows.
    """
    centres = [record for _, record in sorted(contents.get("centre", {}).items())]
    helplines = sorted(contents.get("helpline", {}).values(), key=_in_order)
    sources = [
        source for header in contents.get("directory", {}).values() for source in header["sources"]
    ]
    rows: list[_Row] = [
        *(("centre", {}, record) for record in centres),
        *(("helpline", {}, record) for record in helplines),
        *(("source", {}, record) for record in sources),
    ]
    return _table(columns.ROW_KINDS, rows)


def write(listing: Answer) -> bytes:
    """Return an answer: the helplines in the order to try them, then the centres in the order of
    the answer.

    `distance_m` is in metres, or empty if the distance is unknown; `responsible` and
    `verified.changed_since` are yes or empty. A
    helpline's `name` is the English one, or else the first. Open states are omitted, since a saved
    file outlives them.

    The closest centre without filters, and the closest of a preferred language, follow if they are
    not among the centres; their type is `closest` or `preferred`.

    If the caller selects members, the table has their columns, those that the helplines need, and
    those of the search from a place.
    """
    selection = listing.selection
    lines: list[_Row] = [
        ("helpline", _named(line, selection.language), selection.helpline(line.to_record()))
        for line in listing.helplines.all
    ]
    centres = [
        ("centre", _extra_cells(shown, listing), selection.texts(shown.centre.to_record()))
        for shown in listing.shown
    ]
    rows = [*lines, *centres, *_rows_beside(listing)]
    return _table(("centre", "helpline"), rows, _FIRST, _NEVER, _selects(listing))


def _selects(listing: Answer) -> Callable[[str, str], bool]:
    """Return whether a column, which records of a kind need, is in the table of an answer."""
    paths = listing.selection.paths
    if not paths:
        return lambda _kind, _column: True
    always = {*_OF_HELPLINES, *(_OF_A_SEARCH if listing.nearest else ())}
    begins = tuple(f"{path}." for path in paths)

    def is_selected(kind: str, column: str) -> bool:
        if column in always:
            return True
        # Without the numbers of rows: phones.1.number is phones.number.
        member = ".".join(step for step in column.split(".") if not step.isdecimal())
        return kind == "centre" and f"{member}.".startswith(begins)

    return is_selected


def _rows_beside(listing: Answer) -> Iterator[_Row]:
    answer = listing.nearest
    for shown in answer.beside if answer else ():
        is_closest = answer and answer.closest and shown.published is answer.closest.published
        members = {"type": "closest" if is_closest else "preferred", **_extra_cells(shown, listing)}
        yield "centre", members, listing.selection.texts(shown.centre.to_record())


def _named(line: Helpline, language: str | None) -> dict[str, str]:
    name = text_in(line.name, language) if language else text_in(line.name)
    named = {"name": cells.guarded(name)} if name else {}
    return named | ({_CHANGED_SINCE: cells.yes_or_no(True)} if _has_changed(line) else {})


def _extra_cells(shown: RankedCentre, listing: Answer) -> dict[str, str]:
    return {
        "distance_m": "" if shown.distance_m is None else str(round(shown.distance_m)),
        "responsible": cells.yes_or_no(True) if shown.responsible else "",
        "freshness": listing.pieces.computed(shown.centre)["freshness"],
        _CHANGED_SINCE: cells.yes_or_no(True) if _has_changed(shown.centre) else "",
    }


def _has_changed(record: Centre | Helpline) -> bool:
    return bool(record.verified and record.verified.changed_since)


def _table(
    kinds: Sequence[str],
    rows: Sequence[_Row],
    first: Sequence[str] = (),
    without: Sequence[str] = (),
    selects: Callable[[str, str], bool] = lambda _kind, _column: True,
) -> bytes:
    """A row for each record: the columns of `first`, then the columns that records of these kinds
    need, except those of `without` and below them, and those that `selects` leaves out.
    """
    never = tuple(f"{name}." for name in without)
    # Records with the same columns need the same table, so one of them is kept.
    examples: dict[str, dict[tuple[str, ...], Record]] = {kind: {} for kind in kinds}
    for kind, _, record in rows:
        examples[kind].setdefault(tuple(columns.flatten(kind, record)), record)
    needed = (
        name
        for kind in kinds
        for name in columns.column_names(kind, examples[kind].values())
        if not f"{name}.".startswith(never) and selects(kind, name)
    )
    firsts = (name for name in first if selects(kinds[0], name))
    header = dict.fromkeys([*firsts, *needed])
    text = io.StringIO(newline="")
    writer = csv.DictWriter(
        text, ["type", *header], restval="", extrasaction="ignore", lineterminator="\r\n"
    )
    writer.writeheader()
    for kind, more, record in rows:
        writer.writerow({"type": kind, **more, **_cells(kind, record)})
    return codecs.BOM_UTF8 + text.getvalue().encode()


def _cells(kind: str, record: Record) -> dict[str, str]:
    return {column: cells.guarded(text) for column, text in columns.flatten(kind, record).items()}


def _in_order(line: Record) -> tuple[int, str]:
    return HELPLINE_KINDS.index(line["kind"]), line["id"]
