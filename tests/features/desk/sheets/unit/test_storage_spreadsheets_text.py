"""A table as text, in each encoding and with each delimiter, is read, or refused in a sentence."""

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.features.desk.sheets.table import MOST_COLUMNS
from directory_api.text.errors import Fault, FileUnreadable, RecordsInvalid
from tests.support.records import shipped_records
from tests.support.spreadsheets import grid_of, read_table, unreadable


def test_excels_own_csv_is_read_with_a_warning() -> None:
    """Semicolons, windows-1252 and decimal commas, as from Excel in Belgium: the same records."""
    (centre, *_) = records = shipped_records()["centres"]
    header, *rows = grid_of("centre", records)
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
    """No file breaks the reader, nor one that begins like an old workbook."""
    for start in (b"", b"id\n", b"\xff\xfe", b"\xef\xbb\xbf", b"\xd0\xcf\x11\xe0"):
        try:
            read = read_table(start + raw, "x")
        except (RecordsInvalid, FileUnreadable):
            continue
        assert set(read.parts) <= {"centres", "helplines", "sources"}


def test_ten_thousand_rows_are_read() -> None:
    """The longest table is read whole."""
    assert len(read_table(b"id\n" + b"a\n" * 10_000, "x.csv").parts["centres"]) == 10_000


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "has no record"),
        (b"\n \n", "has no record"),
        (b"id,name\n", "has no record"),
        (b'id,name\na,"A\n', "after row 1 the quotation marks do not match"),
        (b'"id\n', "in the first row the quotation marks do not match"),
        (b"id\n" + b"a" * 200_000, "longer than 128 KB"),
        (b"i" * 200_000, "longer than 128 KB"),
        (b"\xef\xbb\xbfid\n\xff", "begins as UTF-8, but is not UTF-8 at byte 6"),
        (b"\xff\xfeid\n", "begins as UTF-16, but is not UTF-16 at byte"),
        (b"\x89PNG\r\n\x1a\n\x81\x8d", "neither an Excel workbook nor a table as text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "has a password or is an old .xls"),
        (b"PK\x03\x04 and no more", "It is damaged"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(raw: bytes, says: str) -> None:
    """Empty, another kind of file, or quotation marks that do not match."""
    assert says in unreadable(raw)


@pytest.mark.parametrize(
    ("rest", "column"),
    [("," * 2_000_000, None), (",x" * 1_000_000, "ALM"), ("," * 5_000 + "x", "ALM")],
    ids=["empty", "filled", "filled far away"],
)
def test_cells_beyond_the_most_columns_are_one_fault(rest: str, column: str | None) -> None:
    """A fault for each would take a gigabyte of memory. Empty cells are no error."""
    raw = f"id,name\na,b{rest}\n".encode()
    if column is None:
        assert read_table(raw, "x.csv").parts == {"centres": [{"id": "a", "name": "b"}]}
        return
    with pytest.raises(RecordsInvalid) as refused:
        read_table(raw, "x.csv")
    assert refused.value.faults[-1].column == column
    assert len(refused.value.faults) <= MOST_COLUMNS
