"""Centres and helplines as CSV that a program reads without being told how."""

import csv
import io
import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings

from directory_api.features.formats import as_csv
from directory_api.features.formats.as_csv import CENTRES as COLUMNS
from directory_api.features.formats.as_csv import HELPLINES, NEAREST
from directory_api.record.records import Centre
from tests.support import listings
from tests.support.amount import tried
from tests.support.record_strategies import CENTRES
from tests.support.records import made_up_centre, shipped_records

NUMBERS = {"lat", "lon", "distance_m"}
DATES = {"closed_until", "temporary_until", "verified_on"}
_NUMBER = re.compile(r"[-+]?[0-9.]+([eE][-+]?[0-9]+)?")


def _rows(raw: bytes) -> list[dict[str, str]]:
    """The rows of a table, each as long as its header."""
    text = raw.decode("utf-8-sig")
    header, *lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert text.count("\n") >= len(lines) + 1
    return [dict(zip(header, line, strict=True)) for line in lines]


def _written(*centres: dict[str, Any], language: str = "en") -> list[dict[str, str]]:
    return _rows(as_csv.write(listings.of(map(Centre.from_record, centres), language)))


@pytest.mark.parametrize("columns", [COLUMNS, NEAREST, HELPLINES])
def test_a_table_has_few_columns_each_once(columns: tuple[str, ...]) -> None:
    assert len(set(columns)) == len(columns) <= 30
    assert columns[:2] == ("id", "name")


def test_a_centre_is_one_row() -> None:
    centre = made_up_centre(
        1,
        name_translations={"nl": "Het centrum"},
        address={
            "street": "Rue Haute 1",
            "postcode": "1000",
            "locality": {"nl": "Brussel", "en": "Brussels"},
            "country": "BE",
        },
        location={"lat": 51.2, "lon": -0.5, "precision": "street"},
        phones=[
            {"number": "+3225000001", "kind": "fax"},
            {"number": "+3225000002", "kind": "main", "hours": "24/7"},
            {"number": "116000", "kind": "main"},
        ],
        services=["legal", "medical"],
        verified={"on": "2026-11-01"},
    )
    (row,) = _written(centre, language="nl")
    assert tuple(row) == COLUMNS
    expected = {
        "name": "Het centrum",
        "phone": "tel:+3225000002",
        "phone_hours": "24/7",
        "other_phones": "tel:116000",
        "locality": "Brussel",
        "lat": "51.2",
        "lon": "-0.5",
        "services": "legal; medical",
        "verified_on": "2026-11-01",
        "email": "",
    }
    assert {name: row[name] for name in expected} == expected


def test_what_was_changed_after_its_confirmation_has_no_day_of_one() -> None:
    verified = {"on": "2026-11-01", "changed_since": True}
    (row,) = _written(made_up_centre(1, verified=verified))
    assert row["verified_on"] == ""


@given(CENTRES)
@settings(max_examples=tried(60), deadline=None)
def test_no_text_is_a_formula_and_none_is_read_as_a_number(centre: dict[str, Any]) -> None:
    """Whatever a record says: only numbers are numbers, days are ISO 8601, and no program finds a
    cell that it would calculate or run.
    """
    (row,) = _written(centre)
    for name, cell in row.items():
        if name in NUMBERS:
            assert not cell or _NUMBER.fullmatch(cell), name
        elif name in DATES:
            assert not cell or date.fromisoformat(cell), name
        else:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), name
        if "phone" in name and name != "phone_hours":
            assert all(part.startswith("tel:") for part in cell.split("; ") if part), name


def test_helplines_have_a_table_of_their_own() -> None:
    """In the order to try them, with texts in one language; a name cannot be a formula."""
    evil = replace(listings.LINES[0], id="x", name={"nl": "=Lijn"})
    rows = _rows(as_csv.helplines([listings.LINES[0], evil, *listings.LINES[1:]], "nl"))
    assert tuple(rows[0]) == HELPLINES
    assert [row["number"] for row in rows[:4]] == [
        "tel:112",
        "tel:112",
        "tel:101",
        "tel:+3278055800",
    ]
    assert [row["name"] for row in rows[:2]] == ["Europees noodnummer", "'=Lijn"]
    assert "https://www.stopmensenhandel.be/" in {row["url"] for row in rows}
    assert [row["id"] for row in rows if row["id"] != "x"] == [line.id for line in listings.LINES]


def test_the_shipped_centres_are_three_rows_with_crlf_and_a_mark() -> None:
    """A byte order mark, for Excel."""
    centres = map(Centre.from_record, shipped_records()["centres"])
    raw = as_csv.write(listings.of(centres))
    assert raw.startswith(b"\xef\xbb\xbfid,name,phone,")
    assert raw.count(b"\n") == raw.count(b"\r\n") == 1 + 3
