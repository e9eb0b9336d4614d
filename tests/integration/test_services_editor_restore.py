"""Earlier states of a record, brought back."""

import pytest

from directory_api.change.change import Change, Stamp
from directory_api.text.errors import RecordsInvalid
from tests.support.records import made_up_centre
from tests.support.write_side import NOON, WriteSide


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
