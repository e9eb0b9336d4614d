"""Edits of one record: each is one transaction with history, and is based on a version."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from directory_api.change.change import Change, Stamp
from directory_api.change.outcome import Outcome
from directory_api.edit.editor import Edit, Editor
from directory_api.edit.gate import gate_of
from directory_api.edit.writer import Writer
from directory_api.record.records import Centre, contact_digest
from directory_api.record.token import Actor
from directory_api.store.sql.store import Store
from directory_api.store.state import StoreState
from directory_api.text.errors import (
    RecordsInvalid,
)
from tests.support.records import TERMINAL, made_up_centre
from tests.support.store_under_test import stores_of
from tests.support.whole_store import read_whole
from tests.support.write_side import ANNA, BERT, NOON, WriteSide


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
        assert (outcome.revision, len(outcome.done), outcome.waiting) == (number, 1, ())
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


class ExcerptStore(Store):
    """A store that refuses to read all of its records."""

    def records(self) -> StoreState:
        raise AssertionError("every record was read")


def test_an_edit_reads_its_own_record(write_side: WriteSide) -> None:
    """And those of the small kinds, not all: a directory may have very many centres."""
    store = ExcerptStore(stores_of(write_side.path).engine)
    editor = Editor(Writer(store, write_side.live, write_side.clock, gate_of(store, lambda: False)))
    edit = write_side.edit("payoke")
    editor.verify(edit, "a visit")
    editor.patch(edit, {"name": "Payoke vzw"})
    assert editor.stored("centre", "payoke").record["name"] == "Payoke vzw"
    assert editor.remove(edit).done


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


def test_who_verifies_is_named(write_side: WriteSide) -> None:
    """A verification carries the day of the clock and the name of the actor, also a long one."""
    carl = Actor("token:c", "c" * 80, ("edit",))
    write_side.editor.verify(Edit(carl, "centre", "payoke", ""), "a visit")
    assert write_side.record("payoke")["verified"] == {
        "on": "2026-11-24",
        "by": "c" * 80,
        "how": "a visit",
        "digest": contact_digest(Centre.from_record(write_side.record("payoke"))),
    }
    assert write_side.editor.history("centre", "payoke")[0].stamp == Stamp("c" * 80, NOON, "")
    assert ANNA.name not in str(write_side.record("payoke"))


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
