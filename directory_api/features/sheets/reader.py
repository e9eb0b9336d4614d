"""Reads records from a spreadsheet (CSV file or Excel workbook), one per row: centres, helplines,
sources.

The kind of a row is in its column `type`. Without that column the sheet's name is the kind, and
with any other sheet name the rows are centres. The records are raw: record/schemas.py
finds their faults, and `Sheets.located` adds the cell of each fault.
"""

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from directory_api.change.directory import MOST_LOCAL_RECORDS
from directory_api.features.sheets import WORKBOOKS, xlsx_reader
from directory_api.features.sheets.csv_reader import read_delimited
from directory_api.features.sheets.table import MOST_COLUMNS, MOST_ROWS, Table, letter
from directory_api.files.raw_records import COLLECTIONS, RawRecord, RecordStream, open_binary
from directory_api.record import cells, columns
from directory_api.text import strict_json
from directory_api.text.errors import Fault, FileUnreadable, RecordsInvalid

_KINDS = {name: kind for kind, collection in COLLECTIONS.items() for name in (kind, collection)}
_TYPE = "type"
# Messages quote headers: shortened, and without control characters that a terminal would interpret.
_HEADER_LETTERS = 60


@dataclass(frozen=True, slots=True)
class Row:
    """The row of one record: its number, its cells by column, and the letter of each column."""

    kind: str
    sheet: str | None
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]

    def place(self, fault: Fault, column: str | None) -> Fault:
        """Return a fault with its cell, or with only its row. A column that the sheet does not have
        has no letter.
        """
        header = _quoted(column, self.letters.get(column)) if column else None
        return replace(fault, sheet=self.sheet, row=self.number, column=header)

    def locate(self, fault: Fault) -> Fault:
        """Return a fault with a pointer into the record, such as `/phones/0/number`, with its
        cell.
        """
        pointer = fault.pointer or "/"
        column = columns.column_of(self.kind, self.cells, pointer) if pointer != "/" else None
        return self.place(fault, column)


@dataclass(frozen=True, slots=True)
class Sheets:
    """The raw records of a file by collection (`centres`, `helplines`, `sources`), without the
    collections that have no rows.
    """

    parts: Mapping[str, list[dict[str, Any]]]
    warnings: tuple[Fault, ...]
    # By collection, then both by index and by id, the two ways in which pointers refer to a record.
    rows: Mapping[str, Mapping[str, Row]]

    def located(self, fault: Fault) -> Fault:
        """Return a fault with a pointer such as `/centres/3/phones/0/number`, with its sheet, row
        and column.

        The pointer may contain the record's id instead of its index. A fault outside this file is
        returned unchanged.
        """
        _, collection, record, *rest = [*(fault.pointer or "").split("/"), "", ""]
        row = self.rows.get(collection, {}).get(record)
        if row is None:
            return fault
        inside = row.locate(replace(fault, pointer="/" + "/".join(filter(None, rest))))
        return replace(inside, pointer=fault.pointer)


def read_table(raw: bytes, name: str) -> Sheets:
    """Read a table from a file; `name` is used in messages. For large CSV files see stream_csv.

    Raises FileUnreadable if the file is not a table, RecordsInvalid with every fault of the table
    and its place.
    """
    if len(raw) > strict_json.IMPORT_BYTES:
        raise FileUnreadable(
            f"{name}: the file is larger than {strict_json.IMPORT_BYTES // 1024**2} MB. "
            "Check whether it is the right file."
        )
    tables, faults, warnings = _tables(raw, name)
    rows: list[Row] = []
    for table in tables:
        for row in _Reader(table, MOST_ROWS).rows():
            if isinstance(row, Fault):
                faults.append(row)
            else:
                rows.append(row)
    if faults:
        raise RecordsInvalid.of(faults, name)
    if not rows:
        raise without_records(name)
    by_collection: dict[str, list[Row]] = {}
    for row in rows:
        by_collection.setdefault(COLLECTIONS[row.kind], []).append(row)
    records = {
        collection: [columns.unflatten(row.kind, row.cells) for row in rows]
        for collection, rows in by_collection.items()
    }
    places = {collection: _by_id_and_index(rows) for collection, rows in by_collection.items()}
    return Sheets(records, warnings, places)


def stream_csv(path: Path, progress: Callable[[int], None]) -> RecordStream:
    """Read a local CSV file of any size row by row.

    `progress` is called with the number of bytes read since its last call. Raises FileUnreadable,
    also while the records are read.
    """
    table, warnings = read_delimited(partial(open_binary, path), str(path), progress)
    if table is None:
        raise without_records(path)
    rows = _Reader(table, MOST_LOCAL_RECORDS).rows()
    records = (
        row
        if isinstance(row, Fault)
        else RawRecord(row.kind, columns.unflatten(row.kind, row.cells), row.locate)
        for row in rows
    )
    return RecordStream(records, without_records(path), warnings)


def without_records(name: object) -> FileUnreadable:
    """Return the error for a table without rows."""
    return FileUnreadable(
        f"{name}: the file has no record. The first row must name the columns, and each row "
        "below is a record."
    )


