"""Damaged, hostile and unusual archives of workbooks are refused, or read in little memory."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

import pytest

from directory_api.features.sheets import xlsx_limits
from tests.support.calls import counting
from tests.support.spreadsheets import read_table, unreadable, workbook


def _changed(raw: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
    """A workbook of which each part is changed; None leaves it out."""
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(raw)) as old,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for part in old.infolist():
            content = change(part.filename, old.read(part))
            if content is not None:
                new.writestr(part.filename, content)
    return made.getvalue()


ONE = workbook({"Centres": [["id", "name"], ["a", 5]]})
SHEET = "xl/worksheets/sheet1.xml"


def _sheet(old: bytes, new: bytes) -> bytes:
    changed = _changed(
        ONE, lambda part, content: content.replace(old, new) if part == SHEET else content
    )
    assert changed != ONE
    return changed


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (ONE[: len(ONE) // 2], "is damaged"),
        (ONE.replace(b"<", b"\0"), "is damaged"),
        (_changed(ONE, lambda part, content: None if part == SHEET else content), "is damaged"),
        (
            _changed(ONE, lambda part, content: content[:-20] if part == SHEET else content),
            "is damaged",
        ),
        (
            _sheet(b"<worksheet", b"<!DOCTYPE x><worksheet"),
            "no spreadsheet program writes a workbook like this",
        ),
        (
            _sheet(b"</sheetData>", b"</sheetData>" + b"<x>" * 200 + b"</x>" * 200),
            "no spreadsheet program writes",
        ),
        (_sheet(b'r="B2"', b'r="0"'), "is damaged"),
        (_sheet(b'row r="2"', b'row r="two"'), "is damaged"),
        (_sheet(b"<v>5</v>", b"<v>5x</v>"), "is damaged"),
        (_sheet(b't="n"><v>5</v>', b't="s"><v>x</v>'), "is damaged"),
        (
            _changed(ONE, lambda part, content: None if part == "xl/workbook.xml" else content),
            "not an Excel workbook",
        ),
        (
            _changed(ONE, lambda part, content: content if "rels" not in part else None),
            "is damaged",
        ),
    ],
)
def test_a_broken_workbook_is_refused_in_a_sentence(raw: bytes, says: str) -> None:
    """Half a file, a missing part, broken XML, an invalid position."""
    assert says in unreadable(raw)


def test_a_workbook_with_macros_or_a_password_is_refused() -> None:
    """Macros are not read past, and a password in the archive is told."""
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a") as book:
        book.writestr("xl/vbaProject.bin", b"x")
    assert "has macros" in unreadable(made.getvalue())
    # Bit 0 of the general purpose flag of each entry of the central directory.
    entry = ONE.index(b"PK\x01\x02") + 8
    assert "has a password" in unreadable(ONE[:entry] + b"\x01" + ONE[entry + 1 :])


def test_an_archive_that_no_spreadsheet_packs_is_refused() -> None:
    """Another compression, or part names that differ only in case, could be read in two ways."""
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_LZMA) as book:
        book.writestr("xl/more.xml", b"<x/>")
    assert "no spreadsheet program packs a workbook like this" in unreadable(made.getvalue())
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a") as book:
        book.writestr(SHEET.upper(), b"<x/>")
    assert "no spreadsheet program packs a workbook like this" in unreadable(made.getvalue())


def test_pictures_and_printer_settings_are_left_alone() -> None:
    """What is not XML is neither looked at nor handed on."""
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a") as book:
        book.writestr("xl/media/image1.png", b"\x89PNG" + bytes(100))
    assert read_table(made.getvalue(), "x.xlsx").parts == {"centres": [{"id": "a", "name": "5"}]}


SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
SHARED_TO = (
    b'<Relationship Id="rId9" Target="sharedStrings.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
)


def _sharing(strings: Sequence[bytes], rows: int) -> bytes:
    """A workbook like Excel's, with texts in a separate part; each row below has the last text."""
    items = b"".join(b"<si><t>%s</t></si>" % string for string in strings)
    many = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (row, row, len(strings) - 1)
        for row in range(3, rows + 3)
    )
    made = io.BytesIO(
        _changed(
            _sheet(b"</sheetData>", many + b"</sheetData>"),
            lambda part, content: content.replace(b"</Types>", SHARED + b"</Types>").replace(
                b"</Relationships>",
                (SHARED_TO if part.startswith("xl/") else b"") + b"</Relationships>",
            ),
        )
    )
    with zipfile.ZipFile(made, "a", zipfile.ZIP_DEFLATED) as book:
        book.writestr(
            "xl/sharedStrings.xml",
            b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
            + items
            + b"</sst>",
        )
    return made.getvalue()


def test_texts_that_cells_share_are_read() -> None:
    """Excel keeps each text once; two cells with the same one both have it."""
    centres = read_table(_sharing([b"x", b"b"], 2), "x").parts["centres"]
    assert centres == [{"id": "a", "name": "5"}, {"id": "b"}, {"id": "b"}]


