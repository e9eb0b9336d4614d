"""Reads Excel workbooks (.xlsx, ECMA-376) with python-calamine, after checking them.

calamine allocates memory for every cell between the first and the last: a file of 5 KB with one
cell at A1 and one at XFD1048576 makes the process run out of memory. So every part is scanned
first, and calamine gets only the scanned parts (docs/adr/0005-python-calamine-reads-workbooks.md).
"""

import io
import zipfile
import zlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from directory_api.features.sheets import OLD_SIGNATURE
from directory_api.features.sheets.table import Table, table_of
from directory_api.features.sheets.xlsx_limits import (
    MOST_SHEETS,
    InvalidWorkbook,
    TooLarge,
    WorkbookStats,
    check_markup,
)
from directory_api.record import cells
from directory_api.text.errors import Fault, FileUnreadable
from directory_api.text.message import Message

# 10,000 centres like those of the seed data take about 40 MB unpacked.
UNPACKED_BYTES = 50 * 1024 * 1024
_SHEETS = "xl/workbook.xml"
_PLAIN = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED = 1  # bit 0 of the general purpose flag (PKWARE APPNOTE 4.4.4)


def read_workbook(raw: bytes, name: str) -> tuple[list[Table], tuple[Fault, ...]]:
    """Return the sheets that are not empty, and faults for cells with a formula error or without a
    result. Raises FileUnreadable.
    """
    if raw.startswith(OLD_SIGNATURE):
        raise FileUnreadable(
            Message(
                "{file}: the file has a password or is an old .xls. Save it as .xlsx without a "
                "password.",
                file=name,
            )
        )
    try:
        parts = _parts(raw)
        stats = WorkbookStats()
        for part, content in parts.items():
            stats.add_part(part, content)
        stats.check()
        return _tables(_packed(parts)), tuple(stats.faults())
    except TooLarge:
        raise FileUnreadable(
            Message(
                "{file}: the unpacked file is too large for a directory. Check whether it is the "
                "right file.",
                file=name,
            )
        ) from None
    except InvalidWorkbook as error:
        raise FileUnreadable(
            Message("{file}: {problem}. Save it again as .xlsx.", file=name, problem=error.args[0])
        ) from None


def _parts(raw: bytes) -> Mapping[str, bytes]:
    """Return the XML parts of a workbook by name. Raises InvalidWorkbook, TooLarge."""
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            listed = packed.infolist()
            if sum(part.file_size for part in listed) > UNPACKED_BYTES:
                raise TooLarge
            _refuse([part.filename.lower() for part in listed], listed)
            # zipfile reads no more of a part than its declared size, so the sum above is reliable.
            texts = [part for part in listed if part.filename.lower().endswith((".xml", ".rels"))]
            parts = {part.filename: packed.read(part) for part in texts}
            check_markup(parts, sum(part.compress_size for part in texts))
            return parts
    # zipfile raises NotImplementedError or RuntimeError for unknown versions and encryption.
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ):
        raise InvalidWorkbook(Message("the workbook is damaged")) from None


def _refuse(names: list[str], listed: list[zipfile.ZipInfo]) -> None:
    if any(part.flag_bits & _ENCRYPTED for part in listed):
        raise InvalidWorkbook(Message("the workbook has a password"))
    if any(part.compress_type not in _PLAIN for part in listed) or len(set(names)) < len(names):
        raise InvalidWorkbook(Message("no spreadsheet program packs a workbook like this one"))
    if any(name.endswith("vbaproject.bin") for name in names):
        raise InvalidWorkbook(Message("the workbook has macros, which are never read"))
    if _SHEETS not in names:
        raise InvalidWorkbook(Message("this is a packed file, but not an Excel workbook"))


def _packed(parts: Mapping[str, bytes]) -> io.BytesIO:
    """Repack the scanned parts alone, so that calamine cannot read other parts or interpret the
    archive differently.
    """
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for part, content in parts.items():
            archive.writestr(part, content)
    packed.seek(0)
    return packed


def _tables(packed: io.BytesIO) -> list[Table]:
    import python_calamine as calamine  # imported only when needed

    tables = []
    try:
        with calamine.CalamineWorkbook.from_filelike(packed) as workbook:
            sheets = [
                (index, sheet.name)
                for index, sheet in enumerate(workbook.sheets_metadata)
                if sheet.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            if len(sheets) > MOST_SHEETS:
                raise InvalidWorkbook(
                    Message(
                        "the workbook has more than {most} sheets; keep those with records",
                        most=MOST_SHEETS,
                    )
                )
            for index, name in sheets:
                values = workbook.get_sheet_by_index(index).to_python(skip_empty_area=False)
                rows = [
                    (number, list(map(_text, row))) for number, row in enumerate(values, start=1)
                ]
                tables.append(table_of(name, iter(rows)))
    except (calamine.CalamineError, ValueError, OverflowError):
        raise InvalidWorkbook(Message("the workbook is damaged")) from None
    return [table for table in tables if table]


def _text(value: Any) -> str:
    """The value of a cell, as the same cell of a CSV file would contain it."""
    if isinstance(value, bool):
        return cells.flag(value)
    if isinstance(value, float):
        return cells.number(value)
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat() if isinstance(value, date) else str(value)