def _by_id_and_index(rows: Sequence[Row]) -> Mapping[str, Row]:
    ids = {row.cells.get("id", "").strip(): row for row in rows}
    return {**ids, **{str(index): row for index, row in enumerate(rows)}}


def _tables(raw: bytes, name: str) -> tuple[Sequence[Table], list[Fault], tuple[Fault, ...]]:
    if raw.startswith(WORKBOOKS):
        tables, faults = xlsx_reader.read_workbook(raw, name)
        return tables, list(faults), ()
    table, warnings = read_delimited(partial(io.BytesIO, raw), name)
    return [table] if table else [], [], warnings


class _Reader:
    """Reads one table."""

    def __init__(self, table: Table, most_rows: int) -> None:
        self._most_rows = most_rows
        self._sheet = table.sheet
        self._kind = _KINDS.get((table.sheet or "").strip().casefold(), "centre")
        self._header_row, header = table.header
        self._header = [
            _TYPE if cell.strip().casefold() == _TYPE else cell.strip() for cell in header
        ]
        self._rows = iter(table.rows)
        self._letters = {
            column: letter(at) for at, column in reversed(list(enumerate(self._header)))
        }
        self._unknown_columns: set[tuple[str, str]] = set()
        # Of the row that is being read.
        self._faults: list[Fault] = []

    def rows(self) -> Iterator[Row | Fault]:
        """Yield the rows of the records, as far as the table is readable, and each fault."""
        faults = list(self._header_faults())
        yield from faults
        if any(fault.column is None for fault in faults):  # a fault of the whole header
            return
        for number, texts in islice(self._rows, self._most_rows):
            row = self._read(number, texts)
            yield from self._faults
            self._faults.clear()
            if row:
                yield row
        for number, _ in islice(self._rows, 1):
            yield Fault(
                f"There are more than {self._most_rows:,} rows. Check whether it is the right "
                "file.",
                sheet=self._sheet,
                row=number,
            )

    def _header_faults(self) -> Iterator[Fault]:
        place = Fault("", sheet=self._sheet, row=self._header_row)
        if len(self._header) > MOST_COLUMNS:
            yield replace(
                place,
                detail=f"There are more than {MOST_COLUMNS:,} columns. "
                "Check if it is the right file.",
            )
        elif _TYPE not in self._header and not any(
            columns.is_column(self._kind, column) for column in self._header
        ):
            yield replace(
                place,
                detail=f"The first row has no column of a {self._kind}, such as id and name. "
                "It must name the columns, one in each cell.",
            )
        for at, column in enumerate(self._header):
            if column and self._letters[column] != letter(at):
                detail = f"The same column is at {self._letters[column]}, too. Keep one of them."
                yield replace(place, detail=detail, column=_quoted(column, letter(at)))

    def _read(self, number: int, texts: Sequence[str]) -> Row | None:
        filled = {at: text for at, text in enumerate(texts) if text.strip()}
        for at, text in filled.items():
            if "\0" in text:
                self._add_fault(
                    "The cell has a NUL byte: the file is damaged, or is not a table as text.",
                    number,
                    letter(at),
                )
            if at >= len(self._header) or not self._header[at]:
                detail = (
                    "The cell has no header. Name its column, or put quotation marks around a "
                    "cell with commas."
                )
                self._add_fault(detail, number, letter(at))
        by_column: dict[str, str] = {}
        for column, text in zip(self._header, texts, strict=False):
            by_column.setdefault(column, text)
        kind = self._kind_of(number, by_column)
        if kind is None:
            return None
        values = {
            column: cells.unguarded(text)
            for column, text in by_column.items()
            if columns.is_column(kind, column)
        }
        row = Row(kind, self._sheet, number, values, self._letters)
        self._check_columns(row, [self._header[at] for at in filled if at < len(self._header)])
        return row

    def _kind_of(self, number: int, by_column: Mapping[str, str]) -> str | None:
        if _TYPE not in self._header:
            return self._kind
        kind = _KINDS.get(by_column.get(_TYPE, "").strip().casefold())
        if kind is None:
            self._add_fault(
                f"Write one of: {', '.join(columns.ROW_KINDS)}.",
                number,
                _quoted(_TYPE, self._letters[_TYPE]),
            )
        return kind

    def _check_columns(self, row: Row, filled: Sequence[str]) -> None:
        """Report each filled column that the row's kind does not have, once."""
        for column in filled:
            if (
                column in row.cells
                or column in ("", _TYPE)
                or (row.kind, column) in self._unknown_columns
            ):
                continue
            self._unknown_columns.add((row.kind, column))
            self._faults.append(row.place(Fault(columns.unknown(row.kind, column) or ""), column))

    def _add_fault(self, detail: str, row: int, column: str | None = None) -> None:
        self._faults.append(Fault(detail, sheet=self._sheet, row=row, column=column))


def _quoted(header: str, at: str | None) -> str:
    plain = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in header
    )
    short = plain if len(plain) <= _HEADER_LETTERS else f"{plain[:_HEADER_LETTERS]}…"
    return f"{short} ({at})" if at else short
