"""How large a directory and a record may be."""

from typing import Any

import pytest
from marshmallow import ValidationError

from directory_api.change.directory import (
    MOST_FAULTS_OF_DOCUMENT,
    MOST_RECORDS,
    RECORD_BYTES,
    read_records,
    too_large,
)
from directory_api.record import validators
from directory_api.record.schemas import CentreSchema, faults
from directory_api.text.errors import RecordsInvalid
from tests.support.records import made_up_centre, shipped_records


def _refused(raw: Any) -> RecordsInvalid:
    with pytest.raises(RecordsInvalid) as refused:
        read_records(raw)
    return refused.value


@pytest.mark.parametrize("collection", ["centres", "helplines", "sources"])
def test_a_flood_of_records_is_one_fault(collection: str) -> None:
    """More records than anybody keeps are refused before each is looked at."""
    (fault,) = _refused({**shipped_records(), collection: [0] * (MOST_RECORDS + 1)}).faults
    assert fault.pointer == f"/{collection}"
    assert "more than 10,000 records" in fault.detail
    assert "make several directories" in fault.detail


def test_a_record_of_more_than_64_kb_is_refused() -> None:
    """Many texts of valid length do not make a record that is too large for every answer."""
    texts = {f"en-x-a{number}": "word " * 150 + "end" for number in range(100)}
    (fault,) = _refused(
        {**shipped_records(), "centres": [made_up_centre(1, description=texts)]}
    ).faults
    assert fault.pointer == "/centres/0"
    assert fault.detail == (
        "The record is larger than 64 KB. Its largest field is “description”. Shorten it. "
        "(made-up-001)"
    )


@pytest.mark.parametrize("letter", ["a", "ع", "한", "😀"])
def test_a_record_is_as_large_as_its_bytes(letter: str) -> None:
    """It is counted as it is sent, whatever the letters."""
    count = RECORD_BYTES // len(letter.encode()) // 1000
    texts = {f"en-x-a{number}": letter * 1000 for number in range(count + 1)}
    assert too_large(made_up_centre(1, description=texts))
    assert not too_large(made_up_centre(1, description=dict(list(texts.items())[: count - 1])))


def test_lists_are_bounded() -> None:
    """A hundred phones are more than any centre has."""
    phones = [{"number": "+3225116464", "kind": "main"}] * 101
    (fault,) = _refused({**shipped_records(), "centres": [made_up_centre(1, phones=phones)]}).faults
    assert fault.pointer == "/centres/0/phones"


def test_what_is_acknowledged_leaves_room_for_the_rest_of_a_record() -> None:
    """It needs no review, so nobody may fill a record with it, whatever the letters."""
    entry = {"warning": "no_phone", "value": "v" * 1000, "reason": "😀" * 300}
    many = [entry] * 20
    assert not too_large(made_up_centre(1, acknowledged=many, description={"en": "x" * 1000}))
    read_records({**shipped_records(), "centres": [made_up_centre(1, acknowledged=many)]})
    for refused, member in (
        ([*many, entry], ""),
        ([{**entry, "value": "😀" * 300}], "/0/value"),
        ([{**entry, "reason": "r" * 301}], "/0/reason"),
    ):
        (fault,) = _refused(
            {**shipped_records(), "centres": [made_up_centre(1, acknowledged=refused)]}
        ).faults
        assert fault.pointer == f"/centres/0/acknowledged{member}"


def test_of_many_faults_the_first_thousand_are_told() -> None:
    """All are counted."""
    refused = _refused({**shipped_records(), "centres": [{}] * 1000})
    assert len(refused.faults) == MOST_FAULTS_OF_DOCUMENT
    assert int(refused.detail.split()[2]) > MOST_FAULTS_OF_DOCUMENT


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("phones", [{}] * 30),
        ("languages", [1] * 30),
        ("services", ["x"] * 30),
        ("description", {f"x{number}": "<" for number in range(30)}),
        ("sources", {f"x{number}": [1] for number in range(30)}),
    ],
)
def test_of_a_list_or_a_mapping_twenty_entries_with_faults_are_told(
    member: str, value: object
) -> None:
    """A megabyte of them took half a minute. What is right between them does not count."""
    raw = made_up_centre(1, **{member: value})
    with pytest.raises(ValidationError) as refused:
        CentreSchema.read(raw)
    places = {(fault.pointer or "").split("/")[2] for fault in faults(refused.value.messages)}
    assert len(places) == validators.MOST_FAULTS_OF_A_LIST
    phone = {"number": "+3225116464", "kind": "main"}
    with pytest.raises(ValidationError) as refused:
        CentreSchema.read(made_up_centre(1, phones=[*[phone] * 50, {}]))
    assert {fault.pointer for fault in faults(refused.value.messages)} == {
        "/phones/50/number",
        "/phones/50/kind",
    }


def test_twenty_unknown_members_are_told() -> None:
    """Beside every other fault."""
    unknown = {f"x{number}": 1 for number in range(30)}
    with pytest.raises(ValidationError) as refused:
        CentreSchema.read({**unknown, **made_up_centre(1, kind="x")})
    pointers = [fault.pointer for fault in faults(refused.value.messages)]
    assert len(pointers) == 21
    assert "/kind" in pointers


@pytest.mark.parametrize("raw", [None, [], {"centres": 5}, {"sources": {}}])
def test_what_is_no_directory_at_all_is_told_as_such(raw: Any) -> None:
    """Anything else is for the schema to say."""
    assert _refused(raw).faults


def test_a_language_tag_of_thousands_of_letters_is_a_fault() -> None:
    """It is refused by its length before anybody reads it part by part."""
    texts = {"en" + "-abcdefgh" * 1000: "x"}
    (fault,) = _refused(
        {**shipped_records(), "centres": [made_up_centre(1, description=texts)]}
    ).faults
    assert "BCP 47" in fault.detail


def test_a_text_that_a_spreadsheet_would_calculate_is_refused() -> None:
    """Where semicolons separate cells, what comes behind one would be a formula."""
    for name in ("x;=1+1", "x; @sum", "x;-1", "x;\u00a0+1"):
        (fault,) = _refused({**shipped_records(), "centres": [made_up_centre(1, name=name)]}).faults
        assert "formula" in fault.detail
    read_records({**shipped_records(), "centres": [made_up_centre(1, name="a; b = c - d")]})


def test_a_large_member_with_a_long_name_is_not_named() -> None:
    """The name alone could fill the message."""
    fault = too_large({"x" * 10_000: "y" * RECORD_BYTES})
    assert fault is not None
    assert fault.detail.endswith("KB. Shorten it.")
    assert "x" not in fault.detail
