"""Which changes wait for a second person: all, except those of the allow-list."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.change.change import Change, HistoryEntry, Stamp
from directory_api.change.review import (
    ALLOWED,
    hides,
    is_known_good,
    needs_review,
    reveals,
)
from directory_api.record.record_value import Record
from directory_api.record.records import Centre, Helpline
from tests.support.record_strategies import CENTRES, HELPLINES
from tests.support.records import made_up_centre, shipped_records

ANNA = Stamp("anna", datetime(2026, 11, 24, 12, tzinfo=UTC), "a phone call")
MAIN = {"number": "+3225116464", "kind": "main"}
FAX = {"number": "+3225116465", "kind": "fax"}
DAYS = {"from": "2026-11-24", "until": "2026-11-28"}
SOME_TIME = {**DAYS, "phones": [MAIN, FAX], "opening_hours": "24/7"}
CALLED = {"on": "2026-11-24", "by": "anna", "how": "called"}


def _waits(member: str, before: Any, after: Any, *, stamp: Stamp | None = ANNA) -> bool:
    """Whether a change of one member of a centre waits; None is an absent member."""
    sides = [{"id": "a", **({} if value is None else {member: value})} for value in (before, after)]
    return needs_review(Change("centre", "a", *sides), stamp)


@pytest.mark.parametrize(
    ("member", "before", "after"),
    [
        ("verified", None, CALLED),
        ("verified", {**CALLED, "by": "bert"}, CALLED),
        ("verified", CALLED, {**CALLED, "on": "2026-11-23"}),
        ("verified", {**CALLED, "by": "bert"}, {**CALLED, "by": "bert", "how": "wrote"}),
        ("phones", [MAIN, FAX], [FAX, MAIN]),
        ("languages", [{"code": "nl"}], [{"code": "fr"}, {"code": "nl"}]),
        ("languages", None, [{"code": "uk", "interpreter": True, "source": "flyer"}]),
        ("languages", [{"code": "nl"}, {"code": "fr"}], [{"code": "fr"}, {"code": "nl"}]),
        ("services", ["legal"], ["medical", "legal"]),
        ("services", None, ["legal"]),
    ],
)
def test_what_one_person_may_change_alone(member: str, before: Any, after: Any) -> None:
    """The changes of the allow-list."""
    assert not _waits(member, before, after)


@pytest.mark.parametrize(
    ("member", "before", "after"),
    [
        ("verified", None, {**CALLED, "by": "bert"}),
        ("verified", None, {**CALLED, "by": "Anna"}),
        ("verified", None, {**CALLED, "on": "2026-11-25"}),
        ("verified", CALLED, None),
        ("phones", [MAIN, FAX], [MAIN]),
        ("phones", [MAIN], [MAIN, MAIN]),
        ("phones", [MAIN, FAX], [FAX, {**MAIN, "kind": "fax"}]),
        ("phones", [MAIN], [{**MAIN, "languages": ["nl"]}]),
        ("phones", None, [MAIN]),
        ("languages", [{"code": "nl"}], [{"code": "fr"}]),
        ("languages", [{"code": "nl"}], [{"code": "nl", "interpreter": True}]),
        ("languages", [{"code": "nl"}], [{"code": "nl"}, {"code": "nl", "interpreter": True}]),
        ("languages", None, [{"code": "uk"}, {"code": "uk", "interpreter": True}]),
        ("languages", None, [{"code": "en-oxendict"}]),
        ("languages", [{"code": "nl"}], None),
        ("services", ["legal"], ["medical"]),
        ("services", ["legal"], ["legal", "legal"]),
        ("services", ["legal"], ["legal", "emergency_duty"]),
        ("services", ["legal"], ["legal", "fakehelp dot com"]),
    ],
)
def test_what_is_like_it_waits(member: str, before: Any, after: Any) -> None:
    """Another person's name, a day to come, or anything that is dropped, changed or repeated."""
    assert _waits(member, before, after)


