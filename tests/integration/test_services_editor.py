"""Edits of one record: each is one transaction with history, and has its faults and warnings at
their places in the record.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from directory_api.change.change import Change, Stamp
from directory_api.change.outcome import Outcome
from directory_api.record.records import Centre, contact_digest
from directory_api.text.errors import CentreNotFound, RecordsInvalid
from tests.support.records import TERMINAL, made_up_centre
from tests.support.whole_store import read_whole
from tests.support.write_side import BERT, NOON, WriteSide, create_write_side


def _same_but(record: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**record, **members}


def test_every_edit_leaves_one_entry_with_who_when_and_why(write_side: WriteSide) -> None:
    """Create, replace, patch, verify, remove, restore: six revisions with one entry each, in
    sequence.
    """
    new = made_up_centre(1, languages=[{"code": "fr", "interpreter": False}])
    digest = contact_digest(Centre.from_record(new))
    edit = write_side.edit("made-up-001", actor=BERT, reason="a letter")
    actions: list[Callable[[], Outcome]] = [
        lambda: write_side.editor.create(edit, new),
        lambda: write_side.editor.replace(edit, _same_but(new, name="Second")),
        lambda: write_side.editor.patch(edit, {"name": "Third", "services": None}),
        lambda: write_side.editor.verify(edit, "by phone"),
        lambda: write_side.editor.remove(edit),
        lambda: write_side.editor.restore(edit, 3),
    ]
    for number, action in enumerate(actions, start=2):
        outcome = action()
        assert (outcome.revision, len(outcome.applied), outcome.proposals) == (number, 1, ())
    entries = write_side.editor.history("centre", "made-up-001")
    assert [(entry.revision, entry.change.action) for entry in entries] == [
        (7, "added"),
        (6, "removed"),
        (5, "changed"),
        (4, "changed"),
        (3, "changed"),
        (2, "added"),
    ]
    assert {entry.stamp for entry in entries} == {Stamp("bert", NOON, "a letter")}
    assert all(later.change.before == earlier.change.after for later, earlier in pairwise(entries))
    assert entries[2].change.after == {
        **{name: value for name, value in new.items() if name != "services"},
        "name": "Third",
        "verified": {"on": "2026-11-24", "by": "bert", "how": "by phone", "digest": digest},
    }
    assert write_side.record("made-up-001") == {**new, "name": "Second"}


def test_nothing_else_is_touched(write_side: WriteSide) -> None:
    """Other records keep their revision and their history of one entry."""
    before = read_whole(write_side.store).contents
    write_side.patch("payoke", name="Payoke vzw")
    kept = read_whole(write_side.store)
    others = {
        key: revision for key, revision in kept.revisions.items() if key != ("centre", "payoke")
    }
    assert set(others.values()) == {1}
    assert write_side.editor.stored("centre", "payoke").revision == 2
    after = {kind: dict(records) for kind, records in kept.contents.items()}
    after["centre"]["payoke"] = before["centre"]["payoke"]
    assert after == before


def test_an_edit_that_changes_nothing_leaves_no_entry(write_side: WriteSide) -> None:
    """The record as it is, put or patched: no revision, nothing in the outcome."""
    before = write_side.everything()
    assert write_side.editor.replace(
        write_side.edit("payoke"), write_side.record("payoke")
    ) == Outcome(1)
    assert write_side.editor.patch(
        write_side.edit("payoke"), {"name": write_side.record("payoke")["name"], "timezone_": None}
    ) == (Outcome(1))
    assert write_side.everything() == before


def test_recent_tells_the_last_changes_of_everything_that_maintainers_keep(
    write_side: WriteSide,
) -> None:
    """Centres, helplines and header, newest first, up to the limit, whatever other changes there
    are.
    """
    for number in range(5):
        write_side.patch("payoke", name=f"Payoke {number}")
        noted = [Change("loaded", f"{number}-{n}", None, {}) for n in range(9)]
        write_side.store.append(noted, Stamp("x", NOON, ""), expected=write_side.store.revision())
    write_side.editor.patch(
        write_side.edit("be-101", kind="helpline"), {"note": {"en": "At night."}}
    )
    entries = write_side.editor.recent(4)
    assert [(entry.change.kind, entry.revision) for entry in entries] == [
        ("helpline", 12),
        ("centre", 10),
        ("centre", 8),
        ("centre", 6),
    ]
    assert {entry.change.kind for entry in write_side.editor.recent()} == {
        "centre",
        "helpline",
        "directory",
    }


def test_nobody_signs_a_confirmation_for_others(write_side: WriteSide) -> None:
    """With a token a confirmation has the token's name; in the store, or restored, it may have
    another.
    """
    theirs = {"on": "2026-11-01", "by": "bert", "how": "a visit"}
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.patch(write_side.edit("surya"), {"verified": theirs})
    assert [fault.pointer for fault in refused.value.faults] == ["/verified/by"]
    write_side.editor.patch(write_side.edit("surya", actor=TERMINAL), {"verified": theirs})
    write_side.patch("surya", name="Surya", verified={**theirs, "by": "anna"})
    write_side.editor.restore(write_side.edit("surya"), 2)
    assert write_side.record("surya")["verified"] == theirs


@pytest.mark.parametrize("identity", ["pag-asa", "payoke", "surya"])
def test_faults_lie_where_they_are_in_the_record(write_side: WriteSide, identity: str) -> None:
    """All of them at once, with pointers into what was sent, and no word of the other records."""
    wrong = {
        "name": "a\u0007b",
        "email": "nobody",
        "phones": [{"number": "1", "kind": "main"}],
        "phnes": [],
    }
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.patch(write_side.edit(identity), wrong)
    assert {fault.pointer for fault in refused.value.faults} == {
        "/name",
        "/email",
        "/phones/0/number",
        "/phnes",
    }
    assert not any(
        "payoke" in fault.detail or "surya" in fault.detail for fault in refused.value.faults
    )


def test_the_last_emergency_number_of_a_country_is_one_fault_of_its_helpline(
    write_side: WriteSide,
) -> None:
    """The centres did nothing wrong, however many the country has."""
    edit, editor = write_side.edit("be-112", kind="helpline"), write_side.editor
    only = "112 is the only emergency number of Belgium, so "
    gone = f"{only}it cannot be removed or become another kind."
    with pytest.raises(RecordsInvalid) as refused:
        editor.remove(edit)
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        ("/helplines", gone)
    ]
    for patch, expected in (
        ({"kind": "police"}, ("/kind", gone)),
        ({"countries": ["LU"]}, ("/countries", f"{only}Belgium must stay in its countries.")),
    ):
        with pytest.raises(RecordsInvalid) as refused:
            editor.patch(edit, patch)
        assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [expected]


def test_a_country_without_an_emergency_number_is_found_among_many(tmp_path: Path) -> None:
    """Centres that only serve the country are no reason to keep its number; those in it are."""
    abroad = {"postcode": "1111", "locality": {"nl": "Stad"}, "country": "LU"}
    centres = [
        made_up_centre(1, coverage=["LU"]),
        made_up_centre(2, address=abroad),
        made_up_centre(3),
        made_up_centre(4, address=abroad),
    ]
    write_side = create_write_side(tmp_path / "abroad.db", centres[::2])
    edit = write_side.edit("lu-112", kind="helpline", typed=("112",))
    write_side.editor.patch(replace(edit, dry_run=True), {"countries": ["BE"]})
    for centre in centres[1::2]:
        write_side.editor.create(write_side.edit(centre["id"]), centre)
    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.patch(edit, {"countries": ["BE"]})
    assert [(fault.pointer, fault.detail) for fault in refused.value.faults] == [
        (
            "/countries",
            "112 is the only emergency number of Luxembourg, so Luxembourg must stay in its "
            "countries.",
        )
    ]
    assert write_side.everything() == before


def test_what_would_be_wrong_now_cannot_be_brought_back(write_side: WriteSide) -> None:
    """A record that an earlier version of the software allowed is refused with the fault; nothing
    is written.
    """
    record = write_side.record("payoke")
    wrong = {**record, "sources": {**record["sources"], "email": ["unknown"]}}
    for sides in ((record, wrong), (wrong, record)):
        write_side.store.append(
            [Change("centre", "payoke", *sides)],
            Stamp("x", NOON, ""),
            expected=write_side.store.revision(),
        )
    before = write_side.everything()
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.restore(write_side.edit("payoke"), 2)
    assert [fault.pointer for fault in refused.value.faults] == ["/sources/email/0"]
    assert write_side.everything() == before


def test_a_restored_record_brings_back_a_source_that_was_removed(write_side: WriteSide) -> None:
    """Once, as it was at that revision."""
    page = {"id": "page", "title": "Our contacts", "url": "https://payoke.be/us"}
    record = write_side.record("payoke")
    cited = {**record["sources"], "email": ["page"]}
    edit = write_side.edit("payoke")
    new = {**record, "email": "new@payoke.be", "sources": cited}
    write_side.editor.replace(edit, new, stated_by=[page])
    write_side.editor.patch(edit, {"email": "other@payoke.be"})
    ways: list[Callable[[], object]] = [
        lambda: write_side.editor.restore(edit, 2),
        lambda: write_side.rollback.undo(edit.actor, 3, "a mistake"),
    ]
    for bring_back in ways:
        write_side.rollback.undo(edit.actor, 2, "a mistake")
        assert page not in write_side.live.snapshot.header["sources"]
        bring_back()
        assert write_side.live.snapshot.header["sources"].count(page) == 1
        assert write_side.record("payoke")["sources"]["email"] == ["page"]
        write_side.rollback.restore_all(edit.actor, 3, "as it was")


def test_a_refusal_does_not_keep_what_refused_before(write_side: WriteSide) -> None:
    """The frames of its traceback hold whole directories."""
    lengths = []
    for _ in range(3):
        with pytest.raises(CentreNotFound) as refused:
            write_side.editor.stored("centre", "none")
        lengths.append(len(refused.traceback))
    assert len(set(lengths)) == 1
