"""All that is kept, as a maintainer looks over it."""

from datetime import timedelta
from pathlib import Path

import pytest

from directory_api.edit.editor import Edit
from directory_api.features.desk.admin.overview import Entry, Overview
from directory_api.text.errors import NotReady, StaleRecord
from tests.support.frozen import CENTRES
from tests.support.maintainer_app import HIDDEN
from tests.support.records import TERMINAL, made_up_centre
from tests.support.write_side import create_write_side, incoming, open_write_side

NEEDS = ("desk",)


def test_everything_is_shown_also_what_is_hidden_from_others(tmp_path: Path) -> None:
    """The records as they are kept, by kind and id."""
    write_side = create_write_side(tmp_path / "d.db", [made_up_centre(1), HIDDEN])
    assert (
        Overview(write_side.writer).contents()["centre"]["sheltered"]["address"]["street"]
        == "Geheimstraat 7"
    )


def test_before_the_first_load_there_is_nothing_to_look_over(tmp_path: Path) -> None:
    """An empty store says so."""
    write_side = open_write_side(tmp_path / "d.db")
    write_side.store.create()
    with pytest.raises(NotReady):
        Overview(write_side.writer).contents()


def test_the_last_change_of_a_record_is_found(tmp_path: Path) -> None:
    """The newest one, also of a record that is gone; none of one that never was."""
    write_side = create_write_side(tmp_path / "d.db", [made_up_centre(1), made_up_centre(2)])
    overview = Overview(write_side.writer)
    write_side.live.refresh()
    write_side.patch("made-up-001", name="Renamed")
    write_side.editor.remove(write_side.edit("made-up-002"))
    keys = [("centre", identity) for identity in ("made-up-001", "made-up-002", "unknown")]
    changes = overview.last_changes(keys)
    assert [(key, each.revision, each.change.action) for key, each in changes.items()] == [
        (keys[0], 2, "changed"),
        (keys[1], 3, "removed"),
    ]


def test_warnings_name_their_centre_by_its_id(tmp_path: Path) -> None:
    """Those of every centre, whatever its author and time."""
    phone = {"number": "+3225116464", "kind": "main"}
    write_side = create_write_side(
        tmp_path / "d.db", [made_up_centre(1, phones=[phone]), made_up_centre(2)]
    )
    write_side.live.refresh()
    overview = Overview(write_side.writer)
    found = [
        warning
        for warning, reason in overview.warnings()
        if reason is None and "has no phone" in warning.detail
    ]
    assert [warning.pointer for warning in found] == ["/centres/made-up-002"]


def test_warnings_are_found_once_for_a_revision_and_a_day(tmp_path: Path) -> None:
    """A page that is opened again does not check thousands of records again; a change is seen at
    once, and so is what a day brings, such as the end of a closure.
    """
    closed = {"status": "temporarily_closed", "closed_until": "2026-11-24"}
    write_side = create_write_side(tmp_path / "d.db", [made_up_centre(1, **closed)])
    write_side.live.refresh()
    overview = Overview(write_side.writer)

    def codes() -> set[str | None]:
        return {warning.code for warning, _ in overview.warnings()}

    first = overview.warnings()
    assert overview.warnings() is first
    before = codes()
    write_side.clock.pass_by(timedelta(days=1))
    assert codes() - before == {"closure_over"}
    write_side.patch("made-up-001", closed_until="2026-12-24")
    assert codes() == before


def test_a_dry_run_of_an_edit_changes_nothing_and_says_what_it_would(tmp_path: Path) -> None:
    """The same outcome as the edit's own, and not a byte in the database."""
    write_side = create_write_side(tmp_path / "d.db")
    write_side.live.refresh()
    before = write_side.everything()
    edit = Edit(TERMINAL, "centre", "pag-asa", "test", dry_run=True)
    outcome = write_side.editor.patch(edit, {"name": "Renamed"})
    assert [(change.id, change.action) for change in outcome.changes] == [("pag-asa", "changed")]
    assert write_side.everything() == before


def test_a_file_compared_with_an_older_directory_is_not_taken(tmp_path: Path) -> None:
    """An import that names the revision of its preview cannot undo later changes of others."""
    write_side = create_write_side(tmp_path / "d.db")
    write_side.live.refresh()
    raw = CENTRES.read_bytes().replace(b"Luik", b"X")
    seen = write_side.version(1)
    write_side.patch("pag-asa", name="Renamed")
    with pytest.raises(StaleRecord):
        write_side.importer.bring_in(TERMINAL, incoming(raw), "test", expected_version=seen)
    assert write_side.record("pag-asa")["name"] == "Renamed"
    write_side.importer.bring_in(
        TERMINAL, incoming(raw), "test", expected_version=write_side.version(2)
    )
    assert write_side.record("pag-asa")["name"] == "PAG-ASA"


def test_the_list_follows_each_change(tmp_path: Path) -> None:
    """Centres by name, then helplines; the entry of a record that has not changed stays the same
    object.
    """
    write_side = create_write_side(tmp_path / "d.db", [made_up_centre(n) for n in (1, 2, 3)])
    overview = Overview(write_side.writer)

    def centres() -> list[Entry]:
        return [entry for entry in overview.entries() if entry.kind == "centre"]

    first, second, third = centres()
    assert [entry.id for entry in (first, second, third)] == [f"made-up-00{n}" for n in (1, 2, 3)]
    assert {entry.kind for entry in overview.entries()[3:]} == {"helpline"}
    write_side.live.refresh()
    write_side.patch("made-up-001", name="Zürich")
    write_side.editor.remove(write_side.edit("made-up-002"))
    assert [entry.name for entry in centres()] == [third.name, "zurich"]
    assert centres()[0] is third
    assert overview.records([first, second]) == [
        ("centre", write_side.store.records().contents["centre"]["made-up-001"])
    ]


def test_a_list_before_the_first_load_says_so(tmp_path: Path) -> None:
    """As everything else does."""
    write_side = open_write_side(tmp_path / "d.db")
    write_side.store.create()
    with pytest.raises(NotReady):
        Overview(write_side.writer).entries()
