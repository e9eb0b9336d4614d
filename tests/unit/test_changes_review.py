"""Which changes wait for a second person: all, except those of the allow-list."""

from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory_api.domain.changes.change import Change, Record, Stamp
from directory_api.domain.changes.review import ALLOWED, needs_review
from directory_api.domain.model.records import Centre, Helpline
from tests.support.record_strategies import CENTRES, HELPLINES
from tests.support.records import made_up_centre, shipped_records

ANNA = Stamp("anna", datetime(2026, 11, 24, 12, tzinfo=UTC), "a phone call")
MAIN = {"number": "+3225116464", "kind": "main"}
FAX = {"number": "+3225116465", "kind": "fax"}
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
        ("services", ["legal"], ["legal", "emergency-duty"]),
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
    """Nothing of a helpline is in the list."""
    assert needs_review(Change("helpline", "a", *lines), ANNA) is (lines[0] != lines[1])


def test_the_guide_for_maintainers_has_the_list() -> None:
    """docs/maintainers.md has one row for each entry, in its order and in its words."""
    guide = Path(__file__).parents[2] / "docs" / "maintainers.md"
    rows = [line for line in guide.read_text().splitlines() if line.startswith("| `centre.")]
    assert rows == [
        f"| `{each.kind}.{each.member}` | {each.what} | {each.why} |" for each in ALLOWED
    ]