def test_without_an_author_a_confirmation_waits() -> None:
    """Only the writer knows who confirms; a text for maintainers never waits."""
    assert _waits("verified", None, CALLED, stamp=None)
    assert not _waits("verified", CALLED, {**CALLED, "how": "wrote"}, stamp=None)


@pytest.mark.parametrize("kind", ["centre", "helpline", "directory"])
def test_a_record_that_appears_or_goes_waits(kind: str) -> None:
    """As a whole, whatever is in it."""
    assert needs_review(Change(kind, "a", None, {"id": "a"}), ANNA)
    assert needs_review(Change(kind, "a", {"id": "a"}, None), ANNA)
    assert not needs_review(Change(kind, "a", {"id": "a"}, {"id": "a"}), ANNA)


@pytest.mark.parametrize("kind", ["boundary", "table", "loaded"])
def test_what_maintainers_do_not_write_has_no_review(kind: str) -> None:
    """Only commands on the server load boundaries and postcode tables."""
    assert not needs_review(Change(kind, "BE", None, {"a": 1}), ANNA)


def _records(kind: str) -> tuple[Record, Record]:
    """Two records with every member, all different."""
    if kind == "directory":
        whole = shipped_records()
        header = {name: whole[name] for name in ("publisher", "licence", "sources")}
        return header, {name: [name] for name in header}
    names = [each.name for each in fields(Centre if kind == "centre" else Helpline)]
    record = made_up_centre(1) if kind == "centre" else shipped_records()["helplines"][3]
    return {name: record.get(name) for name in names}, {name: ["other"] for name in names}


@pytest.mark.parametrize("kind", ["centre", "helpline", "directory"])
def test_every_member_outside_the_list_waits(kind: str) -> None:
    """Also a member that is new, and null in place of an absent one."""
    before, after = _records(kind)
    listed = {each.member for each in ALLOWED if each.kind == kind}
    for name in before.keys() - listed:
        assert needs_review(Change(kind, "a", before, {**before, name: after[name]}), ANNA), name
        rest = {key: value for key, value in before.items() if key != name}
        assert needs_review(Change(kind, "a", rest, {**rest, name: None}), ANNA), name
    assert needs_review(Change(kind, "a", before, {**before, "shoe_size": 43}), ANNA)


@given(CENTRES, CENTRES)
def test_a_centre_with_other_members_waits(one: Record, other: Record) -> None:
    """If any member outside the list differs, the centre waits."""
    listed = {each.member for each in ALLOWED}
    plain = [{n: v for n, v in record.items() if n not in listed} for record in (one, other)]
    if plain[0] != plain[1]:
        assert needs_review(Change("centre", "a", one, other), ANNA)


@given(st.tuples(HELPLINES, HELPLINES))
def test_every_change_of_a_helpline_waits(lines: tuple[Record, Record]) -> None:
    """Except one of what only maintainers see."""
    one, other = ({n: v for n, v in line.items() if n != "acknowledged"} for line in lines)
    assert needs_review(Change("helpline", "a", *lines), ANNA) is (one != other)


@pytest.mark.parametrize("kind", ["centre", "helpline"])
def test_an_acknowledged_warning_does_not_wait(kind: str) -> None:
    """Nor does one that is no longer acknowledged: only maintainers see it."""
    about = {"warning": "premium_rate", "value": "+319008844", "reason": "the only one"}
    bare, noted = {"id": "a"}, {"id": "a", "acknowledged": [about]}
    for before, after in ((bare, noted), (noted, bare)):
        assert not needs_review(Change(kind, "a", before, after), ANNA)


