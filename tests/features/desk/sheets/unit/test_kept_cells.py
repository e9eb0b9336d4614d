"""What a table has no columns for stays as it is stored."""

from typing import Any

import pytest

from directory_api.features.desk.sheets import filled_in
from directory_api.features.desk.sheets.kept_cells import with_kept
from tests.support.records import made_up_centre

PHONES: list[dict[str, Any]] = [
    {
        "number": "+3225116464",
        "display": "02 511 64 64",
        "kind": "main",
        "languages": ["nl"],
        "note": {"en": "Ask for Ann"},
    },
    {"number": "+3232011690", "kind": "duty"},
    {"number": "+3242324030", "kind": "mobile"},
]
SPOKEN = [{"code": "nl", "source": "flyer"}, {"code": "fr", "interpreter": True}]


def _after(stored: dict[str, Any], **cells: str) -> dict[str, Any]:
    """The record after an import of a table with these columns, a dot as two underscores."""
    row = {"id": stored["id"], **{name.replace("__", "."): text for name, text in cells.items()}}
    return filled_in.unflatten("centre", with_kept("centre", row, stored))


def test_a_missing_column_keeps_its_value_and_an_empty_cell_empties_it() -> None:
    """Texts in other languages, sources and confirmations are kept as well."""
    centre = made_up_centre(1, email="a@example.org", description={"en": "One", "nl": "Een"})
    after = _after(centre, email="", description__en="Two")
    assert after == {
        **{name: value for name, value in centre.items() if name != "email"},
        "description": {"en": "Two", "nl": "Een"},
    }


def test_a_phone_keeps_what_is_said_of_it_when_its_row_says_only_the_number() -> None:
    """The third phone has no columns, and stays."""
    centre = made_up_centre(1, phones=PHONES)
    row = {"phones__1__number": "+3225116464", "phones__2__number": "+3232011690"}
    assert _after(centre, **row)["phones"] == PHONES


@pytest.mark.parametrize(
    ("display", "number", "printed"),
    [
        ("02 511 64 64", "+3225110000", "02 511 00 00"),
        ("+32 2 511 64 64", "+3225110000", "+32 2 511 00 00"),
        ("02 511 64 64", "+35226202020", "+352 26 20 20 20"),
    ],
)
def test_another_number_is_printed_as_the_old_one_was(
    display: str, number: str, printed: str
) -> None:
    """The kind, the languages and the note stay."""
    phones = [{**PHONES[0], "display": display}]
    after = _after(made_up_centre(1, phones=phones), phones__1__number=number)
    assert after["phones"] == [{**PHONES[0], "number": number, "display": printed}]


def test_a_wrong_number_has_no_printed_form() -> None:
    """Its fault is then told once."""
    after = _after(made_up_centre(1, phones=PHONES), phones__1__number="0225")
    assert "display" not in after["phones"][0]


def test_phones_in_another_order_keep_what_is_said_of_each() -> None:
    """By the number, not by the place."""
    row = {"phones__1__number": "+3232011690", "phones__2__number": "+3225116464"}
    after = _after(made_up_centre(1, phones=PHONES), **row)
    assert after["phones"] == [PHONES[1], PHONES[0], PHONES[2]]


def test_a_phone_whose_cells_are_empty_is_removed() -> None:
    """Whatever else was said of it."""
    row = {"phones__1__number": "", "phones__1__kind": ""}
    assert _after(made_up_centre(1, phones=PHONES), **row)["phones"] == PHONES[1:]


def test_a_phone_that_moves_into_the_columns_is_not_there_twice() -> None:
    """The third one became the first."""
    after = _after(made_up_centre(1, phones=PHONES), phones__1__number="+3242324030")
    assert [phone["number"] for phone in after["phones"]] == ["+3242324030", "+3232011690"]


def test_another_language_keeps_neither_source_nor_interpreter() -> None:
    """They were said of the old one."""
    row = {"languages__1__code": "fr", "languages__2__code": "ro"}
    after = _after(made_up_centre(1, languages=SPOKEN), **row)
    assert after["languages"] == [SPOKEN[1], {"code": "ro"}]


def test_a_centre_that_opens_again_does_not_keep_its_closure() -> None:
    """Only a centre that is closed for a time has its end and a reason."""
    centre = made_up_centre(
        1,
        status="temporarily_closed",
        closed_until="2026-12-31",
        closed_reason={"en": "Works"},
    )
    assert _after(centre, name="x")["closed_reason"] == {"en": "Works"}
    assert not {"closed_until", "closed_reason"} & _after(centre, status="active").keys()
