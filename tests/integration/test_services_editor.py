"""Edits of one record: each is one transaction with history, and is based on a version."""

from collections.abc import Callable
from dataclasses import replace
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
    CentreNotFound,
    DirectoryError,
    HelplineNotFound,
    IdTaken,
    InputInvalid,
    RecordsInvalid,
    StaleRecord,
)
from tests.support.records import TERMINAL, made_up_centre
from tests.support.store_under_test import stores_of
from tests.support.whole_store import read_whole
from tests.support.write_side import ANNA, BERT, NOON, WriteSide

LINE = {
    "id": "be-chat",
    "kind": "emergency",
    "number": "100",
    "name": {"en": "A line"},
    "countries": ["BE"],
    "sources": ["general"],
}


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


def test_helplines_are_edited_like_centres(write_side: WriteSide) -> None:
    """Create, patch and remove a helpline; the emergency number of a country cannot go."""
    edit = write_side.edit("be-chat", kind="helpline")
    write_side.editor.create(edit, LINE)
    write_side.editor.patch(edit, {"note": {"en": "At night."}})
    assert write_side.record("be-chat", "helpline") == {**LINE, "note": {"en": "At night."}}
    write_side.editor.remove(replace(edit, typed=("100",)))
    assert [entry.change.action for entry in write_side.editor.history("helpline", "be-chat")] == [
        "removed",
        "changed",
        "added",
    ]
    write_side.editor.remove(write_side.edit("be-101", kind="helpline", typed=("101",)))
    with pytest.raises(RecordsInvalid):
        write_side.editor.remove(write_side.edit("be-112", kind="helpline", typed=("112",)))


@pytest.mark.parametrize("action", ["replace", "patch", "remove", "verify", "restore"])
@pytest.mark.parametrize(
    ("seen", "fits"), [({2}, True), ({1, 2, 9}, True), ({1}, False), ({3}, False), (set(), False)]
)
def test_only_what_was_seen_is_changed(
    write_side: WriteSide, action: str, seen: set[int], fits: bool
) -> None:
    """Every edit of a record that is not what was seen is StaleRecord and changes nothing."""
    write_side.patch("payoke", name="Payoke vzw")
    edit = write_side.edit("payoke", expected_versions=frozenset(map(write_side.version, seen)))
    actions: dict[str, Callable[[], Outcome]] = {
        "replace": lambda: write_side.editor.replace(
            edit, _same_but(write_side.record("payoke"), name="P")
        ),
        "patch": lambda: write_side.editor.patch(edit, {"name": "P"}),
        "remove": lambda: write_side.editor.remove(edit),
        "verify": lambda: write_side.editor.verify(edit, "a visit"),
        "restore": lambda: write_side.editor.restore(edit, 1),
    }
    if fits:
        assert actions[action]().revision == 3
        return
    before = write_side.everything()
    with pytest.raises(StaleRecord):
        actions[action]()
    assert write_side.everything() == before


@pytest.mark.parametrize(
    "action", ["held", "history", "replace", "patch", "remove", "verify", "restore"]
)
@pytest.mark.parametrize(
    ("kind", "error"), [("centre", CentreNotFound), ("helpline", HelplineNotFound)]
)
def test_a_record_that_never_was_is_unknown(
    write_side: WriteSide, action: str, kind: str, error: type[DirectoryError]
) -> None:
    """Every method but create says so, without the id, and writes nothing."""
    edit = write_side.edit("kanarie", kind=kind)
    actions: dict[str, Callable[[], object]] = {
        "held": lambda: write_side.editor.stored(kind, "kanarie"),
        "history": lambda: write_side.editor.history(kind, "kanarie"),
        "replace": lambda: write_side.editor.replace(edit, {**LINE, "id": "kanarie"}),
        "patch": lambda: write_side.editor.patch(edit, {}),
        "remove": lambda: write_side.editor.remove(edit),
        "verify": lambda: write_side.editor.verify(edit, "a visit"),
        "restore": lambda: write_side.editor.restore(edit, 1),
    }
    before = write_side.everything()
    with pytest.raises(error) as refused:
        actions[action]()
    assert "kanarie" not in str(refused.value)
    assert write_side.everything() == before


@pytest.mark.parametrize("identity", ["payoke", "made-up-001"])
def test_an_id_is_never_used_again(write_side: WriteSide, identity: str) -> None:
    """What is another's now, and what was, cannot be created: people keep ids."""
    if identity == "made-up-001":
        write_side.editor.create(write_side.edit(identity), made_up_centre(1))
        write_side.editor.remove(write_side.edit(identity))
    with pytest.raises(IdTaken):
        write_side.editor.create(write_side.edit(identity), made_up_centre(1, id=identity))


@pytest.mark.parametrize("raw", [{"name": "P"}, {"id": "payok"}, {"id": None}, {"id": ["payoke"]}])
def test_a_record_keeps_its_id(write_side: WriteSide, raw: dict[str, Any]) -> None:
    """A replacement or a patch with another id than the address is a fault at the id."""
    for action in (write_side.editor.replace, write_side.editor.patch):
        if action == write_side.editor.patch and "id" not in raw:
            continue
        with pytest.raises(InputInvalid) as refused:
            action(write_side.edit("payoke"), raw)
        assert [fault.pointer for fault in refused.value.faults] == ["/id"]


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
