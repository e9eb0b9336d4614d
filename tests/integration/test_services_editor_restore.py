"""Earlier states of a record, brought back."""

import pytest

from directory_api.change.change import Change, Stamp
from directory_api.text.errors import CentreNotFound, RecordsInvalid, RevisionNotFound, StaleRecord
from tests.support.records import made_up_centre
from tests.support.write_side import NOON, WriteSide


def test_every_state_of_a_record_can_be_brought_back(write_side: WriteSide) -> None:
    """Restoring each revision at which the record existed gives its state then, with a new
    entry.
    """
    names = ["Payoke", "Second", "Third"]
    for name in names[1:]:
        write_side.patch("payoke", name=name)
    write_side.patch("surya", name="Surya")
    for revision, name in ((1, "Payoke"), (2, "Second"), (3, "Third"), (4, "Third")):
        write_side.editor.restore(write_side.edit("payoke"), revision)
        assert write_side.record("payoke")["name"] == name
    assert write_side.editor.restore(write_side.edit("payoke"), 1).done[0].action == "changed"


def test_a_record_that_is_gone_can_be_brought_back(write_side: WriteSide) -> None:
    """From a revision at which it existed, by an editor who knows that it is gone."""
    record = write_side.record("surya")
    write_side.patch("payoke", name="Payoke vzw")
    write_side.editor.remove(write_side.edit("surya"))
    with pytest.raises(CentreNotFound):
        write_side.editor.stored("centre", "surya")
    for revision in (0, -1, 3, 99):
        with pytest.raises(RevisionNotFound):
            write_side.editor.restore(write_side.edit("surya"), revision)
    with pytest.raises(StaleRecord):
        write_side.editor.restore(
            write_side.edit("surya", expected_versions=frozenset({write_side.version(1)})), 2
        )
    write_side.editor.restore(write_side.edit("surya"), 2)
    assert write_side.record("surya") == record
    assert [entry.change.action for entry in write_side.editor.history("centre", "surya")] == [
        "added",
        "removed",
        "added",
    ]


def test_what_would_be_wrong_now_cannot_be_brought_back(write_side: WriteSide) -> None:
    """A record whose source was removed since then is refused with the fault; nothing is
    written.
    """
    write_side.editor.create(
        write_side.edit("made-up-001"), made_up_centre(1, sources={"name": ["flyer"]})
    )
    write_side.editor.patch(write_side.edit("made-up-001"), {"sources": None})
    before = write_side.store.records()
    header = dict(before.contents["directory"]["directory"])
    write_side.editor.remove(write_side.edit("made-up-001"))
    renamed = [
        {**source, "id": "leaflet"} if source["id"] == "flyer" else source
        for source in header["sources"]
    ]
    change = Change("directory", "directory", header, {**header, "sources": renamed})
    write_side.store.append([change], Stamp("x", NOON, ""), expected=write_side.store.revision())
    with pytest.raises(RecordsInvalid) as refused:
        write_side.editor.restore(write_side.edit("made-up-001"), 2)
    assert "/sources/name/0" in {fault.pointer for fault in refused.value.faults}
