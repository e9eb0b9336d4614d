"""Workbooks that no spreadsheet program writes."""

import io
import re
import zipfile
from collections.abc import Callable, Sequence

from tests.support.spreadsheets import workbook


def changed(raw: bytes, change: Callable[[str, bytes], bytes | None]) -> bytes:
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
FIRST = b"/xl/worksheets/sheet1.xml"
END = b"</sheetData>"


def sheet(*replaced: tuple[bytes, bytes]) -> bytes:
    """The workbook with other texts in its sheet."""

    def change(part: str, content: bytes) -> bytes:
        for old, new in replaced if part == SHEET else ():
            assert old in content
            content = content.replace(old, new)
        return content

    return changed(ONE, change)


def ending(inside: bytes) -> bytes:
    """The workbook with this after the cells of its sheet."""
    return sheet((END, END + inside))


def with_part(name: str, content: bytes) -> bytes:
    """The workbook with one more part."""
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a") as book:
        book.writestr(name, content)
    return made.getvalue()


def without_parts(word: str) -> bytes:
    """The workbook without the parts whose name has this word."""
    return changed(ONE, lambda part, content: None if word in part else content)


_SHARED = (
    b'<Override PartName="/xl/sharedStrings.xml" '
    b'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
)
_SHARED_TO = (
    b'<Relationship Id="rId9" Target="sharedStrings.xml" '
    b'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"/>'
)


def sharing(strings: Sequence[bytes], rows: int) -> bytes:
    """A workbook like Excel's, with texts in a separate part; each row below has the last text."""
    items = b"".join(b"<si><t>%s</t></si>" % string for string in strings)
    many = b"".join(
        b'<row r="%d"><c r="A%d" t="s"><v>%d</v></c></row>' % (row, row, len(strings) - 1)
        for row in range(3, rows + 3)
    )
    made = io.BytesIO(
        changed(
            sheet((END, many + END)),
            lambda part, content: content.replace(b"</Types>", _SHARED + b"</Types>").replace(
                b"</Relationships>",
                (_SHARED_TO if part.startswith("xl/") else b"") + b"</Relationships>",
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


def with_sheets(sheets: Sequence[bytes], targets: Sequence[bytes], book: bytes = ONE) -> bytes:
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

    return changed(book, change)


def slow() -> bytes:
    """A workbook of 1.5 MB with a sheet of 300,000 rows, as each of a hundred sheets: reading it
    takes minutes.
    """
    rows = b"".join(
        b'<row r="%d"><c r="A%d"><v>1</v></c></row>' % (row, row) for row in range(3, 300_000)
    )
    ids = [b'r:id="s%d"' % number for number in range(1, 101)]
    return with_sheets(ids, [FIRST] * len(ids), sheet((END, rows + END)))