@pytest.mark.parametrize(
    ("before", "after", "is_hidden"),
    [
        ({"phones": [MAIN, FAX]}, {"phones": [MAIN]}, True),
        ({"phones": [MAIN, FAX]}, {}, True),
        ({"phones": [MAIN, FAX]}, {"phones": [FAX], "languages": [{"code": "nl"}]}, True),
        ({"phones": [MAIN, FAX]}, {"phones": [FAX, FAX]}, False),
        ({"phones": [MAIN]}, {"phones": [{**MAIN, "kind": "fax"}]}, False),
        ({"phones": [MAIN]}, {"email": "info@example.org"}, False),
        ({"address_visibility": "public"}, {"address_visibility": "hidden"}, True),
        ({"address_visibility": "locality"}, {"address_visibility": "hidden"}, True),
        ({"address_visibility": "hidden"}, {"address_visibility": "locality"}, False),
        ({"temporary": SOME_TIME}, {}, True),
        ({"temporary": SOME_TIME}, {"temporary": {**DAYS, "phones": [MAIN]}}, True),
        ({"temporary": SOME_TIME}, {"temporary": {**DAYS, "opening_hours": "24/7"}}, True),
        ({"temporary": SOME_TIME}, {"temporary": {**SOME_TIME, "phones": [FAX]}}, True),
        # Another value, one more, or a longer time for those that stay.
        ({"temporary": SOME_TIME}, {"temporary": {**SOME_TIME, "phones": [FAX, FAX]}}, False),
        ({"temporary": SOME_TIME}, {"temporary": {**SOME_TIME, "opening_hours": "Mo"}}, False),
        ({"temporary": SOME_TIME}, {"temporary": {**SOME_TIME, "note": {"nl": "Werf"}}}, False),
        ({"temporary": SOME_TIME}, {"temporary": {**SOME_TIME, "until": "2026-12-28"}}, False),
        ({"temporary": {**DAYS, "phones": [MAIN]}}, {"temporary": SOME_TIME}, False),
        (
            {"temporary": SOME_TIME},
            {"temporary": {"from": "2026-11-24", "phones": [MAIN, FAX]}},
            False,
        ),
        ({}, {"temporary": SOME_TIME}, False),
    ],
)
def test_what_only_hides_a_number_or_an_address(
    before: Record, after: Record, is_hidden: bool
) -> None:
    """It takes effect at once; beside any other change it waits with it."""
    assert hides(Change("centre", "a", before, after)) is is_hidden


@pytest.mark.parametrize(
    ("kind", "is_hidden"),
    [
        ("other_line", True),
        ("reporting_site", True),
        ("national_line", False),
        ("child_line", False),
        ("emergency", False),
        ("police", False),
    ],
)
def test_no_prominent_number_is_hidden_alone(kind: str, is_hidden: bool) -> None:
    """A helpline of another kind is removed at once; added or changed it is not hidden."""
    line = {"id": "a", "kind": kind}
    assert hides(Change("helpline", "a", line, None)) is is_hidden
    assert not hides(Change("helpline", "a", None, line))
    assert not hides(Change("centre", "a", {"id": "a"}, None))


PUBLIC: Record = {
    "address": {"street": "Kerkstraat 1", "postcode": "9000", "locality": {"nl": "Gent"}},
    "address_visibility": "public",
    "location": {"lat": 51.0, "lon": 3.7, "precision": "street"},
}
LOCALITY = {**PUBLIC, "address_visibility": "locality"}
HIDDEN = {**PUBLIC, "address_visibility": "hidden"}
STREETLESS = {"postcode": "9000", "locality": {"nl": "Gent"}}
MOVED = {**PUBLIC["address"], "street": "Elders 1"}
FAR = {"lat": 51.1, "lon": 3.8, "precision": "street"}
ELSEWHERE = {**PUBLIC, "temporary": {"until": "2026-11-28", "address": MOVED, "location": FAR}}


