"""Values of a record that mislead: each mistake with what stops it, an error or a warning."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from directory_api.change.directory import read_records
from directory_api.change.warnings import record_warnings
from directory_api.text.errors import RecordsInvalid
from tests.support.records import made_up_centre, shipped_records

TODAY = date(2026, 11, 24)
SAFE_CENTRE = made_up_centre(
    1,
    phones=[{"number": "+3225116464", "kind": "main"}],
    opening_hours="Mo-Fr 09:00-17:00; PH off",
    timezone="Europe/Brussels",
)


def _found(
    centre: Mapping[str, Any] = SAFE_CENTRE, line: Mapping[str, Any] | None = None
) -> list[str]:
    """The errors as `error POINTER`, or the warnings as `CODE POINTER`, of a directory with one
    centre and one helpline more.
    """
    document = {**shipped_records(), "centres": [centre]}
    if line is not None:
        document["helplines"].append(line)
    try:
        records = read_records(document)
    except RecordsInvalid as error:
        return [f"error {_short(fault.pointer)}" for fault in error.faults]
    found = record_warnings(records.centres, records.helplines, lambda *_: None, TODAY)
    return [
        f"{each.code} {_short(each.pointer)}"
        for each in found
        if each.code != "unknown_postcode" and (each.pointer or "").startswith(_OURS)
    ]


# The shipped helplines have warnings of their own.
_OURS = (f"/centres/{SAFE_CENTRE['id']}", "/helplines/line")


def _short(pointer: str | None) -> str:
    """A pointer without the list and the index or id of the record."""
    return (pointer or "").split("/", 3)[-1]


def _line(kind: str, number: str, *countries: str, **members: Any) -> dict[str, Any]:
    return {
        "id": "line",
        "kind": kind,
        "name": {"en": "A line"},
        "number": number,
        "countries": list(countries or ("BE",)),
        **members,
    }


EMERGENCY, POLICE, NATIONAL = "emergency", "police", "national_line"


@pytest.mark.parametrize(
    ("line", "found"),
    [
        (_line(EMERGENCY, "112"), []),
        (_line(EMERGENCY, "112", hours="24/7"), []),
        (_line(EMERGENCY, "112", "BE", "FR", "DE", "LU", "NL"), []),
        (_line(POLICE, "101"), []),
        (_line(POLICE, "17", "FR"), []),
        (_line(POLICE, "110", "DE"), []),
        (_line(POLICE, "113", "LU"), []),
        (_line(EMERGENCY, "999", "GB"), []),
        (_line(EMERGENCY, "911", "IO"), []),  # the tables know no emergency number of it
        (_line(EMERGENCY, "113"), ["error number"]),
        (_line(EMERGENCY, "12"), ["error number"]),
        (_line(EMERGENCY, "999"), ["error number"]),
        (_line(EMERGENCY, "911"), ["error number"]),
        (_line(EMERGENCY, "1122"), ["error number"]),
        (_line(EMERGENCY, "+3278055801"), ["error number"]),
        (_line(POLICE, "110"), ["error number"]),
        (_line(POLICE, "17", "FR", "BE"), ["error number"]),
        (_line(POLICE, "+319008844", "NL"), ["error number"]),
        (_line(EMERGENCY, "112", hours="Mo-Fr 09:00-17:00"), ["error hours"]),
        (_line(POLICE, "110", hours="Mo-Su 08:00-20:00"), ["error number", "error hours"]),
        (_line(NATIONAL, "+3278055801"), []),
        (_line(NATIONAL, "+319008845", "NL"), ["premium_rate number"]),
        (_line(NATIONAL, "+3290012345"), ["premium_rate number"]),
        (_line(NATIONAL, "+31334481187"), ["foreign_phone number"]),
        (_line(NATIONAL, "+31334481187", "BE", "NL"), []),
        (_line(NATIONAL, "+80012345678"), []),
        (_line(NATIONAL, "1712"), []),
        (_line(NATIONAL, "3919", "FR"), []),
        (_line(NATIONAL, "116016", "DE"), []),
        (_line(NATIONAL, "12"), ["unknown_number number"]),
        (_line(NATIONAL, "999", "BE", "GB"), ["unknown_number number"]),
        (_line(NATIONAL, "12", "IO"), []),
        (_line(NATIONAL, "1712", hours="2024 Mo-Fr 09:00-17:00"), ["past_hours hours"]),
        (_line(NATIONAL, "1712", hours='Mo-Fr "on call"'), ["unclear_hours hours"]),
        (_line(NATIONAL, "1712", hours='Mo-Fr "by appointment"'), []),
        (_line(NATIONAL, "1712", hours="off"), ["error hours"]),
    ],
    ids=lambda value: None,
)
def test_a_helpline_has_a_number_and_hours_that_can_be_right(
    line: dict[str, Any], found: list[str]
) -> None:
    """Emergency numbers are those of each country, at any time; other numbers are warned about."""
    assert _found(line=line) == found


def test_an_emergency_line_needs_a_number() -> None:
    """A web site alone does not answer a call."""
    line = {**_line(POLICE, ""), "url": "https://www.police.be/"}
    del line["number"]
    assert _found(line=line) == ["error number"]


def test_the_error_names_the_emergency_numbers_of_the_country() -> None:
    """If they are few; otherwise it names the country alone."""
    for country, named in {"BE": "of Belgium (100, 101, 112). ", "GA": "of Gabon. "}.items():
        document = shipped_records()
        document["helplines"].append(_line(EMERGENCY, "999", country))
        with pytest.raises(RecordsInvalid) as error:
            read_records(document)
        (fault,) = error.value.faults
        assert f"This is not an emergency number {named}" in fault.detail
        assert "the kind “National line” (national_line)" in fault.detail


def _phone(number: str = "+3225116464", kind: str = "main", **members: Any) -> dict[str, Any]:
    return {"phones": [{"number": number, "kind": kind, **members}]}


NIGHTS = "Mo-Fr 17:00-09:00"


@pytest.mark.parametrize(
    ("members", "found"),
    [
        ({}, []),
        # Hours
        ({"opening_hours": "off"}, ["error opening_hours"]),
        ({"opening_hours": "Mo-Fr closed; PH off"}, ["error opening_hours"]),
        (_phone(hours="off"), ["error phones/0/hours"]),
        ({"opening_hours": "2025 Mo-Fr 09:00-17:00"}, ["past_hours opening_hours"]),
        ({"opening_hours": "2024 Jan 1-2025 Feb 1 10:00-12:00"}, ["past_hours opening_hours"]),
        ({"opening_hours": "24/7; 2020+ off"}, ["past_hours opening_hours"]),
        ({"opening_hours": "24/7; 2020 Dec 24 off"}, ["past_hours opening_hours"]),
        ({"opening_hours": "24/7; Dec 24 off; 2099 Dec 25 off"}, []),
        ({"opening_hours": "2025-2026 Mo-Fr 09:00-17:00"}, []),
        ({"opening_hours": "2027 Mo-Fr 09:00-17:00"}, []),
        ({"opening_hours": "09:00-05:00"}, ["overnight_hours opening_hours"]),
        ({"opening_hours": NIGHTS}, ["overnight_hours opening_hours"]),
        (_phone(hours=NIGHTS), ["overnight_hours phones/0/hours"]),
        (_phone(kind="duty", hours=NIGHTS), []),
        ({"opening_hours": "Fr-Sa 20:00-04:00"}, []),
        ({"opening_hours": "24/7"}, []),
        (_phone(hours='Mo "call first"'), ["unclear_hours phones/0/hours"]),
        # Time zone
        ({"timezone": "Europe/Paris"}, ["foreign_timezone timezone"]),
        ({"timezone": "UTC"}, ["foreign_timezone timezone"]),
        # Phones
        (_phone(kind="fax"), ["no_phone made-up-001"]),
        ({**_phone(kind="fax"), "status": "closed"}, []),
        (_phone("+3290012345"), ["premium_rate phones/0/number"]),
        (_phone("+3278055801", display="78055801"), ["error phones/0/display"]),
        (_phone("+3278055801", display="078 05 58 01"), []),
        (_phone("+3278055801", display="0078055801"), ["error phones/0/display"]),
        # Languages
        ({"languages": [{"code": "und"}]}, ["error languages/0/code"]),
        ({"languages": [{"code": "zxx"}]}, ["error languages/0/code"]),
        ({"languages": [{"code": "mul"}]}, ["error languages/0/code"]),
        (_phone(languages=["mis"]), ["error phones/0/languages/0"]),
        ({"description": {"und": "A text"}}, ["error description/und"]),
        ({"description": {"fr": "Un", "fra": "Deux"}}, ["error description"]),
    ],
    ids=lambda value: None,
)
def test_a_centre_has_values_that_can_be_right(members: dict[str, Any], found: list[str]) -> None:
    """What can never be right is an error, what may be right is a warning."""
    assert _found({**SAFE_CENTRE, **members}) == found


@pytest.mark.parametrize(
    ("number", "display", "shown"),
    [
        ("+3278055800", "78055800", "078 05 58 00"),
        ("+3612345678", "1 234 5678", "(06 1) 234 5678"),
    ],
)
def test_a_printed_number_without_its_beginning_is_told_how_to_write_it(
    number: str, display: str, shown: str
) -> None:
    """In most countries a number begins with 0, in Hungary with 06."""
    document = {
        **shipped_records(),
        "centres": [{**SAFE_CENTRE, **_phone(number, display=display)}],
    }
    with pytest.raises(RecordsInvalid) as error:
        read_records(document)
    assert f"Write {shown}." in error.value.faults[0].detail


@pytest.mark.parametrize(
    ("number", "display"),
    [
        ("+34912345678", "912 34 56 78"),
        ("+35227365647", "27 36 56 47"),
        ("+12015550123", "201-555-0123"),
    ],
)
def test_a_country_whose_numbers_begin_with_no_0_prints_them_so(number: str, display: str) -> None:
    """Spain, Luxembourg and the USA."""
    found = _found({**SAFE_CENTRE, **_phone(number, display=display)})
    assert found == ["foreign_phone phones/0/number"]


@pytest.mark.parametrize(
    ("written", "stored"),
    [
        ("fra", "fr"),
        ("iw", "he"),
        ("pt-br", "pt-BR"),
        ("FR", "fr"),
        ("sh", "sr-Latn"),
        ("ti", "ti"),
    ],
)
def test_a_language_is_stored_as_visitors_look_for_it(written: str, stored: str) -> None:
    """In each place that has a language, in the canonical form of BCP 47."""
    text = {written: "A text"}
    centre = {
        **SAFE_CENTRE,
        "languages": [{"code": written}],
        "description": text,
        "phones": [{**_phone()["phones"][0], "languages": [written], "note": text}],
    }
    line = {**_line(NATIONAL, "1712"), "note": text}
    document = {**shipped_records(), "centres": [centre]}
    document["helplines"].append(line)
    records = read_records(document)
    read, read_line = records.centres[0], records.helplines[-1]
    assert [spoken.code for spoken in read.languages] == [stored]
    assert read.phones[0].languages == (stored,)
    for texts in (read.description, read.phones[0].note, read_line.note):
        assert dict(texts) == {stored: "A text"}
