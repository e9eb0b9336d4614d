"""Reads records from a spreadsheet (CSV file or Excel workbook), one per row: centres, helplines,
sources.

The first row names the columns, or the second one below a row of labels. The kind of a row is in
its column `type`. Without that column the sheet's name is the kind, and
with any other sheet name the rows are centres. The records are raw: record/schemas.py
finds their faults, and `Row.locate` adds the cell of each fault.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain, islice, repeat
from typing import Any

from directory_api.change.confirmation import UNCONFIRMED
from directory_api.features.desk import columns
from directory_api.features.desk.sheets import WITHOUT_RECORDS, filled_in, xlsx_reader
from directory_api.features.desk.sheets.csv_reader import read_delimited
from directory_api.features.desk.sheets.kept_cells import with_kept
from directory_api.features.desk.sheets.raw_records import (
    COLLECTIONS,
    Incoming,
    RawRecord,
    RecordFile,
    collected,
    in_document,
)
from directory_api.features.desk.sheets.table import MOST_CELLS, MOST_COLUMNS, Table, letter
from directory_api.features.desk.typed.cells import as_stored, with_timezone
from directory_api.record import cells
from directory_api.record.record_value import Record
from directory_api.record.validators import LanguageTag
from directory_api.text.errors import Fault, FileUnreadable, RecordsInvalid
from directory_api.text.message import Joined, Message
from directory_api.text.named import Number

_KINDS = {name: kind for kind, collection in COLLECTIONS.items() for name in (kind, collection)}
_TYPE = "type"
# Messages quote headers: shortened, and without control characters that a terminal would interpret.
_HEADER_LETTERS = 60
_NO_COLUMN: Mapping[str, Message] = {
    "centre": Message(
        "The first row has no column of a centre, such as id and name. It must name the columns, "
        "one in each cell."
    ),
    "helpline": Message(
        "The first row has no column of a helpline, such as id and name. It must name the columns, "
        "one in each cell."
    ),
    "source": Message(
        "The first row has no column of a source, such as id and title. It must name the columns, "
        "one in each cell."
    ),
}


@dataclass(frozen=True, slots=True)
class Row:
    """The row of one record: its number, its cells by column, the letter of each column, and what
    the sheet calls it, if that is not the name of the column.
    """

    kind: str
    sheet: str | None
    number: int
    cells: Mapping[str, str]
    letters: Mapping[str, str]
    labels: Mapping[str, str]

    def place(self, fault: Fault, column: str | None) -> Fault:
        """Return a fault with its cell, or with only its row. A column that the sheet does not have
        has no letter.
        """
        if column is None:
            return replace(fault, sheet=self.sheet, row=self.number, column=None)
        header = _quoted(self.labels.get(column, column), self.letters.get(column))
        detail = fault.detail
        # A person confirms new values, and not a cell.
        if self.labels and column not in self.letters and fault.code != UNCONFIRMED:
            detail = Message(
                "{detail} This file does not have the column: change the record on its page, or "
                "download the file with all columns.",
                detail=detail,
            )
        return replace(fault, detail=detail, sheet=self.sheet, row=self.number, column=header)

    def locate(self, index: int, fault: Fault) -> Fault:
        """Return a fault with a pointer into the record, such as `/phones/0/number`, with its cell,
        and with the pointer that the record of this index has in the directory's document.
        """
        pointer = fault.pointer or "/"
        column = filled_in.column_of(self.kind, self.cells, pointer) if pointer != "/" else None
        return in_document(self.kind, index, self.place(fault, column))


def read_csv(file: Incoming) -> RecordFile:
    """Read a CSV file. Raises FileUnreadable, RecordsInvalid as `collected` does."""
    table, warnings = read_delimited(file.raw, file.name)
    return _collected(file, [table] if table else [], (), warnings)


def read_workbook(file: Incoming) -> RecordFile:
    """Read the rows of all sheets of a workbook. Raises the same."""
    tables, faults = xlsx_reader.read_workbook(file.raw, file.name)
    tables = [table for table in tables if (table.sheet or "").casefold() not in WITHOUT_RECORDS]
    return _collected(file, tables, faults)


def _collected(
    file: Incoming,
    tables: Iterable[Table],
    faults: Iterable[Fault],
    warnings: tuple[Fault, ...] = (),
) -> RecordFile:
    rows = chain(faults, *(_Reader(table).rows() for table in tables))
    empty = FileUnreadable(
        Message(
            "{file}: the file has no record. The first row must name the columns, and each row "
            "below is a record.",
            file=file.name,
        )
    )
    return collected(_records(rows), empty, warnings)


def _records(rows: Iterable[Row | Fault]) -> Iterator[RawRecord | Fault]:
    """Yield the records. Raises RecordsInvalid if there are more than MOST_CELLS."""
    counts: Counter[str] = Counter()
    filled = 0
    for row in rows:
        if isinstance(row, Fault):
            yield row
            continue
        filled += sum(map(bool, row.cells.values()))
        if filled > MOST_CELLS:
            detail = Message(
                "There are more than {most} filled cells. Check whether it is the right file.",
                most=Number(MOST_CELLS),
            )
            raise RecordsInvalid.of([row.place(Fault(detail), None)], Message("the records"))
        yield _record(row, counts[row.kind])
        counts[row.kind] += 1


def _record(row: Row, index: int) -> RawRecord:
    row = replace(row, cells=with_timezone(as_stored(row.cells)))
    raw = filled_in.unflatten(row.kind, row.cells)
    return RawRecord(
        row.kind, raw, partial(row.locate, index), partial(_completed, row, index, raw)
    )


def _completed(row: Row, index: int, raw: dict[str, Any], stored: Record) -> RawRecord:
    """Return the record of a row with what the table has no columns for."""
    if raw == stored:  # most rows: looking for missing columns takes 0.2 ms
        return RawRecord(row.kind, raw, partial(row.locate, index))
    country = stored.get("address", {}).get("country", "")  # which the table may not have
    cells = with_kept(row.kind, as_stored(row.cells, country), stored)
    return _record(replace(row, cells=with_timezone(cells, country)), index)


class _Reader:
    def __init__(self, table: Table) -> None:
        self._sheet = table.sheet
        self._kind = _KINDS.get((table.sheet or "").strip().casefold(), "centre")
        self._rows = iter(table.rows)
        self._header_row, header, labels = self._find_header(table)
        self._header = [*map(_name, header)]
        places = [*reversed([*enumerate(self._header)])]
        self._letters = {column: letter(at) for at, column in places}
        self._labels = {column: labels[at] for at, column in places if at < len(labels) and column}
        self._unknown_columns: set[tuple[str, str]] = set()
        # Of the row that is being read.
        self._faults: list[Fault] = []

    def _find_header(self, table: Table) -> tuple[int, Sequence[str], Sequence[str]]:
        """Return the number and the cells of the row that names the columns, and the labels of a
        row above it, which are for people. Of the first two rows it is the one with more names: a
        label may be one, too, such as “Type” in French.
        """
        number, first = table.header
        for second in islice(self._rows, 1):
            if self._named_columns(second[1]) > self._named_columns(first):
                return *second, first
            self._rows = chain([second], self._rows)
        return number, first, ()

    def _named_columns(self, cells_of_row: Sequence[str]) -> int:
        return sum(
            name == _TYPE or filled_in.is_column(self._kind, name)
            for name in map(_name, cells_of_row)
        )

    def rows(self) -> Iterator[Row | Fault]:
        """Yield the rows of the records, as far as the table is readable, and each fault."""
        faults = list(self._header_faults())
        yield from faults
        if any(fault.column is None for fault in faults):  # a fault of the whole header
            return
        for number, texts in self._rows:
            row = self._read(number, texts)
            yield from self._faults
            self._faults.clear()
            if row:
                yield row

    def _header_faults(self) -> Iterator[Fault]:
        place = Fault("", sheet=self._sheet, row=self._header_row)
        if len(self._header) > MOST_COLUMNS:
            yield replace(
                place,
                detail=Message(
                    "There are more than {most} columns. Check whether it is the right file.",
                    most=Number(MOST_COLUMNS),
                ),
            )
        elif not self._named_columns(self._header):
            yield replace(
                place,
                detail=_NO_COLUMN[self._kind],
            )
        for at, column in enumerate(self._header):
            if column and self._letters[column] != letter(at):
                detail = Message(
                    "The same column is at {letter}, too. Keep one of them.",
                    letter=self._letters[column],
                )
                yield replace(place, detail=detail, column=_quoted(column, letter(at)))

    def _read(self, number: int, texts: Sequence[str]) -> Row | None:
        filled = {at: text for at, text in enumerate(texts) if text.strip()}
        for at, text in filled.items():
            if "\0" in text:
                self._add_fault(
                    Message(
                        "The cell has a NUL byte: the file is damaged, or is not a table as text."
                    ),
                    number,
                    letter(at),
                )
            if at >= len(self._header) or not self._header[at]:
                detail = Message(
                    "The cell has no header. Name its column, or put quotation marks around a "
                    "cell with commas."
                )
                self._add_fault(detail, number, letter(at))
        by_column: dict[str, str] = {}
        # A row may end before the header; its last cells are empty then, and not missing.
        for column, text in zip(self._header, chain(texts, repeat("")), strict=False):
            by_column.setdefault(column, text)
        kind = self._kind_of(number, by_column)
        if kind is None:
            return None
        values = {
            column: cells.unguarded(text)
            for column, text in by_column.items()
            if filled_in.is_column(kind, column)
        }
        for column, text in values.items():
            if " (" in text and _is_language(kind, column):  # `nl (Dutch)`, as a workbook offers it
                values[column] = text.partition(" (")[0]
        row = Row(kind, self._sheet, number, values, self._letters, self._labels)
        self._check_columns(row, [self._header[at] for at in filled if at < len(self._header)])
        return row

    def _kind_of(self, number: int, by_column: Mapping[str, str]) -> str | None:
        if _TYPE not in self._header:
            return self._kind
        kind = _KINDS.get(by_column.get(_TYPE, "").strip().casefold())
        if kind is None:
            self._add_fault(
                Message("Write one of: {kinds}.", kinds=Joined(columns.ROW_KINDS)),
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
            self._faults.append(row.place(Fault(filled_in.unknown(row.kind, column) or ""), column))

    def _add_fault(self, detail: str, row: int, column: str | None = None) -> None:
        self._faults.append(Fault(detail, sheet=self._sheet, row=row, column=column))


def _name(cell: str) -> str:
    """Return the name of a column in a cell of the header."""
    return _TYPE if cell.strip().casefold() == _TYPE else cell.strip()


def _is_language(kind: str, column: str) -> bool:
    return isinstance(filled_in.field_of(kind, column), LanguageTag)


def _quoted(header: str, at: str | None) -> str:
    plain = "".join(
        character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"
        for character in header
    )
    short = plain if len(plain) <= _HEADER_LETTERS else f"{plain[:_HEADER_LETTERS]}…"
    return f"{short} ({at})" if at else short