@pytest.mark.parametrize(
    ("before", "after", "is_more"),
    [
        (HIDDEN, LOCALITY, True),
        (HIDDEN, PUBLIC, True),
        (LOCALITY, PUBLIC, True),
        (None, HIDDEN, True),
        (PUBLIC, {**PUBLIC, "address": MOVED}, True),
        (PUBLIC, {**PUBLIC, "location": FAR}, True),
        (PUBLIC, ELSEWHERE, True),
        (HIDDEN, {**HIDDEN, "address": {**STREETLESS, "postcode": "9050"}}, True),
        (PUBLIC, LOCALITY, False),
        (PUBLIC, HIDDEN, False),
        (LOCALITY, HIDDEN, False),
        (PUBLIC, None, False),
        (PUBLIC, {**PUBLIC, "address": STREETLESS}, False),
        (PUBLIC, {**PUBLIC, "location": None}, False),
        (ELSEWHERE, PUBLIC, False),
        (HIDDEN, {**HIDDEN, "address": MOVED, "location": FAR}, False),
        (PUBLIC, {**PUBLIC, "phones": [MAIN]}, False),
    ],
)
def test_what_shows_more_of_where_a_centre_is(
    before: Record | None, after: Record | None, is_more: bool
) -> None:
    """A street and a point that are not public may change unseen."""
    assert reveals(Change("centre", "a", before, after)) is is_more
    assert not reveals(Change("helpline", "a", before, after))


def _past(*entries: tuple[int, Record | None, str | None]) -> list[HistoryEntry]:
    """A history, newest first, from revisions, states and approvers, oldest first."""
    states = [None, *(state for _, state, _ in entries)]
    return [
        HistoryEntry(
            revision,
            Change("centre", "a", before, after),
            Stamp("anna", ANNA.at, "", approver),
        )
        for before, (revision, after, approver) in zip(states, entries, strict=False)
    ][::-1]


A, B, C = ({"phones": [{"number": f"+3225116{each}", "kind": "main"}]} for each in (464, 465, 466))


E: Record = {"email": "info@example.org"}
SAME = {"services": ["legal"], "acknowledged": [{"warning": "other_domain"}]}


def _is_good(state: Record | None, past: list[HistoryEntry], before: Record | None = None) -> bool:
    return is_known_good(Change("centre", "a", before, state), past)


@pytest.mark.parametrize(
    ("past", "good", "others"),
    [
        # The first load is an operator's; a second person approves the others.
        (_past((1, A, None), (2, B, "bert")), [A, B], [C, None]),
        (_past((1, A, None), (2, B, None), (3, C, None)), [A], [B, C, None]),
        # Who approved C has not said that what it replaced was right.
        (_past((1, A, None), (2, B, None), (3, C, "bert")), [A, C], [B]),
        (_past((5, A, None), (6, {**A, "services": ["legal"]}, None)), [], [A]),
        (_past((5, A, "bert"), (6, {**A, "services": ["legal"]}, None)), [A], [B]),
        # B was left, and comes back to be good by an approval only.
        (_past((5, A, "bert"), (6, B, "bert"), (7, A, None)), [A], [B]),
        (_past((1, A, None), (2, B, "bert"), (3, A, None), (4, B, "bert")), [B], [A]),
        (_past((1, A, None), (2, B, "bert"), (3, A, None), (4, B, None)), [], [A, B]),
        # So was what a restore passed over, and what differs from it in other members.
        (_past((1, A, None), (2, B, "bert"), (3, C, "bert"), (4, A, None)), [A], [B, C]),
        (
            _past((1, A, None), (2, {**B, **E}, "bert"), (3, B, "bert"), (4, A, None)),
            [A],
            [B, {**B, **E}],
        ),
        # An e-mail address that stays is not taken back together with a number.
        (
            _past(
                (1, {**A, **E, "name": "a"}, None),
                (2, {**B, **E}, "bert"),
                (3, {**C, **E}, "bert"),
                (4, C, "bert"),
                (5, {**B, **E}, "bert"),
            ),
            [{**A, **E, "name": "a"}],
            [C, {**C, **E}],
        ),
        # The approval of an e-mail address says nothing about the number beside it.
        (
            _past((5, B, None), (6, {**B, **E}, "bert"), (7, {**A, **E}, "bert")),
            [],
            [B, {**B, **E}],
        ),
        (_past((5, B, None), (6, {**B, **E}, "bert"), (7, B, None)), [], [{**B, **E}]),
        # What needs no review takes nothing back.
        (_past((1, A, None), (2, {**A, **SAME}, None), (3, A, None)), [A, {**A, **SAME}], []),
        # The directory began with A; the other was added.
        (_past((1, A, None), (2, None, "bert")), [A], [None]),
        (_past((5, A, "bert"), (6, B, "bert"), (7, None, "bert")), [], [A, B, None]),
        (_past((5, A, "bert"), (6, None, "bert"), (7, A, "bert")), [A], [B]),
        (_past((1, A, None), (2, None, "bert"), (3, A, None), (4, None, "bert")), [], [A]),
        (_past((1, A, None), (2, B, "bert"), (3, None, "bert"), (4, A, None)), [A], [B]),
    ],
)
def test_a_state_that_is_known_to_be_good(
    past: list[HistoryEntry], good: list[Record], others: list[Record | None]
) -> None:
    """It was approved or loaded first, and nobody has gone back from one of its values since."""
    now = past[0].change.after
    assert all(_is_good(state, past, now) for state in good)
    assert not any(_is_good(state, past, now) for state in others if state != now)


