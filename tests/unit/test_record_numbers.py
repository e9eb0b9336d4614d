"""Every number that a visitor can be shown of a record."""

from typing import Any

import pytest

from directory_api.record.numbers import ShownNumber, shown_numbers
from directory_api.record.records import Centre
from tests.support.records import made_up_centre

MAIN, OTHER, THIRD = "+3225116464", "+3232011690", "+3242324030"


def test_numbers_are_those_of_phones_of_some_time_and_of_channels() -> None:
    """Each with its pointer; the address of a chat is none."""
    record = made_up_centre(
        1,
        phones=[{"number": MAIN, "display": "02 511 64 64", "kind": "main"}],
        temporary={"until": "2026-12-01", "phones": [{"number": OTHER, "kind": "duty"}]},
        channels=[
            {"kind": "chat", "address": "https://www.pag-asa.be/"},
            {"kind": "call"},
            {"kind": "sms", "address": THIRD},
        ],
    )
    expected = [
        ShownNumber("/phones/0/number", MAIN, "main", "02 511 64 64"),
        ShownNumber("/temporary/phones/0/number", OTHER, "duty"),
        ShownNumber("/channels/2/address", THIRD, "sms"),
    ]
    assert [*shown_numbers(record)] == expected
    assert [*shown_numbers(Centre.from_record(record).to_record())] == expected


def test_the_number_of_a_helpline_is_before_those_of_its_channels() -> None:
    """It is called."""
    line = {
        "id": "line",
        "number": "112",
        "display": "112",
        "channels": [{"kind": "call", "address": MAIN}],
    }
    assert [*shown_numbers(line)] == [
        ShownNumber("/number", "112", "call", "112"),
        ShownNumber("/channels/0/address", MAIN, "call"),
    ]


@pytest.mark.parametrize("junk", [None, 5, "a", ["a"], {"a": 1}, [{"number": 5}], [[]]])
@pytest.mark.parametrize("member", ["number", "phones", "temporary", "permanent", "channels"])
def test_a_raw_record_may_have_anything(member: str, junk: Any) -> None:
    """The schema reports it; a text is the number that it would be."""
    expected = ["a"] if (member, junk) == ("number", "a") else []
    assert [shown.number for shown in shown_numbers({member: junk})] == expected
    assert [*shown_numbers({"temporary": {"phones": junk}})] == []
