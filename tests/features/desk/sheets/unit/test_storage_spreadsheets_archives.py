"""Damaged, hostile and unusual workbooks are refused, or read within limits of memory and time."""

import subprocess
from collections.abc import Callable
from contextlib import suppress

import pytest

from directory_api.features.desk.sheets import xlsx_process, xlsx_reader
from tests.support.hostile_workbooks import (
    END,
    FIRST,
    ONE,
    changed,
    ending,
    sharing,
    sheet,
    slow,
    with_part,
    with_sheets,
    without_parts,
)
from tests.support.spreadsheets import read_table, unreadable, workbook

ENTITIES = b"".join(
    b'<!ENTITY e%d "%s">' % (level, (b"&e%d;" % (level - 1) if level else b"a") * 16)
    for level in range(8)
)
TOO_MANY_SHEETS = {f"s{number}": [["id"], ["a"]] for number in range(xlsx_process.MOST_SHEETS + 1)}


REFUSED: dict[str, Callable[[], bytes]] = {
    "half a file": lambda: ONE[: len(ONE) // 2],
    "NUL in the XML": lambda: ONE.replace(b"<", b"\0"),
    "no sheet": lambda: without_parts("sheet1.xml"),
    "no list of sheets": lambda: without_parts("xl/workbook.xml"),
    "no relationships": lambda: without_parts("rels"),
    "a sheet without its end": lambda: changed(
        ONE, lambda part, content: content[:-20] if "sheet1" in part else content
    ),
    "an invalid position": lambda: sheet((b'r="B2"', b'r="0"')),
    "an invalid row": lambda: sheet((b'row r="2"', b'row r="two"')),
    "an invalid number": lambda: sheet((b"<v>5</v>", b"<v>5x</v>")),
    "no such shared text": lambda: sheet((b't="n"><v>5</v>', b't="s"><v>x</v>')),
    "a sheet without a part": lambda: with_sheets([b""], [FIRST]),
    "a part in other letters": lambda: with_sheets([b'r:id="s1"'], [FIRST.upper()]),
    "too many sheets": lambda: workbook(TOO_MANY_SHEETS),
    "the last cell of Excel": lambda: sheet((b'<c r="B2"', b'<c r="XFD1048576"')),
    "one long text in many cells": lambda: sharing([b"x", b"x" * 32_000], 2000),
    "nested elements": lambda: ending(b"<x>" * 2_000_000 + b"</x>" * 2_000_000),
    "entities": lambda: sheet(
        (b"<worksheet", b"<!DOCTYPE x [%s]><worksheet" % ENTITIES), (b">5<", b">&e7;<")
    ),
}
READ: dict[str, Callable[[], bytes]] = {
    "a document type": lambda: sheet((b"<worksheet", b"<!DOCTYPE x><worksheet")),
    "macros, which are not run": lambda: with_part("xl/vbaProject.bin", b"x"),
    "a picture": lambda: with_part("xl/media/image1.png", b"\x89PNG" + bytes(100)),
    "60 MB of spaces": lambda: ending(b" " * 60_000_000),
    "empty elements": lambda: ending(b"<a/>" * 200_000),
    "many attributes": lambda: ending(
        b"<a " + b" ".join(b'b%d=""' % number for number in range(90_000)) + b"/>"
    ),
    "cells without content": lambda: ending(b"<row>" + b'<c b=""/>' * 100_000 + b"</row>"),
    "a coloured cell far below": lambda: sheet(
        (END, b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>')
    ),
    "cells without a position": lambda: sheet((b'<c r="B2"', b"<c")),
}


@pytest.mark.parametrize("shape", REFUSED)
def test_a_damaged_or_hostile_workbook_is_refused(shape: str) -> None:
    """Small files, of which some would take gigabytes; the sentence says what to do."""
    made = REFUSED[shape]()
    assert len(made) < 1_000_000
    assert "“CSV UTF-8”" in unreadable(made)


@pytest.mark.parametrize("shape", READ)
def test_what_is_no_cell_of_a_workbook_changes_nothing(shape: str) -> None:
    """It is skipped, within the limits."""
    assert read_table(READ[shape](), "x").parts == {"centres": [{"id": "a", "name": "5"}]}


@pytest.mark.parametrize(
    "place", [b"A" + b"9" * 5000, b"A" * 5000 + b"2"], ids=["digits", "letters"]
)
def test_a_cell_without_a_result_may_be_nowhere(place: bytes) -> None:
    """What is no place of a cell is not repeated."""
    made = sheet((END, b'<row r="3"><c r="%s"><f>1</f></c></row></sheetData>' % place))
    _, (fault,) = xlsx_reader.read_workbook(made, "x")
    assert (fault.row, fault.column) == (None, None)


def test_texts_that_cells_share_are_read() -> None:
    """Excel keeps each text once; two cells with the same one both have it."""
    centres = read_table(sharing([b"x", b"b"], 2), "x").parts["centres"]
    assert centres == [{"id": "a", "name": "5"}, {"id": "b"}, {"id": "b"}]


@pytest.mark.parametrize("is_busy", [True, False], ids=["busy", "waiting"])
def test_a_workbook_is_read_for_a_limited_time(is_busy: bool) -> None:
    """The process ends by itself, also if nothing waits for it."""
    sent = slow() if is_busy else b""
    *command, _ = xlsx_reader.command()
    pipe = subprocess.PIPE
    with subprocess.Popen([*command, "2"], bufsize=0, stdin=pipe, stdout=pipe) as process:
        assert process.stdin
        assert process.stdout
        if is_busy:
            with suppress(BrokenPipeError):  # on a machine that needs the time to start it
                process.stdin.write(sent)
            process.stdin.close()
        assert process.wait(10) < 0
        assert process.stdout.read() == b""
