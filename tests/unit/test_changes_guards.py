"""What has to be confirmed before changes are made."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change
from directory_api.change.guards import (
    CONFIRMED,
    UNCONFIRMED,
    Confirmation,
    Guard,
    NextSteps,
    is_too_many,
    meaning,
    moved_column,
    to_type,
)
from directory_api.text.errors import ConfirmationNeeded, Fault
from tests.support.records import made_up_centre, shipped_records

Record = dict[str, Any]
ELSEWHERE = {"postal_code": "2000", "locality": {"nl": "Antwerpen"}, "country": "BE"}
LINES: Mapping[str, Record] = {line["id"]: line for line in shipped_records()["helplines"]}


def _faults(
    before: Iterable[Record],
    after: Iterable[Record],
    confirmed: Confirmation = UNCONFIRMED,
    *lines: Change,
) -> list[Fault]:
    """What an administrator must allow, when the centres `before` become those `after`."""
    old, new = ({each["id"]: each for each in side} for side in (before, after))
    changes = [
        *lines,
        *(
            Change("centre", identity, old.get(identity), new.get(identity))
            for identity in sorted({*old, *new})
            if old.get(identity) != new.get(identity)
        ),
    ]
    guard = Guard(confirmed)
    for change in changes:
        guard.add(change)
    return list(guard.faults(lambda: changes, old.values))


def _centres(count: int, **members: Any) -> list[Record]:
    """Centres with numbers and e-mail addresses of their own."""
    return [
        made_up_centre(
            number,
            phones=[{"number": f"+32251164{number:02}", "kind": "main"}],
            email=f"info@{number}.example.org",
            **members,
        )
        for number in range(count)
    ]


def _codes(faults: Iterable[Fault]) -> list[str | None]:
    return [fault.code for fault in faults]


@given(st.integers(0, 50), st.integers(0, 50))
def test_more_than_a_third_and_more_than_one_is_too_many(kept: int, lost: int) -> None:
    """One of two may go: a small directory is edited, too."""
    assert is_too_many(lost, kept + lost) is (lost >= 2 and lost / (kept + lost) > 1 / 3)
    # Exactly a third, which random numbers seldom are.
    assert not is_too_many(kept, 3 * kept)


def test_many_centres_are_not_removed_unasked() -> None:
    """The first of them are named, and the others counted."""
    (fault,) = _faults(_centres(15), _centres(3))
    assert (fault.code, fault.pointer) == ("centres-removed", "/centres")
    assert fault.detail.startswith("12 of 15 centres would be removed, more than a third: ")
    assert "made-up-012; and 2 more." in fault.detail
    assert _faults(_centres(3), _centres(2)) == []
    assert _faults(_centres(15), _centres(3), CONFIRMED) == []


def test_a_column_of_phones_that_is_shifted_by_a_row_is_stopped() -> None:
    """Each number is at another centre; both sides are named."""
    before = _centres(3)
    phones = [each["phones"] for each in before]
    after = [{**each, "phones": phones[at - 1]} for at, each in enumerate(before)]
    moved, changed = _faults(before, after)
    assert (moved.code, changed.code) == ("numbers-moved", "phones-changed")
    assert "+3225116400 from made-up-000 to made-up-001" in moved.detail
    assert "The phones of 3 of 3 centres would change or disappear" in changed.detail
    assert "made-up-001 +3225116401 → +3225116400" in changed.detail


def test_two_numbers_that_change_places_are_stopped_among_many() -> None:
    """They are no third of all."""
    before = _centres(9)
    swapped = {0: before[1]["phones"], 1: before[0]["phones"]}
    after = [{**each, "phones": swapped.get(at, each["phones"])} for at, each in enumerate(before)]
    assert _codes(_faults(before, after)) == ["numbers-moved"]


def test_another_id_for_the_same_centre_moves_no_number() -> None:
    """One record is removed and one is added, as the preview says."""
    before = _centres(3)
    renamed = {**before[0], "id": "another"}
    assert _faults(before, [renamed, *before[1:]]) == []
    taken = {**before[1], "phones": before[0]["phones"]}
    assert "numbers-moved" in _codes(_faults(before, [taken, before[2]]))


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("phones", None, "phones-changed"),
        ("email", None, "email-changed"),
        ("email", "other@example.org", "email-changed"),
        ("address", ELSEWHERE, "address-changed"),
        ("address_visibility", "hidden", "address-changed"),
    ],
)
def test_more_than_a_third_of_a_member_is_not_changed_unasked(
    member: str, value: Any, code: str
) -> None:
    """Phones, e-mail addresses, addresses and who sees them; one alone is an edit like others."""
    before = _centres(4)
    for count, codes in ((1, []), (2, [code]), (4, [code])):
        changed = [{**each, member: value} for each in before[:count]]
        without = [{name: of for name, of in each.items() if of} for each in changed]
        faults = _faults(before, [*without, *before[count:]])
        assert _codes(faults) == codes
        assert "Brussel" not in "".join(fault.detail for fault in faults)


def test_what_is_added_needs_no_confirmation() -> None:
    """A second number, a street, a translation: nothing that was there is lost."""
    before = _centres(3)
    second = {"number": "+3225116499", "kind": "duty"}
    after = [
        {
            **each,
            "phones": [*each["phones"], {**second, "number": f"+32251165{at:02}"}],
            "address": {**each["address"], "street": "Straat 1"},
        }
        for at, each in enumerate(before)
    ]
    assert _faults(before, [*after, *_centres(9)[3:]]) == []


def test_only_those_that_have_a_member_count() -> None:
    """Of nine centres two have an e-mail address: both change."""
    before = [*_centres(2), *({**each, "email": None} for each in _centres(9)[2:])]
    before = [{name: of for name, of in each.items() if of} for each in before]
    after = [{**each, "email": "other@example.org"} for each in before[:2]]
    (fault,) = _faults(before, [*after, *before[2:]])
    assert "of 2 of 2 centres" in fault.detail


def _line(identity: str, **members: Any) -> Change:
    """A change of a helpline; without members its removal."""
    before = LINES[identity]
    return Change("helpline", identity, before, {**before, **members} if members else None)


@pytest.mark.parametrize(
    ("change", "typed"),
    [
        (_line("be-112", number="113"), "113"),
        (_line("be-112", hours="Mo-Fr 09:00-17:00"), "112"),
        (_line("be-112", countries=["BE", "NL"]), "112"),
        (_line("be-112", kind="police"), "112"),
        (_line("be-101"), "101"),
        (_line("be-trafficking-line", display="078055800"), "+3278055800"),
        (_line("be-reporting-site", url="https://example.org/"), "https://example.org/"),
        (_line("be-112", name={"en": "Emergency"}), ""),
        (Change("helpline", "new", None, LINES["be-112"]), ""),
        (Change("centre", "a", made_up_centre(1), None), ""),
    ],
)
def test_the_number_of_a_changed_helpline_is_typed(change: Change, typed: str) -> None:
    """The new one, or that of a removed helpline, as soon as it depends on the change whom a
    visitor reaches.
    """
    assert to_type(change) == typed
    assert bool(meaning(change)) is bool(typed)


@pytest.mark.parametrize(
    ("typed", "is_right"),
    [
        ("+3278055800", True),
        (" 078 055 800 ", True),
        ("078/055.800", True),
        ("078 055 801", False),
        ("", False),
    ],
)
def test_a_number_is_typed_as_people_write_it(typed: str, is_right: bool) -> None:
    """With or without the code of the country, with anything between the digits."""
    change = _line("be-trafficking-line", hours="Mo-Fr 09:00-17:00")
    assert Confirmation.of([typed], removals=False).has(change) is is_right
    site = Confirmation.of(["www.stophumantrafficking.be"], removals=False)
    assert site.has(_line("be-reporting-site")) is True


def test_what_a_helpline_is_for_is_said() -> None:
    """Before what changes; also of a kind that has no sentence of its own."""
    assert meaning(_line("be-112", number="113")) == (
        "112 is what everybody in danger in BE is told to dial. Number changed: 112 → 113."
    )
    assert meaning(_line("be-trafficking-line")).startswith(
        "078 055 800 is the line for victims that is shown to everybody in BE. Removed: "
    )
    other = {**LINES["be-112"], "kind": "new-kind"}
    assert "112 is shown to everybody in BE." in meaning(Change("helpline", "a", other, None))


def test_a_helpline_that_goes_or_has_another_number_must_be_allowed_too() -> None:
    """In a file; other hours need only the number."""
    number, gone = _line("be-112", number="113"), _line("be-101")
    hours = _line("be-trafficking-line", hours="Mo-Fr 09:00-17:00")
    faults = _faults([], [], UNCONFIRMED, number, gone, hours)
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("helpline-changed", "/helplines/be-112/number"),
        ("helpline-changed", "/helplines/be-101"),
    ]
    assert _faults([], [], Confirmation(removals=True), number, gone, hours) == []
    guard = Guard(Confirmation.of(["113"], removals=True))
    for change in (number, gone, hours):
        guard.add(change)
    assert [fault.pointer for fault in guard.untyped] == [
        "/helplines/be-101",
        "/helplines/be-trafficking-line/number",
    ]
    assert [fault.detail for fault in guard.warnings] == [*map(meaning, (number, gone, hours))]


def test_what_is_allowed_is_still_said() -> None:
    """An administrator allows it; others read afterwards that a column may have moved."""
    before = _centres(3)
    phones = [each["phones"] for each in before]
    changes = [
        Change("centre", each["id"], each, {**each, "phones": phones[at - 1]})
        for at, each in enumerate(before)
    ]
    for confirmed, codes in (
        (Confirmation(removals=True), ["numbers-moved", "phones-changed"]),
        (CONFIRMED, []),
    ):
        guard = Guard(confirmed)
        for change in changes:
            guard.add(change)
        assert list(guard.faults(lambda: changes, lambda: before)) == []
        assert _codes(guard.about_many(lambda: changes, lambda: before)) == codes


def test_each_way_to_change_records_says_its_own_next_step() -> None:
    """After each fault: to allow it, or to type the number."""
    (moved, *_) = _faults(_centres(3), _centres(1))
    guard = Guard(UNCONFIRMED)
    guard.add(_line("be-112", number="100"))
    error = ConfirmationNeeded("No.", (moved, *guard.untyped))
    told = NextSteps("Allow it.", "Type {}.").added_to(error)
    assert [fault.detail for fault in told.faults] == [
        "2 of 3 centres would be removed, more than a third: made-up-001; made-up-002. Allow it.",
        "112 is what everybody in danger in BE is told to dial. Number changed: 112 → 100. "
        "Type 100.",
    ]


def _stored(centres: Iterable[Record]) -> Mapping[str, Mapping[str, Record]]:
    return {"centre": {each["id"]: each for each in centres}}


def test_a_column_that_has_moved_is_recognised_in_a_document_with_faults() -> None:
    """Cells that are missing, or no text, do not hide it; few phones are no column."""
    before = _centres(4)
    phones: list[Any] = [each["phones"] for each in before]
    phones = [[{"kind": "main"}, {"number": 3}, None], *phones[:-1]]
    after = [{**each, "phones": of} for each, of in zip(before, phones, strict=True)]
    fault = moved_column({"centres": [*after, None, {"id": 1}, {"id": "new"}]}, _stored(before))
    assert fault is not None
    assert (fault.code, fault.pointer) == ("numbers-moved", "/centres")
    assert "made-up-001 has +3225116400 of made-up-000; made-up-002 has" in fault.detail
    assert moved_column({"centres": [after[1], *before[2:]]}, _stored(before)) is None
    assert moved_column({"centres": before}, _stored(before)) is None


@pytest.mark.parametrize("raw", [None, [], {}, {"centres": None}, {"centres": {}}])
def test_what_is_no_document_has_no_column(raw: Any) -> None:
    """Its faults are said as they are."""
    assert moved_column(raw, _stored(_centres(3))) is None


def test_a_number_that_a_centre_shares_has_not_moved() -> None:
    """Centres that keep a number of their own are in the right row."""
    before = _centres(3)
    both = [{**each, "phones": [*each["phones"], *before[0]["phones"]]} for each in before]
    assert moved_column({"centres": both}, _stored(before)) is None