@pytest.mark.parametrize(
    "make",
    [
        lambda: _sheet(b"</sheetData>", b"</sheetData>" + b" " * 60_000_000),
        lambda: _sheet(b'<c r="B2"', b'<c r="XFD1048576"'),
        lambda: _sharing([b"x", b"x" * 32_000], 2000),
        lambda: _sharing([b"x", "한".encode() * 10_000], 2000),
    ],
    ids=[
        "spaces",
        "a cell at the end of the sheet",
        "one long text in many cells",
        "one long text in Korean in many cells",
    ],
)
def test_a_small_file_that_unpacks_to_a_mountain_is_refused(make: Callable[[], bytes]) -> None:
    """What is under 1 MB packed and would take gigabytes is refused before it does."""
    bomb = make()
    assert len(bomb) < 1_000_000
    assert "too large for a directory" in unreadable(bomb)


def _with_sheets(sheets: Sequence[bytes], targets: Sequence[bytes]) -> bytes:
    """A workbook with these sheets, each the attributes of its id, and these parts by number."""
    listed = b"".join(
        b'<sheet name="S%d" sheetId="%d" %s/>' % (number, number, ids)
        for number, ids in enumerate(sheets, start=1)
    )
    kind = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    related = b"".join(
        b'<Relationship Id="s%d" Type="%s" Target="%s"/>' % (number, kind, target)
        for number, target in enumerate(targets, start=1)
    )

    def change(part: str, content: bytes) -> bytes:
        if part == "xl/workbook.xml":
            return re.sub(rb"<sheet .*/></sheets>", listed + b"</sheets>", content)
        if part == "xl/_rels/workbook.xml.rels":
            return content.replace(b"</Relationships>", related + b"</Relationships>")
        return content

    return _changed(ONE, change)


FIRST = b"/xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("sheets", "targets"),
    [
        ([b'r:id="s1"'] * 2, [FIRST]),
        ([b'r:id="s1"', b'r:id="s2"'], [FIRST, FIRST]),
        ([b'r:id="s1"', b'r:id="s2"'], [FIRST, b"worksheets/SHEET1.xml"]),
        ([b'id="s8" r:id="s1"', b'id="s9" r:id="s1"'], [FIRST]),
        ([b""], [FIRST]),
    ],
    ids=["the same id", "the same part", "written differently", "two ids", "no id"],
)
def test_sheets_that_share_a_part_are_refused(
    sheets: Sequence[bytes], targets: Sequence[bytes]
) -> None:
    """Each would be read again: a file of 1.6 kB took 40 s and 433 MB."""
    assert "no spreadsheet program writes" in unreadable(_with_sheets(sheets, targets))
    assert read_table(_with_sheets([b'r:id="s1"'], [FIRST]), "x").parts["centres"]


def test_more_sheets_than_any_directory_has_are_refused() -> None:
    names = [f"sheet {number}" for number in range(xlsx_limits.MOST_SHEETS + 1)]
    most = workbook({name: [["id"], ["a"]] for name in names[1:]})
    assert len(read_table(most, "x").parts["centres"]) == xlsx_limits.MOST_SHEETS
    assert unreadable(workbook({name: [["id"], ["a"]] for name in names})) == (
        "x: the workbook has more than 100 sheets; keep those with records. Save it again as .xlsx."
    )


@pytest.mark.parametrize(
    "inside",
    [
        b"<a/>" * 2_000_000,
        b"<a " + b" ".join(b'b%d=""' % number for number in range(90_000)) + b"/>",
        b"<row>" * 50 + b'<c b=""/>' * 500_000 + b"</row>" * 50,
    ],
    ids=["empty elements", "attributes of one tag", "cells without content"],
)
def test_markup_without_content_is_refused_before_it_is_parsed(inside: bytes) -> None:
    """12 million empty elements in 50 kB took 31 s; 4 million attributes of one tag 33 s and
    1 GB.
    """
    bomb = _sheet(b"</sheetData>", b"</sheetData>" + inside)
    with counting(xlsx_limits.WorkbookStats.add_part) as calls:
        assert "too large for a directory" in unreadable(bomb)
    assert calls == {"WorkbookStats.add_part": 0}


def test_a_part_with_more_names_than_a_spreadsheet_has_is_refused() -> None:
    """The parser stores each name."""
    names = b"".join(b"<a%d/>" % number for number in range(xlsx_limits.MOST_NAMES + 1))
    assert "no spreadsheet program writes" in unreadable(
        _sheet(b"</sheetData>", b"</sheetData>" + names)
    )


def test_a_second_part_with_texts_does_not_hide_a_long_one() -> None:
    """Of several parts with shared texts, the longest text of each number counts."""
    raw = io.BytesIO(_sharing([b"x", b"x" * 32_000], 2000))
    with zipfile.ZipFile(raw, "a") as book:
        book.writestr("xl/zz.xml", b"<sst><si/><si/></sst>")
    assert "too large for a directory" in unreadable(raw.getvalue())


def test_coloured_cells_far_below_take_no_room() -> None:
    """A sheet with formatted empty rows is read; cells without a position follow the
    previous one.
    """
    far = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    assert read_table(_sheet(b"</sheetData>", far), "x").parts == {
        "centres": [{"id": "a", "name": "5"}]
    }
    bare = _sheet(b'<c r="B2"', b"<c")
    assert read_table(bare, "x").parts == {"centres": [{"id": "a", "name": "5"}]}
