"""The records as one CSV table."""

import csv
import io
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from directory_api.change.change import Contents
from directory_api.features.desk.sheets.as_csv import as_csv
from directory_api.record import vocabulary
from tests.support.amount import tried
from tests.support.record_strategies import CENTRES, HELPLINES, SOURCE_RECORDS
from tests.support.records import shipped_records
from tests.support.spreadsheets import read_table


def _contents(records: dict[str, Any]) -> Contents:
    """What a store keeps of these records."""
    return {
        "directory": {
            "directory": {name: records[name] for name in ("publisher", "licence", "sources")}
        },
        "helpline": {line["id"]: line for line in records["helplines"]},
        "centre": {centre["id"]: centre for centre in records["centres"]},
        "boundary": {"BE": {}},
    }


def _rows(raw: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))


def test_the_shipped_directory_comes_back_from_its_csv() -> None:
    """Exported and read again, centres, helplines and sources are the same records."""
    records = shipped_records()
    assert read_table(as_csv(_contents(records)), "x.csv").parts == {
        "centres": sorted(records["centres"], key=lambda centre: str(centre["id"])),
        "helplines": records["helplines"],
        "sources": records["sources"],
    }


@given(
    st.lists(CENTRES, max_size=3, unique_by=lambda record: str(record["id"])),
    st.lists(HELPLINES, max_size=3, unique_by=lambda record: str(record["id"])),
    st.lists(SOURCE_RECORDS, max_size=2, unique_by=lambda record: str(record["id"])),
)
@settings(max_examples=tried(60), deadline=None)
def test_any_directory_comes_back_from_its_csv(
    centres: list[dict[str, Any]], helplines: list[dict[str, Any]], sources: list[dict[str, Any]]
) -> None:
    """Whatever the records contain, also formulas and quotation marks, the export gives the same
    records.
    """
    records = {**shipped_records(), "centres": centres, "helplines": helplines, "sources": sources}
    if not (centres or helplines or sources):
        sources.append({"id": "one", "title": "One"})
    read = read_table(as_csv(_contents(records)), "x.csv").parts
    assert read.get("centres", []) == sorted(centres, key=lambda centre: str(centre["id"]))
    assert {line["id"]: line for line in read.get("helplines", [])} == {
        line["id"]: line for line in helplines
    }
    assert read.get("sources", []) == sources


@given(CENTRES)
@settings(max_examples=tried(60), deadline=None)
def test_no_cell_is_a_formula(centre: dict[str, Any]) -> None:
    """No spreadsheet program finds a cell that it would calculate or run."""
    for row in _rows(as_csv({"centre": {centre["id"]: centre}})):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)


def test_the_file_is_what_spreadsheets_open() -> None:
    """UTF-8 with a byte order mark, CRLF, rows of equal length, `type` first, centres, lines,
    sources.
    """
    raw = as_csv(_contents(shipped_records()))
    assert raw.startswith(b"\xef\xbb\xbftype,id,name,")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 3 + 24 + 40 + 1
    header, *rows = _rows(raw)
    assert {len(row) for row in rows} == {len(header)}
    assert len(set(header)) == len(header)
    assert [row[0] for row in rows] == ["centre"] * 3 + ["helpline"] * 24 + ["source"] * 40
    assert rows[0][header.index("phones.1.number")].startswith("'+32")


def test_rows_are_in_the_order_of_the_records_file() -> None:
    """Centres by id, helplines by their order and then by id, sources in the order of the list."""
    records = shipped_records()
    lines = [
        dict(records["helplines"][0], id=f"{name}-{kind}", kind=kind)
        for name in "ba"
        for kind in ("emergency",)
    ]
    lines += [dict(records["helplines"][0], id="a-last", kind=vocabulary.HELPLINE_KINDS[-1])]
    centres = [dict(records["centres"][0], id=name) for name in ("c", "a", "b")]
    table = _rows(as_csv(_contents({**records, "centres": centres, "helplines": lines[::-1]})))
    assert [row[1] for row in table[1:7]] == ["a", "b", "c", "a-emergency", "b-emergency", "a-last"]
    assert [row[1] for row in table[7:]] == [source["id"] for source in records["sources"]]


def test_an_empty_directory_is_a_sheet_to_fill_in() -> None:
    """Without a record the header stands alone, with the columns of each kind."""
    ((first, *header),) = _rows(as_csv({}))
    assert first == "type"
    assert {"name", "name.en", "title", "phones.1.number", "countries", "sources"} <= set(header)
