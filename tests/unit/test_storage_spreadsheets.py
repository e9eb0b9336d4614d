"""Spreadsheets as people and programs save them: read, or refused with every fault in its cell."""

import datetime as dt
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter

from directory_api.domain.errors import Fault, FileUnreadable, RecordsInvalid
from directory_api.domain.tabular import cells
from directory_api.domain.tabular import columns as tabular_columns
from directory_api.domain.validation.directory import read_records
from directory_api.storage.spreadsheets.reader import Sheets, read_table
from directory_api.storage.spreadsheets.table import letter
from tests.support.records import shipped_records

PLURALS = {"centre": "centres", "helpline": "helplines", "source": "sources"}


def _xlsx(sheets: Mapping[str, Sequence[Sequence[object]]]) -> bytes:
    """A workbook with these sheets; text stays text, as in a cell that people fill in."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for at, row in enumerate(rows, start=1):
            for column, value in enumerate(row, start=1):
                sheet.cell(at, column).value = value
                if isinstance(value, str):
                    sheet.cell(at, column).data_type = "s"
    raw = io.BytesIO()
    book.save(raw)
    return raw.getvalue()


def _grid(kind: str, records: Sequence[Mapping[str, Any]]) -> list[list[str]]:
    """The records as a person has them in a sheet."""
    columns = tabular_columns.column_names(kind, records)
    return [
        columns,
        *(
            [tabular_columns.flatten(kind, record).get(column, "") for column in columns]
            for record in records
        ),
    ]


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


def _faults(raw: bytes, name: str = "x.csv") -> list[str]:
    with pytest.raises(RecordsInvalid) as refused:
        read_table(raw, name)
    count = len(refused.value.faults)
    are = "is 1 error" if count == 1 else f"are {count} errors"
    assert refused.value.detail == f"There {are} in {name}."
    return [str(fault) for fault in refused.value.faults]


def _unreadable(raw: bytes, name: str = "x") -> str:
    with pytest.raises(FileUnreadable) as refused:
        read_table(raw, name)
    assert refused.value.detail.startswith(f"{name}: ")
    assert refused.value.detail.endswith(".")
    return refused.value.detail


def test_the_shipped_directory_comes_back_from_a_workbook() -> None:
    """Three sheets, one for each kind, give the shipped records again."""
    records = shipped_records()
    book = _xlsx({plural.title(): _grid(kind, records[plural]) for kind, plural in PLURALS.items()})
    assert read_table(book, "x.xlsx").parts == {
        plural: records[plural] for plural in PLURALS.values()
    }


def test_an_exported_table_pasted_into_a_workbook_comes_back() -> None:
    """Guarded cells of our CSV lose their guard in a workbook, too."""
    records = shipped_records()
    columns = list(
        dict.fromkeys(
            name
            for kind in tabular_columns.ROW_KINDS
            for name in tabular_columns.column_names(kind, records[PLURALS[kind]])
        )
    )
    rows = [
        [
            kind,
            *(
                cells.guarded(tabular_columns.flatten(kind, record).get(column, ""))
                for column in columns
            ),
        ]
        for kind in tabular_columns.ROW_KINDS
        for record in records[PLURALS[kind]]
    ]
    book = _xlsx({"export": [["Type", *columns], *rows]})
    assert read_table(book, "x.xlsx").parts == {
        plural: records[plural] for plural in PLURALS.values()
    }


def test_excels_own_csv_is_read_with_a_warning() -> None:
    """Semicolons, windows-1252 and decimal commas, as from Excel in Belgium: the same records."""
    (centre, *_) = records = shipped_records()["centres"]
    header, *rows = _grid("centre", records)
    at = [header.index("location.lat"), header.index("location.lon")]
    text = io.StringIO()
    for row in [header, *rows]:
        commas = [
            cell.replace("50.", "50,").replace("4.", "4,") if i in at else cell
            for i, cell in enumerate(row)
        ]
        text.write(";".join(f'"{cell}"' if ";" in cell else cell for cell in commas) + "\r\n")
    raw = text.getvalue().encode("windows-1252")
    with pytest.raises(UnicodeDecodeError):
        raw.decode("utf-8")
    read = read_table(raw, "x.csv")
    assert read.parts == {"centres": records}
    assert read.parts["centres"][0]["location"] == centre["location"]
    assert ["windows-1252" in str(warning) for warning in read.warnings] == [True]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_each_way_to_save_a_table_gives_the_same(encoding: str, delimiter: str, line: str) -> None:
    """Encoding, delimiter and line ends are detected; a quoted line break stays in its cell."""
    text = line.join(
        delimiter.join(row)
        for row in (["id", "name"], ["a", '"Sürya, x;\ny\t"'], ["", ""], ["b", "B"])
    )
    read = read_table(text.encode(encoding), "x.csv")
    assert read.parts == {
        "centres": [{"id": "a", "name": "Sürya, x;\ny"}, {"id": "b", "name": "B"}]
    }
    assert read.warnings == ()
    assert read.located(Fault("x", pointer="/centres/1/name")).row == 4


@given(
    st.lists(
        st.lists(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")), min_size=2
        )
    )
)
def test_whatever_the_cells_hold_no_error_but_ours_leaves(rows: list[list[str]]) -> None:
    """Any table is read or refused, and each fault has its row."""
    text = "id,name\n" + "\n".join(",".join(row) for row in rows)
    found: tuple[Fault, ...] = ()
    try:
        read_table(text.encode(), "x.csv")
    except FileUnreadable:
        pass
    except RecordsInvalid as refused:
        found = refused.faults
    assert all(fault.row for fault in found)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(raw: bytes) -> None:
    """No file breaks the reader, nor one that begins like a workbook."""
    for start in (b"", b"id\n", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"\xd0\xcf\x11\xe0"):
        try:
            read = read_table(start + raw, "x")
        except (RecordsInvalid, FileUnreadable):
            continue
        assert set(read.parts) <= {"centres", "helplines", "sources"}


def _shipped_sheets() -> Sheets:
    records = shipped_records()
    return read_table(
        _xlsx({name: _grid(kind, records[name]) for kind, name in PLURALS.items()}), "x.xlsx"
    )


def test_a_fault_of_the_schema_is_located_in_its_cell() -> None:
    """A wrong number has sheet, row, header and letter; programs get the pointer."""
    records = shipped_records()
    grid = _grid("centre", records["centres"])
    column = grid[0].index("phones.1.number")
    grid[2][column] = "+3200000000"
    del records["centres"][1]["phones"][0]["display"]
    grid[2][grid[0].index("phones.1.display")] = ""
    sheets = read_table(_xlsx({"Centres": grid}), "x.xlsx")
    with pytest.raises(RecordsInvalid) as refused:
        read_records({**records, **sheets.parts})
    (fault,) = map(sheets.located, refused.value.faults)
    assert (fault.sheet, fault.row, fault.column) == (
        "Centres",
        3,
        f"phones.1.number ({letter(column)})",
    )
    assert fault.pointer == "/centres/1/phones/0/number"
    assert str(fault).startswith(
        f"sheet Centres, row 3, column phones.1.number ({letter(column)}): No such number"
    )


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/centres/0/id", ("centres", 2, "id (A)")),
        ("/centres/2", ("centres", 4, None)),
        ("/centres/payoke/name", ("centres", 3, "name (B)")),
        ("/sources/8/title", ("sources", 10, "title (B)")),
        ("/helplines/3/number", ("helplines", 5, "number (C)")),
        ("/centres/1/verified", ("centres", 3, None)),
        ("/centres/1/sources/verified/0", ("centres", 3, "sources.verified")),
        ("/helplines", (None, None, None)),
        ("/centres/3/id", (None, None, None)),
        ("/centres/nobody/id", (None, None, None)),
        ("/publisher", (None, None, None)),
        ("/", (None, None, None)),
        (None, (None, None, None)),
    ],
)
def test_a_fault_is_located_as_far_as_it_has_a_place(
    pointer: str | None, place: tuple[object, ...]
) -> None:
    """A record has a row, a member a column; a column that the sheet lacks has no letter."""
    found = _shipped_sheets().located(Fault("x", pointer=pointer))
    if pointer == "/centres/1/verified":
        assert (found.column or "").startswith("verified.on (")
        place = (*place[:2], found.column)
    assert (found.sheet, found.row, found.column) == place
    assert (found.detail, found.pointer) == ("x", pointer)


def test_every_fault_of_a_table_is_told_at_once() -> None:
    """Unknown column and type, duplicate header, long row, missing header, NUL: each once, with its
    place.
    """
    raw = b"\n".join(
        [
            b"type,id,phnes.1.number,id,,empty",
            b"centre,a,+32,,,",
            b"centre,b,+33,,,",
            b"shop,c,,,,",
            b",d,,,,",
            b"Centres,e,,,loose,",
            b"source,f,1,,,,more,,,",
            b"helpline,g\0,,,",
        ]
    )
    loose = (
        "The cell has no header. Name its column, or put quotation marks around a cell with commas."
    )
    unknown = "A {} has no such column. Did you mean phones.1.number?"
    assert sorted(_faults(raw)) == sorted(
        [
            "row 1, column id (D): The same column is at B, too. Keep one of them.",
            f"row 2, column phnes.1.number (C): {unknown.format('centre')}",
            "row 4, column type (A): Write one of: centre, helpline, source.",
            "row 5, column type (A): Write one of: centre, helpline, source.",
            f"row 6, column E: {loose}",
            f"row 7, column G: {loose}",
            "row 7, column phnes.1.number (C): A source has no such column. "
            "An exported table has all columns.",
            "row 8, column B: The cell has a NUL byte: the file is damaged, or is not a table as "
            "text.",
        ]
    )


def test_a_strange_header_is_shown_short_and_plain() -> None:
    """What a terminal would obey and what fills the screen is not repeated."""
    (fault,) = _faults(b"id,x\x1b[2J" + b"y" * 5000 + b"\na,1\n")
    assert fault.startswith("row 2, column x\N{REPLACEMENT CHARACTER}[2Jyyy")
    assert len(fault) < 200


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"pag-asa,PAG-ASA\npayoke,Payoke\n", "row 1: The first row has no column of a centre"),
        (b"\n\n  \nfirst\na\n", "row 4: The first row has no column of a centre"),
        (b'"type,id,name"\n"centre,a,A"\n', "row 1: The first row has no column of a centre"),
        (b"id," * 1000 + b"id\na\n", "row 1: There are more than 1,000 columns"),
        (b"id\n" + b"a\n" * 10_001, "row 10002: There are more than 10,000 rows"),
    ],
)
def test_a_table_that_is_no_table_of_records_is_one_fault(raw: bytes, says: str) -> None:
    """Without a header, too wide or too long: one fault with its row."""
    found = _faults(raw)
    assert found[0].startswith(says) or found[-1].startswith(says)
    assert len([fault for fault in found if "The same column" not in fault]) == 1


def test_ten_thousand_rows_are_read() -> None:
    """The longest table is read whole."""
    assert len(read_table(b"id\n" + b"a\n" * 10_000, "x.csv").parts["centres"]) == 10_000


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "has no record"),
        (b"\n \n", "has no record"),
        (b"id,name\n", "has no record"),
        (b"id\n" + b"a" * (5 * 1024 * 1024), "larger than 5 MB"),
        (b'id,name\na,"A\n', "after row 1 the quotation marks do not match"),
        (b'"id\n', "in the first row the quotation marks do not match"),
        (b"id\n" + b"a" * 200_000, "longer than 128 KB"),
        (b"i" * 200_000, "longer than 128 KB"),
        (b"\xef\xbb\xbfid\n\xff", "begins as UTF-8, but is not UTF-8 at byte 6"),
        (b"\xff\xfeid\n", "begins as UTF-16, but is not UTF-16 at byte"),
        (b"\x89PNG\r\n\x1a\n\x81\x8d", "neither an Excel workbook nor a table as text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password or is an old .xls"),
        (b"PK\x03\x04 and no more", "the workbook is damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(raw: bytes, says: str) -> None:
    """Empty, too large, another kind of file, or quotation marks that do not match."""
    assert says in _unreadable(raw)


def test_cells_of_a_workbook_are_read_as_they_are_shown() -> None:
    """Integers, dates, yes and no, and text are as in a CSV; a time is left for the schema to
    refuse.
    """
    header = [
        "id",
        "address.postal_code",
        "phones.1.number",
        "location.lat",
        "languages.1.interpreter",
        "verified.on",
    ]
    when = dt.datetime.combine(dt.date(2026, 11, 2), dt.time(10, 30))
    rows: list[list[object]] = [
        [*header],
        ["a", 1000.0, 3225116464.0, 50.8428, True, dt.date(2026, 11, 2)],
        ["b", "01000", "+3225116464", -4, False, when],
        ["c", 0, None, 1e-7, "no", dt.time(9, 30)],
    ]
    sheets = read_table(_xlsx({"Blad1": rows}), "x.xlsx")
    assert sheets.parts["centres"] == [
        {
            "id": "a",
            "address": {"postal_code": "1000"},
            "phones": [{"number": "3225116464"}],
            "location": {"lat": 50.8428},
            "languages": [{"interpreter": True}],
            "verified": {"on": "2026-11-02"},
        },
        {
            "id": "b",
            "address": {"postal_code": "01000"},
            "phones": [{"number": "+3225116464"}],
            "location": {"lat": -4.0},
            "languages": [{"interpreter": False}],
            "verified": {"on": "2026-11-02"},
        },
        {
            "id": "c",
            "address": {"postal_code": "0"},
            "location": {"lat": 1e-7},
            "languages": [{"interpreter": False}],
            "verified": {"on": "09:30:00"},
        },
    ]


@pytest.mark.parametrize(
    ("sheet", "column", "collection"),
    [
        ("Centres", "id", "centres"),
        ("centre", "id", "centres"),
        ("HELPLINES", "id", "helplines"),
        (" helpline ", "id", "helplines"),
        ("Sources", "id", "sources"),
        ("Sheet1", "id", "centres"),
    ],
)
def test_a_sheets_name_says_what_its_rows_are(sheet: str, column: str, collection: str) -> None:
    """In any case, singular or plural; another name means centres."""
    assert read_table(_xlsx({sheet: [[column], ["a"]]}), "x.xlsx").parts == {
        collection: [{"id": "a"}]
    }


def test_sheets_are_put_together_and_empty_ones_left_out() -> None:
    """Rows of one kind in two sheets are one list; each fault names its sheet and its row
    number.
    """
    book = openpyxl.load_workbook(
        io.BytesIO(
            _xlsx(
                {
                    "Notes": [],
                    "North": [[], ["id"], [], ["a"]],
                    "South": [["type", "id"], ["centre", "b"]],
                }
            )
        )
    )
    book.create_chartsheet("Chart")
    raw = io.BytesIO()
    book.save(raw)
    sheets = read_table(raw.getvalue(), "x.xlsx")
    assert sheets.parts == {"centres": [{"id": "a"}, {"id": "b"}]}
    places = [sheets.located(Fault("x", pointer=f"/centres/{index}/id")) for index in (0, 1)]
    assert [(fault.sheet, fault.row, fault.column) for fault in places] == [
        ("North", 4, "id (A)"),
        ("South", 2, "id (B)"),
    ]


def test_faults_of_all_sheets_are_told_together() -> None:
    """A sheet of notes and a misspelt column in another sheet are two faults, each with its
    sheet.
    """
    book = _xlsx({"Notes": [["to do"], ["call"]], "Sources": [["id", "titel"], ["a", "A"]]})
    assert _faults(book, "x.xlsx") == [
        "sheet Notes, row 1: The first row has no column of a centre, such as id and name. "
        "It must name the columns, one in each cell.",
        "sheet Sources, row 2, column titel (B): A source has no such column. Did you mean title?",
    ]


ONE = _xlsx({"Centres": [["id", "name"], ["a", 5]]})
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
    """Half a file, a missing part, broken XML, a position that is none."""
    assert says in _unreadable(raw)


def test_a_workbook_with_macros_or_a_password_is_refused() -> None:
    """Macros are not read past, and a password in the archive is told."""
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a") as book:
        book.writestr("xl/vbaProject.bin", b"x")
    assert "has macros" in _unreadable(made.getvalue())
    # Bit 0 of the general purpose flag of each entry of the central directory.
    entry = ONE.index(b"PK\x01\x02") + 8
    assert "has a password" in _unreadable(ONE[:entry] + b"\x01" + ONE[entry + 1 :])


def test_an_archive_that_no_spreadsheet_packs_is_refused() -> None:
    """Another compression, or part names that differ only in case, could be read in two ways."""
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a", zipfile.ZIP_LZMA) as book:
        book.writestr("xl/more.xml", b"<x/>")
    assert "no spreadsheet program packs a workbook like this" in _unreadable(made.getvalue())
    made = io.BytesIO(ONE)
    with zipfile.ZipFile(made, "a") as book:
        book.writestr(SHEET.upper(), b"<x/>")
    assert "no spreadsheet program packs a workbook like this" in _unreadable(made.getvalue())


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
    "bomb",
    [
        _sheet(b"</sheetData>", b"</sheetData>" + b" " * 60_000_000),
        _sheet(b'<c r="B2"', b'<c r="XFD1048576"'),
        _sharing([b"x", b"x" * 32_000], 2000),
        _sharing([b"x", "한".encode() * 10_000], 2000),
    ],
    ids=[
        "spaces",
        "a cell at the end of the sheet",
        "one long text in many cells",
        "one long text in Korean in many cells",
    ],
)
def test_a_small_file_that_unpacks_to_a_mountain_is_refused(bomb: bytes) -> None:
    """What is under 1 MB packed and would take gigabytes is refused before it does."""
    assert len(bomb) < 1_000_000
    assert "too large for a directory" in _unreadable(bomb)


def test_a_second_part_with_texts_does_not_hide_a_long_one() -> None:
    """Of several parts with shared texts, the longest text of each number counts."""
    raw = io.BytesIO(_sharing([b"x", b"x" * 32_000], 2000))
    with zipfile.ZipFile(raw, "a") as book:
        book.writestr("xl/zz.xml", b"<sst><si/><si/></sst>")
    assert "too large for a directory" in _unreadable(raw.getvalue())


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


def test_a_cell_without_a_result_is_a_fault_and_not_an_empty_cell() -> None:
    """A formula error, or a formula without a result, must not be read as a removed value."""
    book = openpyxl.Workbook()
    book.worksheets[0].title = "Other"
    sheet = book.create_sheet("Centres")
    for row in (["id", "name", "email"], ["a", "=1+1", "b"]):
        sheet.append(row)
    sheet["C2"].value = "#REF!"
    sheet["C2"].data_type = "e"
    raw = io.BytesIO()
    book.save(raw)
    assert _faults(raw.getvalue(), "x.xlsx") == [
        "sheet Centres, row 2, column B: The cell has a formula without a result. "
        "Open the file in a spreadsheet program and save it.",
        "sheet Centres, row 2, column C: The formula in this cell gives an error. "
        "Correct it and save the file again.",
    ]


@given(st.integers(0, 16_383))
def test_letters_are_those_of_spreadsheets(index: int) -> None:
    """A column is called as openpyxl calls it, to the last one of Excel."""
    assert letter(index) == get_column_letter(index + 1)
