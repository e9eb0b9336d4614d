"""Reads Excel workbooks (.xlsx) with python-calamine, in a process of its own with limits
(docs/adr/0005-python-calamine-reads-workbooks.md).
"""

import io
import json
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from directory_api.features.desk.sheets import OLD_SIGNATURE, xlsx_process
from directory_api.features.desk.sheets.table import NumberedRow, Table, table_of
from directory_api.record import cells
from directory_api.text.errors import Fault, FileUnreadable
from directory_api.text.message import Message

# The process has its own limits; this one is for a machine on which it does not even start.
_SECONDS = xlsx_process.SECONDS + 5
# Some builds of Python need it to start. Nothing else of the environment, which may have secrets,
# is passed on.
_PASSED_ON = ("LD_LIBRARY_PATH",)
_ADDRESS = re.compile(r"([A-Z]{1,3})([0-9]{1,7})", re.ASCII | re.IGNORECASE)
# One workbook at a time: each that is read holds a thread, of which visitors need one, and 320 MB.
# An ordinary one takes a tenth of a second.
_turn = threading.Lock()
_WAIT_SECONDS = 1.0


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
    if not _turn.acquire(timeout=_WAIT_SECONDS):
        raise FileUnreadable(
            Message("{file}: another workbook is being read. Try again in a minute.", file=name)
        )
    try:
        done = subprocess.run(  # noqa: S603 - a program of this project
            command(),
            input=raw,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # it could quote the file
            env={key: os.environ[key] for key in _PASSED_ON if key in os.environ},
            timeout=_SECONDS,
            check=True,
        )
    except subprocess.SubprocessError:
        raise FileUnreadable(
            Message(
                "{file}: the workbook cannot be read. It is damaged, has a password or is too "
                "large. Check whether it is the right file, and save its sheet as “CSV UTF-8”.",
                file=name,
            )
        ) from None
    finally:
        _turn.release()
    return _tables(io.BytesIO(done.stdout))


def command() -> list[str]:
    """Return the command of the process, with the most seconds as its last argument."""
    spec = find_spec("python_calamine")
    folder = Path(spec.origin).parent.parent if spec and spec.origin else ""
    arguments = [str(os.getpid()), str(folder), str(xlsx_process.SECONDS)]
    return [sys.executable, "-I", "-S", xlsx_process.__file__, *arguments]


def _tables(answer: io.BytesIO) -> tuple[list[Table], tuple[Fault, ...]]:
    tables: list[Table] = []
    faults: list[Fault] = []
    for line in iter(answer.readline, b""):
        sheet, without_value, length = json.loads(line)
        faults.extend(_fault(sheet, *cell) for cell in without_value)
        if table := table_of(sheet, _rows(answer.read(length))):
            tables.append(table)
    return tables, tuple(faults)


def _fault(sheet: str, address: str, is_error: bool) -> Fault:
    if is_error:
        detail = Message(
            "The formula in this cell gives an error. Correct it and save the file again."
        )
    else:
        detail = Message(
            "The cell has a formula without a result. Open the file in a spreadsheet program and "
            "save it."
        )
    place = _ADDRESS.fullmatch(address)  # a file may have anything there
    row, column = (int(place[2]), place[1]) if place else (None, None)
    return Fault(detail, sheet=sheet, row=row, column=column)


def _rows(lines: bytes) -> Iterator[NumberedRow]:
    for line in io.BytesIO(lines):
        number, row = json.loads(line)
        yield number, [_text(value) for value in row]


def _text(value: str | float | bool) -> str:
    """The value of a cell, as the same cell of a CSV file would contain it."""
    if isinstance(value, bool):
        return cells.yes_or_no(value)
    return cells.shortest(value) if isinstance(value, float) else str(value)
