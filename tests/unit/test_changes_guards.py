"""What has to be confirmed before changes are made."""

from collections.abc import Iterable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change
from directory_api.change.guards import (
    ALL_ALLOWED,
    NOTHING_ALLOWED,
    Allowed,
    NextSteps,
    about_helplines,
    about_many,
    is_too_many,
    loses_contact,
    meaning,
    moved_column,
    to_type,
    untyped,
)
from directory_api.text.errors import ConfirmationRequired, Fault
from tests.support.records import made_up_centre, shipped_records

Record = dict[str, Any]
ELSEWHERE = {"postcode": "2000", "locality": {"nl": "Antwerpen"}, "country": "BE"}
LINES: Mapping[str, Record] = {line["id"]: line for line in shipped_records()["helplines"]}


def _faults(
    before: Iterable[Record],
    after: Iterable[Record],
    allowed: Allowed = NOTHING_ALLOWED,
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
    if allowed.removals:
        return []
    lost = about_helplines(filter(loses_contact, changes))
    return [*lost, *about_many(changes, old.values())]


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
    assert (fault.code, fault.pointer) == ("centres_removed", "/centres")
    assert fault.detail.startswith("12 of 15 centres would be removed, more than a third: ")
    assert "Centre Énée 12; and 2 more." in fault.detail
    assert _faults(_centres(3), _centres(2)) == []
    assert _faults(_centres(15), _centres(3), ALL_ALLOWED) == []


def test_a_column_of_phones_that_is_shifted_by_a_row_is_stopped() -> None:
    """Each number is at another centre; both sides are named."""
    before = _centres(3)
    phones = [each["phones"] for each in before]
    after = [{**each, "phones": phones[at - 1]} for at, each in enumerate(before)]
    moved, changed = _faults(before, after)
    assert (moved.code, changed.code) == ("numbers_moved", "phones_changed")
    assert "+3225116400 from Centre Énée 0 to Centre Énée 1" in moved.detail
    assert "The phones of 3 of 3 centres would change or disappear" in changed.detail
    assert "Centre Énée 1 +3225116401 → +3225116400" in changed.detail


@pytest.mark.parametrize("member", ["phones", "email"])
def test_a_few_new_values_of_a_small_directory_are_no_mistake(member: str) -> None:
    """Up to ten, which a person reads; unless one is emptied, is that of another centre, or comes
    twice.
    """
    fresh = _centres(60)[20::2]

    def codes(count: int, *values: Any) -> list[str | None]:
        before = _centres(count)
        new = [*values, *(each[member] for each in fresh)][: min(count, 11)]
        after = [{**each, member: value} for each, value in zip(before, new, strict=False)]
        after = [{key: value for key, value in each.items() if value} for each in after]
        return _codes(_faults(before, [*after, *before[len(after) :]]))

    assert codes(4) == []
    assert codes(10) == []
    assert codes(12) == [f"{member}_changed"]
    repeated = fresh[0][member]
    for wrong in ([] if member == "phones" else "", repeated):
        assert codes(4, wrong) == [f"{member}_changed"]
    assert f"{member}_changed" in codes(4, _centres(4)[3][member])


def test_numbers_that_a_spreadsheet_has_counted_up_are_stopped() -> None:
    """A phone that is filled down gets 1 more in each row, so that no number comes twice."""
    before = _centres(4)
    start = _centres(60)[40:]
    filled = [{**each, "phones": start[at]["phones"]} for at, each in enumerate(before)]
    assert _codes(_faults(before, filled)) == ["phones_changed"]
    assert _codes(_faults(before[::-1], filled[::-1])) == ["phones_changed"]
    stays = [{**before[0], "phones": start[0]["phones"]}, *before[1:]]
    assert _codes(_faults(stays, filled)) == ["phones_changed"]


def test_two_numbers_that_change_places_are_stopped_among_many() -> None:
    """They are no third of all."""
    before = _centres(9)
    swapped = {0: before[1]["phones"], 1: before[0]["phones"]}
    after = [{**each, "phones": swapped.get(at, each["phones"])} for at, each in enumerate(before)]
    assert _codes(_faults(before, after)) == ["numbers_moved"]


def test_a_number_that_moves_to_a_channel_of_another_centre_is_stopped() -> None:
    """As one that moves to its phones: visitors call both."""
    before = _centres(9)
    number = before[0]["phones"][0]["number"]
    after = [
        {**before[0], "phones": before[1]["phones"]},
        {**before[1], "channels": [{"kind": "call", "address": number}]},
        *before[2:],
    ]
    assert "numbers_moved" in _codes(_faults(before, after))


@pytest.mark.parametrize(
    "shown",
    [
        {"temporary": {"until": "2026-12-01", "phones": [{"number": "+3225116400"}]}},
        {"channels": [{"kind": "sms", "address": "+3225116400"}]},
    ],
)
def test_a_number_that_moves_is_stopped_whichever_day_it_is_shown(shown: Record) -> None:
    """From another centre, or to a helpline."""
    before = _centres(9)
    without = {**before[0], "phones": [{"number": "+3225116499", "kind": "main"}]}
    to_centre = [without, {**before[1], **shown}, *before[2:]]
    assert _codes(_faults(before, to_centre)) == ["numbers_moved"]
    from_centre = [{**before[0], **shown, "phones": []}, *before[1:]]
    away = [{**before[0], "phones": []}, {**before[1], "phones": before[0]["phones"]}, *before[2:]]
    assert "numbers_moved" in _codes(_faults(from_centre, away))
    to_line = _line("be-child-focus", channels=[{"kind": "sms", "address": "+3225116400"}])
    faults = _faults(before, [without, *before[1:]], NOTHING_ALLOWED, to_line)
    assert _codes(faults) == ["numbers_moved"]
    assert "+3225116400 from Centre Énée 0 to Child Focus" in faults[0].detail


def test_a_helpline_that_loses_the_number_of_a_channel_must_be_allowed() -> None:
    """As one that loses its own."""
    line = {**LINES["be-child-focus"], "channels": [{"kind": "sms", "address": "+3222222222"}]}
    change = Change("helpline", line["id"], line, LINES["be-child-focus"])
    assert _codes(_faults([], [], NOTHING_ALLOWED, change)) == ["helpline_changed"]


def test_the_number_of_a_channel_is_typed_as_people_write_it() -> None:
    """It has no printed form in the record."""
    change = _line("be-child-focus", channels=[{"kind": "call", "address": "+3222222222"}])
    for typed, is_right in (("02 222 22 22", True), ("+32 2 222 22 22", True), ("116000", False)):
        assert Allowed.of([typed], removals=False).has(change) is is_right


def test_another_id_for_the_same_centre_moves_no_number() -> None:
    """One record is removed and one is added, as the preview says."""
    before = _centres(3)
    renamed = {**before[0], "id": "another"}
    assert _faults(before, [renamed, *before[1:]]) == []
    taken = {**before[1], "phones": before[0]["phones"]}
    assert "numbers_moved" in _codes(_faults(before, [taken, before[2]]))


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("phones", None, "phones_changed"),
        ("email", None, "email_changed"),
        ("email", "other@example.org", "email_changed"),
        ("address", ELSEWHERE, "address_changed"),
        ("address_visibility", "hidden", "address_changed"),
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
        (
            _line("be-child-focus", channels=[{"kind": "call", "address": "+3222222222"}]),
            "+3222222222",
        ),
        (_line("be-112", channels=[*LINES["be-112"]["channels"], {"kind": "chat"}]), "112"),
        (
            _line(
                "be-112",
                channels=[
                    {**LINES["be-112"]["channels"][0], "note": {"en": "x"}},
                    *LINES["be-112"]["channels"][1:],
                ],
            ),
            "",
        ),
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
    assert Allowed.of([typed], removals=False).has(change) is is_right
    site = Allowed.of(["www.stophumantrafficking.be"], removals=False)
    assert site.has(_line("be-reporting-site")) is True


def test_what_a_helpline_is_for_is_said() -> None:
    """Before what changes; also of a kind that has no sentence of its own."""
    assert meaning(_line("be-112", number="113")) == (
        "112 is what everybody in danger in Belgium is told to dial. Number changed: 112 → 113."
    )
    assert meaning(_line("be-trafficking-line")).startswith(
        "078 055 800 is the line for victims that is shown to everybody in Belgium. Removed: "
    )
    other = {**LINES["be-112"], "kind": "new-kind"}
    assert "112 is shown to everybody in Belgium." in meaning(Change("helpline", "a", other, None))


def test_a_helpline_that_goes_or_has_another_number_must_be_allowed_too() -> None:
    """In a file; other hours need only the number."""
    number, gone = _line("be-112", number="113"), _line("be-101")
    hours = _line("be-trafficking-line", hours="Mo-Fr 09:00-17:00")
    faults = _faults([], [], NOTHING_ALLOWED, number, gone, hours)
    assert [(fault.code, fault.pointer) for fault in faults] == [
        ("helpline_changed", "/helplines/be-112/number"),
        ("helpline_changed", "/helplines/be-101"),
    ]
    assert _faults([], [], Allowed(removals=True), number, gone, hours) == []
    changes = [number, gone, hours]
    typed = Allowed.of(["113"], removals=True)
    assert [fault.pointer for fault in untyped(changes, typed)] == [
        "/helplines/be-101",
        "/helplines/be-trafficking-line/number",
    ]
    assert [fault.detail for fault in about_helplines(changes)] == [*map(meaning, changes)]


def test_each_way_to_change_records_says_its_own_next_step() -> None:
    """After each fault: to allow it, or to type the number."""
    (moved, *_) = _faults(_centres(3), _centres(1))
    line = _line("be-112", number="100")
    error = ConfirmationRequired("No.", (moved, *untyped([line], NOTHING_ALLOWED)))
    told = NextSteps("Allow it.", "Type {number}.").added_to(error)
    assert [fault.detail for fault in told.faults] == [
        "2 of 3 centres would be removed, more than a third: Centre Énée 1; Centre Énée 2. Allow "
        "it.",
        "112 is what everybody in danger in Belgium is told to dial. Number changed: 112 → 100. "
        "Type 100.",
    ]


@pytest.mark.parametrize(("foreign", "is_moved"), [(1, False), (2, False), (3, True)])
def test_a_column_has_moved_if_most_phones_are_those_of_others(
    foreign: int, *, is_moved: bool
) -> None:
    """More than a third of those with phones, and more than one."""
    before = {f"other-{number}": _with_phone(f"other-{number}", number) for number in range(6)}
    after = [
        _with_phone(f"made-up-{number}" if number < foreign else f"other-{number}", number)
        for number in range(6)
    ]
    faults = list(moved_column(before, [*after, {"id": "without"}]))
    assert _codes(faults) == (["numbers_moved"] if is_moved else [])
    for fault in faults:
        assert fault.pointer == "/centres"
        assert "made-up-0 has +32251160 of other-0; made-up-1 has" in fault.detail


def test_one_foreign_phone_is_no_column() -> None:
    """Though it may be half of a small file."""
    before = {"b": _with_phone("b", 1)}
    assert list(moved_column(before, [_with_phone("a", 1), _with_phone("b", 2)])) == []


def _with_phone(identity: str, number: int) -> dict[str, Any]:
    return {"id": identity, "phones": [{"number": f"+3225116{number}", "kind": "main"}]}