def test_the_approval_of_a_member_suffices_to_bring_that_member_back() -> None:
    """Although nobody has seen the others: they are public already."""
    past = _past((5, {**A, **E}, None), (6, {**B, **E}, "bert"), (7, {**C, **E}, "bert"))
    assert _is_good({**B, **E}, past, {**C, **E})
    assert not _is_good({**A, **E}, past, {**C, **E})
    assert not _is_good({**B, **E}, past, {**C, "email": "help@example.org"})
    # Nor does what nobody has seen since prevent it.
    later = _past((1, A, None), (2, {**A, **E}, None), (3, {**B, **E}, "bert"))
    assert _is_good({**A, **E}, later, {**B, **E})
    assert not _is_good({**A, **E}, later, B)
    assert not _is_good({**B, **E}, past)


def test_a_removed_record_comes_back_as_a_whole() -> None:
    """What no second person has seen is public again with it, and so is what was left out."""
    past = _past((1, {**A, **E}, None), (2, A, None), (3, B, "bert"), (4, None, "bert"))
    assert not any(_is_good(state, past) for state in (A, B))
    assert _is_good({**A, **E}, past)


def test_only_what_the_public_reads_is_compared_with_a_good_state() -> None:
    """And not a confirmation that the change keeps."""
    confirmed = {"verified": {"on": "2026-11-24", "by": "anna", "how": "called"}}
    by_another = {"verified": {"on": "2026-11-24", "by": "bert", "digest": "0"}}
    later = {"verified": {"on": "2026-11-25", "by": "anna"}}
    past = _past((1, {**A, **confirmed}, None), (2, {**B, **confirmed}, "bert"))
    assert _is_good({**A, **by_another, **SAME}, past, {**B, **later})
    assert _is_good({**A, **later}, past, {**B, **later})
    assert not _is_good({**A, **later}, past, {**B, **confirmed})
    assert not _is_good(A, past, {**B, **confirmed})
    assert not _is_good({**C, **confirmed}, past, {**B, **confirmed})


def test_a_history_of_which_the_beginning_is_missing_says_less() -> None:
    """What comes after an unknown state is not known to be good; without any history nothing is."""
    past = _past((1, A, None), (2, B, None), (3, {**B, "services": ["legal"]}, None))[:1]
    assert not _is_good(past[0].change.after, past)
    left = _past((7, A, None), (8, B, "bert"), (9, A, "bert"))[:2]
    assert (_is_good(A, left), _is_good(B, left)) == (True, False)
    assert not _is_good(A, [])
    assert not _is_good(None, [])
